"""What the filters read: days, times and numbers as the program or a profile holds them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from jinja2 import Undefined

# Babel's English is American unless it is told.
LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}

MAX_DIGITS = 15  # far above any wage, and short on a phone
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}\S{0,24}")
_TIME = re.compile(r"(?:kl\.?\s*)?([0-9]{1,2})(?:[.:]([0-9]{2})(?::[0-9]{2})?)?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?[0-9]+(?:[.,][0-9]+)?")
_BLANKS = re.compile(r"[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+(?=[0-9])")
_MAX_CHARS = 60


class UnreadableValue(ValueError):
    """A filter was given what it cannot read; its text names the filter, never the value."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` cannot read the value it is given")


def is_nothing(value: object) -> bool:
    """Whether there is no value: an optional question without an answer, for one.

    Raises:
        UndefinedError: The placeholder itself is missing, which it names.
    """
    if isinstance(value, Undefined):
        str(value)
    return value is None or (isinstance(value, str) and not value.strip())


def words_in(value: object, *, name: str) -> str:
    """Words as they are, and what has plain words of its own.

    Raises:
        UnreadableValue: It is a mapping or another thing of many parts.
    """
    if isinstance(value, (str, int, float, Decimal, date, time)):
        return str(value)
    raise UnreadableValue(name)


def day_in(value: object, *, name: str) -> date:
    """The day of a date, a local moment, or either in ISO's words.

    Raises:
        UnreadableValue: It is something else, or a moment in UTC, where the day may be another.
    """
    if isinstance(value, str):
        value = _from_words(value, name)
    if isinstance(value, datetime):
        return _local(value, name).date()
    if isinstance(value, date):
        return value
    raise UnreadableValue(name)


def time_in(value: object, *, name: str) -> time:
    """The wall clock of a time, a local moment, "10:00", "10.00", "kl. 10" or ISO's words.

    Raises:
        UnreadableValue: It is something else, or a moment in UTC, where the hour is another.
    """
    if isinstance(value, str):
        words = value.strip()
        clock = _TIME.fullmatch(words) if len(words) <= _MAX_CHARS else None
        if clock is not None:
            return _clock(int(clock[1]), int(clock[2] or 0), name)
        value = _from_words(words, name)
    if isinstance(value, datetime):
        return _local(value, name).time()
    if isinstance(value, time):
        return value
    raise UnreadableValue(name)


def number_in(value: object, *, name: str) -> Decimal:
    """A number, or one in digits: "1200", "7.5", "1 200,50".

    Raises:
        UnreadableValue: It is something else, or longer than anybody reads.
    """
    if isinstance(value, str):
        if len(value) > _MAX_CHARS:
            raise UnreadableValue(name)
        words = _BLANKS.sub("", value.strip())
        if not _NUMBER.fullmatch(words):
            raise UnreadableValue(name)
        found = Decimal(words.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        found = Decimal(value)
    elif isinstance(value, float):
        found = Decimal(repr(value))
    else:
        raise UnreadableValue(name)
    if not found.is_finite() or found.adjusted() >= MAX_DIGITS:
        raise UnreadableValue(name)
    return found


def _from_words(words: str, name: str) -> date:
    words = words.strip()
    try:
        if _DAY.fullmatch(words):
            return date.fromisoformat(words)
        if _MOMENT.fullmatch(words):
            return datetime.fromisoformat(words)
    except ValueError:
        pass
    raise UnreadableValue(name)


def _local(moment: datetime, name: str) -> datetime:
    # Nobody here lives by UTC: such a moment was never turned into the office's time.
    if moment.tzinfo is UTC or moment.tzname() == "UTC":
        raise UnreadableValue(name)
    return moment


def _clock(hour: int, minute: int, name: str) -> time:
    if hour > 23 or minute > 59:
        raise UnreadableValue(name)
    return time(hour, minute)
