"""What every repository can do: rows in, frozen records out, sealed columns opened on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, select
from sqlalchemy.engine import RowMapping

from bot.domain.errors import NotFound
from bot.storage.faults import noticing_races
from bot.storage.later import write_later
from bot.storage.made_once import made_once
from bot.storage.remembered import remembered
from bot.storage.repositories.shapes import (
    Shape,
    inserting,
    names_to_insert,
    selecting,
    selecting_numbered,
    shape_of,
    updating,
)
from bot.storage.vault import Vault

R = TypeVar("R")


class Repository(Generic[R]):
    """One table, one record type; `id_column` is what numbers the rows.

    With `remembers` a transaction reads a row once, and `save` writes only what differs from it. It
    is for tables that are written through their repository alone (or see `forget_remembered`).
    """

    table: Table
    record: Callable[..., R]
    id_column = "id"
    remembers = False

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def get(self, record_id: int) -> R:
        """Return one record. Raises NotFound."""
        found = self._known(record_id)
        if found is None:
            read = self._read_by((self.id_column,), {self.id_column: record_id}, (), 1)
            if not read:
                raise NotFound(f"There is no {self._words} with number {record_id}.")
            found = read[0]
            if self.remembers:
                self._by_number[record_id] = found
        return found

    def add(self, record: R) -> R:
        """Store a new record and return it with its number."""
        if reserved := self._reserved:
            first = next(iter(reserved))
            del reserved[first]
            numbered = self._numbered(record, first)
            self._write(numbered, shape_of(self.record, self.table).names, once=False)
            return numbered
        with noticing_races():
            number = self._insert(record, once=False)
        assert number is not None
        return self._numbered(record, number)

    def reserve_numbers(self, count: int) -> None:
        """Have numbers at hand for rows that are going to be added in this transaction.

        Then they are written together; elsewhere than on PostgreSQL that would win nothing.
        """
        if self._db.dialect.name != "postgresql":
            return
        sequence = func.pg_get_serial_sequence(self.table.name, self.id_column)
        many = func.generate_series(1, count).table_valued("number")
        query = select(func.nextval(sequence)).select_from(many)
        self._reserved.update(dict.fromkeys(self._db.execute(query).scalars()))

    @made_once
    def _reserved(self) -> dict[int, None]:
        return remembered(self._db, f"{self.table.name} reserved numbers")

    def save(self, record: R) -> R:
        """Write the fields of a stored record."""
        record_id = getattr(record, self.id_column)
        known = self._known(record_id)
        changed = tuple(
            name
            for name in shape_of(self.record, self.table).names
            if name != self.id_column
            and (known is None or getattr(known, name) != getattr(record, name))
        )
        if not changed:
            return record
        values = self._values(record, changed)
        values["which"] = record_id
        statement = updating(self.table, changed, self.id_column)
        if known is not None:
            write_later(self._db, statement, values, table=self.table.name, must_change=True)
        elif statement.count(self._db, values) != 1:
            raise NotFound(f"There is no {self._words} with number {record_id}.")
        self._forget(record)
        if self.remembers:
            self._by_number[record_id] = record
        return record

    # --- for the repositories themselves ---

    @property
    def _words(self) -> str:
        return self.table.name.replace("_", " ")

    def _add_once(self, record: R) -> R | None:
        """Store it unless a row with the same unique key is there; the number, or None.

        Conflicts are ignored by the database itself: select-then-insert loses the race.
        """
        number = self._insert(record, once=True)
        return None if number is None else self._numbered(record, number)

    def _store(self, record: R, *, once: bool) -> None:
        """Store it, whatever becomes of it; on PostgreSQL together with the transaction's others."""
        self._write(record, self._names_to_insert, once=once)

    def _write(self, record: R, names: tuple[str, ...], *, once: bool) -> None:
        self._forget(record)
        statement = inserting(self.table, names, "", once=once)
        values = self._values(record, names)
        write_later(self._db, statement, values, table=self.table.name)

    def _add_all_once(self, records: Iterable[R]) -> int:
        """The same for many in one go; how many were new."""
        self._forget()
        names = self._names_to_insert
        many = [self._values(record, names) for record in records]
        return inserting(self.table, names, "", once=True).count_many(self._db, many)

    def _insert(self, record: R, *, once: bool) -> int | None:
        self._forget(record)
        names = self._names_to_insert
        statement = inserting(self.table, names, self.id_column, once=once)
        row = statement.first(self._db, self._values(record, names))
        return None if row is None else int(row[0])

    @property
    def _names_to_insert(self) -> tuple[str, ...]:
        return names_to_insert(self.record, self.table, self.id_column)

    def _numbered(self, record: R, number: int) -> R:
        numbered: R = replace(cast(Any, record), **{self.id_column: number})
        return numbered

    def _first_by(self, **asked: Any) -> R | None:
        """The record whose columns have these values (None is no value to ask for)."""
        found = self._all_by(limit=1, **asked)
        return found[0] if found else None

    def _all_by(
        self, *, order: tuple[str, ...] = (), limit: int | None = None, **asked: Any
    ) -> list[R]:
        """All records whose columns have these values; `order` names columns, "-id" downwards."""
        names = tuple(asked)
        if not self.remembers:
            return self._read_by(names, asked, order, limit)
        kept, question = self._remembered, (names, tuple(asked.values()), order, limit)
        if question not in kept:
            kept[question] = self._read_by(names, asked, order, limit)
            self._keep_by_number(kept[question])
        remembered_rows: list[R] = kept[question]
        return list(remembered_rows)

    def _read_numbered(self, numbers: Iterable[int]) -> list[R]:
        """The records with these numbers, as many as there are."""
        statement = selecting_numbered(self.record, self.table, self.id_column)
        return [self._built(row) for row in statement.rows(self._db, {"numbers": list(numbers)})]

    def _read_by(
        self,
        names: tuple[str, ...],
        asked: Mapping[str, Any],
        order: tuple[str, ...],
        limit: int | None,
    ) -> list[R]:
        statement = selecting(self.record, self.table, names, order, limit)
        return [self._built(row) for row in statement.rows(self._db, asked)]

    @made_once
    def _remembered(self) -> dict[Any, Any]:
        """Rows by what was asked; any change of the table may make them another answer."""
        return remembered(self._db, self.table.name)

    @made_once
    def _by_number(self) -> dict[int, R]:
        """Single rows, each as this transaction last read or wrote it."""
        return remembered(self._db, f"{self.table.name} by number")

    def _keep_by_number(self, records: Iterable[R]) -> None:
        self._by_number.update({getattr(one, self.id_column): one for one in records})

    def _known(self, record_id: int) -> R | None:
        return self._by_number.get(record_id) if self.remembers else None

    def _forget(self, record: R | None = None) -> None:
        """A record is added or changed (which `save` keeps); or rows are, for None."""
        if self.remembers:
            self._remembered.clear()

    def _forget_all(self) -> None:
        """Rows were changed by a statement of their own."""
        if self.remembers:
            self._remembered.clear()
            self._by_number.clear()

    def _least(self, column: Column[Any], *where: ColumnElement[bool]) -> datetime | None:
        least: datetime | None = self._db.execute(select(func.min(column)).where(*where)).scalar()
        return least

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

    def _record(self, row: RowMapping) -> R:
        return self._built([row[name] for name in shape_of(self.record, self.table).names])

    def _built(self, row: Sequence[Any]) -> R:
        """A record of its columns' values, in the order of `columns_of`."""
        shape = shape_of(self.record, self.table)
        values = list(row)
        if shape.sealed:
            key_id = self._key_id(shape, values)
            for place, _, kind, context in shape.sealed:
                values[place] = self._vault.open(key_id, kind, values[place], context=context)
        for place, convert in shape.converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        return self.record(*values)

    def _key_id(self, shape: Shape, values: Sequence[Any]) -> str:
        if shape.key_id is not None:
            key_id: str = values[shape.key_id]
            return key_id
        office_id = None if shape.office_id is None else values[shape.office_id]
        participant_id = None if shape.participant_id is None else values[shape.participant_id]
        return self._vault.key_id(self._db, office_id=office_id or 0, participant_id=participant_id)

    def _key_id_of(self, record: R) -> str:
        if (own := getattr(record, "key_id", None)) is not None:
            return str(own)
        return self._vault.key_id(
            self._db,
            office_id=getattr(record, "office_id", None) or 0,
            participant_id=getattr(record, "participant_id", None),
        )

    def _values(self, record: R, names: Sequence[str]) -> dict[str, Any]:
        """The columns named, as they are stored."""
        shape = shape_of(self.record, self.table)
        values = {name: getattr(record, name) for name in names}
        for name, value in values.items():
            if isinstance(value, Enum):
                values[name] = value.value
            elif isinstance(value, tuple):
                values[name] = list(value)
        key_id = ""
        for _, name, kind, context in shape.sealed:
            if name in values:
                key_id = key_id or self._key_id_of(record)
                values[name] = self._vault.seal(key_id, kind, values[name], context=context)
        return values


def columns_of(record: Any, table: Table) -> list[Column[Any]]:
    """The columns of a record, in the order in which a repository builds it from them."""
    return shape_of(record, table).columns
