"""Days as people type them: "12.3.2026", "12/3", "12. mars", "i morgen", "på fredag"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.month_names import MONTH_OF


class DatesAsked(StrEnum):
    """Which days a question is about; a day without a year is read as the nearest of them."""

    ANY = "any"
    UPCOMING = "upcoming"  # today or later
    PAST = "past"  # today or earlier


_RELATIVE = {
    "i dag": 0,
    "idag": 0,
    "today": 0,
    "i morgen": 1,
    "imorgen": 1,
    "i morgon": 1,
    "imorgon": 1,
    "tomorrow": 1,
    "i overmorgen": 2,
    "overmorgen": 2,
    "i overmorgon": 2,
    "overmorgon": 2,
    "i går": -1,
    "igår": -1,
    "yesterday": -1,
}
_WEEKDAYS = (
    ("mandag", "måndag", "monday", "man", "mån", "mon"),
    ("tirsdag", "tysdag", "tuesday", "tirs", "tir", "tys", "tue"),
    ("onsdag", "wednesday", "ons", "wed"),
    ("torsdag", "thursday", "tors", "tor", "thu"),
    ("fredag", "friday", "fre", "fri"),
    ("lørdag", "laurdag", "saturday", "lør", "lau", "sat"),
    ("søndag", "sundag", "sunday", "søn", "sun"),
)
_WEEKDAY_OF = {name: day for day, names in enumerate(_WEEKDAYS) for name in names}
YEARS_AHEAD = 10  # a year of two digits further off than this lies behind us
_BEFORE = re.compile(r"^(?:(?:på|den|on|the|til|førstkommende|førstkomande|now|this|nå|no)\s+)+")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})(?:\s*[./-]\s*(\d{4}|\d{2}))?\.?", re.ASCII)
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?([a-zæøå]{3,9})\.?(?:\s+(\d{4}))?", re.ASCII
)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?", re.ASCII)


def date_typed(words: str, *, today: date, asked: DatesAsked) -> date | None:
    """Return the day that was clearly meant, or None.

    The day comes before the month, as everywhere in Norway ("3/4" is the third of April).
    """
    plain = _BEFORE.sub("", " ".join(words.casefold().split()).rstrip("!?.")).strip()
    if plain in _RELATIVE:
        return today + timedelta(days=_RELATIVE[plain])
    weekday = _WEEKDAY_OF.get(plain.rstrip("."))
    if weekday is not None:
        return _nearest_weekday(weekday, today, asked)
    if iso := _ISO.fullmatch(plain):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    # "fredag 13. mars": the date says it all.
    first, _, rest = plain.replace(",", " ").partition(" ")
    if first.rstrip(".") in _WEEKDAY_OF and rest:
        plain = rest.strip().removeprefix("den ").strip()
    return _calendar_day(plain, today, asked)


def _calendar_day(plain: str, today: date, asked: DatesAsked) -> date | None:
    if numbers := _NUMBERS.fullmatch(plain):
        return _in_year(numbers[3], int(numbers[2]), int(numbers[1]), today, asked)
    if named := _DAY_FIRST.fullmatch(plain):
        return _in_year(named[3], _month(named[2]), int(named[1]), today, asked)
    if named := _MONTH_FIRST.fullmatch(plain):
        return _in_year(named[3], _month(named[1]), int(named[2]), today, asked)
    return None


def _month(name: str) -> int:
    return MONTH_OF.get(name[:3], 0)


def _in_year(year: str | None, month: int, day: int, today: date, asked: DatesAsked) -> date | None:
    if year is not None:
        return _day(_in_full(int(year), today, asked), month, day)
    years = {
        DatesAsked.UPCOMING: (today.year, today.year + 1),
        DatesAsked.PAST: (today.year, today.year - 1),
        DatesAsked.ANY: (today.year,),
    }[asked]
    found = [made for y in years if (made := _day(y, month, day)) is not None]
    fits = [d for d in found if not _is_out_of(d, today, asked)]
    return next(iter(fits or found), None)


def _in_full(year: int, today: date, asked: DatesAsked) -> int:
    """Read "98" as 1998, unless only a day to come can be meant."""
    if year >= 100:
        return year
    is_far_ahead = year + 2000 > today.year + YEARS_AHEAD and asked is not DatesAsked.UPCOMING
    return year + (1900 if is_far_ahead else 2000)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest_weekday(weekday: int, today: date, asked: DatesAsked) -> date:
    ahead = (weekday - today.weekday()) % 7
    if asked is DatesAsked.PAST:
        return today - timedelta(days=(7 - ahead) % 7)
    return today + timedelta(days=ahead)


def _is_out_of(day: date, today: date, asked: DatesAsked) -> bool:
    return (asked is DatesAsked.UPCOMING and day < today) or (
        asked is DatesAsked.PAST and day > today
    )
