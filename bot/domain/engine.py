"""The engine: one input to one run gives the next state and what the host has to do about it.

The host (services/runs.py) stores the state and turns the events into rows, in one transaction.

What bounds a run: after `max_attempts` inputs that do not fit, an optional step is skipped and any
other sets the run aside (ABANDONED). Nothing is lost by that: the last question's buttons still
work, and `AskAgain` asks the same step anew with its attempts at nought.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.flows import (
    Abandoned,
    AskAgain,
    Choice,
    Explain,
    Finished,
    Flow,
    Ignored,
    OtherMedia,
    RunEvent,
    RunInput,
    RunState,
    RunStatus,
    Sleep,
    Start,
    Step,
    Text,
    Wake,
)
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.kind import (
    MAX_STEPS_PER_INPUT,
    Accepted,
    Asks,
    Ends,
    Irrelevant,
    Passes,
    Refused,
    Sleeps,
)
from bot.domain.work_calendar import WorkCalendar

Outcome = tuple[RunState, tuple[RunEvent, ...]]

TOO_MANY_ATTEMPTS = "too_many_attempts"


def step(
    state: RunState, flow: Flow, input: RunInput, now: datetime, *, calendar: WorkCalendar
) -> Outcome:
    """Return the state after `input` and the events it caused, in the order to act on them.

    Pure and total: the same arguments give the same answer, and no input raises while
    `steps.check.check_flow(flow)` finds nothing. A run whose step the flow no longer holds is set
    aside with the reason "step_gone". An input that is out of place gives one `Ignored` and the
    state unchanged.

    Args:
        now: Aware, any zone.
    """
    reason = _why_out_of_place(state, input)
    if reason is not None:
        return state, (Ignored(reason),)
    if isinstance(input, Start):
        return _walk(state, flow, flow.steps[0] if flow.steps else None, now, calendar)
    here = flow.step(state.step_key) if state.step_key is not None else None
    if here is None or here.kind not in KINDS_BY_CODE:
        return _set_aside(state, "step_gone")
    if isinstance(input, AskAgain):
        attempts = state.attempts if state.status is RunStatus.ASKING else 0
        return _walk(replace(state, attempts=attempts), flow, here, now, calendar)
    return _answer(state, flow, here, input, now, calendar)


def call_off(state: RunState, reason: str) -> RunState:
    """Return the run set aside by somebody's decision; its buttons answer nothing any more.

    `AskAgain` takes it up again. A finished run stays finished.
    """
    if state.status is RunStatus.FINISHED:
        return state
    return replace(state, status=RunStatus.ABANDONED, outcome=reason, wake_at=None)


def _why_out_of_place(state: RunState, input: RunInput) -> str | None:
    """Return the reason to ignore `input`, judged by the state alone, or None."""
    asking = state.status is RunStatus.ASKING
    abandoned = state.status is RunStatus.ABANDONED
    match input:
        case Start():
            return None if state.status is RunStatus.NEW else "already_started"
        case Choice(instance=instance):
            is_open = asking or (abandoned and state.outcome == TOO_MANY_ATTEMPTS)
            return None if is_open and instance == state.instance else "old_instance"
        case Text() | OtherMedia():
            return None if asking else "not_asking"
        case Wake():
            return None if state.status is RunStatus.WAITING else "not_waiting"
        case AskAgain():
            return None if asking or abandoned else "not_asking"
        case _:
            assert_never(input)


def _answer(
    state: RunState,
    flow: Flow,
    here: Step,
    input: RunInput,
    now: datetime,
    calendar: WorkCalendar,
) -> Outcome:
    kind = KINDS_BY_CODE[here.kind]
    if not isinstance(input, kind.accepts):
        # Only after an edit that gave the step another kind under a run that stood at it.
        return state, (Ignored("not_asking"),)
    match kind.answer(here, state, input, now):
        case Irrelevant(reason=reason):
            return state, (Ignored(reason),)
        case Refused() as refused:
            return _ask_once_more(state, flow, here, refused, now, calendar)
        case Accepted(events=events, option=option):
            answers = state.answers if option is None else {**state.answers, here.key: option}
            state = replace(state, answers=answers, attempts=0)
            target = here.goto.get(option) if option is not None else None
            if target is None:
                return _walk(state, flow, flow.after(here.key), now, calendar, events)
            onward = flow.step(target)
            if onward is None:
                return _set_aside(state, "step_gone", events)
            return _walk(state, flow, onward, now, calendar, events)


def _ask_once_more(
    state: RunState,
    flow: Flow,
    here: Step,
    refused: Refused,
    now: datetime,
    calendar: WorkCalendar,
) -> Outcome:
    """Explain and ask again, or, at the bound, stop asking."""
    attempts = state.attempts + 1
    if attempts < here.max_attempts:
        why = Explain(refused.message_key, here.key, refused.max_chars)
        return _walk(replace(state, attempts=attempts), flow, here, now, calendar, (why,))
    if here.optional:
        return _walk(replace(state, attempts=0), flow, flow.after(here.key), now, calendar)
    return _set_aside(replace(state, attempts=attempts), TOO_MANY_ATTEMPTS)


def _walk(
    state: RunState,
    flow: Flow,
    at: Step | None,
    now: datetime,
    calendar: WorkCalendar,
    events: tuple[RunEvent, ...] = (),
) -> Outcome:
    """Enter steps from `at` on until one stops the run, the flow ends or the bound is met."""
    state = replace(state, wake_at=None, outcome=None)
    for _ in range(MAX_STEPS_PER_INPUT):
        if at is None:
            break
        state = replace(state, step_key=at.key)
        kind = KINDS_BY_CODE.get(at.kind)
        if kind is None:
            return _set_aside(state, "step_gone", events)
        match kind.enter(at, state, now, calendar):
            case Passes(events=said):
                events += said
                at = flow.after(at.key)
            case Asks(ask=ask):
                state = replace(state, status=RunStatus.ASKING, instance=ask.instance)
                return state, (*events, ask)
            case Sleeps(until=until, events=said):
                state = replace(state, status=RunStatus.WAITING, wake_at=until)
                return state, (*events, *said, Sleep(until))
            case Ends(outcome=outcome, events=said):
                return _finish(state, outcome, (*events, *said))
    if at is None:
        return _finish(state, "completed", events)
    # The step not yet entered is where AskAgain goes on, so that even this loses nobody's place.
    return _set_aside(replace(state, step_key=at.key), "bound", events)


def _finish(state: RunState, outcome: str, events: tuple[RunEvent, ...]) -> Outcome:
    state = replace(state, status=RunStatus.FINISHED, outcome=outcome, attempts=0)
    return state, (*events, Finished(outcome))


def _set_aside(state: RunState, reason: str, events: tuple[RunEvent, ...] = ()) -> Outcome:
    return call_off(state, reason), (*events, Abandoned(reason))
