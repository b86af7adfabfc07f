"""Opening a database: turning an address into a SQLAlchemy engine that loses nothing."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.domain.errors import BadSetting, StorageUnavailable
from bot.storage.later import write_before_queries_of

if TYPE_CHECKING:
    import sqlite3

BUSY_TIMEOUT = timedelta(seconds=30)
StorageConnection = Connection  # for wiring, which names no library
CONNECT_TIMEOUT = timedelta(seconds=10)
# A process that hangs in the middle of a unit of work holds locks that others wait for.
IDLE_IN_TRANSACTION = timedelta(seconds=8)
# A server that vanished without a word (its machine died, the network was cut) is given up after
# this; without it a thread would wait for a quarter of an hour.
VANISHED: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
ACCEPTED = "sqlite:///folder/file.db or postgresql://name:password@host/database"


def parse_url(address: str | URL) -> URL:
    """Return the address as SQLAlchemy needs it, with the driver we use.

    Raises:
        BadSetting: the address is not one of the two databases, or SQLite without a file.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise BadSetting(f"TETTPA_DATABASE_URL cannot be read; write {ACCEPTED}") from error
    match url.drivername:
        case "sqlite" | "sqlite+pysqlite":
            if url.database in (None, "", ":memory:") or url.query.get("uri"):
                raise BadSetting(
                    f"TETTPA_DATABASE_URL must name a file for SQLite; write {ACCEPTED}"
                )
            return url.set(drivername="sqlite+pysqlite")
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise BadSetting(f"TETTPA_DATABASE_URL begins with {other}; write {ACCEPTED}")


def address_of(url: URL) -> str:
    """Return the address without its password, fit for screens and logs."""
    shown = URL.create(
        url.get_backend_name(),
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
    )
    return shown.render_as_string()


def make_engine(
    address: str | URL,
    *,
    read_only: bool = False,
    pool_size: int = 5,
    busy_timeout: timedelta = BUSY_TIMEOUT,
    pings: bool = True,
    syncs: bool = True,
) -> Engine:
    """Return an engine for the address; nothing is opened until it is used.

    With `pings` a connection that PostgreSQL closed meanwhile is found before it is used, for a
    round trip each time. Whoever tries again after a loss needs none. Without `syncs` a commit on
    PostgreSQL does not wait for the disk (see `StorageThreads.repeat_if_lost`).

    On SQLite every transaction of a writing engine begins with `BEGIN IMMEDIATE`, so that two
    writers queue instead of overwriting each other. On PostgreSQL transactions are REPEATABLE
    READ for the same reason: a lost update becomes an error, which `StorageThreads` retries.
    """
    url = parse_url(address)
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, read_only, pool_size, busy_timeout)
    return _postgresql_engine(url, read_only, pool_size, pings=pings, syncs=syncs)


def ensure_file(address: str | URL) -> None:
    """Refuse a SQLite file that is not there: opening it would make an empty one.

    Raises:
        StorageUnavailable: the text names the address and the remedy.
    """
    url = parse_url(address)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise _missing(url)


def _missing(url: URL) -> StorageUnavailable:
    return StorageUnavailable(
        f"The database {address_of(url)} does not exist: run `tettpa db upgrade`."
    )


def ensure_reachable(engine: Engine) -> None:
    """Ask the database for one row.

    Raises:
        StorageUnavailable: it did not answer; the text names the address and the remedy.
    """
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error


def unavailable(engine: Engine, error: BaseException) -> StorageUnavailable:
    """Return the one sentence that says which database failed, how, and what to do."""
    cause = getattr(error, "orig", None) or error.__cause__ or error
    cause = getattr(cause, "orig", None) or cause
    reason = " ".join(str(cause).split()) or type(cause).__name__
    if engine.dialect.name == "sqlite":
        remedy = (
            "check that the folder is writable, the disk has room and no other program locks it"
        )
    else:
        remedy = "check that the server runs and that TETTPA_DATABASE_URL is right"
    return StorageUnavailable(f"The database {address_of(engine.url)} failed ({reason}): {remedy}.")


def _sqlite_engine(url: URL, read_only: bool, pool_size: int, busy_timeout: timedelta) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        hide_parameters=True,
        # isolation_level None: the driver opens no transaction behind our back (3.11 to 3.14
        # alike); the begin event below does.
        connect_args={"timeout": busy_timeout.total_seconds(), "isolation_level": None},
    )
    database = Path(str(url.database))
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "do_connect")
    def make_room(*_: Any) -> None:
        if read_only and not database.exists():
            raise _missing(url)
        try:
            # Only the account that runs the program may read what people write.
            database.absolute().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            database.touch(mode=0o600)
        except OSError as error:
            raise unavailable(engine, error) from error

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _: object) -> None:
        _switch_to_wal(connection, busy_timeout)
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "reset")
    def end_transaction(connection: sqlite3.Connection, *_: object) -> None:
        # SQLAlchemy takes a transaction for ended when its COMMIT failed; SQLite keeps it open.
        if connection.in_transaction:
            connection.rollback()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _switch_to_wal(connection: sqlite3.Connection, patience: timedelta) -> None:
    """Make the file use a write-ahead log, for good; the busy timeout does not cover this."""
    import sqlite3  # a megabyte that PostgreSQL does without

    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError:
            # Programs that open a new file together get in each other's way for a moment.
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _postgresql_engine(
    url: URL, read_only: bool, pool_size: int, *, pings: bool, syncs: bool
) -> Engine:
    hung_ms = int(IDLE_IN_TRANSACTION.total_seconds() * 1000)
    options = f"-c timezone=UTC -c idle_in_transaction_session_timeout={hung_ms}"
    if read_only:
        options += " -c default_transaction_read_only=on"
    if not syncs:
        options += f" -c synchronous_commit=off -c lock_timeout={hung_ms}"
    if asked := url.query.get("options"):
        options = f"{asked} {options}"
        url = url.difference_update_query(["options"])
    connect_args: dict[str, Any] = {"options": options, **VANISHED}
    if "connect_timeout" not in url.query:
        connect_args["connect_timeout"] = int(CONNECT_TIMEOUT.total_seconds())
    if "application_name" not in url.query:
        connect_args["application_name"] = "tettpa"
    engine = create_engine(
        url,
        pool_size=pool_size,
        pool_pre_ping=pings,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        connect_args=connect_args,
    )
    write_before_queries_of(engine)
    return engine
