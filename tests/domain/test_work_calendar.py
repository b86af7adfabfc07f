"""An office's calendar on days that go wrong: clock changes, holidays, half days, midnight."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.durations import Duration
from bot.domain.errors import NaiveDatetime, RuleBroken
from bot.domain.work_calendar import HoursOfDay, OfficeHours, WorkCalendar

OSLO = ZoneInfo("Europe/Oslo")
ROUND_THE_CLOCK = HoursOfDay.parse("00:00-24:00")
DEFAULT = WorkCalendar(OfficeHours())
ALWAYS = WorkCalendar(
    OfficeHours(
        allowed=ROUND_THE_CLOCK,
        staffed=ROUND_THE_CLOCK,
        working_days=frozenset(range(7)),
        observes_holidays=False,
    )
)
NIGHT_WATCH = WorkCalendar(
    OfficeHours(
        staffed=HoursOfDay.parse("00:00-08:00"),
        working_days=frozenset(range(7)),
        observes_holidays=False,
    )
)
EVENINGS = WorkCalendar(OfficeHours(staffed=HoursOfDay.parse("16:00-24:00")))
HALF_DAYS = WorkCalendar(
    OfficeHours(
        exceptions={
            date(2026, 12, 24): HoursOfDay.parse("08:00-12:00"),
            date(2026, 12, 31): HoursOfDay.parse("08:00-12:00"),
            date(2026, 12, 28): None,
            date(2026, 6, 6): HoursOfDay.parse("10:00-14:00"),  # a Saturday
        }
    )
)
NEVER = WorkCalendar(OfficeHours(working_days=frozenset()))


def oslo(text: str) -> datetime:
    """A wall-clock time in Oslo; a trailing "b" is the second of two equal ones."""
    at = datetime.fromisoformat(text.removesuffix("b")).replace(tzinfo=OSLO)
    return at.replace(fold=int(text.endswith("b"))).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        pytest.param(date(2026, 1, 15), time(9), "2026-01-15T08:00Z", id="winter"),
        pytest.param(date(2026, 7, 15), time(9), "2026-07-15T07:00Z", id="summer"),
        pytest.param(date(2026, 3, 29), time(1, 59), "2026-03-29T00:59Z", id="before the gap"),
        pytest.param(date(2026, 3, 29), time(2), "2026-03-29T01:00Z", id="the gap begins"),
        pytest.param(date(2026, 3, 29), time(2, 30), "2026-03-29T01:30Z", id="gap shifts forward"),
        pytest.param(date(2026, 3, 29), time(3), "2026-03-29T01:00Z", id="the gap ends"),
        pytest.param(date(2026, 10, 25), time(2, 30), "2026-10-25T00:30Z", id="the first of two"),
        pytest.param(date(2026, 10, 25), time(3), "2026-10-25T02:00Z", id="after both"),
    ],
)
def test_a_wall_clock_time_is_one_instant(day: date, wall: time, expected: str) -> None:
    instant = DEFAULT.instant(day, wall)

    assert instant == datetime.fromisoformat(expected)
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    ("calendar", "at", "expected"),
    [
        pytest.param(DEFAULT, "2026-03-02T08:00", True, id="opening belongs to the day"),
        pytest.param(DEFAULT, "2026-03-02T15:29:59", True, id="last second"),
        pytest.param(DEFAULT, "2026-03-02T15:30", False, id="closing does not"),
        pytest.param(DEFAULT, "2026-03-07T10:00", False, id="Saturday"),
        pytest.param(DEFAULT, "2026-04-02T10:00", False, id="Maundy Thursday"),
        pytest.param(DEFAULT, "2026-04-03T10:00", False, id="Good Friday"),
        pytest.param(DEFAULT, "2026-04-06T10:00", False, id="Easter Monday"),
        pytest.param(DEFAULT, "2026-04-07T10:00", True, id="after Easter"),
        pytest.param(DEFAULT, "2026-05-01T10:00", False, id="1 May"),
        pytest.param(DEFAULT, "2027-05-17T10:00", False, id="17 May on a Monday"),
        pytest.param(DEFAULT, "2026-05-14T10:00", False, id="Ascension Day"),
        pytest.param(DEFAULT, "2026-05-25T10:00", False, id="Whit Monday"),
        pytest.param(DEFAULT, "2026-12-24T10:00", True, id="24 December is ordinary"),
        pytest.param(DEFAULT, "2026-12-25T10:00", False, id="Christmas Day"),
        pytest.param(HALF_DAYS, "2026-12-24T11:59", True, id="half day, morning"),
        pytest.param(HALF_DAYS, "2026-12-24T12:00", False, id="half day, afternoon"),
        pytest.param(HALF_DAYS, "2026-12-28T10:00", False, id="closed by exception"),
        pytest.param(HALF_DAYS, "2026-06-06T10:00", True, id="a Saturday opened by exception"),
        pytest.param(EVENINGS, "2026-03-02T23:59:59", True, id="until midnight"),
        pytest.param(EVENINGS, "2026-03-03T00:00", False, id="midnight is the next day"),
        pytest.param(NIGHT_WATCH, "2026-10-25T02:30b", True, id="the second 02:30 counts too"),
        pytest.param(ALWAYS, "2026-03-29T03:00", True, id="round the clock"),
        pytest.param(NEVER, "2026-03-02T10:00", False, id="never staffed"),
    ],
)
def test_staffed_or_not(calendar: WorkCalendar, at: str, expected: bool) -> None:
    assert calendar.is_staffed(oslo(at)) is expected


@pytest.mark.parametrize(
    ("calendar", "at", "expected"),
    [
        pytest.param(DEFAULT, "2026-03-02T09:41:07", "2026-03-02T09:41:07", id="staffed"),
        pytest.param(DEFAULT, "2026-03-02T15:30", "2026-03-03T08:00", id="at closing"),
        pytest.param(DEFAULT, "2026-03-27T15:30", "2026-03-30T08:00", id="clocks forward"),
        pytest.param(DEFAULT, "2026-10-23T16:00", "2026-10-26T08:00", id="clocks back"),
        pytest.param(DEFAULT, "2026-05-13T15:30", "2026-05-15T08:00", id="Ascension Day"),
        pytest.param(EVENINGS, "2026-03-03T00:00", "2026-03-03T16:00", id="midnight"),
        pytest.param(ALWAYS, "2026-03-29T03:00", "2026-03-29T03:00", id="round the clock"),
    ],
)
def test_next_staffed(calendar: WorkCalendar, at: str, expected: str) -> None:
    assert calendar.next_staffed(oslo(at)) == oslo(expected)


@pytest.mark.parametrize(
    ("calendar", "at", "duration", "expected"),
    [
        pytest.param(DEFAULT, "2026-03-02T08:00", "4 working hours", "2026-03-02T12:00", id="day"),
        pytest.param(
            DEFAULT, "2026-03-02T08:00", "1 working day", "2026-03-03T08:00", id="not at closing"
        ),
        pytest.param(
            DEFAULT, "2026-03-06T14:30", "2 working hours", "2026-03-09T09:00", id="over a weekend"
        ),
        pytest.param(
            DEFAULT, "2026-03-07T23:00", "4 working hours", "2026-03-09T12:00", id="from a Saturday"
        ),
        pytest.param(
            DEFAULT, "2026-03-07T23:00", "0 working hours", "2026-03-09T08:00", id="nothing added"
        ),
        pytest.param(
            DEFAULT, "2026-03-27T10:00", "1 working day", "2026-03-30T10:00", id="clocks forward"
        ),
        pytest.param(
            DEFAULT, "2026-10-23T10:00", "2 working days", "2026-10-27T10:00", id="clocks back"
        ),
        pytest.param(
            DEFAULT, "2026-04-01T10:00", "1 working day", "2026-04-07T10:00", id="over Easter"
        ),
        pytest.param(
            DEFAULT, "2026-04-30T15:00", "1 working hour", "2026-05-04T08:30", id="over 1 May"
        ),
        pytest.param(
            DEFAULT, "2027-05-14T10:00", "1 working day", "2027-05-18T10:00", id="over 17 May"
        ),
        pytest.param(
            DEFAULT, "2026-12-23T10:00", "2 working days", "2026-12-28T10:00", id="over Christmas"
        ),
        pytest.param(
            HALF_DAYS, "2026-12-23T10:00", "1 working day", "2026-12-24T10:00", id="into a half day"
        ),
        pytest.param(
            HALF_DAYS, "2026-12-24T10:00", "4 working hours", "2026-12-29T10:00", id="half + closed"
        ),
        pytest.param(
            EVENINGS, "2026-03-02T23:00", "2 working hours", "2026-03-03T17:00", id="over midnight"
        ),
        pytest.param(
            ALWAYS, "2026-03-27T10:00", "1 working day", "2026-03-28T10:00", id="24 h round clock"
        ),
        pytest.param(
            ALWAYS, "2026-03-28T10:00", "1 working day", "2026-03-29T11:00", id="24 h, clocks on"
        ),
        pytest.param(
            ALWAYS, "2026-10-24T10:00", "1 working day", "2026-10-25T09:00", id="24 h, clocks back"
        ),
        pytest.param(
            NIGHT_WATCH, "2026-03-29T00:00", "7 working hours", "2026-03-30T00:00", id="short night"
        ),
        pytest.param(
            NIGHT_WATCH, "2026-10-25T00:00", "8 working hours", "2026-10-25T07:00", id="long night"
        ),
        pytest.param(
            DEFAULT, "2026-03-28T12:00", "24 hours", "2026-03-29T13:00", id="hours are elapsed"
        ),
        pytest.param(
            DEFAULT, "2026-03-28T12:00", "1 day", "2026-03-29T12:00", id="a day keeps the clock"
        ),
        pytest.param(
            DEFAULT, "2026-03-28T02:30", "1 day", "2026-03-29T03:30", id="a day into the gap"
        ),
        pytest.param(
            DEFAULT, "2026-10-24T02:30", "1 day", "2026-10-25T02:30", id="a day into the overlap"
        ),
        pytest.param(
            DEFAULT, "2026-10-25T02:30b", "0 days", "2026-10-25T02:30b", id="no day, second pass"
        ),
        pytest.param(
            DEFAULT, "2026-10-20T09:15", "2 weeks", "2026-11-03T09:15", id="weeks keep the clock"
        ),
        pytest.param(
            DEFAULT, "2026-03-02T08:00:07", "20 seconds", "2026-03-02T08:00:27", id="seconds"
        ),
    ],
)
def test_adding_a_duration(calendar: WorkCalendar, at: str, duration: str, expected: str) -> None:
    added = calendar.add(oslo(at), Duration.parse(duration))

    assert added == oslo(expected)
    assert added.tzinfo is UTC


@pytest.mark.parametrize(
    ("calendar", "a", "b", "expected"),
    [
        pytest.param(DEFAULT, "2026-03-06T15:00", "2026-03-09T08:30", 60, id="over a weekend"),
        pytest.param(DEFAULT, "2026-03-09T08:30", "2026-03-06T15:00", -60, id="backwards"),
        pytest.param(DEFAULT, "2026-03-29T00:00", "2026-03-30T00:00", 0, id="a Sunday"),
        pytest.param(DEFAULT, "2026-03-02T08:00", "2026-03-02T08:00:45", 0.75, id="seconds"),
        pytest.param(DEFAULT, "2026-03-30T00:00", "2026-04-13T00:00", 7 * 450, id="Easter weeks"),
        pytest.param(NIGHT_WATCH, "2026-03-29T00:00", "2026-03-30T00:00", 420, id="short night"),
        pytest.param(NIGHT_WATCH, "2026-10-25T00:00", "2026-10-26T00:00", 540, id="long night"),
        pytest.param(
            ALWAYS, "2026-10-25T02:00", "2026-10-25T02:00b", 60, id="the hour that is two"
        ),
        pytest.param(NEVER, "2026-01-01T00:00", "2026-12-31T00:00", 0, id="never staffed"),
    ],
)
def test_working_time_between(calendar: WorkCalendar, a: str, b: str, expected: float) -> None:
    assert calendar.working_minutes_between(oslo(a), oslo(b)) == expected
    assert calendar.working_time_between(oslo(a), oslo(b)) == timedelta(minutes=expected)


def test_a_working_day_is_as_long_as_an_ordinary_staffed_day() -> None:
    assert DEFAULT.working_day_length == timedelta(hours=7, minutes=30)
    assert ALWAYS.working_day_length == timedelta(hours=24)


def test_another_zone_is_counted_on_its_own_clock() -> None:
    london = WorkCalendar(OfficeHours(time_zone="Europe/London"))

    opens_at = london.next_staffed(oslo("2026-03-02T08:00"))

    assert opens_at == oslo("2026-03-02T09:00")


def test_taking_away_keeps_the_wall_clock_for_days_and_not_for_hours() -> None:
    at = oslo("2026-03-29T12:00")

    assert DEFAULT.take_away(at, Duration.parse("1 day")) == oslo("2026-03-28T12:00")
    assert DEFAULT.take_away(at, Duration.parse("24 hours")) == oslo("2026-03-28T11:00")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(NEVER.next_staffed, id="next_staffed"),
        pytest.param(NEVER.next_digest, id="next_digest"),
        pytest.param(lambda at: NEVER.add(at, Duration.parse("1 working hour")), id="add"),
        pytest.param(lambda at: DEFAULT.add_working_time(at, -timedelta(1)), id="negative span"),
        pytest.param(
            lambda at: DEFAULT.take_away(at, Duration.parse("1 working day")), id="backwards"
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(ask: Callable[[datetime], object]) -> None:
    with pytest.raises(RuleBroken):
        ask(oslo("2026-03-02T10:00"))


def test_an_office_closed_for_a_long_holiday_opens_again() -> None:
    closed = {date(2026, 6, 1) + timedelta(days=ahead): None for ahead in range(60)}
    calendar = WorkCalendar(OfficeHours(exceptions=closed))

    assert calendar.next_staffed(oslo("2026-06-01T00:00")) == oslo("2026-07-31T08:00")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(DEFAULT.local, id="local"),
        pytest.param(DEFAULT.is_staffed, id="is_staffed"),
        pytest.param(DEFAULT.next_staffed, id="next_staffed"),
        pytest.param(DEFAULT.is_allowed, id="is_allowed"),
        pytest.param(DEFAULT.next_allowed, id="next_allowed"),
        pytest.param(DEFAULT.last_allowed, id="last_allowed"),
        pytest.param(DEFAULT.next_digest, id="next_digest"),
        pytest.param(
            WorkCalendar(OfficeHours(digest_at=None)).next_digest, id="next_digest without digest"
        ),
        pytest.param(lambda at: DEFAULT.add(at, Duration.parse("1 day")), id="add days"),
        pytest.param(lambda at: DEFAULT.add(at, Duration.parse("1 hour")), id="add hours"),
        pytest.param(lambda at: DEFAULT.add(at, Duration.parse("1 working day")), id="add work"),
        pytest.param(lambda at: DEFAULT.take_away(at, Duration.parse("1 day")), id="take_away"),
        pytest.param(lambda at: DEFAULT.working_minutes_between(at, oslo("2026-03-02")), id="from"),
        pytest.param(lambda at: DEFAULT.working_minutes_between(oslo("2026-03-02"), at), id="to"),
    ],
)
def test_a_moment_without_a_zone_is_refused(ask: Callable[[datetime], object]) -> None:
    naive = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 (its lack of a zone is the point)

    with pytest.raises(NaiveDatetime):
        ask(naive)
