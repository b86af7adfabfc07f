"""What PostgreSQL keeps of changed rows: old versions, for as long as somebody may look at them."""

from __future__ import annotations

import time

from sqlalchemy import Connection, text

from bot.domain.errors import StorageUnavailable

LOOK_AGAIN_S = 0.1
LOOKS = 150  # longer than a unit of work may take


def forget_old_versions(connection: Connection, table: str) -> None:
    """Write the table anew without the old versions of its rows; the connection is in autocommit.

    VACUUM keeps what a transaction begun before the change can still see, so those must end first.

    Raises:
        StorageUnavailable: somebody's transaction goes on for long; old versions may be left.
    """
    now = connection.execute(text("SELECT txid_current() % 4294967296")).scalar_one()
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend' "
        "AND greatest(age(backend_xmin), age(backend_xid)) > age(CAST(CAST(:now AS text) AS xid))"
    )
    for _ in range(LOOKS):
        if not connection.execute(older, {"now": now}).scalar_one():
            break
        time.sleep(LOOK_AGAIN_S)
    else:
        connection.execute(text(f"VACUUM (FULL) {table}"))
        raise StorageUnavailable(
            "A long transaction may still see the key: end it, and destroy the key once more."
        )
    connection.execute(text(f"VACUUM (FULL) {table}"))
