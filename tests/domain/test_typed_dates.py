"""Days as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed_dates import DatesAsked, date_typed

FRIDAY = date(2026, 3, 6)
NEW_YEARS_EVE = date(2026, 12, 31)
ANY, UPCOMING, PAST = DatesAsked.ANY, DatesAsked.UPCOMING, DatesAsked.PAST


def typed(words: str, asked: DatesAsked = ANY, today: date = FRIDAY) -> str:
    """The day as ISO, or "" for none."""
    day = date_typed(words, today=today, asked=asked)
    return "" if day is None else day.isoformat()


@pytest.mark.parametrize(
    "words",
    [
        "12.3.2026",
        "12.03.2026",
        "12/3-2026",
        "12-3-26",
        "12.3",
        "12.3.",
        "12/3",
        "2026-03-12",
        "12. mars",
        "12 mars 2026",
        "12.mars",
        "den 12. mars",
        "torsdag 12. mars",
        "Torsdag, den 12. mars!",
        "12th of March",
        "March 12",
        "march 12th, 2026",
        "mar 12",
        "torsdag",
        "på torsdag",
        "TORS.",
        "nå på torsdag",
        "thursday",
        "on Thursday",
    ],
)
def test_a_thursday_in_march_has_many_names(words: str) -> None:
    assert typed(words, UPCOMING) == "2026-03-12"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("i dag", "2026-03-06"),
        ("idag", "2026-03-06"),
        ("i morgen", "2026-03-07"),
        ("i morgon", "2026-03-07"),
        ("tomorrow", "2026-03-07"),
        ("  I  overmorgen ", "2026-03-08"),
        ("i går", "2026-03-05"),
        ("yesterday", "2026-03-05"),
    ],
)
def test_days_are_counted_from_today(words: str, day: str) -> None:
    assert typed(words) == day


@pytest.mark.parametrize("words", ["fredag", "fre", "friday", "på fredag"])
@pytest.mark.parametrize("asked", DatesAsked)
def test_a_friday_on_a_friday_is_today(words: str, asked: DatesAsked) -> None:
    assert typed(words, asked) == FRIDAY.isoformat()


@pytest.mark.parametrize(
    ("words", "ahead", "behind"),
    [
        ("måndag", "2026-03-09", "2026-03-02"),
        ("tysdag", "2026-03-10", "2026-03-03"),
        ("laurdag", "2026-03-07", "2026-02-28"),
        ("søndag", "2026-03-08", "2026-03-01"),
        ("thu", "2026-03-12", "2026-03-05"),
    ],
)
def test_a_weekday_is_the_nearest_of_those_asked_for(words: str, ahead: str, behind: str) -> None:
    assert (typed(words, UPCOMING), typed(words, PAST)) == (ahead, behind)


@pytest.mark.parametrize(
    ("words", "asked", "day"),
    [
        pytest.param("3/1", UPCOMING, "2027-01-03", id="after the turn of the year"),
        pytest.param("31/12", UPCOMING, "2026-12-31", id="today"),
        pytest.param("30/12", UPCOMING, "2027-12-30", id="yesterday a year from now"),
        pytest.param("30/12", PAST, "2026-12-30", id="yesterday"),
        pytest.param("1. januar", PAST, "2026-01-01", id="behind us"),
        pytest.param("1. januar", ANY, "2026-01-01", id="this year when any will do"),
        pytest.param("i morgen", UPCOMING, "2027-01-01", id="tomorrow"),
        pytest.param("fredag", UPCOMING, "2027-01-01", id="weekday"),
    ],
)
def test_a_day_without_a_year_is_in_the_nearest_that_fits(
    words: str, asked: DatesAsked, day: str
) -> None:
    assert typed(words, asked, NEW_YEARS_EVE) == day


@pytest.mark.parametrize(
    ("words", "asked", "today", "day"),
    [
        pytest.param("29/2", UPCOMING, FRIDAY, "", id="no such day this year or next"),
        pytest.param("29/2", UPCOMING, date(2027, 6, 1), "2028-02-29", id="next year"),
        pytest.param("29. februar", PAST, date(2029, 1, 5), "2028-02-29", id="last year"),
        pytest.param("29.2.2028", ANY, FRIDAY, "2028-02-29", id="with its year"),
        pytest.param("29.2.2026", ANY, FRIDAY, "", id="in a year without one"),
    ],
)
def test_the_twenty_ninth_of_february_is_where_there_is_one(
    words: str, asked: DatesAsked, today: date, day: str
) -> None:
    assert typed(words, asked, today) == day


def test_a_year_of_two_digits_lies_behind_us_unless_it_is_near_or_to_come() -> None:
    assert typed("1.5.98", PAST) == typed("1.5.98") == "1998-05-01"
    assert typed("1.5.27") == "2027-05-01"
    assert typed("1.5.98", UPCOMING) == "2098-05-01"


def test_a_day_on_the_wrong_side_is_still_the_day_that_was_meant() -> None:
    assert typed("5.3.2026", UPCOMING) == "2026-03-05"
    assert typed("i morgen", PAST) == "2026-03-07"


@pytest.mark.parametrize(
    "words",
    ["", "12", "mars", "neste uke", "snart", "31.4", "32.1", "12.13", "0.3", "2026-02-30",
     "12 sample", "sample 12", "12 3", "kl. 10", "12.3.2026 kl. 10", "1.1.0"],
)  # fmt: skip
def test_what_names_no_day_is_not_guessed_at(words: str) -> None:
    assert typed(words) == ""


@given(st.text(max_size=40), st.sampled_from(DatesAsked))
def test_whatever_is_typed_there_is_an_answer(words: str, asked: DatesAsked) -> None:
    day = date_typed(words, today=FRIDAY, asked=asked)

    assert day is None or isinstance(day, date)


@given(st.integers(-400, 400), st.sampled_from(DatesAsked))
def test_a_day_written_out_is_that_day(days: int, asked: DatesAsked) -> None:
    day = FRIDAY + timedelta(days=days)

    assert date_typed(day.isoformat(), today=FRIDAY, asked=asked) == day
    assert date_typed(f"{day.day}.{day.month}.{day.year}", today=FRIDAY, asked=asked) == day
