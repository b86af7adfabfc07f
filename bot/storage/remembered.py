"""What a transaction has read of the few tables that everything asks, so that it asks once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

_KEPT = "tettpa remembered"

# By table; there by what was asked.
Remembered = dict[str, dict[Any, Any]]


def remembered(db: Connection, table: str) -> dict[Any, Any]:
    """What was read of a table in the transaction at hand: the same mapping until it ends.

    Nothing another transaction writes can be missed: both databases show a transaction one
    snapshot, and on SQLite there is one writer at a time.
    """
    transaction = db.get_transaction() or db.begin()
    kept = db.info.get(_KEPT)
    if kept is None or kept[0] is not transaction:
        kept = db.info[_KEPT] = (transaction, {})
    tables: Remembered = kept[1]
    return tables.setdefault(table, {})


def forget_remembered(db: Connection) -> None:
    """For when rows changed behind the repositories' backs, or a savepoint was taken back."""
    if not db.closed and not db.invalidated:
        kept = db.info.get(_KEPT)
        for table in kept[1].values() if kept else ():
            table.clear()
