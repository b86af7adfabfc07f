"""How a record type lies in its table, and the statements that every repository needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, get_args, get_type_hints

from sqlalchemy import Column, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.among import among
from bot.storage.given_rows import given_rows, is_given
from bot.storage.statements import Statement

Converter = Callable[[Any], Any]


class Shape:
    """The columns of a record, in the order of its fields, and what becomes of each on the way."""

    def __init__(self, record: Any, table: Table) -> None:
        self.names = tuple(field.name for field in fields(record))
        self.columns: list[Column[Any]] = [table.c[name] for name in self.names]
        places = {name: place for place, name in enumerate(self.names)}
        self.converters = tuple((places[n], c) for n, c in _converters(record).items())
        # Place, name, what it is ("text" or "json"), and what the seal is bound to.
        self.sealed = tuple(
            (places[c.name], c.name, c.info["sealed"], f"{table.name}.{c.name}")
            for c in self.columns
            if "sealed" in c.info
        )
        self.key_id = places.get("key_id")
        self.office_id = places.get("office_id")
        self.participant_id = places.get("participant_id")


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
def shape_of(record: Any, table: Table) -> Shape:
    return Shape(record, table)


@cache
def names_to_insert(record: Any, table: Table, id_column: str) -> tuple[str, ...]:
    """All columns of a record but the one that numbers it."""
    return tuple(name for name in shape_of(record, table).names if name != id_column)


@cache
def selecting(
    record: Any, table: Table, asked: tuple[str, ...], order: tuple[str, ...], limit: int | None
) -> Statement:
    """Rows whose columns `asked` have the values given; `order` names columns, "-id" downwards."""
    query = select(*shape_of(record, table).columns)
    query = query.where(*(table.c[name] == bindparam(name) for name in asked))
    for name in order:
        column = table.c[name.removeprefix("-")]
        query = query.order_by(column.desc() if name.startswith("-") else column)
    return Statement(lambda _: query.limit(limit) if limit else query)


@cache
def selecting_numbered(record: Any, table: Table, id_column: str) -> Statement:
    """Rows whose number is one of the "numbers"."""
    query = select(*shape_of(record, table).columns)
    return Statement(lambda dialect: query.where(among(dialect, table.c[id_column], "numbers")))


@cache
def inserting(table: Table, names: tuple[str, ...], numbered: str, *, once: bool) -> Statement:
    """Inserts one row and gives its number; `once` leaves out what has a unique key that is taken."""

    def build(dialect: str) -> Any:
        kind = postgresql.insert if dialect == "postgresql" else sqlite.insert
        new = kind(table).values({name: bindparam(name) for name in names})
        new = new.on_conflict_do_nothing() if once else new
        return new.returning(table.c[numbered]) if numbered else new

    def for_many() -> Any:
        rows = given_rows({name: table.c[name] for name in names})
        new = postgresql.insert(table).from_select(names, select(rows), include_defaults=False)
        return new.on_conflict_do_nothing() if once else new

    return Statement(build, for_many=None if numbered else for_many)


@cache
def updating(table: Table, names: tuple[str, ...], id_column: str) -> Statement:
    """Changes the columns named of the row numbered `which`."""
    number = table.c[id_column]

    def build(_: str) -> Any:
        changed = update(table).where(number == bindparam("which"))
        return changed.values({name: bindparam(name) for name in names})

    def for_many() -> Any:
        rows = given_rows({"which": number, **{name: table.c[name] for name in names}})
        changed = update(table).where(is_given(number, rows, "which"))
        return changed.values({name: rows.c[name] for name in names})

    return Statement(build, for_many=for_many, which="which")
