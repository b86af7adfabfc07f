"""What a transaction writes without anybody waiting for it: kept together, and run many at a time.

On PostgreSQL a statement of its own costs a round trip, and ten of them are most of an update's
time. Rows whose number nobody needs, and changes of rows that were read, are kept and run together,
one statement for each table: before anything looks at it, and at the latest before the commit.
SQLite has no round trips: there everything is written at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, event

from bot.domain.errors import NotFound
from bot.storage.faults import noticing_races
from bot.storage.statements import WAITING, Statement, Values
from bot.storage.tables.base import metadata


@dataclass(slots=True)
class _Rows:
    statement: Statement
    must_change: bool
    values: list[Values]

    def write(self, db: Connection) -> None:
        with noticing_races():
            changed = self.statement.count_many(db, self.values)
        if self.must_change:
            _ensure(changed == len(self.values))


@dataclass(slots=True)
class _Waiting:
    """What one transaction has still to write."""

    transaction: Any
    by_table: dict[str, _Rows] = field(default_factory=dict)
    failure: BaseException | None = None

    def is_for(self, db: Connection) -> bool:
        return bool(self.by_table) and self.transaction is db.get_transaction()

    def concerns(self, tables: frozenset[str]) -> bool:
        if not tables.isdisjoint(self.by_table):
            return True
        # What is written to a child may refer to a new row that waits.
        new = {table for table, rows in self.by_table.items() if not rows.must_change}
        return not new.isdisjoint(_parents(tables))

    def write(self, db: Connection) -> None:
        # All of it: a row may refer to another's, which then comes first.
        rows, self.by_table = self.by_table, {}
        try:
            for table in sorted(rows, key=_place):
                rows[table].write(db)
        except BaseException as error:
            self.failure = error
            raise


@cache
def _parents(tables: frozenset[str]) -> frozenset[str]:
    found = (metadata.tables.get(table) for table in tables)
    keys = (key for table in found if table is not None for key in table.foreign_keys)
    return frozenset(key.column.table.name for key in keys)


@cache
def _places() -> dict[str, int]:
    return {table.name: place for place, table in enumerate(metadata.sorted_tables)}


def _place(table: str) -> int:
    return _places().get(table, len(_places()))


def write_later(
    db: Connection, statement: Statement, values: Values, *, table: str, must_change: bool = False
) -> None:
    """Run the statement, which writes to `table`, together with the transaction's others.

    With `must_change` it changes a row that this transaction has read.

    Raises:
        NotFound: the row is not there any more; on PostgreSQL it is raised later on.
    """
    if db.dialect.name == "sqlite":
        changed = statement.count(db, values)
        _ensure(changed == 1 or not must_change)
        return
    if not db.in_transaction():
        db.begin()
    transaction = db.get_transaction()
    waiting: _Waiting | None = db.info.get(WAITING)
    if waiting is None or waiting.transaction is not transaction:
        waiting = db.info[WAITING] = _Waiting(transaction)
    rows = waiting.by_table.get(table)
    if rows is not None and rows.statement is not statement:
        waiting.write(db)  # two kinds of changes to one row keep their order
        rows = None
    if rows is None:
        rows = waiting.by_table[table] = _Rows(statement, must_change, [])
    rows.values.append(values)


def _ensure(is_there: bool) -> None:
    if not is_there:
        raise NotFound("A row that was to be changed is not there any more.")


def write_now(db: Connection) -> None:
    """Write what waits, if anything does."""
    waiting: _Waiting | None = db.info.get(WAITING)
    if waiting is None or waiting.transaction is not db.get_transaction():
        return
    if waiting.failure is not None:
        # Whoever asked something else may have taken it for their own answer ("not found").
        raise waiting.failure
    waiting.write(db)


def write_before_queries_of(engine: Engine) -> None:
    """Let SQLAlchemy's own statements find everything written, and no commit go without it."""

    @event.listens_for(engine, "before_cursor_execute")
    def write_first(db: Connection, *_: Any) -> None:
        write_now(db)

    @event.listens_for(engine, "commit")
    def write_last(db: Connection) -> None:
        write_now(db)
