"""Filters for days and times of day."""

from __future__ import annotations

from functools import cache

from babel.dates import get_day_names, get_month_names

from bot.content.filters_reading import LOCALES, day_in, is_nothing, time_in


def day_and_month(value: object, *, language: str) -> str:
    """ "12. mars", "12 March"."""
    if is_nothing(value):
        return ""
    day = day_in(value, name="date")
    month = _months(language)[day.month]
    return f"{day.day} {month}" if language == "en" else f"{day.day}. {month}"


def date_long(value: object, *, language: str) -> str:
    """ "12. mars 2026", "12 March 2026"."""
    if is_nothing(value):
        return ""
    day = day_in(value, name="date_long")
    return f"{day_and_month(day, language=language)} {day.year}"


def weekday(value: object, *, language: str) -> str:
    """ "tirsdag", "tysdag", "Tuesday"."""
    if is_nothing(value):
        return ""
    return _weekdays(language)[day_in(value, name="weekday").weekday()]


def time_of_day(value: object, *, language: str) -> str:
    """ "kl. 10.00" in Norwegian, "10:00" in English.

    Babel writes "10:00" in Norwegian too. Both are right; the point is the older way and what the
    rest of the program writes (bot/domain/time_words.py).
    """
    if is_nothing(value):
        return ""
    wall = time_in(value, name="time")
    return f"{wall:%H:%M}" if language == "en" else f"kl. {wall:%H.%M}"


# Babel works its patterns out anew at each call; the words are all that is needed of it.
@cache
def _months(language: str) -> dict[int, str]:
    return dict(get_month_names("wide", locale=LOCALES[language]))


@cache
def _weekdays(language: str) -> dict[int, str]:
    """By Python's numbers: Monday is 0."""
    return dict(get_day_names("wide", locale=LOCALES[language]))
