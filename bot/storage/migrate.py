"""Brings a database to the schema of this release, from whatever earlier one it has."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.engine import ensure_reachable, make_engine, unavailable
from bot.storage.keys import KeyStore

_HERE = Path(__file__).resolve()


def migrations_folder() -> Path:
    """Beside the packages in a checkout, inside the package in a wheel."""
    in_wheel = _HERE.parents[1] / "_migrations"
    return in_wheel if in_wheel.is_dir() else _HERE.parents[2] / "migrations"


def upgrade(database_url: str, *, master_key: bytes, revision: str = "head") -> str:
    """Create or upgrade the main database and the key store; returns the revision reached.

    Raises:
        StorageUnavailable: The database cannot be reached or a step failed; each step is one
            transaction, so that running this again goes on where it stopped.
    """
    engine = make_engine(database_url)
    try:
        ensure_reachable(engine)
        with engine.begin() as connection:
            upgrade_within(connection, revision)
        keys = KeyStore.beside(database_url, master_key=master_key)
        try:
            keys.ensure_schema()
            keys.check_master_key()
        finally:
            keys.close()
        return current_revision(engine) or ""
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error
    finally:
        engine.dispose()


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Take the steps inside the transaction of this connection."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def knows_revision(revision: str) -> bool:
    """Whether this release can upgrade from it: a newer release's database it cannot read."""
    script = ScriptDirectory.from_config(_config())
    return revision in {step.revision for step in script.walk_revisions()}


def current_revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    return config
