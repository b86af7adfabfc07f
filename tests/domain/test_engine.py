"""The engine's own promises, apart from what each kind of step does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import engine
from bot.domain.durations import Duration
from bot.domain.flows import Flow, RunState, RunStatus, Step
from bot.domain.run_events import (
    Abandoned,
    AnswerGiven,
    Ask,
    AskAgain,
    Buttons,
    Choice,
    Finished,
    HandToHuman,
    Ignored,
    OtherMedia,
    RunEvent,
    RunInput,
    Say,
    Sleep,
    Start,
    Text,
    Wake,
)
from bot.domain.run_state import dump
from bot.domain.steps.check import check_flow
from bot.domain.surroundings import Surroundings
from bot.domain.work_calendar import OfficeHours, WorkCalendar

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
OSLO = WorkCalendar(OfficeHours())
MOOD = Step("mood", "choose", options=("fine", "hard"), escalate={"hard": "help"})
NIGHT = Step("night", "wait", wait_for=Duration.parse("1 day"))


def flow_of(*steps: Step) -> Flow:
    return Flow("module:sample", steps)


def play(
    flow: Flow, *inputs: RunInput, state: RunState | None = None
) -> tuple[RunState, tuple[RunEvent, ...]]:
    """Play `inputs` at `NOW`; return the last state and the last input's events."""
    state = state or RunState(flow.key)
    events: tuple[RunEvent, ...] = ()
    for given in inputs:
        state, events = engine.step(state, flow, given, NOW, around=Surroundings(OSLO))
    return state, events


def test_flow_without_finish_counts_as_completed() -> None:
    flow = flow_of(Step("hello", "say"))

    state, events = play(flow, Start())

    assert events == (Say("hello"), Finished("completed"))
    assert (state.status, state.outcome) == (RunStatus.FINISHED, "completed")


def test_flow_without_steps_is_completed_at_once() -> None:
    _, events = play(flow_of(), Start())

    assert events == (Finished("completed"),)


def test_answers_are_kept_in_the_state_or_in_the_profile_but_not_in_both() -> None:
    flow = flow_of(MOOD, Step("why", "short_text"), Step("name", "short_text", into="cv_name"))

    state, events = play(
        flow, Start(), Choice(1, "hard"), Text("Sample words"), Text("Sample name")
    )

    assert state.answers == {"mood": "hard", "why": "Sample words"}
    assert events[0] == AnswerGiven("name", "Sample name", is_text=True, into="cv_name")
    assert "Sample name" not in json.dumps(dump(state))


def test_a_human_is_called_before_the_flow_goes_on() -> None:
    flow = flow_of(MOOD, Step("bye", "say"))

    _, events = play(flow, Start(), Choice(1, "hard"))

    assert events == (
        AnswerGiven("mood", "hard"),
        HandToHuman("mood", "help"),
        Say("bye"),
        Finished("completed"),
    )


def test_asking_again_gives_the_question_a_new_number_and_keeps_the_attempts() -> None:
    flow = flow_of(MOOD)

    state, events = play(flow, Start(), Text("so so"), AskAgain())

    assert events == (Ask("mood", 3, Buttons(("fine", "hard"))),)
    assert state.attempts == 1
    assert play(flow, Choice(2, "fine"), state=state) == (state, (Ignored("old_instance"),))


@pytest.mark.parametrize("third", [Choice(3, "fine"), Text("hm")], ids=["answered", "passed over"])
def test_attempts_are_counted_for_each_question_anew(third: RunInput) -> None:
    flow = flow_of(replace(MOOD, optional=True), replace(MOOD, key="evening"))

    state, _ = play(flow, Start(), Text("so so"), Text("well"), third)

    assert (state.step_key, state.attempts) == ("evening", 0)
    assert play(flow, Text("well"), state=state)[0].status is RunStatus.ASKING


def test_a_goto_may_lead_back_so_that_a_question_is_answered_anew() -> None:
    again = Step("again", "choose", options=("yes", "no"), goto={"yes": "mood"})
    flow = flow_of(MOOD, again)

    state, events = play(flow, Start(), Choice(1, "fine"), Choice(2, "yes"), Choice(3, "hard"))

    assert check_flow(flow) == ()
    assert events[-1] == Ask("again", 4, Buttons(("yes", "no")))
    assert state.answers == {"mood": "hard", "again": "yes"}


@pytest.mark.parametrize(
    "given", [Choice(1, "fine"), Text("1"), Text("?"), OtherMedia("voice"), AskAgain()]
)
def test_run_whose_open_question_is_gone_is_set_aside(given: RunInput) -> None:
    state, _ = play(flow_of(MOOD), Start())

    state, events = play(flow_of(Step("other", "say")), given, state=state)

    assert events == (Abandoned("step_gone"),)
    assert (state.status, state.outcome) == (RunStatus.ABANDONED, "step_gone")


def test_run_whose_wait_is_gone_is_set_aside_when_woken() -> None:
    state, _ = play(flow_of(NIGHT), Start())

    _, events = play(flow_of(MOOD), Wake(early=True), state=state)

    assert events == (Abandoned("step_gone"),)


def test_answer_whose_goto_leads_nowhere_is_still_recorded() -> None:
    broken = replace(MOOD, goto={"fine": "nowhere"})

    state, events = play(flow_of(broken), Start(), Choice(1, "fine"))

    assert events == (AnswerGiven("mood", "fine"), Abandoned("step_gone"))
    assert state.answers == {"mood": "fine"}


