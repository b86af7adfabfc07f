"""The end of the money module: the person's own numbers, looked through, and made into a budget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.content.languages import LANGUAGES
from bot.content.loading import DEFAULT_PACK, load_folder
from bot.content.samples import SAMPLE_PEOPLE
from bot.domain import engine
from bot.domain.budget import ExpenseKind, IncomeKind
from bot.domain.budget_answers import budget_of
from bot.domain.flows import RunState, RunStatus
from bot.domain.office_hours import OfficeHours
from bot.domain.profile import Profile, profile_after
from bot.domain.run_events import (
    AnswerGiven,
    Ask,
    Choice,
    DocumentWanted,
    RunEvent,
    RunInput,
    Say,
    Start,
    Text,
    Wake,
)
from bot.domain.surroundings import Surroundings
from bot.domain.work_calendar import WorkCalendar

PACK = load_folder(DEFAULT_PACK)
KEY = "module:personal_finance"
FLOW = PACK.flows[KEY]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CALENDAR = WorkCalendar(OfficeHours())
NUMBERS = {
    **{f"own_budget.in_{kind}": f"budget_in_{kind}" for kind in IncomeKind},
    **{f"own_budget.out_{kind}": f"budget_out_{kind}" for kind in ExpenseKind},
}


class Walk:
    """Somebody going through the lesson, with the profile that the host would keep."""

    def __init__(self) -> None:
        self.state = RunState(FLOW.key)
        self.profile: Profile = {}
        self.events: tuple[RunEvent, ...] = ()
        self.seen: list[RunEvent] = []
        self._give(Start())
        while self.asked != "own_budget.start":
            self.tap(self._first_way())

    @property
    def asked(self) -> str:
        return (self.state.step_key or "") if self.state.status is RunStatus.ASKING else ""

    def tap(self, *options: str) -> Walk:
        for option in options:
            self._give(Choice(self.state.instance, option))
        return self

    def write(self, *texts: str) -> Walk:
        for text in texts:
            self._give(Text(text))
        return self

    def file_sent(self) -> Walk:
        self._give(Wake(early=True))
        return self

    def _first_way(self) -> str:
        step = FLOW.step(self.asked)
        assert step is not None
        return "skip" if step.optional else step.options[0]

    def _give(self, given: RunInput) -> None:
        around = Surroundings(CALENDAR, profile=self.profile)
        self.state, self.events = engine.step(self.state, FLOW, given, NOW, around=around)
        for event in self.events:
            self.profile = profile_after(self.profile, event)
        self.seen += self.events


def _asked_for(walk: Walk) -> list[str]:
    return [event.step_key for event in walk.seen if isinstance(event, Ask)]


def test_every_kind_of_the_budget_has_a_question_that_may_be_skipped() -> None:
    asked = {step.key: step for step in FLOW.steps if step.kind == "number"}

    assert {key: step.into for key, step in asked.items()} == NUMBERS
    assert all(step.optional and step.unit == "kroner" for step in asked.values())
    assert {(step.lowest, step.decimals) for step in asked.values()} == {(0, 0)}


def test_only_what_was_ticked_is_asked_for_and_becomes_the_budget() -> None:
    walk = Walk().tap("now")

    walk.tap("support_payments", "wages", "done").write("12 500", "3000 kr")
    walk.tap("saving", "rent", "food", "done").write("6000", "3 200,-", "500")
    questions = [key for key in _asked_for(walk) if key in NUMBERS]
    walk.tap("right")
    wanted = [event for event in walk.events if isinstance(event, DocumentWanted)]
    walk.file_sent()

    assert questions == [
        "own_budget.in_wages",
        "own_budget.in_support_payments",
        "own_budget.out_rent",
        "own_budget.out_food",
        "own_budget.out_saving",
    ]
    assert wanted == [DocumentWanted("own_budget.made", "budget")]
    assert Say("own_budget.yours") in walk.events
    budget = budget_of(dict(walk.profile))
    assert (budget.money_in, budget.money_out) == (15_500, 9_700)


def test_the_last_kinds_of_all_are_reached_too() -> None:
    walk = Walk().tap("now")

    walk.tap("other", "done").write("100").tap("other", "done").write("50")

    assert walk.asked == "own_budget.look"
    assert dict(walk.profile) == {"budget_in_other": "100", "budget_out_other": "50"}


def test_the_numbers_are_kept_in_the_profile_and_nowhere_else() -> None:
    walk = Walk().tap("now", "wages", "done").write("12500")

    assert "own_budget.in_wages" not in walk.state.answers
    assert AnswerGiven("own_budget.in_wages", "12500", is_text=True, into="budget_in_wages") in (
        walk.seen
    )


def test_a_number_may_be_skipped() -> None:
    walk = Walk().tap("now", "wages", "done", "skip", "rent", "done").write("6000")

    assert walk.asked == "own_budget.look"
    assert dict(walk.profile) == {"budget_out_rent": "6000"}


def test_whoever_corrects_is_asked_for_that_number_alone_and_looks_again() -> None:
    walk = Walk().tap("now", "wages", "done").write("1250")
    walk.tap("rent", "food", "done").write("6000", "3000")

    walk.tap("fix_in", "wages", "done").write("12500")
    after_income = walk.asked
    walk.tap("fix_out", "food", "done").write("0")

    assert after_income == walk.asked == "own_budget.look"
    budget = budget_of(dict(walk.profile))
    assert [line.amount for line in budget.income] == [12_500]
    assert [line.kind for line in budget.expenses] == [ExpenseKind.RENT]


def test_correcting_and_changing_ones_mind_keeps_the_numbers() -> None:
    walk = Walk().tap("now", "wages", "done").write("12500").tap("skip")

    walk.tap("fix_in", "skip")

    assert walk.asked == "own_budget.look"
    assert dict(walk.profile) == {"budget_in_wages": "12500"}


def test_without_any_number_no_file_is_made() -> None:
    walk = Walk().tap("now", "skip", "skip")

    assert Say("own_budget.nothing_yet") in walk.events
    assert walk.asked == "own_budget.go_on"
    assert not [event for event in walk.seen if isinstance(event, DocumentWanted)]


def test_one_tap_passes_the_budget_by() -> None:
    walk = Walk().tap("skip_it")

    assert walk.asked == "own_budget.go_on"
    assert not [key for key in _asked_for(walk) if key in NUMBERS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_review_shows_each_number_by_the_name_it_was_ticked_by(language: str) -> None:
    profile = dict.fromkeys(NUMBERS.values(), "1200")

    text = _said("look", language, profile)

    shown = [line.partition(":")[0] for line in text.splitlines() if "200" in line]
    labels = [
        PACK.option_label(KEY, f"own_budget.{step}", kind, language)
        for step, kinds in (("income", IncomeKind), ("expenses", ExpenseKind))
        for kind in kinds
    ]
    assert shown == labels


@pytest.mark.parametrize(
    ("language", "none"),
    [("nb", "Ingen tall ennå"), ("nn", "Ingen tal enno"), ("en", "No numbers yet")],
)
def test_a_side_without_numbers_says_so(language: str, none: str) -> None:
    both = _said("look", language, {})
    one = _said("look", language, {"budget_out_other": "50"})

    assert (both.count(none), one.count(none)) == (2, 1)
    assert "None" not in both


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_where_the_numbers_are_deleted_as_the_buttons_call_it(language: str) -> None:
    text = _said("yours", language, {})

    assert PACK.label("menu.my_data", language) in text
    assert PACK.label("button.delete_budget", language) in text


def _said(step: str, language: str, profile: Mapping[str, str]) -> str:
    given = {"profile": {name: profile.get(name, "") for name in NUMBERS.values()}}
    return PACK.flow_text(
        KEY, f"own_budget.{step}", "text", language, SAMPLE_PEOPLE[0].context(given)
    )
