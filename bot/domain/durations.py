"""Lengths of time as authors and offices write them: "20 seconds", "2 working days"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.errors import RuleBroken


class Unit(StrEnum):
    """What a duration counts in; the value is the plural word that people write."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    WORKING_HOURS = "working hours"
    WORKING_DAYS = "working days"


_ELAPSED = {
    Unit.SECONDS: timedelta(seconds=1),
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.WEEKS: timedelta(weeks=1),
}
_UNITS = {word: unit for unit in Unit for word in (unit.value, unit.value.removesuffix("s"))}
_WRITTEN = re.compile(r"([0-9]{1,9}) ?([a-z ]+)")
# Ten years. Longer waits are typing mistakes, and would leave the range of the calendar.
_MOST_SECONDS = timedelta(days=3660).total_seconds()
_EXAMPLES = 'write a whole number and a unit, for example "20 seconds", "1 day" or "2 working days"'


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of one unit, never negative and at most ten years.

    Raises:
        ValueError: `amount` is negative or too large.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"A duration cannot be negative, but {self.amount} was given.")
        one = _ELAPSED.get(self.unit) or _ELAPSED[Unit.DAYS]
        if self.amount * one.total_seconds() > _MOST_SECONDS:
            raise ValueError(f'"{self}" is longer than ten years: {_EXAMPLES}.')

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read "20 seconds", "1 day", "2 working days"; case and extra spaces do not matter.

        Raises:
            ValueError: With one sentence that says what was given and shows examples.
        """
        written = _WRITTEN.fullmatch(" ".join(text.lower().split()))
        unit = _UNITS.get(written[2]) if written else None
        if written is None or unit is None:
            raise ValueError(f'"{text}" is not a duration: {_EXAMPLES}.')
        return cls(int(written[1]), unit)

    def __str__(self) -> str:
        words = self.unit.value if self.amount != 1 else self.unit.value.removesuffix("s")
        return f"{self.amount} {words}"

    @property
    def is_shorter_than_a_day(self) -> bool:
        """Whether it can pass more than once on one day."""
        if self.is_working_time:
            return self.unit is Unit.WORKING_HOURS
        return self.elapsed < timedelta(days=1)

    @property
    def is_working_time(self) -> bool:
        """Whether only an office's staffed hours count."""
        return self.unit not in _ELAPSED

    @property
    def elapsed(self) -> timedelta:
        """The length on a stopwatch, a day being 24 hours.

        To add days to a moment use `WorkCalendar.add`, which keeps the wall clock.

        Raises:
            RuleBroken: Working time has no length without an office's calendar.
        """
        if self.is_working_time:
            raise RuleBroken(f'"{self}" is working time, so it needs an office\'s calendar.')
        return self.amount * _ELAPSED[self.unit]
