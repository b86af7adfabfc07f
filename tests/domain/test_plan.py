"""The plan a participant made: when it is open, due, and worth a word in a reminder."""

from datetime import date

import pytest

from bot.domain.plan import MAX_WHO_CHARS, Plan, open_plan

MONDAY = date(2026, 11, 23)
THURSDAY = date(2026, 11, 26)


def _profile(**changed: str) -> dict[str, str]:
    made = {
        "plan_who": "Prøvebakeriet",
        "plan_on": THURSDAY.isoformat(),
        "plan_at": "10:00",
        "plan_state": "open",
    }
    return {**made, **changed}


def _open(today: date = MONDAY, **changed: str) -> Plan:
    plan = open_plan(_profile(**changed), today)
    assert plan is not None
    return plan


def test_an_open_plan_is_read_from_the_profile() -> None:
    assert _open() == Plan("Prøvebakeriet", THURSDAY, "10:00", MONDAY)


@pytest.mark.parametrize("state", ["done", "dropped", ""])
def test_a_plan_that_is_done_dropped_or_never_finished_is_not_open(state: str) -> None:
    assert open_plan(_profile(plan_state=state), MONDAY) is None


@pytest.mark.parametrize("who", ["", "  ", "\u200e", "..."])
def test_a_plan_to_contact_nobody_is_no_plan(who: str) -> None:
    assert open_plan(_profile(plan_who=who), MONDAY) is None


def test_an_empty_profile_holds_no_plan() -> None:
    assert open_plan({}, MONDAY) is None


@pytest.mark.parametrize(
    ("today", "is_due"),
    [
        pytest.param(date(2026, 11, 25), False, id="the day before"),
        pytest.param(THURSDAY, True, id="on the day"),
        pytest.param(date(2026, 11, 27), True, id="the day after"),
        pytest.param(date(2027, 2, 1), True, id="long after"),
    ],
)
def test_a_plan_is_due_from_its_day_on(today: date, is_due: bool) -> None:
    assert _open(today).is_due is is_due


@pytest.mark.parametrize(
    ("today", "is_mentioned"),
    [
        pytest.param(date(2026, 11, 1), True, id="weeks before"),
        pytest.param(THURSDAY, True, id="on the day"),
        pytest.param(date(2026, 12, 3), True, id="seven days after"),
        pytest.param(date(2026, 12, 4), False, id="eight days after"),
    ],
)
def test_a_reminder_speaks_of_it_until_a_week_after_its_day(
    today: date, is_mentioned: bool
) -> None:
    assert _open(today).is_worth_mentioning is is_mentioned


@pytest.mark.parametrize("on", ["", "torsdag", "2026-13-01"])
def test_a_plan_without_a_day_can_be_asked_about_and_closed(on: str) -> None:
    plan = _open(plan_on=on)

    assert plan.on is None
    assert plan.is_due
    assert not plan.is_worth_mentioning


def test_what_they_wrote_becomes_one_line_without_an_end_of_its_own() -> None:
    plan = _open(plan_who="Bakeriet\u202e\n  i Storgata. ", plan_at=" etter\nlunsj! ")

    assert (plan.who, plan.at) == ("Bakeriet i Storgata", "etter lunsj")


def test_long_words_are_cut() -> None:
    plan = _open(plan_who="bakeri " * 40, plan_at="en gang " * 40)

    assert len(plan.who) <= MAX_WHO_CHARS
    assert plan.who.endswith("bak…")
    assert len(plan.at) <= 30


@pytest.mark.parametrize("at", ["10", "10:30", "9.30", "kl. 10", "Kl 09.00", "0", "23:59"])
def test_a_time_of_day_is_known_as_one(at: str) -> None:
    assert _open(plan_at=at).at_is_a_clock_time


@pytest.mark.parametrize("at", ["", "etter lunsj", "10-12", "24", "10:60", "kl", "ti"])
def test_other_words_are_no_time_of_day(at: str) -> None:
    assert not _open(plan_at=at).at_is_a_clock_time


def test_a_list_in_the_place_of_words_is_no_plan() -> None:
    assert open_plan({**_profile(), "plan_who": ({"name": "x"},)}, MONDAY) is None
