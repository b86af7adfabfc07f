"""What holds for every valid flow and every row of inputs, tried on generated ones."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import engine
from bot.domain.flows import Flow, RunStatus
from bot.domain.profile import MOST_RECORDS, is_name
from bot.domain.run_events import (
    Ask,
    AskAgain,
    Choice,
    Ignored,
    Redraw,
    RunInput,
    Wake,
)
from bot.domain.run_state import dump, load
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.check import check_flow
from bot.domain.steps.kind import MAX_STEPS_PER_INPUT, Asks, Sleeps
from tests.domain.flow_strategies import OPTIONS, flows
from tests.domain.played_runs import Script, inputs, play, scripts

# A busy machine must not fail a test about rules, so nothing here is timed.
thorough = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@thorough
@given(flows())
def test_generated_flows_have_nothing_to_mend(flow: Flow) -> None:
    assert check_flow(flow) == ()


@thorough
@given(flows(), scripts)
def test_state_stays_valid_whatever_happens(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        state = turn.after
        here = flow.step(state.step_key or "")
        assert here is not None
        accepts = KINDS_BY_CODE[here.kind].accepts
        assert (state.status is RunStatus.ASKING) <= (Choice in accepts)
        assert (state.status is RunStatus.WAITING) <= (Wake in accepts)
        assert (state.wake_at is not None) <= (state.status is RunStatus.WAITING)
        ended = state.status in {RunStatus.FINISHED, RunStatus.ABANDONED}
        assert ended == (state.outcome is not None)
        assert state.status is not RunStatus.NEW
        assert 0 <= state.attempts <= here.max_attempts
        assert bool(state.partial) <= (Choice in accepts)
        assert set(state.answers) <= {step.key for step in flow.steps if step.into is None}
        assert (state.return_after is not None) <= (state.return_to is not None)
        assert bool(state.outer_returns) <= (state.return_to is not None)
        waiting = [key for key, _ in (*state.outer_returns, (state.return_to, None)) if key]
        assert set(waiting) <= {s.key for s in flow.steps if s.kind == "review"} - {here.key}
        assert len(set(waiting)) == len(waiting)
        assert len(turn.events) <= 2 * MAX_STEPS_PER_INPUT + 4


@thorough
@given(flows(), scripts)
def test_profile_holds_words_and_short_lists_under_names(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        for name, value in turn.profile_after.items():
            assert is_name(name)
            assert value
            assert isinstance(value, str) or len(value) <= MOST_RECORDS


@thorough
@given(flows(), scripts)
def test_question_numbers_only_rise_and_the_state_knows_the_newest(
    flow: Flow, script: Script
) -> None:
    played = play(flow, script)

    numbers = [event.instance for turn in played for event in turn.events if isinstance(event, Ask)]

    assert numbers == list(range(1, len(numbers) + 1))
    for turn in played:
        asked = [event for event in turn.events if isinstance(event, Ask)]
        redrawn = [event for event in turn.events if isinstance(event, Redraw)]
        assert turn.after.instance == turn.before.instance + len(asked)
        assert len(asked) + len(redrawn) <= 1
        if asked:
            assert (turn.after.status, turn.events[-1]) == (RunStatus.ASKING, asked[0])
        if redrawn:
            assert turn.before.status is turn.after.status is RunStatus.ASKING
            assert redrawn[0].buttons.marked == turn.after.partial


@thorough
@given(flows(), scripts)
def test_an_ignored_input_leaves_the_state_as_it_was(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        ignored = [event for event in turn.events if isinstance(event, Ignored)]
        if ignored:
            assert turn.after is turn.before
            assert turn.events == (ignored[0],)


@thorough
@given(flows(), scripts, st.sampled_from([*OPTIONS, "skip", "done", "4"]))
def test_buttons_of_other_questions_never_change_the_state(
    flow: Flow, script: Script, option: str
) -> None:
    for turn in play(flow, script):
        newest = turn.after.instance
        for instance in {0, newest - 2, newest - 1, newest + 1} - {newest}:
            state, events = turn.then(flow, Choice(instance, option))
            assert state is turn.after
            assert events == (Ignored("old_instance"),)


@thorough
@given(flows(), scripts, st.lists(inputs, max_size=10))
def test_a_finished_run_ignores_everything(
    flow: Flow, script: Script, more: list[RunInput]
) -> None:
    for turn in play(flow, script):
        if turn.after.status is not RunStatus.FINISHED:
            continue
        for late in more:
            state, events = turn.then(flow, late)
            assert state is turn.after
            assert [type(event) for event in events] == [Ignored]


@thorough
@given(flows(), scripts)
def test_the_same_inputs_give_the_same_run_also_through_json(flow: Flow, script: Script) -> None:
    first = play(flow, script)

    assert play(flow, script) == first
    for turn in first:
        restored = load(json.loads(json.dumps(dump(turn.before))))
        again = engine.step(restored, flow, turn.given, turn.now, around=turn.around)
        assert restored == turn.before
        assert again == (turn.after, turn.events)


@thorough
@given(flows(), scripts)
def test_asking_again_takes_up_the_step_with_what_it_has_got_so_far(
    flow: Flow, script: Script
) -> None:
    for turn in play(flow, script):
        before = turn.after
        if before.status not in {RunStatus.ASKING, RunStatus.ABANDONED}:
            continue
        state, events = turn.then(flow, AskAgain())
        here = flow.step(before.step_key or "")
        assert here is not None
        entered = KINDS_BY_CODE[here.kind].enter(here, before, turn.now, turn.around_after)
        assert not any(isinstance(event, Ignored) for event in events)
        if isinstance(entered, Asks):
            kept = 0 if before.status is RunStatus.ABANDONED else before.attempts
            assert (state.status, state.step_key) == (RunStatus.ASKING, before.step_key)
            assert (state.partial, state.attempts) == (before.partial, kept)
            assert events == (entered.ask,)
        elif isinstance(entered, Sleeps):
            assert (state.status, state.step_key) == (RunStatus.WAITING, before.step_key)


@thorough
@given(flows(), scripts)
def test_a_due_wake_always_ends_the_wait(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        at = turn.after.wake_at
        if at is None:
            continue
        state, events = engine.step(turn.after, flow, Wake(), at, around=turn.around_after)
        assert not any(isinstance(event, Ignored) for event in events)
        assert state.wake_at is None or state.wake_at > at


@thorough
@given(flows(), scripts)
def test_a_run_that_nobody_answers_falls_asleep_a_bounded_number_of_times(
    flow: Flow, script: Script
) -> None:
    last = play(flow, script)[-1]
    state, now, around, sleeps = last.after, last.now, last.around_after, 0

    while state.status is RunStatus.WAITING and sleeps <= engine.MAX_WAKES_IN_A_ROW + 1:
        sleeps += 1
        now = state.wake_at or now
        state, _ = engine.step(state, flow, Wake(early=state.wake_at is None), now, around=around)

    assert state.status is not RunStatus.WAITING
    assert sleeps <= engine.MAX_WAKES_IN_A_ROW + 1
