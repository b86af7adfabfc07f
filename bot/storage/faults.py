"""Telling database failures apart: which pass by themselves, and which mean it is out of order."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import StorageUnavailable

# SQLite primary result codes: https://www.sqlite.org/rescode.html
_SQLITE_BUSY = {5, 6}  # BUSY, LOCKED
_SQLITE_OUT_OF_ORDER = {3, 7, 8, 10, 11, 13, 14, 15, 23, 26}
# PERM, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, AUTH, NOTADB

# PostgreSQL states: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL_CONFLICT = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock not available
_POSTGRESQL_UNIQUE = "23505"
_POSTGRESQL_LOST = {
    "57P01",
    "57P02",
    "57P03",
    "57P05",
    "53300",
}  # stopping, starting, idle, too many
_POSTGRESQL_OUT_OF_ORDER = ("53", "58", "XX", "25006", "28", "3D000")


class Fault(StrEnum):
    """What a failure means for the unit that met it."""

    OWN = "own"  # the unit's own doing; its caller gets the error
    CONFLICT = "conflict"  # another transaction was in the way; again, at once
    LOST = "lost"  # the connection died or cannot be made; again, a little later
    OUT_OF_ORDER = "out_of_order"  # disk full, damaged, read-only: a person must act


class Raced(Exception):
    """Another transaction stored the row first; run again, the unit sees it there.

    On PostgreSQL a unit looks, finds nothing and inserts while another does the same.
    """


class ConnectionDied(Exception):
    """The connection died under a unit; the cause says how."""


def fault_of(error: BaseException, connection: Connection | None = None) -> Fault:
    """Return what a failure means, looking at the error and at the connection it left behind."""
    if _is_lost(connection) or isinstance(error, ConnectionDied | PoolTimeout):
        return Fault.LOST
    if isinstance(error, Raced):
        return Fault.CONFLICT
    if isinstance(error, StorageUnavailable) and error.__cause__ is not None:
        return fault_of(error.__cause__)  # the key store's, for one
    cause = error.orig if isinstance(error, DBAPIError) else error
    if cause is not None and is_of_sqlite(cause):
        return _sqlite_fault(cause)
    if not isinstance(error, DBAPIError):
        return Fault.OWN
    return Fault.LOST if error.connection_invalidated else _postgresql_fault(error)


def is_one_units_doing(error: BaseException) -> bool:
    """Tell whether a failing COMMIT is about some unit's rows (a deferred constraint)."""
    return isinstance(error, IntegrityError)


@contextmanager
def noticing_races() -> Iterator[None]:
    """Turn a unique key that was taken meanwhile into `Raced`; on SQLite one writes at a time."""
    try:
        yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == _POSTGRESQL_UNIQUE:
            raise Raced from error
        raise


def transaction_is_open(connection: Connection) -> bool:
    """Tell whether SQLite still has the transaction: a full disk may end it unasked."""
    if connection.invalidated or connection.closed:
        return False
    driver = connection.connection.dbapi_connection
    return bool(getattr(driver, "in_transaction", True))  # psycopg's has no such attribute


def is_of_sqlite(error: BaseException) -> bool:
    """Tell whether the driver raised it; told by name, for on PostgreSQL the driver is not loaded."""
    return any(kind.__module__ == "sqlite3" for kind in type(error).__mro__)


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _is_lost(connection: Connection | None) -> bool:
    # A unit may swallow the driver's error and raise its own; the connection tells the truth.
    if connection is None or connection.closed:
        return False
    if connection.invalidated:
        return True
    return bool(getattr(connection.connection.dbapi_connection, "broken", False))


def _sqlite_fault(error: BaseException) -> Fault:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE_BUSY:
        return Fault.CONFLICT
    return Fault.OUT_OF_ORDER if code in _SQLITE_OUT_OF_ORDER else Fault.OWN


def _postgresql_fault(error: DBAPIError) -> Fault:
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # psycopg has no state for connections it could not make or found cut.
        return Fault.LOST if isinstance(error, OperationalError) else Fault.OWN
    if state in _POSTGRESQL_CONFLICT:
        return Fault.CONFLICT
    if state in _POSTGRESQL_LOST or state.startswith("08"):
        return Fault.LOST
    return Fault.OUT_OF_ORDER if state.startswith(_POSTGRESQL_OUT_OF_ORDER) else Fault.OWN
