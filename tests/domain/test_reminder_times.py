"""When participants are reminded, and the keys that keep a reminder from coming twice."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.durations import Duration, Unit
from bot.domain.errors import NaiveDatetime, RuleBroken
from bot.domain.programme import ReminderRule
from bot.domain.reminder_times import (
    merges_into_evening,
    next_weekly,
    reminder_due_at,
    reminder_revision,
)
from bot.domain.work_calendar import HoursOfDay, OfficeHours, WorkCalendar

unhurried = settings(deadline=None)  # a busy machine is no failure

OSLO = ZoneInfo("Europe/Oslo")
CALENDAR = WorkCalendar(OfficeHours())
EVENING = ReminderRule("evening", days_before=1, at_time=time(18))
LATE_EVENING = ReminderRule("evening", days_before=1, at_time=time(22))
EARLY = ReminderRule("early", days_before=0, at_time=time(6))
TWO_HOURS = ReminderRule("two_hours", lead=Duration.parse("2 hours"))
ONE_DAY = ReminderRule("one_day", lead=Duration.parse("1 day"))
SECONDS = ReminderRule("seconds", lead=Duration.parse("20 seconds"))


def oslo(text: str) -> datetime:
    """A wall-clock time in Oslo; a trailing "b" is the second of two equal ones."""
    at = datetime.fromisoformat(text.removesuffix("b")).replace(tzinfo=OSLO)
    return at.replace(fold=int(text.endswith("b"))).astimezone(UTC)


moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 (the strategy adds the zone)
    datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
) | st.integers(0, 5 * 86_400).map(lambda s: oslo("2026-10-23T00:00") + timedelta(seconds=s))


@pytest.mark.parametrize(
    ("rule", "starts_at", "expected"),
    [
        pytest.param(EVENING, "2026-03-03T10:00", "2026-03-02T18:00", id="the evening before"),
        pytest.param(EVENING, "2026-03-29T10:00", "2026-03-28T18:00", id="before clocks forward"),
        pytest.param(EVENING, "2026-03-30T10:00", "2026-03-29T18:00", id="after clocks forward"),
        pytest.param(EVENING, "2026-10-25T10:00", "2026-10-24T18:00", id="before clocks back"),
        pytest.param(EVENING, "2026-10-26T10:00", "2026-10-25T18:00", id="after clocks back"),
        pytest.param(EVENING, "2026-04-07T10:00", "2026-04-06T18:00", id="on Easter Monday"),
        pytest.param(EVENING, "2026-05-18T10:00", "2026-05-17T18:00", id="on 17 May"),
        pytest.param(LATE_EVENING, "2026-03-03T10:00", "2026-03-02T20:45", id="moved back inside"),
        pytest.param(EARLY, "2026-03-03T10:00", "2026-03-02T20:45", id="early moves back too"),
        pytest.param(TWO_HOURS, "2026-03-03T12:30", "2026-03-03T10:30", id="two hours"),
        pytest.param(TWO_HOURS, "2026-03-03T10:00", "2026-03-03T08:00", id="just allowed"),
        pytest.param(TWO_HOURS, "2026-03-03T09:00", "2026-03-02T20:45", id="too early, unmerged"),
        pytest.param(TWO_HOURS, "2026-03-03T23:30", "2026-03-03T20:45", id="too late"),
        pytest.param(ONE_DAY, "2026-03-29T10:00", "2026-03-28T10:00", id="a day keeps the clock"),
        pytest.param(SECONDS, "2026-03-03T10:00:05", "2026-03-03T09:59:45", id="seconds"),
    ],
)
def test_a_reminder_falls_before_the_start(
    rule: ReminderRule, starts_at: str, expected: str
) -> None:
    due_at = reminder_due_at(rule, oslo(starts_at), calendar=CALENDAR)

    assert due_at == oslo(expected)


def test_a_lead_is_elapsed_time_across_a_clock_change() -> None:
    always = WorkCalendar(OfficeHours(allowed=HoursOfDay.parse("00:00-24:00")))

    due_at = reminder_due_at(TWO_HOURS, oslo("2026-03-29T04:00"), calendar=always)

    assert due_at == oslo("2026-03-29T01:00")


@pytest.mark.parametrize(
    ("rule", "starts_at"),
    [
        pytest.param(TWO_HOURS, "2026-03-03T09:59", id="would fall before allowed hours"),
        pytest.param(TWO_HOURS, "2026-10-25T09:00", id="on the day of a clock change"),
        pytest.param(
            ReminderRule("too_late", days_before=0, at_time=time(18)),
            "2026-03-03T10:00",
            id="would fall after the start",
        ),
    ],
)
def test_a_reminder_that_helps_nobody_is_left_out(rule: ReminderRule, starts_at: str) -> None:
    assert reminder_due_at(rule, oslo(starts_at), calendar=CALENDAR, merges=True) is None


@pytest.mark.parametrize("starts_at", ["2026-03-03T10:00", "2026-03-03T23:30"])
def test_merging_leaves_other_reminders_alone(starts_at: str) -> None:
    alone = reminder_due_at(TWO_HOURS, oslo(starts_at), calendar=CALENDAR)

    merged = reminder_due_at(TWO_HOURS, oslo(starts_at), calendar=CALENDAR, merges=True)

    assert merged == alone


def test_a_lead_merges_only_when_something_reminds_the_day_before() -> None:
    assert merges_into_evening(TWO_HOURS, (EVENING, TWO_HOURS))
    assert not merges_into_evening(TWO_HOURS, (TWO_HOURS, EARLY))
    assert not merges_into_evening(EVENING, (EVENING, TWO_HOURS))


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(ReminderRule("none"), id="neither kind"),
        pytest.param(ReminderRule("half", days_before=1), id="no time"),
        pytest.param(
            ReminderRule("both", days_before=1, at_time=time(18), lead=Duration(2, Unit.HOURS)),
            id="both kinds",
        ),
        pytest.param(ReminderRule("work", lead=Duration(2, Unit.WORKING_HOURS)), id="working time"),
    ],
)
def test_a_rule_of_no_kind_is_refused(rule: ReminderRule) -> None:
    with pytest.raises(RuleBroken):
        reminder_due_at(rule, oslo("2026-03-03T10:00"), calendar=CALENDAR)


@unhurried
@given(moments, st.sampled_from([EVENING, LATE_EVENING, EARLY, TWO_HOURS, ONE_DAY, SECONDS]))
def test_a_reminder_is_never_late_and_never_outside_allowed_hours(
    starts_at: datetime, rule: ReminderRule
) -> None:
    due_at = reminder_due_at(rule, starts_at, calendar=CALENDAR)

    assert due_at is None or (due_at < starts_at and CALENDAR.is_allowed(due_at))


def test_the_revision_is_the_local_date_and_time() -> None:
    assert reminder_revision(oslo("2026-03-03T10:00"), CALENDAR) == "2026-03-03T10:00"
    assert reminder_revision(oslo("2026-03-03T10:00:20"), CALENDAR) == "2026-03-03T10:00:20"


@unhurried
@given(moments, moments)
def test_two_starts_share_a_revision_only_when_they_are_one(a: datetime, b: datetime) -> None:
    same_revision = reminder_revision(a, CALENDAR) == reminder_revision(b, CALENDAR)

    assert same_revision is (a == b)


def test_a_start_moved_from_the_first_to_the_second_equal_hour_has_its_own_revision() -> None:
    first = reminder_revision(oslo("2026-10-25T02:30"), CALENDAR)
    second = reminder_revision(oslo("2026-10-25T02:30b"), CALENDAR)

    assert first == "2026-10-25T02:30"
    assert second != first


@pytest.mark.parametrize(
    ("weekday", "at_time", "after", "expected"),
    [
        pytest.param(0, time(10), "2026-03-02T09:59", "2026-03-02T10:00", id="later today"),
        pytest.param(0, time(10), "2026-03-02T10:00", "2026-03-09T10:00", id="strictly after"),
        pytest.param(4, time(10), "2026-03-02T12:00", "2026-03-06T10:00", id="later this week"),
        pytest.param(0, time(10), "2026-03-28T12:00", "2026-03-30T10:00", id="clocks forward"),
        pytest.param(6, time(2, 30), "2026-03-28T12:00", "2026-03-29T03:30", id="in the gap"),
        pytest.param(6, time(2, 30), "2026-10-24T12:00", "2026-10-25T02:30", id="in the overlap"),
        pytest.param(6, time(2, 30), "2026-10-25T02:30", "2026-11-01T02:30", id="once that day"),
    ],
)
def test_next_weekly(weekday: int, at_time: time, after: str, expected: str) -> None:
    assert next_weekly(weekday, at_time, oslo(after), CALENDAR) == oslo(expected)


@unhurried
@given(st.integers(0, 6), st.times(), moments)
def test_weekly_things_fall_due_once_a_week(weekday: int, at_time: time, after: datetime) -> None:
    first = next_weekly(weekday, at_time, after, CALENDAR)
    second = next_weekly(weekday, at_time, first, CALENDAR)

    assert after < first < second
    assert CALENDAR.local(second).date() - CALENDAR.local(first).date() == timedelta(days=7)


def test_the_fires_of_a_year_are_one_per_local_week() -> None:
    at = oslo("2026-01-01T00:00")
    days: list[date] = []

    for _ in range(52):
        at = next_weekly(6, time(2, 30), at, CALENDAR)
        days.append(CALENDAR.local(at).date())

    assert days == [date(2026, 1, 4) + timedelta(weeks=week) for week in range(52)]


def test_a_weekday_outside_the_week_is_refused() -> None:
    with pytest.raises(RuleBroken):
        next_weekly(7, time(10), oslo("2026-03-02T10:00"), CALENDAR)


def test_moments_without_a_zone_are_refused() -> None:
    naive = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 (its lack of a zone is the point)

    with pytest.raises(NaiveDatetime):
        reminder_due_at(EVENING, naive, calendar=CALENDAR)
    with pytest.raises(NaiveDatetime):
        reminder_revision(naive, CALENDAR)
    with pytest.raises(NaiveDatetime):
        next_weekly(0, time(10), naive, CALENDAR)
