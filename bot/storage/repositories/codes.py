"""Stored codes as parts of queries."""

from __future__ import annotations

from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, literal_column


def code(state: Enum) -> ColumnElement[Any]:
    """A state written into the query itself: only so is a partial index sure to be taken."""
    return literal_column(f"'{state.value}'")
