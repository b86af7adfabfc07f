"""Prints what commands found: tables for people, JSON for programs, on one kind of rows."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]

NOTHING = "–"
LEAST_WIDTH = 12  # what a column of long texts needs to be readable
GAP = 2
PIPED_WIDTH = 10_000  # a pipe has no edge: rather long lines than names cut in two
# A name may hold letters of any direction; these marks would turn the rest of the line around.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def written(moment: datetime) -> str:
    """A local moment as people read it; seconds only where there are any."""
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def shown(value: object) -> str:
    """One value on one line, with nothing in it that would move the cursor or the direction."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case datetime():
            return written(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(shown(item) for item in value) or NOTHING
        case _:
            return "".join(_harmless(character) for character in str(value))


def print_json(data: object) -> None:
    print(as_json(data))


def as_json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=_plain)


def print_listing(
    rows: Sequence[Row], columns: Mapping[str, str], *, json_wanted: bool, empty: str
) -> None:
    """Print rows as JSON, or as a table of the named columns (key → heading)."""
    if json_wanted:
        print_json(list(rows))
    elif not rows:
        print(empty)
    else:
        print_table(rows, columns)


def print_table(rows: Sequence[Row], columns: Mapping[str, str]) -> None:
    """Print the named columns (key → heading); one that is empty in every row is left out."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() else PIPED_WIDTH,
        highlight=False,
        emoji=False,
    )
    # The first column stays, so that even a row of nothing is a row.
    used = {
        key: heading
        for place, (key, heading) in enumerate(columns.items())
        if place == 0 or any(shown(row.get(key)) != NOTHING for row in rows)
    }
    whole = _kept_whole(rows, used, console.width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for key, heading in used.items():
        table.add_column(Text(heading, style="bold"), overflow="fold", no_wrap=key in whole)
    for row in rows:
        # Text, not str: Rich would read "[bold]" in a name as an order.
        table.add_row(*(Text(shown(row.get(key))) for key in used))
    console.print(table)


def print_facts(facts: Row, labels: Mapping[str, str]) -> None:
    """Print one thing: a line per labelled fact."""
    widest = max(len(label) for label in labels.values())
    for key, label in labels.items():
        print(f"{label:<{widest}}  {shown(facts.get(key))}")


def _kept_whole(rows: Sequence[Row], columns: Mapping[str, str], width: int) -> set[str]:
    """The columns that need not go on in a second line: the short ones, while there is room."""
    from rich.cells import cell_len

    needed = {
        key: max(cell_len(text) for text in (heading, *(shown(row.get(key)) for row in rows)))
        for key, heading in columns.items()
    }
    whole: set[str] = set()
    left = width - len(columns) * (LEAST_WIDTH + GAP)
    for key, cells in sorted(needed.items(), key=lambda item: item[1]):
        left -= cells - LEAST_WIDTH
        if left < 0:
            break
        whole.add(key)
    return whole


def _harmless(character: str) -> str:
    if character in _DIRECTION_MARKS:
        return ""
    return "�" if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} else character


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
