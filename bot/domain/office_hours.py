"""What an office can set about its own time: zone, hours, working days, holidays, exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.errors import BadSetting
from bot.domain.public_holidays import public_holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


def _parse_time(text: str) -> time:
    written = _CLOCK.fullmatch(text.strip())
    if written is None:
        raise ValueError(f'"{text}" is not a time of day: write it like "09:00".')
    try:
        return time(int(written[1]), int(written[2]), int(written[3] or 0))
    except ValueError:
        raise ValueError(f'"{text}" is not a time of day: write it like "09:00".') from None


def _write_time(wall: time) -> str:
    return wall.isoformat("seconds" if wall.second else "minutes")


@dataclass(frozen=True, slots=True)
class HoursOfDay:
    """A half-open window on the wall clock of one day; `closes` None is midnight, 24:00.

    Raises:
        ValueError: The window is empty, or goes on after midnight.
    """

    opens: time
    closes: time | None

    def __post_init__(self) -> None:
        if self.closes is not None and self.closes <= self.opens:
            raise ValueError(
                f'"{self}" does not open before it closes on the same day: '
                'write it like "08:00-15:30", or "00:00-24:00" for round the clock.'
            )

    @classmethod
    def parse(cls, text: str) -> HoursOfDay:
        """Read "08:00-15:30"; "00:00-24:00" is round the clock.

        Raises:
            ValueError: With one sentence that says what was given and shows an example.
        """
        opens, _, closes = text.replace("–", "-").partition("-")
        try:
            end = None if closes.strip() in {"24:00", "24:00:00"} else _parse_time(closes)
            start = _parse_time(opens)
        except ValueError:
            raise ValueError(
                f'"{text}" are not hours of a day: write them like "08:00-15:30", '
                'or "00:00-24:00" for round the clock.'
            ) from None
        return cls(start, end)

    def __str__(self) -> str:
        closes = "24:00" if self.closes is None else _write_time(self.closes)
        return f"{_write_time(self.opens)}-{closes}"

    @property
    def length(self) -> timedelta:
        """How long the window is on a day when no clock changes."""
        start = timedelta(
            hours=self.opens.hour, minutes=self.opens.minute, seconds=self.opens.second
        )
        if self.closes is None:
            return timedelta(days=1) - start
        end = timedelta(
            hours=self.closes.hour, minutes=self.closes.minute, seconds=self.closes.second
        )
        return end - start


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """What an office can set about its time (`tettpa office set`).

    Raises:
        BadSetting: The zone is unknown or a working day is not 0 (Monday) to 6 (Sunday).

    Source: docs/rules.md#allowed-hours, docs/rules.md#staffed-hours
    """

    time_zone: str = "Europe/Oslo"
    allowed: HoursOfDay = HoursOfDay(time(8), time(21))
    staffed: HoursOfDay = HoursOfDay(time(8), time(15, 30))
    working_days: frozenset[int] = frozenset(range(5))
    observes_holidays: bool = True
    # None is closed; a window is the hours of that day, whatever weekday or holiday it is.
    exceptions: Mapping[date, HoursOfDay | None] = field(default_factory=dict, hash=False)
    digest_at: time | None = time(9)
    messages_per_day: int | None = 1  # of our own initiative, to one participant; None: no bound

    def __post_init__(self) -> None:
        _zone(self.time_zone)
        if not self.working_days <= set(range(7)):
            raise BadSetting("working_days holds days other than 0 (Monday) to 6 (Sunday).")
        # A copy: whoever built these hours may go on changing their own mapping.
        object.__setattr__(self, "exceptions", dict(sorted(self.exceptions.items())))

    @property
    def is_round_the_clock(self) -> bool:
        """Whether somebody is there and messages may go at any hour of every day.

        Such an office has no morning to gather a digest for and no day to count messages by.
        """
        always = HoursOfDay(time(0), None)
        every_day = len(self.working_days) == 7 and not self.observes_holidays
        return self.allowed == always and self.staffed == always and every_day

    @property
    def zone(self) -> ZoneInfo:
        return _zone(self.time_zone)

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a public holiday that this office keeps."""
        return self.observes_holidays and day in public_holidays(day.year)

    def staffed_on(self, day: date) -> HoursOfDay | None:
        """The staffed hours of `day`, None when closed; an exception outranks everything."""
        if day in self.exceptions:
            return self.exceptions[day]
        if day.weekday() not in self.working_days or self.is_holiday(day):
            return None
        return self.staffed

    def set(self, name: str, text: str) -> OfficeHours:
        """Return these hours with the setting `name` read from `text`.

        Raises:
            BadSetting: Names the setting, what was given, and an example.
        """
        if name not in _SETTINGS:
            raise BadSetting(
                f'"{name}" is not an office setting: choose one of {", ".join(_SETTINGS)}.'
            )
        read, example = _SETTINGS[name]
        try:
            return read(self, text.strip())
        except (ValueError, BadSetting):
            raise BadSetting(f'{name} cannot be "{text}": write for example {example}.') from None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types, in the words that `set` takes; `from_json` reads them back."""
        return {
            "time_zone": self.time_zone,
            "allowed_hours": str(self.allowed),
            "staffed_hours": str(self.staffed),
            "working_days": [WEEKDAYS[day] for day in sorted(self.working_days)],
            "holidays": "norway" if self.observes_holidays else "none",
            "exceptions": {
                day.isoformat(): "closed" if window is None else str(window)
                for day, window in self.exceptions.items()
            },
            "messages_per_day": str(self.messages_per_day or "unlimited"),
            "digest_at": "off" if self.digest_at is None else _write_time(self.digest_at),
        }

    @classmethod
    def from_json(cls, mapping: Mapping[str, Any]) -> OfficeHours:
        """Read what `to_json` wrote; what is missing has its default.

        Raises:
            BadSetting: A key is unknown, or a value is wrong: names it.
        """
        hours = cls()
        for key, value in mapping.items():
            match key, value:
                case "exceptions", Mapping():
                    for day, window in value.items():
                        hours = hours.set("exception", f"{day}={window}")
                case "working_days", []:  # may be stored, though `set` asks a person for one day
                    hours = replace(hours, working_days=frozenset())
                case "working_days", [*days]:
                    hours = hours.set(key, ",".join(str(day) for day in days))
                case _, str() if key in _SETTINGS and key != "exception":
                    hours = hours.set(key, value)
                case _:
                    raise BadSetting(
                        f'"{key}" is not known among the hours of an office, or has the wrong '
                        f"shape: remove it, or use {', '.join(cls().to_json())}."
                    )
        return hours


# --- how each setting is read --------------------------------------------------------------------


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: a folder of zones, such as "Europe"
        raise BadSetting(
            f'time_zone cannot be "{name}": write a zone such as Europe/Oslo.'
        ) from None


def _read_working_days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        start = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last) if dash else start
        if end < start:
            raise ValueError(part)
        days.update(range(start, end + 1))
    return frozenset(days)


def _read_holidays(text: str) -> bool:
    if text.lower() not in {"norway", "none"}:
        raise ValueError(text)
    return text.lower() == "norway"


def _read_exception(hours: OfficeHours, text: str) -> OfficeHours:
    day_text, equals, value = (part.strip() for part in text.partition("="))
    if not equals or len(day_text) != len("2026-12-24"):
        raise ValueError(text)
    day = date.fromisoformat(day_text)
    others = {other: window for other, window in hours.exceptions.items() if other != day}
    if value == "ordinary":
        return replace(hours, exceptions=others)
    window = None if value == "closed" else HoursOfDay.parse(value)
    return replace(hours, exceptions={**others, day: window})


def _read_count(text: str) -> int | None:
    if text.lower() == "unlimited":
        return None
    count = int(text)
    if not 1 <= count <= 50:
        raise ValueError(text)
    return count


_SETTINGS: Mapping[str, tuple[Callable[[OfficeHours, str], OfficeHours], str]] = {
    "time_zone": (lambda hours, text: replace(hours, time_zone=text), "Europe/Oslo"),
    "allowed_hours": (
        lambda hours, text: replace(hours, allowed=HoursOfDay.parse(text)),
        "08:00-21:00, or 00:00-24:00 for round the clock",
    ),
    "staffed_hours": (
        lambda hours, text: replace(hours, staffed=HoursOfDay.parse(text)),
        "08:00-15:30, or 00:00-24:00 for round the clock",
    ),
    "working_days": (
        lambda hours, text: replace(hours, working_days=_read_working_days(text)),
        "mon-fri, mon,wed,fri or mon-sun",
    ),
    "holidays": (
        lambda hours, text: replace(hours, observes_holidays=_read_holidays(text)),
        "norway or none",
    ),
    "exception": (
        _read_exception,
        "2026-12-24=closed, 2026-12-31=08:00-12:00, or 2026-12-24=ordinary to remove it",
    ),
    "messages_per_day": (
        lambda hours, text: replace(hours, messages_per_day=_read_count(text)),
        "1, or unlimited",
    ),
    "digest_at": (
        lambda hours, text: replace(
            hours, digest_at=None if text.lower() == "off" else _parse_time(text)
        ),
        "09:00, or off for every notice at once",
    ),
}
