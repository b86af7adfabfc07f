"""Asking for the rows of many numbers with a text that is the same however many they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, func, select

from bot.storage.columns import Numbers


def among(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the numbers that parameter `name` lists.

    SQLAlchemy writes a parameter for each, so that nothing of such a statement can be kept.
    """
    given = bindparam(name, type_=Numbers)
    if dialect == "postgresql":
        return column == any_(given)
    each = func.json_each(given).table_valued("value")
    return column.in_(select(each.c.value))
