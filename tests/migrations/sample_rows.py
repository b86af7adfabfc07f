"""Rows for any schema, made from what the database itself says of its tables: awkward but valid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table, insert, select, text

from bot.storage.columns import INSTANT_CHARS, JsonText
from bot.storage.tables import metadata as declared

NOON = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # the hour that the clocks skip
AWKWARD_TEXTS = (
    "it's; DROP TABLE staff; --",
    "Ærø ǣ \N{ZERO WIDTH JOINER}\N{RIGHT-TO-LEFT OVERRIDE} %s :name {x}",
    '\N{FAMILY}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}\\ "quoted" \n\ttab',
)
AWKWARD_NUMBERS = (0, -(2**62), 2**62)
Rows = Mapping[str, list[tuple[Any, ...]]]


def reflect(connection: Connection) -> MetaData:
    """The tables as they are, without Alembic's own."""
    found = MetaData()
    found.reflect(connection)
    if (bookkeeping := found.tables.get("alembic_version")) is not None:
        found.remove(bookkeeping)
    return found


def fill(connection: Connection, tables: MetaData, *, begin: int = 1, rows: int = 3) -> None:
    """Add rows to every table, numbered from `begin`; each points to rows of its own number."""
    for table in tables.sorted_tables:
        connection.execute(
            insert(table), [row_of(table, number) for number in range(begin, begin + rows)]
        )
    move_sequences(connection, tables)


def row_of(table: Table, number: int) -> dict[str, Any]:
    """One row: its first of three has NULL wherever it may."""
    return {
        column.name: None if column.nullable and number % 3 == 1 else _value(column, number)
        for column in table.columns
    }


def all_rows(
    connection: Connection, tables: MetaData, *, leave_out: frozenset[str] = frozenset()
) -> Rows:
    """Every row of these tables, with these columns only, in the order of the primary key.

    `leave_out` names tables, and columns as "table.column".
    """
    return {
        table.name: [
            tuple(row)
            for row in connection.execute(
                select(*(c for c in table.columns if f"{table.name}.{c.name}" not in leave_out))
                .select_from(table)
                .order_by(*table.primary_key.columns)
            )
        ]
        for table in tables.sorted_tables
        if table.name not in leave_out
    }


def _value(column: sa.Column[Any], number: int) -> Any:
    if column.foreign_keys:
        return number
    kind = column.type
    match kind:
        case sa.Boolean():
            return number % 2 == 0
        case sa.Date():
            return date(2028, 2, 29) + timedelta(days=number)
        case sa.DateTime():
            return NOON + timedelta(seconds=number)
        case sa.LargeBinary():
            return bytes(range(256)) + str(number).encode()
        case sa.BigInteger() | sa.Integer():
            return _number(column, number)
        case sa.Float() | sa.Numeric():
            return number / 8
        case sa.String():
            return _words(column, number)
    raise AssertionError(f"{column.table.name}.{column.name}: no sample value for {kind!r} yet")


def _number(column: sa.Column[Any], number: int) -> int:
    if column.primary_key:
        return number
    is_small = not isinstance(column.type, sa.BigInteger) and column.table.name in declared.tables
    is_small = is_small and not isinstance(_declared_type(column), sa.BigInteger)
    awkward = AWKWARD_NUMBERS[number % 3]
    return (awkward >> 32 if is_small else awkward) + number


def _words(column: sa.Column[Any], number: int) -> str:
    kind = _declared_type(column)
    length = getattr(column.type, "length", None)
    if isinstance(kind, JsonText):
        return orjson.dumps({"number": number, "words": AWKWARD_TEXTS[number % 3]}).decode()
    if length == INSTANT_CHARS:
        moment = (NOON + timedelta(seconds=number)).replace(tzinfo=None)
        return moment.isoformat(timespec="microseconds") + "Z"
    # The number first: many of them are unique.
    words = f"{number} {AWKWARD_TEXTS[number % 3]}"
    return words if length is None else words[:length] if length > 9 else str(number)[-length:]


def _declared_type(column: sa.Column[Any]) -> Any:
    table = declared.tables.get(column.table.name)
    known = None if table is None else table.columns.get(column.name)
    return column.type if known is None else known.type


def move_sequences(connection: Connection, tables: MetaData) -> None:
    """PostgreSQL's own numbers go on behind ours."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.sorted_tables:
        (key, *more) = table.primary_key.columns
        if more or not isinstance(key.type, sa.Integer):
            continue
        connection.execute(
            text(
                "SELECT setval(sequence, (SELECT max(id) FROM (SELECT "
                f'max("{key.name}") AS id FROM "{table.name}") AS ids)) '
                "FROM pg_get_serial_sequence(:table, :key) AS sequence WHERE sequence IS NOT NULL"
            ),
            {"table": table.name, "key": key.name},
        )
