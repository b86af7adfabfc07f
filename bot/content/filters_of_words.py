"""Filters for words as they are: their letters large or small, the blanks around them."""

from __future__ import annotations

from bot.content.filters_reading import is_nothing, words_in


def first_upper(value: object) -> str:
    """Raise the first letter and leave the rest, so that "Nav" and names stay as they are."""
    words = "" if is_nothing(value) else words_in(value, name="first_upper")
    return words[:1].upper() + words[1:]


def lower(value: object) -> str:
    return "" if is_nothing(value) else words_in(value, name="lower").lower()


def trim(value: object) -> str:
    return "" if is_nothing(value) else words_in(value, name="trim").strip()


def upper(value: object) -> str:
    return "" if is_nothing(value) else words_in(value, name="upper").upper()
