"""A step only adds, and holds nobody up: what it says to PostgreSQL, watched statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, inspect, text

from bot.storage import revisions
from bot.storage.engine import make_engine
from bot.storage.keys import derive_master_key
from bot.storage.migrate import upgrade
from bot.storage.removals import REMOVALS
from tests.migrations.next_release import GOOD, make_migrations
from tests.migrations.revisions import REVISIONS
from tests.migrations.sample_rows import fill, reflect
from tests.staging import SECRET_KEY

MASTER_KEY = derive_master_key(SECRET_KEY)
# Asking, and what the upgrade does for itself.
HARMLESS = re.compile(
    r"(SELECT|SHOW|SET|INSERT INTO alembic_version|UPDATE alembic_version|CREATE TABLE alembic_version"
    r"|CREATE SCHEMA|DELETE FROM alembic_version|INSERT INTO program_state|.*\bkeys\.)\b",
    re.IGNORECASE,
)
NEW_TABLE = re.compile(r"CREATE TABLE (?P<table>\w+)")
NEW_INDEX = re.compile(
    r"CREATE (?P<unique>UNIQUE )?INDEX (?P<beside>CONCURRENTLY )?(IF NOT EXISTS )?(?P<name>\w+)"
    r" ON (?P<table>\w+)"
)
NEW_COLUMN = re.compile(
    r"ALTER TABLE (?P<table>\w+) ADD COLUMN (IF NOT EXISTS )?(?P<column>\w+)(?P<rest>.*)"
)
NEW_REFERENCE = re.compile(
    r"ALTER TABLE (?P<table>\w+) ADD (CONSTRAINT \w+ )?FOREIGN KEY ?\((?P<column>\w+)\)"
)
FILLING = re.compile(r"UPDATE \w+ SET .* WHERE \w+ > \S+ AND \w+ <= \S+ AND", re.DOTALL)


def objections(statements: list[str], existing: set[str]) -> list[str]:
    """What in a step is more than adding; `existing` are the tables that running programs use."""
    found = []
    added: set[str] = set()
    for statement in (" ".join(one.split()) for one in statements):
        if HARMLESS.match(statement) or FILLING.match(statement):
            continue
        table = NEW_TABLE.match(statement)
        index, column = NEW_INDEX.match(statement), NEW_COLUMN.match(statement)
        reference = NEW_REFERENCE.match(statement)
        if table and table["table"] not in existing:
            added.add(table["table"])
        elif index and (index["table"] in added or (index["beside"] and not index["unique"])):
            continue
        elif column and ("NOT NULL" not in column["rest"] or "DEFAULT" in column["rest"]):
            added.add(f"{column['table']}.{column['column']}")
        elif (
            reference
            and {reference["table"], f"{reference['table']}.{reference['column']}"} & added
        ):
            continue
        else:
            found.append(statement)
    return found


@contextmanager
def listening() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def files_of_tables(connection: Connection) -> dict[str, int]:
    """The file each table lies in: a table that is written anew gets another one."""
    query = "SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' AND relfilenode > 0"
    found = connection.execute(text(f"{query} AND relnamespace = 'public'::regnamespace"))
    return {row.relname: row.relfilenode for row in found}


def watched(url: str, revision: str) -> list[str]:
    """Take the steps to a revision with rows in every table; what is to be said against them."""
    engine = make_engine(url)
    with engine.begin() as connection:
        existing = set(inspect(connection).get_table_names())
        before = files_of_tables(connection)
        fill(connection, reflect(connection))
    with listening() as statements:
        upgrade(url, master_key=MASTER_KEY, revision=revision)
    with engine.connect() as connection:
        after = files_of_tables(connection)
    engine.dispose()
    rewritten = [f"{name} is written anew" for name in before if before[name] != after.get(name)]
    return objections(statements, existing) + rewritten


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_step_only_adds_unless_it_is_listed_as_a_removal(
    postgresql_url: str, revision: str
) -> None:
    if before := REVISIONS[: REVISIONS.index(revision)]:
        upgrade(postgresql_url, master_key=MASTER_KEY, revision=before[-1])

    found = watched(postgresql_url, revision)

    assert (revision in REMOVALS) or found == []


def test_removals_name_steps_and_schemas_there_are() -> None:
    for revision, removal in REMOVALS.items():
        position = REVISIONS.index(revision)
        assert REVISIONS.index(removal.unread_since_schema) <= position
        assert removal.what
        assert removal.unread_since_release


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('op.drop_column("outbox", "reason")', id="a column dropped"),
        pytest.param('op.drop_table("program_state")', id="a table dropped"),
        pytest.param('op.rename_table("outbox", "out")', id="a table renamed"),
        pytest.param('op.alter_column("outbox", "reason", nullable=False)', id="a column altered"),
        pytest.param(
            'op.alter_column("inbox", "attempts", type_=sa.BigInteger())', id="a type changed"
        ),
        pytest.param('op.drop_index("ix_inbox_pending")', id="an index dropped"),
        pytest.param(
            'op.create_index("ix_sample", "outbox", ["id"])', id="an index that locks writers out"
        ),
        pytest.param(
            'add_index("uq_sample", "outbox", ["key"], unique=True)', id="a new rule for old rows"
        ),
        pytest.param(
            'op.create_check_constraint("ck_sample", "outbox", "length(key) > 0")', id="a check"
        ),
        pytest.param("op.execute(\"UPDATE outbox SET reason = 'x'\")", id="all rows in one go"),
        pytest.param('op.execute("DELETE FROM code_attempts")', id="rows deleted"),
        pytest.param(
            'add_column("outbox", sa.Column("n", sa.Float(), nullable=False, '
            'server_default=sa.text("random()")))',
            id="a default that writes the table anew",
        ),
    ],
)
def test_a_step_that_does_more_is_noticed(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    upgrade(postgresql_url, master_key=MASTER_KEY)
    folder = make_migrations(tmp_path, [body])
    monkeypatch.setattr(revisions, "migrations_folder", lambda: folder)

    found = watched(postgresql_url, "head")

    assert found != []


def test_the_steps_of_the_next_release_would_pass(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(postgresql_url, master_key=MASTER_KEY)
    folder = make_migrations(tmp_path, GOOD)
    monkeypatch.setattr(revisions, "migrations_folder", lambda: folder)

    found = watched(postgresql_url, "head")

    assert found == []
