"""When we may write of our own accord, and when the digest goes out."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.work_calendar import HoursOfDay, OfficeHours, WorkCalendar

OSLO = ZoneInfo("Europe/Oslo")
DEFAULT = WorkCalendar(OfficeHours())
ALWAYS = WorkCalendar(OfficeHours(allowed=HoursOfDay.parse("00:00-24:00")))
HALF_DAYS = WorkCalendar(
    OfficeHours(
        exceptions={
            date(2026, 12, 24): HoursOfDay.parse("08:00-12:00"),
            date(2026, 12, 28): None,
        }
    )
)


def oslo(text: str) -> datetime:
    """A wall-clock time in Oslo; a trailing "b" is the second of two equal ones."""
    at = datetime.fromisoformat(text.removesuffix("b")).replace(tzinfo=OSLO)
    return at.replace(fold=int(text.endswith("b"))).astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "at", "following", "last"),
    [
        pytest.param(
            DEFAULT, "2026-03-07T12:00", "2026-03-07T12:00", "2026-03-07T12:00", id="inside"
        ),
        pytest.param(
            DEFAULT, "2026-03-07T21:00", "2026-03-08T08:00", "2026-03-07T20:45", id="at closing"
        ),
        pytest.param(
            DEFAULT, "2026-03-29T02:30", "2026-03-29T08:00", "2026-03-28T20:45", id="clocks forward"
        ),
        pytest.param(
            DEFAULT, "2026-10-25T02:30b", "2026-10-25T08:00", "2026-10-24T20:45", id="clocks back"
        ),
        pytest.param(
            ALWAYS, "2026-03-28T00:00", "2026-03-28T00:00", "2026-03-28T00:00", id="always"
        ),
        pytest.param(
            WorkCalendar(OfficeHours(allowed=HoursOfDay.parse("12:00-12:10"))),
            "2026-03-02T13:00",
            "2026-03-03T12:00",
            "2026-03-02T12:00",
            id="shorter than the margin",
        ),
        pytest.param(
            WorkCalendar(OfficeHours(allowed=HoursOfDay.parse("02:30-03:10"))),
            "2026-03-29T03:05",
            "2026-03-30T02:30",
            "2026-03-28T02:55",
            id="hours lost in the gap",
        ),
    ],
)
def test_allowed_hours(calendar: WorkCalendar, at: str, following: str, last: str) -> None:
    assert calendar.next_allowed(oslo(at)) == oslo(following)
    assert calendar.last_allowed(oslo(at)) == oslo(last)
    assert calendar.is_allowed(oslo(at)) is (at == following)


@pytest.mark.parametrize(
    ("calendar", "at", "expected"),
    [
        pytest.param(DEFAULT, "2026-03-02T08:59", "2026-03-02T09:00", id="this morning"),
        pytest.param(DEFAULT, "2026-03-02T09:00", "2026-03-02T09:00", id="at it"),
        pytest.param(DEFAULT, "2026-03-02T09:00:01", "2026-03-03T09:00", id="just after"),
        pytest.param(DEFAULT, "2026-04-01T12:00", "2026-04-07T09:00", id="over Easter"),
        pytest.param(DEFAULT, "2026-03-27T12:00", "2026-03-30T09:00", id="clocks forward"),
        pytest.param(DEFAULT, "2026-10-23T12:00", "2026-10-26T09:00", id="clocks back"),
        pytest.param(HALF_DAYS, "2026-12-24T12:00", "2026-12-29T09:00", id="over exceptions"),
        pytest.param(
            WorkCalendar(OfficeHours(digest_at=None)),
            "2026-03-07T03:00",
            "2026-03-07T03:00",
            id="no digest: at once",
        ),
    ],
)
def test_next_digest(calendar: WorkCalendar, at: str, expected: str) -> None:
    assert calendar.next_digest(oslo(at)) == oslo(expected)
