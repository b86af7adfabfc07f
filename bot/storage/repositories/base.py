"""What every repository can do: rows in, frozen records out, sealed columns opened on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar, cast, get_args, get_type_hints

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import RowMapping

from bot.domain.errors import NotFound
from bot.storage.faults import noticing_races
from bot.storage.vault import Vault

R = TypeVar("R")
Converter = Callable[[Any], Any]


@cache
def _converters(record: Any) -> dict[str, Converter]:
    """How a stored value becomes a field: codes become their enumeration, lists become tuples."""
    found: dict[str, Converter] = {}
    for name, hint in get_type_hints(record).items():
        for kind in (hint, *get_args(hint)):
            if isinstance(kind, type) and issubclass(kind, Enum):
                found[name] = kind
        if getattr(hint, "__origin__", None) is tuple:
            found[name] = tuple
    return found


@cache
def _columns(record: Any, table: Table) -> tuple[str, ...]:
    names = {field.name for field in fields(record)}
    return tuple(column.name for column in table.columns if column.name in names)


@cache
def _sealed(table: Table) -> dict[str, str]:
    return {c.name: c.info["sealed"] for c in table.columns if "sealed" in c.info}


class Repository(Generic[R]):
    """One table, one record type; `id_column` is what numbers the rows."""

    table: Table
    record: Callable[..., R]
    id_column = "id"

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def get(self, record_id: int) -> R:
        """Return one record. Raises NotFound."""
        found = self._first(self._by_id(record_id))
        if found is None:
            raise NotFound(f"There is no {self._words} with number {record_id}.")
        return found

    def add(self, record: R) -> R:
        """Store a new record and return it with its number."""
        values = self._values(record)
        values.pop(self.id_column, None)
        with noticing_races():
            result = self._db.execute(insert(self.table).values(values))
        assert result.inserted_primary_key is not None
        return self._numbered(record, result.inserted_primary_key[0])

    def save(self, record: R) -> R:
        """Write all fields of a stored record."""
        values = self._values(record)
        record_id = values.pop(self.id_column)
        done = self._db.execute(update(self.table).where(self._by_id(record_id)).values(values))
        if done.rowcount != 1:
            raise NotFound(f"There is no {self._words} with number {record_id}.")
        return record

    # --- for the repositories themselves ---

    @property
    def _words(self) -> str:
        return self.table.name.replace("_", " ")

    def _add_once(self, record: R) -> R | None:
        """Store it unless a row with the same unique key is there; the number, or None.

        Conflicts are ignored by the database itself: select-then-insert loses the race.
        """
        values = self._values(record)
        values.pop(self.id_column, None)
        kind = postgresql.insert if self._db.dialect.name == "postgresql" else sqlite.insert
        done = self._db.execute(
            kind(self.table)
            .values(values)
            .on_conflict_do_nothing()
            .returning(self.table.c[self.id_column])
        ).first()
        return None if done is None else self._numbered(record, done[0])

    def _numbered(self, record: R, number: int) -> R:
        numbered: R = replace(cast(Any, record), **{self.id_column: number})
        return numbered

    def _least(self, column: Column[Any], *where: ColumnElement[bool]) -> datetime | None:
        least: datetime | None = self._db.execute(select(func.min(column)).where(*where)).scalar()
        return least

    def _by_id(self, record_id: int) -> ColumnElement[bool]:
        return self.table.c[self.id_column] == record_id

    def _select(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(self.table).where(*where)

    def _first(self, *where: ColumnElement[bool]) -> R | None:
        row = self._db.execute(self._select(*where).limit(1)).mappings().first()
        return None if row is None else self._record(row)

    def _all(
        self, *where: ColumnElement[bool], order: Any = None, limit: int | None = None
    ) -> list[R]:
        query = self._select(*where)
        if order is not None:
            query = query.order_by(*order) if isinstance(order, tuple) else query.order_by(order)
        return self._rows(query.limit(limit) if limit else query)

    def _rows(self, query: Select[Any]) -> list[R]:
        return [self._record(row) for row in self._db.execute(query).mappings()]

    def _key_id(self, values: Any) -> str:
        if "key_id" in self.table.c:
            key_id: str = values["key_id"]
            return key_id
        return self._vault.key_id(
            self._db,
            office_id=values.get("office_id") or 0,
            participant_id=values.get("participant_id"),
        )

    def _record(self, row: RowMapping) -> R:
        values = {name: row[name] for name in _columns(self.record, self.table)}
        for name, shape in _sealed(self.table).items():
            if name in values:
                context = f"{self.table.name}.{name}"
                values[name] = self._vault.open(
                    self._key_id(row), shape, values[name], context=context
                )
        for name, convert in _converters(self.record).items():
            if values.get(name) is not None:
                values[name] = convert(values[name])
        return self.record(**values)

    def _values(self, record: R) -> dict[str, Any]:
        values = {name: getattr(record, name) for name in _columns(self.record, self.table)}
        for name, value in values.items():
            if isinstance(value, Enum):
                values[name] = value.value
            elif isinstance(value, tuple):
                values[name] = list(value)
        for name, shape in _sealed(self.table).items():
            if name in values:
                context = f"{self.table.name}.{name}"
                values[name] = self._vault.seal(
                    self._key_id(values), shape, values[name], context=context
                )
        return values
