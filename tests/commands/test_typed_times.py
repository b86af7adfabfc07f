"""Days, moments and lengths as people type them."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

from bot.commands.typed_times import read_boundary, read_day, read_end, read_length, read_moment
from bot.domain.errors import RuleBroken
from bot.domain.office_hours import OfficeHours
from bot.domain.work_calendar import WorkCalendar

utc = partial(datetime, tzinfo=UTC)
OSLO = WorkCalendar(OfficeHours())
NOW = utc(2026, 11, 23, 8, 0)  # Monday, 09:00 in Oslo


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("2026-12-01 10:00", utc(2026, 12, 1, 9, 0), id="winter time"),
        pytest.param("2027-06-01T10:00", utc(2027, 6, 1, 8, 0), id="summer time"),
        pytest.param(" 2026-12-01 9:05:30 ", utc(2026, 12, 1, 8, 5, 30), id="seconds"),
        pytest.param("2026-12-01 10:00Z", utc(2026, 12, 1, 10, 0), id="UTC"),
        pytest.param("2026-12-01T10:00+05:30", utc(2026, 12, 1, 4, 30), id="offset"),
        pytest.param("in 90 seconds", utc(2026, 11, 23, 8, 1, 30), id="from now"),
        pytest.param("+2 hours", utc(2026, 11, 23, 10, 0), id="plus"),
        pytest.param("In 1 day", utc(2026, 11, 24, 8, 0), id="a day from now"),
        pytest.param("tomorrow 10:00", utc(2026, 11, 24, 9, 0), id="tomorrow"),
        pytest.param("today 23:30", utc(2026, 11, 23, 22, 30), id="today"),
        pytest.param("2027-10-31T02:30+02:00", utc(2027, 10, 31, 0, 30), id="first of two"),
        pytest.param("2027-10-31T02:30+01:00", utc(2027, 10, 31, 1, 30), id="second of two"),
    ],
)
def test_a_moment_is_read_on_the_offices_clock(typed: str, expected: datetime) -> None:
    found = read_moment(typed, OSLO, NOW)

    assert found == expected


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        pytest.param("", "not a moment", id="nothing"),
        pytest.param("soon", "not a moment", id="words"),
        pytest.param("2026-12-01", "not a moment", id="a day"),
        pytest.param("2026-13-01 10:00", "not a moment", id="month 13"),
        pytest.param("2026-12-01 25:00", "not a moment", id="hour 25"),
        pytest.param("2026-12-01 10:00+99:00", "not a moment", id="impossible offset"),
        pytest.param("9999-12-31 10:00", "not a moment", id="far away"),
        pytest.param("in 2 working days", "length", id="working time"),
        pytest.param("in a while", "not a duration", id="no number"),
        pytest.param("2027-03-28 02:30", "does not exist in Europe/Oslo", id="skipped"),
        pytest.param(
            "2027-10-31 02:30", "2027-10-31T02:30+02:00 or 2027-10-31T02:30+01:00", id="twice"
        ),
    ],
)
def test_what_is_no_moment_is_refused_with_the_reason(typed: str, because: str) -> None:
    with pytest.raises(RuleBroken, match=because.replace("+", r"\+")) as refusal:
        read_moment(typed, OSLO, NOW)

    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("length", "until", "expected"),
    [
        pytest.param("90 minutes", None, utc(2026, 12, 1, 10, 30), id="for"),
        pytest.param(None, "12:00", utc(2026, 12, 1, 11, 0), id="until a time of that day"),
        pytest.param(None, "2026-12-02 12:00", utc(2026, 12, 2, 11, 0), id="until a moment"),
    ],
)
def test_an_end_is_read_from_a_length_or_a_moment(
    length: str | None, until: str | None, expected: datetime
) -> None:
    start = utc(2026, 12, 1, 9, 0)

    end = read_end(length=length, until=until, starts_at=start, calendar=OSLO, now=NOW)

    assert end == expected


def test_an_end_given_twice_is_refused() -> None:
    with pytest.raises(RuleBroken, match="either --for or --until"):
        read_end(length="1 hour", until="12:00", starts_at=NOW, calendar=OSLO, now=NOW)


def test_an_absence_covers_the_whole_of_its_last_day() -> None:
    first = read_boundary("2026-12-21", OSLO, NOW)
    last = read_boundary("2027-01-02", OSLO, NOW, whole_day=True)

    assert first == utc(2026, 12, 20, 23, 0)
    assert last == utc(2027, 1, 2, 23, 0)


def test_a_day_is_read_and_a_wrong_one_refused() -> None:
    assert read_day("2026-12-01") == date(2026, 12, 1)
    for wrong in ("1.12.2026", "2026-02-30", "20261201", "2026-W49-1"):
        with pytest.raises(RuleBroken, match="not a day"):
            read_day(wrong)


def test_a_length_of_nothing_is_refused() -> None:
    with pytest.raises(RuleBroken, match="cannot be a length"):
        read_length("0 minutes")
