"""Which schema a database has, and which ones this release knows; Alembic is not needed to tell."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
from sqlalchemy import Connection, Engine, inspect, text

from bot.domain.errors import StorageUnavailable
from bot.storage.removals import REMOVALS

# A row of program_state: the schemas whose releases may work on this database.
FITS = "schemas_that_fit"

_HERE = Path(__file__).resolve()
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision = (?:"(\w+)"|None)$', re.MULTILINE)


def migrations_folder() -> Path:
    """Beside the packages in a checkout, inside the package in a wheel."""
    in_wheel = _HERE.parents[1] / "_migrations"
    return in_wheel if in_wheel.is_dir() else _HERE.parents[2] / "migrations"


def revisions() -> tuple[str, ...]:
    """Every schema this release knows, oldest first."""
    after: dict[str | None, str] = {}
    for file in sorted((migrations_folder() / "versions").glob("*.py")):
        written = file.read_text("utf-8")
        revision, before = _REVISION.search(written), _BEFORE.search(written)
        assert revision is not None, f"{file.name} names no revision"
        assert before is not None, f"{file.name} names no revision before it"
        assert before[1] not in after, f"{file.name} follows what another one follows"
        after[before[1]] = revision[1]
    found: list[str] = []
    while (following := after.get(found[-1] if found else None)) is not None:
        found.append(following)
    assert len(found) == len(after), "the migrations are not one row"
    return tuple(found)


def head_revision() -> str:
    """The schema of this release."""
    return revisions()[-1]


def current_revision(engine: Engine) -> str | None:
    """The schema of the database; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def knows_revision(revision: str) -> bool:
    """Whether this release can upgrade from it: a newer release's database it cannot read."""
    return revision in revisions()


def ensure_fits(engine: Engine) -> None:
    """Let a program work on its own schema, and on a newer one that only added to it.

    Raises:
        StorageUnavailable: The text says what to do.
    """
    found, wanted = current_revision(engine), head_revision()
    if found == wanted:
        return
    if found is None:
        raise StorageUnavailable("The database is empty: run `tettpa db upgrade`.")
    words = f"The database has schema {found} and this release needs {wanted}"
    if knows_revision(found):
        raise StorageUnavailable(f"{words}: run `tettpa db upgrade`.")
    with engine.connect() as connection:
        fitting = noted_fitting(connection)
    if wanted not in fitting:
        raise StorageUnavailable(f"{words}: install the newer release.")


def fitting_schemas() -> list[str]:
    """Schemas, oldest first, whose releases can work on the newest one."""
    known = revisions()
    first = 0
    for revision in known:
        if revision in REMOVALS:
            first = max(first, known.index(REMOVALS[revision].unread_since_schema))
    return list(known[first:])


def noted_fitting(connection: Connection) -> list[str]:
    """What the newest upgrade said about this: see `FITS`."""
    query = text("SELECT value FROM program_state WHERE name = :name")
    value = connection.execute(query, {"name": FITS}).scalar()
    return [] if value is None else list(orjson.loads(value))
