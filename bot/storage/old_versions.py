"""What PostgreSQL keeps of changed rows: old versions, for as long as somebody may look at them."""

from __future__ import annotations

import time

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.domain.errors import StorageUnavailable

LOOK_AGAIN_S = 0.1
LOOKS = 150  # longer than a unit of work may take
LOCK_WAIT_MS = 200
LOCK_NOT_AVAILABLE = "55P03"
_sleep = time.sleep


def forget_old_versions(connection: Connection, table: str) -> None:
    """Write the table anew without the old versions of its rows; the connection is in autocommit.

    VACUUM keeps what somebody's view from before the change can still see, so those must end first:
    every view in this database, also the server's own while it counts rows; and whoever writes in any
    database, for views taken now are as old as the oldest of them.

    Raises:
        StorageUnavailable: somebody's transaction goes on for long; old versions may be left.
    """
    now = connection.execute(text("SELECT txid_current() % 4294967296")).scalar_one()
    older = text(
        "SELECT count(*) FROM pg_stat_activity, "
        "LATERAL (SELECT age(CAST(CAST(:now AS text) AS xid)) AS since) ours "
        "WHERE pid <> pg_backend_pid() AND (age(backend_xid) > since "
        "OR (age(backend_xmin) > since AND coalesce(datname = current_database(), true) "
        # Vacuuming holds no old version back, and may take long; counting rows does.
        "AND pid NOT IN (SELECT vacuuming.pid FROM pg_stat_progress_vacuum vacuuming)))"
    )
    for _ in range(LOOKS):
        if not connection.execute(older, {"now": now}).scalar_one():
            break
        _sleep(LOOK_AGAIN_S)
    else:
        _write_anew(connection, table)
        raise StorageUnavailable(
            "A long transaction on the database server may still see the key: "
            "end it, and destroy the key once more."
        )
    _write_anew(connection, table)


def _write_anew(connection: Connection, table: str) -> None:
    """It needs the table for itself; whoever reads it meanwhile queues behind it, so it asks briefly."""
    connection.execute(text(f"SET lock_timeout = {LOCK_WAIT_MS}"))
    try:
        for _ in range(LOOKS):
            try:
                connection.execute(text(f"VACUUM (FULL) {table}"))
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                    raise
                _sleep(LOOK_AGAIN_S)
            else:
                return
        raise StorageUnavailable(
            "Somebody goes on reading keys: end it, and destroy the key once more."
        )
    finally:
        if not connection.invalidated:
            connection.execute(text("RESET lock_timeout"))
