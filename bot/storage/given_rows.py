"""Many rows given to a statement of PostgreSQL as one parameter, a JSON text.

A parameter for each value of each row costs the program ten times as much, and the server half as
much again (docs/benchmarks.md, 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, String, Text, and_, bindparam, cast, column, func
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.sql.selectable import TableValuedAlias

from bot.storage.among import among

# The parameter that holds them; and, where rows are changed, the one that lists their numbers.
GIVEN, NUMBERS = "given", "numbers"


def given_rows(columns: Mapping[str, ColumnElement[Any]]) -> TableValuedAlias:
    """A table of what is given, in its order: a name for each column, and a column of its type."""
    text = cast(bindparam(GIVEN, type_=Text), JSON)
    # What is too long is refused by the table it goes to, and not cut here.
    kinds = {
        name: Text() if isinstance(like.type, String) else like.type
        for name, like in columns.items()
    }
    rows = func.json_to_recordset(text).table_valued(
        *(column(name, kind) for name, kind in kinds.items()), name=GIVEN
    )
    return rows.render_derived(with_types=True)


def is_given(number: ColumnElement[Any], rows: TableValuedAlias, which: str) -> Any:
    """Which row is changed. The numbers come a second time, for the planner to go by their index:
    it takes any JSON for a hundred rows, and would rather read a whole table of some thousands."""
    return and_(number == rows.c[which], among("postgresql", number, NUMBERS))


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the parameter takes them: values as the driver takes them, with bytes, moments aware."""
    return orjson.dumps(rows, default=_in_hex, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()


def _in_hex(value: Any) -> str:
    content = getattr(value, "obj", value)  # SQLAlchemy wraps bytes for psycopg, which we leave out
    if isinstance(content, bytes):
        return f"\\x{content.hex()}"
    raise TypeError(f"A {type(value).__name__} cannot be given to PostgreSQL in JSON.")