def test_step_of_a_kind_nobody_knows_sets_the_run_aside() -> None:
    flow = flow_of(Step("hello", "say"), Step("dance", "dance"))

    state, events = play(flow, Start())

    assert events == (Say("hello"), Abandoned("step_gone"))
    assert play(flow, AskAgain(), state=state)[1] == (Abandoned("step_gone"),)
    assert "There is no step kind 'dance'" in check_flow(flow)[0][1]


def test_question_that_became_a_say_ignores_its_old_button_and_goes_on_when_asked_again() -> None:
    state, _ = play(flow_of(MOOD), Start())
    edited = flow_of(Step("mood", "say"))

    left_alone, ignored = play(edited, Choice(1, "fine"), state=state)
    _, events = play(edited, AskAgain(), state=state)

    assert (left_alone, ignored) == (state, (Ignored("not_asking"),))
    assert events == (Say("mood"), Finished("completed"))


def test_too_many_steps_in_a_row_set_the_run_aside_where_asking_again_takes_it_up() -> None:
    flow = flow_of(*(Step(f"say{number}", "say") for number in range(51)), MOOD)

    state, events = play(flow, Start())
    _, later = play(flow, AskAgain(), state=state)

    assert events[-1] == Abandoned("bound")
    assert len(events) == 51
    assert later == (Say("say50"), Ask("mood", 1, Buttons(("fine", "hard"))))
    assert [key for key, _ in check_flow(flow)] == ["say49"]


def test_longest_row_of_says_the_check_allows_reaches_its_question() -> None:
    flow = flow_of(*(Step(f"say{number}", "say") for number in range(49)), MOOD)

    _, events = play(flow, Start())

    assert check_flow(flow) == ()
    assert events[-1] == Ask("mood", 1, Buttons(("fine", "hard")))


def test_run_called_off_answers_no_button_until_it_is_taken_up_again() -> None:
    flow = flow_of(MOOD)
    state, _ = play(flow, Start())

    state = engine.call_off(state, "participant_stopped")

    assert play(flow, Choice(1, "fine"), state=state) == (state, (Ignored("old_instance"),))
    assert play(flow, AskAgain(), state=state)[1] == (Ask("mood", 2, Buttons(("fine", "hard"))),)


def test_finished_run_cannot_be_called_off() -> None:
    state, _ = play(flow_of(Step("hello", "say")), Start())

    assert engine.call_off(state, "participant_stopped") is state


def test_wait_in_working_time_falls_back_to_elapsed_time_when_the_office_never_opens() -> None:
    closed = WorkCalendar(OfficeHours(working_days=frozenset()))
    flow = flow_of(replace(NIGHT, wait_for=Duration.parse("2 working days")))

    _, events = engine.step(RunState(flow.key), flow, Start(), NOW, around=Surroundings(closed))

    assert events == (Say("night"), Sleep(NOW + timedelta(days=2)))


@pytest.mark.parametrize(
    "given", [Choice(0, "fine"), Text("hello"), OtherMedia("photo"), Wake(), AskAgain()]
)
def test_run_that_has_not_begun_is_only_moved_by_start(given: RunInput) -> None:
    flow = flow_of(MOOD)

    state, events = play(flow, given)

    assert state == RunState(flow.key)
    assert isinstance(events[0], Ignored)


def test_two_steps_with_one_key_and_an_empty_flow_are_found() -> None:
    twice = check_flow(flow_of(MOOD, MOOD))

    assert twice == (("mood", "Step key 'mood' is used more than once."),) * 2
    assert check_flow(flow_of()) == (("", "The flow holds no steps."),)


def test_what_an_input_changes_in_the_profile_is_known_to_the_steps_after_it() -> None:
    flow = flow_of(
        Step("name", "short_text", into="cv_name"),
        Step("split", "branch", by="profile.cv_name", goto={"given": "thanks"}),
        Step("nameless", "finish", outcome="nameless", has_text=False),
        Step("thanks", "say"),
    )

    _, events = play(flow, Start(), Text("Sample name"))

    assert events[1:] == (Say("thanks"), Finished("completed"))


def test_run_that_nobody_answers_goes_to_sleep_a_bounded_number_of_times() -> None:
    flow = flow_of(
        replace(NIGHT, has_text=False),
        Step("split", "branch", by="profile.answer", goto={"missing": "night"}),
    )
    state, events = play(flow, Start())
    sleeps = 0

    while state.wake_at is not None and sleeps < 100:
        sleeps += 1
        state, events = engine.step(state, flow, Wake(), state.wake_at, around=Surroundings(OSLO))

    assert sleeps == engine.MAX_WAKES_IN_A_ROW + 1
    assert events == (Abandoned("bound"),)
    assert play(flow, AskAgain(), state=state)[0].status is RunStatus.WAITING


def test_whoever_goes_on_before_the_time_is_up_is_there() -> None:
    flow = flow_of(NIGHT, Step("split", "branch", by="profile.answer", goto={"missing": "night"}))

    state, _ = play(flow, Start(), *[Wake(early=True)] * 50)

    assert state.status is RunStatus.WAITING


def test_wake_that_finds_a_question_after_an_edit_asks_it() -> None:
    state, _ = play(flow_of(NIGHT), Start())

    _, events = play(flow_of(replace(MOOD, key="night")), Wake(early=True), state=state)

    assert events == (Ask("night", 1, Buttons(("fine", "hard"))),)
