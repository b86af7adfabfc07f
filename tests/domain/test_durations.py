"""Durations as authors write them."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.durations import Duration, Unit
from bot.domain.errors import RuleBroken

unhurried = settings(deadline=None)  # a busy machine is no failure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("20 seconds", Duration(20, Unit.SECONDS), id="seconds"),
        pytest.param("15 minutes", Duration(15, Unit.MINUTES), id="minutes"),
        pytest.param("24 hours", Duration(24, Unit.HOURS), id="hours"),
        pytest.param("1 day", Duration(1, Unit.DAYS), id="one day"),
        pytest.param("1 days", Duration(1, Unit.DAYS), id="a slip in the plural"),
        pytest.param("2 weeks", Duration(2, Unit.WEEKS), id="weeks"),
        pytest.param("4 working hours", Duration(4, Unit.WORKING_HOURS), id="working hours"),
        pytest.param("1 working day", Duration(1, Unit.WORKING_DAYS), id="one working day"),
        pytest.param("  2  Working   Days ", Duration(2, Unit.WORKING_DAYS), id="spaces and case"),
        pytest.param("10days", Duration(10, Unit.DAYS), id="no space"),
        pytest.param("0 minutes", Duration(0, Unit.MINUTES), id="at once"),
    ],
)
def test_a_written_duration_is_read(text: str, expected: Duration) -> None:
    assert Duration.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2", "days", "-1 days", "1.5 hours", "2 fortnights", "1 day 2 hours", "٢ days"],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2 working days") as refused:
        Duration.parse(text)

    assert f'"{text}"' in str(refused.value)


@pytest.mark.parametrize("text", ["3661 days", "524 weeks", "999999999 working days"])
def test_more_than_ten_years_is_a_typing_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="longer than ten years"):
        Duration.parse(text)


def test_a_duration_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        Duration(-1, Unit.DAYS)


@unhurried
@given(st.builds(Duration, st.integers(0, 500), st.sampled_from(Unit)))
def test_words_and_duration_round_trip(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


def test_only_working_units_are_working_time() -> None:
    working = {unit for unit in Unit if Duration(1, unit).is_working_time}

    assert working == {Unit.WORKING_HOURS, Unit.WORKING_DAYS}


def test_elapsed_units_have_a_length() -> None:
    assert Duration.parse("90 minutes").elapsed == timedelta(hours=1, minutes=30)
    assert Duration.parse("2 weeks").elapsed == timedelta(days=14)


def test_working_time_has_no_length_without_a_calendar() -> None:
    with pytest.raises(RuleBroken, match="working time"):
        _ = Duration.parse("1 working day").elapsed
