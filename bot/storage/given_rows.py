"""Many rows given to a statement of PostgreSQL as one parameter, a JSON text.

A parameter for each value of each row costs the program ten times as much, and the server half as
much again (docs/benchmarks.md, 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, String, Text, bindparam, cast, column, func
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.sql.selectable import TableValuedAlias

# The parameter that holds them.
GIVEN = "given"


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


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the parameter takes them: values as the driver would, with bytes, moments aware."""
    return orjson.dumps(rows, default=_in_hex).decode()


def _in_hex(value: Any) -> str:
    content = getattr(value, "obj", value)  # SQLAlchemy wraps bytes for psycopg, which we leave out
    if isinstance(content, bytes):
        return f"\\x{content.hex()}"
    raise TypeError(f"A {type(value).__name__} cannot be given to PostgreSQL in JSON.")
