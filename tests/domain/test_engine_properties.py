"""What holds for every valid flow and every row of inputs, tried on generated ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import engine
from bot.domain.durations import Duration, Unit
from bot.domain.flows import (
    Ask,
    AskAgain,
    Choice,
    Flow,
    Ignored,
    OtherMedia,
    RunEvent,
    RunInput,
    RunState,
    RunStatus,
    Start,
    Step,
    Text,
    Wake,
)
from bot.domain.run_state import dump, load
from bot.domain.steps import KINDS_BY_CODE, STEP_KINDS
from bot.domain.steps.check import check_flow
from bot.domain.work_calendar import OfficeHours, WorkCalendar

BEGIN = datetime(2026, 3, 20, 12, tzinfo=UTC)
OSLO = WorkCalendar(OfficeHours())
OPTIONS = ("yes", "no", "later", "skip")
MOST_STEPS = 8
NEVER = -1  # an instance no question has

# A busy machine must not fail a test about rules, so nothing here is timed.
thorough = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Played:
    """One input as it was played: before, input, moment, after, events."""

    before: RunState
    given: RunInput
    now: datetime
    after: RunState
    events: tuple[RunEvent, ...]


@st.composite
def steps(draw: st.DrawFn, number: int, count: int) -> Step:
    """A valid step of any kind, each of its fields set at random."""
    kind = draw(st.sampled_from(STEP_KINDS))
    options = tuple(draw(st.lists(st.sampled_from(OPTIONS), min_size=2, unique=True)))
    targets = st.integers(0, count - 1).map(lambda at: f"step{at}")
    durations = st.builds(Duration, st.integers(1, 40), st.sampled_from(list(Unit)))
    values = {
        "options": options,
        "right": draw(st.sampled_from(options)),
        "optional": draw(st.booleans()),
        "max_chars": draw(st.integers(1, 20)),
        "wait_for": draw(durations),
        "goto": draw(st.dictionaries(st.sampled_from(options), targets)),
        "escalate": draw(st.dictionaries(st.sampled_from(options), st.just("help"))),
        "outcome": draw(st.sampled_from(["completed", "left_early"])),
        "max_attempts": draw(st.integers(1, 3)),
    }
    chosen = {name: value for name, value in values.items() if name in kind.fields}
    return Step(f"step{number}", kind.code, has_text=draw(st.booleans()), **chosen)  # type: ignore[arg-type]


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    count = draw(st.integers(3, MOST_STEPS))
    return Flow("module:any", tuple(draw(steps(number, count)) for number in range(count)))


# A choice is drawn as its distance from the newest question: 0 is the open one.
choices = st.builds(
    Choice, st.sampled_from([0, 0, 0, 1, 2, NEVER]), st.sampled_from([*OPTIONS, "unheard_of"])
)
misfits = st.builds(Text, st.sampled_from(["", "nine", "a text longer than any step allows"]))
inputs = st.one_of(
    choices,
    choices,
    choices,
    st.builds(Text, st.one_of(st.sampled_from(["1", "2", "9", " ", ""]), st.text(max_size=30))),
    st.builds(OtherMedia, st.sampled_from(["voice", "photo", "sticker"])),
    st.builds(Wake, st.booleans()),
    misfits,
    misfits,
    st.sampled_from([AskAgain(), Start()]),
)
scripts = st.lists(st.tuples(inputs, st.integers(0, 72)), min_size=10, max_size=25)
Script = list[tuple[RunInput, int]]


def play(flow: Flow, script: Script) -> list[Played]:
    """Play `script`, each input some hours after the one before, from `Start` on."""
    state, now, played = RunState(flow.key), BEGIN, []
    for drawn, hours in [(Start(), 0), *script]:
        now += timedelta(hours=hours)
        before, current = state, drawn
        if isinstance(drawn, Choice):
            current = Choice(before.instance - drawn.instance, drawn.option)
        state, events = engine.step(before, flow, current, now, calendar=OSLO)
        played.append(Played(before, current, now, state, events))
    return played


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
        accepts = KINDS_BY_CODE[here.kind].accepts if here else ()
        assert (state.status is RunStatus.ASKING) <= (Choice in accepts)
        assert (state.status is RunStatus.WAITING) == (state.wake_at is not None)
        assert (state.status is RunStatus.WAITING) <= (Wake in accepts)
        ended = state.status in {RunStatus.FINISHED, RunStatus.ABANDONED}
        assert ended == (state.outcome is not None)
        assert state.status is not RunStatus.NEW
        assert here is not None
        assert 0 <= state.attempts <= here.max_attempts
        assert set(state.answers) <= {step.key for step in flow.steps}
        assert turn.events
        assert len(turn.events) <= 2 * MOST_STEPS + 4


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
        assert turn.after.instance == turn.before.instance + len(asked)
        if turn.after.status is RunStatus.ASKING and turn.after != turn.before:
            assert turn.events[-1] == asked[-1]


@thorough
@given(flows(), scripts)
def test_an_ignored_input_leaves_the_state_as_it_was(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        ignored = [event for event in turn.events if isinstance(event, Ignored)]
        if ignored:
            assert turn.after is turn.before
            assert turn.events == (ignored[0],)


@thorough
@given(flows(), scripts, st.sampled_from(OPTIONS))
def test_buttons_of_other_questions_never_change_the_state(
    flow: Flow, script: Script, option: str
) -> None:
    for turn in play(flow, script):
        for instance in {*range(turn.after.instance), turn.after.instance + 1}:
            state, events = engine.step(
                turn.after, flow, Choice(instance, option), turn.now, calendar=OSLO
            )
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
            state, events = engine.step(turn.after, flow, late, turn.now, calendar=OSLO)
            assert state is turn.after
            assert [type(event) for event in events] == [Ignored]


@thorough
@given(flows(), scripts)
def test_the_same_inputs_give_the_same_run_also_through_json(flow: Flow, script: Script) -> None:
    first = play(flow, script)

    assert play(flow, script) == first
    for turn in first:
        restored = load(json.loads(json.dumps(dump(turn.before))))
        again = engine.step(restored, flow, turn.given, turn.now, calendar=OSLO)
        assert restored == turn.before
        assert again == (turn.after, turn.events)


@thorough
@given(flows(), scripts)
def test_a_run_set_aside_is_always_taken_up_by_asking_again(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        if turn.after.status is not RunStatus.ABANDONED:
            continue
        state, events = engine.step(turn.after, flow, AskAgain(), turn.now, calendar=OSLO)
        assert state.status is RunStatus.ASKING
        assert state.step_key == turn.after.step_key
        assert state.attempts == 0
        assert isinstance(events[-1], Ask)


@thorough
@given(flows(), scripts)
def test_a_due_wake_always_ends_the_wait(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        if turn.after.wake_at is None:
            continue
        state, _ = engine.step(turn.after, flow, Wake(), turn.after.wake_at, calendar=OSLO)
        assert (state.step_key, state.status) != (turn.after.step_key, RunStatus.WAITING)
