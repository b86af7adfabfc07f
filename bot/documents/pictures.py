"""A finished picture and the words that stand for it where it cannot be seen."""

from __future__ import annotations

from dataclasses import dataclass

from bot.documents.fonts import unprintable_in
from bot.domain.own_words import without_stray_marks


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and its alternative text in the same language."""

    png: bytes
    alt_text: str


def printable(line: str) -> str:
    """The line without signs that would be empty boxes, such as emoji."""
    unprintable = unprintable_in(line)
    if not unprintable:
        return line
    # An accent or a joiner that belonged to what is gone would stand alone.
    return without_stray_marks("".join(sign for sign in line if sign not in unprintable))
