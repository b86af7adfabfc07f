"""Statements compiled once and run on the driver's own cursor; building them anew costs ten times more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors

from bot.storage.given_rows import GIVEN, NUMBERS, as_json

Build = Callable[[str], Any]
Values = Mapping[str, Any]
_CURSOR = "tettpa cursor"
# What the transaction has still to write (bot/storage/later.py).
WAITING = "tettpa later"


class Statement:
    """One Core statement with named parameters, the same whenever it runs.

    `build` is given the dialect's name ("sqlite" or "postgresql") and called once for each. Values
    go in and come out as through SQLAlchemy, and errors are SQLAlchemy's.
    """

    def __init__(
        self, build: Build, *, for_many: Callable[[], Any] | None = None, which: str = ""
    ) -> None:
        """Keep how it is built.

        Args:
            for_many: Builds, for PostgreSQL, the statement that does the same once for all of
                `given_rows`, whose columns are the parameters of this one.
            which: The parameter that tells which row is changed. Two changes of one row are run
                one after the other, for a statement changes a row only once.
        """
        self._build = build
        self._for_many = for_many
        self._which = which
        self._compiled: dict[str, _Compiled] = {}
        self._compiled_for_many: _Compiled | None = None

    def rows(self, db: Connection, values: Values) -> list[Sequence[Any]]:
        """Every row, in the order of the statement's columns."""
        compiled = self._for(db)
        cursor = _run(db, compiled, values)
        return [compiled.read(row) for row in cursor.fetchall()]

    def first(self, db: Connection, values: Values) -> Sequence[Any] | None:
        compiled = self._for(db)
        found = _run(db, compiled, values).fetchall()
        return compiled.read(found[0]) if found else None

    def count(self, db: Connection, values: Values) -> int:
        """How many rows it changed."""
        changed: int = _run(db, self._for(db), values).rowcount
        return changed

    def count_many(self, db: Connection, many: Sequence[Values]) -> int:
        """How many rows it changed, run once for each of `many`."""
        if len(many) == 1:
            return self.count(db, many[0])
        compiled = self._for(db)
        together = self._together(db, many)
        if together is None:
            changed: int = _run(db, compiled, many, is_many=True).rowcount
        else:
            given: dict[str, Any] = {GIVEN: as_json([compiled.asked(one) for one in many])}
            if self._which:
                given[NUMBERS] = [one[self._which] for one in many]
            changed = _run(db, together, given).rowcount
        return changed

    def _together(self, db: Connection, many: Sequence[Values]) -> _Compiled | None:
        """The statement for all of `many` at once, where there is one and it means the same."""
        if self._for_many is None or db.dialect.name != "postgresql":
            return None
        if self._which and len({one[self._which] for one in many}) < len(many):
            return None
        if self._compiled_for_many is None:
            self._compiled_for_many = _Compiled(self._for_many(), db.dialect)
        return self._compiled_for_many

    def _for(self, db: Connection) -> _Compiled:
        name = db.dialect.name
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = _Compiled(self._build(name), db.dialect)
        return found


class _Compiled:
    """What SQLAlchemy makes of a statement: its text, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._tables = _tables_in(statement)
        self._positions: tuple[str, ...] | None = (
            tuple(compiled.positiontup) if compiled.positional else None
        )
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._binders = {
            name: binder
            for name, bind in binds.items()
            if (binder := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        asked = {name for name, bind in binds.items() if bind.required}
        # Values that stand in the statement itself are turned into the driver's once.
        self._fixed = {
            name: self._bound(name, value)
            for name, value in compiled.params.items()
            if name not in asked
        }
        names = self._positions or tuple(binds)
        self._plain = tuple(name for name in names if name in asked and name not in self._binders)
        self._special = tuple(
            (name, self._binders[name]) for name in names if name in asked and name in self._binders
        )
        readers = (
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for place, column in enumerate(getattr(statement, "exported_columns", ()))
        )
        self._readers = tuple((place, reader) for place, reader in readers if reader is not None)

    def write_first(self, db: Connection) -> None:
        """What it looks at is written before; its own round trip is no reason to write the rest."""
        waiting = db.info.get(WAITING)
        if waiting is not None and waiting.is_for(db) and waiting.concerns(self._tables):
            waiting.write(db)

    def asked(self, values: Values) -> dict[str, Any]:
        """What is asked of whoever runs it, as the driver takes it."""
        bound = {name: values[name] for name in self._plain}
        for name, binder in self._special:
            bound[name] = binder(values[name])
        return bound

    def parameters(self, values: Values) -> Any:
        bound = {**self._fixed, **self.asked(values)}
        if self._positions is None:
            return bound
        return [bound[name] for name in self._positions]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self._readers:
            return row
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return values

    def _bound(self, name: str, value: Any) -> Any:
        binder = self._binders.get(name)
        return value if binder is None else binder(value)


def _run(db: Connection, compiled: _Compiled, values: Any, *, is_many: bool = False) -> Any:
    if not db.in_transaction():
        db.begin()
    compiled.write_first(db)
    cursor = _cursor_of(db)
    try:
        if is_many:
            cursor.executemany(compiled.sql, [compiled.parameters(one) for one in values])
        else:
            cursor.execute(compiled.sql, compiled.parameters(values))
    except db.dialect.loaded_dbapi.Error as error:
        raise _explained(db, compiled.sql, error) from error
    return cursor


def _tables_in(statement: Any) -> frozenset[str]:
    parts = list(visitors.iterate(statement))
    columns = (getattr(part, "table", None) for part in parts)
    return frozenset(part.name for part in (*parts, *columns) if isinstance(part, Table))


def _cursor_of(db: Connection) -> Any:
    """One cursor per connection of the driver: every result is read to its end at once."""
    kept = db.info  # raises where the connection is closed or was invalidated
    cursor = kept.get(_CURSOR)
    if cursor is None:
        driver = db.connection.dbapi_connection
        assert driver is not None
        cursor = kept[_CURSOR] = driver.cursor()
    return cursor


def _explained(db: Connection, sql: str, error: Any) -> BaseException:
    """The driver's error as SQLAlchemy would have raised it, the connection ended if it is dead."""
    dialect = db.dialect
    is_lost = dialect.is_disconnect(error, db.connection.dbapi_connection, None)
    explained: BaseException = DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    if is_lost:
        db.invalidate(error)
    return explained
