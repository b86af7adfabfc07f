"""Reads the days, moments and lengths that people type; their clock is the office's."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import RuleBroken

if TYPE_CHECKING:
    from bot.domain.durations import Duration
    from bot.domain.work_calendar import WorkCalendar

_FROM_NOW = re.compile(r"(?:in\s+|\+\s*)(.+)", re.IGNORECASE)
_NAMED_DAY = re.compile(r"(today|tomorrow)\s+([0-9]{1,2}:[0-9]{2})", re.IGNORECASE)
_DATED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]+"
    r"([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WALL = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")
_EXAMPLES = 'write it like "2026-12-01 10:00", "tomorrow 10:00" or "in 90 seconds"'
FIRST_YEAR, LAST_YEAR = 2000, 2200


def read_day(text: str) -> date:
    """Read "2026-12-01". Raises RuleBroken."""
    day = _day(text.strip())
    if day is None:
        raise RuleBroken(f'"{text}" is not a day: write it like 2026-12-01.')
    return day


def read_length(text: str) -> Duration:
    """Read "2 hours" or "90 seconds"; working time is no length. Raises RuleBroken."""
    from bot.domain.durations import Duration

    try:
        length = Duration.parse(text)
    except ValueError as error:
        raise RuleBroken(str(error)) from None
    if length.is_working_time or length.amount == 0:
        raise RuleBroken(f'"{text}" cannot be a length here: write for example "2 hours".')
    return length


def read_moment(text: str, calendar: WorkCalendar, now: datetime) -> datetime:
    """Read a moment on the office's clock, or counted from now; an aware UTC instant.

    Raises:
        RuleBroken: It is not a moment, or the clocks skip it or show it twice that day.
    """
    plain = text.strip()
    if counted := _FROM_NOW.fullmatch(plain):
        return calendar.add(now, read_length(counted[1]))
    if named := _NAMED_DAY.fullmatch(plain):
        today = calendar.local(now).date()
        day = today if named[1].lower() == "today" else today + timedelta(days=1)
        return _on_the_wall(day, _wall(named[2], text), calendar)
    dated = _DATED.fullmatch(plain)
    found = _day(dated[1]) if dated else None
    if dated is None or found is None:
        raise RuleBroken(f'"{text}" is not a moment: {_EXAMPLES}.')
    wall = _wall(dated[2], text)
    if dated[3] is None:
        return _on_the_wall(found, wall, calendar)
    offset = "+00:00" if dated[3] == "Z" else dated[3]
    try:
        return datetime.fromisoformat(f"{found} {wall.isoformat()}{offset}").astimezone(UTC)
    except ValueError:
        raise RuleBroken(f'"{text}" is not a moment: {_EXAMPLES}.') from None


def read_end(
    *,
    length: str | None,
    until: str | None,
    starts_at: datetime,
    calendar: WorkCalendar,
    now: datetime,
) -> datetime | None:
    """The end that --for or --until gives, None when neither is there. Raises RuleBroken."""
    if length is not None and until is not None:
        raise RuleBroken("Give the end once: either --for or --until.")
    if length is not None:
        return calendar.add(starts_at, read_length(length))
    if until is None:
        return None
    if _WALL.fullmatch(until.strip()):
        day = calendar.local(starts_at).date()
        return _on_the_wall(day, _wall(until, until), calendar)
    return read_moment(until, calendar, now)


def read_boundary(
    text: str, calendar: WorkCalendar, now: datetime, *, whole_day: bool = False
) -> datetime:
    """A moment, or a day: its beginning, or with `whole_day` its end. Raises RuleBroken."""
    day = _day(text.strip())
    if day is None:
        return read_moment(text, calendar, now)
    return calendar.instant(day + timedelta(days=1) if whole_day else day, time(0))


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):  # ISO has more ways to write a day than people expect
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _wall(text: str, whole: str) -> time:
    try:
        plain = text.strip()
        return time.fromisoformat(f"0{plain}" if plain[1:2] == ":" else plain)
    except ValueError:
        raise RuleBroken(f'"{whole}" is not a moment: {_EXAMPLES}.') from None


def _on_the_wall(day: date, wall: time, calendar: WorkCalendar) -> datetime:
    zone = calendar.hours.zone
    naive = datetime.combine(day, wall)
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    moment = first.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != naive:
        raise RuleBroken(
            f"{naive:%Y-%m-%d %H:%M} does not exist in {zone.key}: "
            "the clocks skip that hour, choose another time."
        )
    if first.utcoffset() != second.utcoffset():
        ways = " or ".join(option.isoformat(timespec="minutes") for option in (first, second))
        raise RuleBroken(
            f"{naive:%Y-%m-%d %H:%M} comes twice in {zone.key}, for the clocks go back: "
            f"write {ways}."
        )
    return moment
