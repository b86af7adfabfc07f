"""A participant's own values: what each event leaves, and what they may be called."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from bot.domain.profile import MOST_RECORDS, Profile, is_name, profile_after, records, words
from bot.domain.run_events import (
    AnswerGiven,
    Finished,
    ProfileForgotten,
    ProfileKept,
    ProfileSet,
    RunEvent,
)

COOK = {"title": "Kokk"}
WAITER = {"title": "Servitør"}
# Frozen, so that a change in place would fail.
KNOWN: Profile = MappingProxyType({"town": "Oslo", "jobs": (COOK, WAITER)})


@pytest.mark.parametrize(
    ("event", "left"),
    [
        pytest.param(ProfileSet("town", "Bergen"), {"town": "Bergen"}, id="set anew"),
        pytest.param(ProfileSet("town", ""), {"town": None}, id="set to nothing"),
        pytest.param(ProfileSet("mood", "fine"), {"mood": "fine"}, id="set for the first time"),
        pytest.param(AnswerGiven("a", "Bergen", into="town"), {"town": "Bergen"}, id="answered"),
        pytest.param(AnswerGiven("a", "", into="town"), {"town": None}, id="skipped"),
        pytest.param(AnswerGiven("a", "Bergen"), {}, id="answered into nothing"),
        pytest.param(ProfileKept("jobs", COOK), {"jobs": (COOK, WAITER, COOK)}, id="one more"),
        pytest.param(ProfileKept("courses", COOK), {"courses": (COOK,)}, id="the first"),
        pytest.param(ProfileKept("town", COOK), {"town": (COOK,)}, id="a list in place of words"),
        pytest.param(ProfileForgotten("jobs", last_only=True), {"jobs": (COOK,)}, id="the last"),
        pytest.param(ProfileForgotten("jobs"), {"jobs": None}, id="the whole list"),
        pytest.param(ProfileForgotten("town"), {"town": None}, id="words"),
        pytest.param(ProfileForgotten("mood"), {}, id="what is not there"),
        pytest.param(ProfileForgotten("mood", last_only=True), {}, id="the last of no list"),
    ],
)
def test_an_event_changes_one_name_and_no_other(event: RunEvent, left: dict[str, object]) -> None:
    expected = {**KNOWN, **left}

    after = profile_after(KNOWN, event)

    assert after == {name: value for name, value in expected.items() if value is not None}


def test_other_events_leave_the_very_profile() -> None:
    assert profile_after(KNOWN, Finished("completed")) is KNOWN


def test_the_last_record_taken_away_leaves_no_empty_list() -> None:
    after = profile_after({"jobs": (COOK,)}, ProfileForgotten("jobs", last_only=True))

    assert after == {}


def test_a_full_list_loses_its_oldest_record() -> None:
    full: Profile = {"jobs": tuple({"title": str(number)} for number in range(MOST_RECORDS))}

    after = records(profile_after(full, ProfileKept("jobs", COOK)), "jobs")

    assert len(after) == MOST_RECORDS
    assert (after[0], after[-1]) == ({"title": "1"}, COOK)


def test_a_record_is_kept_as_it_was_then() -> None:
    written = {"title": "Kokk"}

    after = profile_after({}, ProfileKept("jobs", written))
    written["title"] = "Noe annet"

    assert after == {"jobs": (COOK,)}


def test_words_and_records_are_read_as_what_they_are() -> None:
    assert (words(KNOWN, "town"), words(KNOWN, "jobs"), words(KNOWN, "mood")) == ("Oslo", "", "")
    assert records(KNOWN, "jobs") == (COOK, WAITER)
    assert (records(KNOWN, "town"), records(KNOWN, "mood")) == ((), ())


@pytest.mark.parametrize("name", ["a", "cv_jobs", "budget_in_wage2", "a" * 40])
def test_names_are_short_plain_words(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="none"),
        pytest.param("2nd", id="begins with a digit"),
        pytest.param("_town", id="begins with a line"),
        pytest.param("Town", id="capital"),
        pytest.param("båt", id="letter beyond a to z"),
        pytest.param("town\n", id="line break"),
        pytest.param("cv.name", id="dot"),
        pytest.param("a" * 41, id="too long"),
        # In a text "profile.items" would be the mapping's own method.
        pytest.param("items", id="method of a mapping"),
        pytest.param("get", id="another"),
    ],
)
def test_other_names_are_refused(name: str) -> None:
    assert not is_name(name)
