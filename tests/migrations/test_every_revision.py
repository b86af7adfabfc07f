"""From every earlier revision, with rows in every table: nothing that was there is lost."""

import pytest
from sqlalchemy import Connection, Engine, Table, event, text

from bot.app import upgrade_database
from bot.domain.errors import StorageUnavailable
from bot.storage.engine import make_engine
from bot.storage.keys import derive_master_key
from bot.storage.migrate import upgrade
from bot.storage.removals import REMOVALS
from bot.storage.revisions import (
    current_revision,
    ensure_fits,
    fitting_schemas,
    head_revision,
)
from tests.migrations.revisions import EARLIER, REVISIONS, step_module
from tests.migrations.sample_rows import all_rows, fill, reflect, row_of
from tests.staging import SECRET_KEY, settings_for

MASTER_KEY = derive_master_key(SECRET_KEY)
TAKEN_AWAY = frozenset(name for removal in REMOVALS.values() for name in removal.what)


@pytest.mark.parametrize("revision", EARLIER)
def test_every_row_and_value_is_still_there_at_the_newest(database_url: str, revision: str) -> None:
    upgrade(database_url, master_key=MASTER_KEY, revision=revision)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        before = reflect(connection)
        program_state = before.tables["program_state"]
        connection.execute(program_state.delete())
        fill(connection, before)
    with engine.connect() as connection:
        rows_before = all_rows(connection, before, leave_out=TAKEN_AWAY)

    upgrade_database(settings_for(database_url))

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM program_state WHERE name = 'schemas_that_fit'"))
        rows_after = all_rows(connection, before, leave_out=TAKEN_AWAY)
    engine.dispose()
    assert rows_after == rows_before
    assert all(len(rows) == 3 for rows in rows_before.values())


@pytest.mark.parametrize("revision", EARLIER)
def test_new_rows_find_room_after_the_upgrade(database_url: str, revision: str) -> None:
    upgrade(database_url, master_key=MASTER_KEY, revision=revision)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        fill(connection, reflect(connection))

    upgrade_database(settings_for(database_url))

    with engine.begin() as connection:
        newest = reflect(connection)
        new_tables = [table for table in newest.sorted_tables if _is_empty(connection, table)]
        for table in new_tables:
            connection.execute(table.insert(), [row_of(table, number) for number in (1, 2, 3)])
        fill(connection, newest, begin=4)
        counts = {name: len(rows) for name, rows in all_rows(connection, newest).items()}
    engine.dispose()
    assert counts.pop("program_state") == 7  # one more: who fits
    assert set(counts.values()) == {6}


def _is_empty(connection: Connection, table: Table) -> bool:
    return connection.execute(table.select().limit(1)).first() is None


def test_a_step_cannot_be_taken_back() -> None:
    modules = [step_module(revision) for revision in REVISIONS]

    assert [name for name in modules if hasattr(name, "downgrade")] == []


def test_an_upgrade_cut_off_between_steps_goes_on(database_url: str) -> None:
    upgrade(database_url, master_key=MASTER_KEY, revision=EARLIER[0])
    engine = make_engine(database_url)
    with engine.begin() as connection:
        fill(connection, reflect(connection))
    for revision in EARLIER[1:]:
        upgrade(database_url, master_key=MASTER_KEY, revision=revision)

    reached = upgrade(database_url, master_key=MASTER_KEY)

    with engine.connect() as connection:
        assert len(all_rows(connection, reflect(connection))["inbox"]) == 3
    engine.dispose()
    assert reached == head_revision()


@pytest.mark.parametrize("revision", EARLIER)
def test_a_step_cut_off_before_it_was_noted_is_taken_again(
    postgresql_url: str, revision: str
) -> None:
    following = REVISIONS[REVISIONS.index(revision) + 1]
    upgrade(postgresql_url, master_key=MASTER_KEY, revision=revision)
    engine = make_engine(postgresql_url)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        upgrade(postgresql_url, master_key=MASTER_KEY, revision=following)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    if not any("CONCURRENTLY" in statement for statement in statements):
        return  # one transaction: it is noted, or it never was

    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})
    reached = upgrade(postgresql_url, master_key=MASTER_KEY, revision=following)

    engine.dispose()
    assert reached == following


def test_an_index_left_unfinished_is_built_anew(postgresql_url: str) -> None:
    upgrade(postgresql_url, master_key=MASTER_KEY, revision="0001")
    engine = make_engine(postgresql_url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE INDEX ix_inbox_set_aside ON inbox (received_at)"))
        connection.execute(
            text(
                "UPDATE pg_index SET indisvalid = false "
                "WHERE indexrelid = 'ix_inbox_set_aside'::regclass"
            )
        )

    upgrade(postgresql_url, master_key=MASTER_KEY)

    with engine.connect() as connection:
        (index,) = connection.execute(
            text(
                "SELECT indisvalid, indpred IS NOT NULL FROM pg_index "
                "WHERE indexrelid = 'ix_inbox_set_aside'::regclass"
            )
        )
    engine.dispose()
    assert tuple(index) == (True, True)


def test_a_database_of_a_newer_release_is_left_alone(database_url: str) -> None:
    upgrade(database_url, master_key=MASTER_KEY)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StorageUnavailable, match="9999, of a newer release: install that release"):
        upgrade(database_url, master_key=MASTER_KEY)

    assert current_revision(engine) == "9999"
    engine.dispose()


def test_a_release_works_on_a_newer_schema_that_only_added_to_its_own(database_url: str) -> None:
    upgrade(database_url, master_key=MASTER_KEY)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    ensure_fits(engine)

    engine.dispose()
    assert head_revision() in fitting_schemas()


def test_a_release_refuses_a_newer_schema_that_took_away_what_it_reads(database_url: str) -> None:
    upgrade(database_url, master_key=MASTER_KEY)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(
            text("UPDATE program_state SET value = '[\"9999\"]' WHERE name = 'schemas_that_fit'")
        )

    with pytest.raises(StorageUnavailable, match="install the newer release"):
        ensure_fits(engine)

    engine.dispose()
