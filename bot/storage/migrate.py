"""Brings a database to the schema of this release, from whatever earlier one it has."""

from __future__ import annotations

import time

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.domain.errors import StorageUnavailable
from bot.storage import revisions
from bot.storage.engine import address_of, ensure_reachable, make_engine, unavailable
from bot.storage.faults import Fault, fault_of, is_sqlite
from bot.storage.keys import KeyStore
from bot.storage.migration_steps import BESIDE_OTHERS, LOCK_TIMEOUT_MS
from bot.storage.revisions import (
    FITS,
    current_revision,
    fitting_schemas,
    knows_revision,
    noted_fitting,
)

# While one waits for its turn, or for a table: about a minute in all with the waiting itself.
PAUSE_S = 0.5
MOST_TRIES = 60
THINKING_MS = 120_000
UPGRADE_TURN = int.from_bytes(b"tettpaup")


def upgrade(database_url: str, *, master_key: bytes, revision: str = "head") -> str:
    """Create or upgrade the main database and the key store; returns the revision reached.

    On PostgreSQL each step is a transaction of its own that never waits long for a table, so that
    programs at work beside it are not held up. On SQLite all steps are one transaction.

    Raises:
        StorageUnavailable: The database is of a newer release, cannot be reached or a step failed;
            running this again goes on where it stopped.
    """
    engine = make_engine(database_url)
    try:
        ensure_reachable(engine)
        found = current_revision(engine)
        if found is not None and not knows_revision(found):
            raise StorageUnavailable(
                f"The database {address_of(engine.url)} has schema {found}, of a newer release: "
                "install that release."
            )
        with _reading_committed(engine).begin() as connection:
            _note_who_fits(connection)
        _take_steps(engine, revision)
        with _reading_committed(engine).begin() as connection:
            _note_who_fits(connection)
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
    """Take the steps inside the transaction of this connection, which nobody else may disturb."""
    _run_alembic(connection, revision, beside_others=False)
    _note_who_fits(connection)


def _take_steps(engine: Engine, revision: str) -> None:
    if is_sqlite(engine):
        with engine.begin() as connection:
            _run_alembic(connection, revision, beside_others=True)
        return
    for pause in (PAUSE_S,) * MOST_TRIES:
        try:
            with _reading_committed(engine).connect() as connection:
                _wait_for_our_turn(connection)
                _run_alembic(connection, revision, beside_others=True)
                # The next in turn must not wait for this connection to be reused.
                connection.invalidate()
                return
        except DBAPIError as error:
            if fault_of(error) not in (Fault.CONFLICT, Fault.LOST):
                raise
            time.sleep(pause)
    raise StorageUnavailable(
        "Something holds a table of the database for long (a backup, somebody's open transaction): "
        "end it and repeat `tettpa db upgrade`; it goes on where it stopped."
    )


def _reading_committed(engine: Engine) -> Engine:
    """A step sees what others wrote while it waited, instead of failing over it."""
    if is_sqlite(engine):
        return engine
    return engine.execution_options(isolation_level="READ COMMITTED")


def _wait_for_our_turn(connection: Connection) -> None:
    """One upgrade at a time, also while the server still works for one whose program was killed.

    Asked again and again: a statement that waits would itself hold up indexes being built.
    """
    ask = text("SELECT pg_try_advisory_lock(:turn)")
    while not connection.execute(ask, {"turn": UPGRADE_TURN}).scalar_one():
        connection.commit()
        time.sleep(PAUSE_S)
    connection.exec_driver_sql(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
    # Alembic reads and thinks between the statements of a step, long on a busy machine.
    connection.exec_driver_sql(f"SET idle_in_transaction_session_timeout = {THINKING_MS}")
    connection.commit()


def _run_alembic(connection: Connection, revision: str, *, beside_others: bool) -> None:
    config = _config()
    config.attributes["connection"] = connection
    config.attributes[BESIDE_OTHERS] = beside_others
    command.upgrade(config, revision)


def _note_who_fits(connection: Connection) -> None:
    """Tell older programs, which do not know our steps; before the first step and after the last."""
    if not inspect(connection).has_table("program_state"):
        return
    fitting = fitting_schemas()
    if noted_fitting(connection) == fitting:
        return
    note = text(
        "INSERT INTO program_state (name, value) VALUES (:name, :value) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    connection.execute(note, {"name": FITS, "value": orjson.dumps(fitting).decode()})


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(revisions.migrations_folder()).replace("%", "%%"))
    return config
