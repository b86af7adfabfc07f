"""The engine: one input to one run gives the next state and what the host has to do about it.

The host (services/runs.py) stores the state and turns the events into rows, in one transaction.

What bounds a run: after `max_attempts` inputs that do not fit, an optional step of which nothing is
answered yet is skipped, and any other sets the run aside (ABANDONED). One input leads through
MAX_STEPS_PER_INPUT steps at most, and a run that nobody answers wakes MAX_WAKES_IN_A_ROW times at
most. Nothing is lost by that: the
last question's buttons still work, and `AskAgain` takes the same step up anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.domain.flows import Flow, RunState, RunStatus, Step
from bot.domain.profile import profile_after
from bot.domain.run_events import (
    Abandoned,
    AnswerGiven,
    AskAgain,
    Choice,
    Explain,
    Finished,
    Ignored,
    OtherMedia,
    RunEvent,
    RunInput,
    Sleep,
    Start,
    Text,
    Wake,
)
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.kind import (
    MAX_STEPS_PER_INPUT,
    Accepted,
    Asks,
    AsksAnew,
    Continues,
    Ends,
    Irrelevant,
    Naps,
    Passes,
    Refused,
    Sleeps,
)
from bot.domain.surroundings import Surroundings
from bot.domain.ways_back import come_to, sent_back

Outcome = tuple[RunState, tuple[RunEvent, ...]]

TOO_MANY_ATTEMPTS = "too_many_attempts"
MAX_WAKES_IN_A_ROW = 20


def step(
    state: RunState, flow: Flow, input: RunInput, now: datetime, *, around: Surroundings
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
    walk = _Walk(flow, now, around)
    if isinstance(input, Start):
        return walk.on(state, flow.steps[0] if flow.steps else None)
    here = flow.step(state.step_key) if state.step_key is not None else None
    if here is None or here.kind not in KINDS_BY_CODE:
        return _set_aside(state, "step_gone")
    if isinstance(input, AskAgain):
        attempts = state.attempts if state.status is RunStatus.ASKING else 0
        return walk.on(replace(state, attempts=attempts, wakes=0), here)
    return walk.answered(state, here, input)


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


@dataclass(slots=True)
class _Walk:
    """One input's way through a flow; `around` follows what the events change in the profile."""

    flow: Flow
    now: datetime
    around: Surroundings

    def answered(self, came: RunState, here: Step, input: RunInput) -> Outcome:
        """Give the step the run stands at its input; `came` is the state as it was stored."""
        kind = KINDS_BY_CODE[here.kind]
        was_set_aside = came.status is RunStatus.ABANDONED
        attempts = 0 if was_set_aside else came.attempts
        state = replace(came, attempts=attempts, wakes=_wakes_after(came, input))
        if not isinstance(input, kind.accepts):
            # Only after an edit that gave the step another kind under a run that stood at it. A
            # wake that came to nothing would come for ever.
            woken = isinstance(input, Wake)
            return self.on(state, here) if woken else (came, (Ignored("not_asking"),))
        answered = kind.answer(here, came, input, self.now, self.around)
        match answered:
            case Irrelevant(reason=reason):
                return came, (Ignored(reason),)
            case Refused():
                return self._explained(state, here, answered)
            case Continues(partial=partial, events=events):
                state = replace(state, partial=partial, attempts=0)
                # Set aside, it takes up the run: then the question is to stand open anew.
                return self.on(state, here) if was_set_aside else (state, events)
            case AsksAnew(partial=partial, events=events, message_key=message_key):
                state = replace(state, partial=partial, attempts=0)
                return self.on(state, here, _placed(events, here), message_key=message_key)
            case Naps(until=until, events=events, value=value):
                state = replace(_stopped(state, RunStatus.WAITING, until), attempts=0, partial=())
                if value is not None:
                    state = replace(state, answers={**state.answers, here.key: value})
                return state, (*events, Sleep(until))
            case Accepted():
                return self._gone_on(state, here, answered)
        assert_never(answered)

    def _gone_on(self, state: RunState, here: Step, accepted: Accepted) -> Outcome:
        events = _placed(accepted.events, here)
        kept = None if here.into is not None else accepted.value
        answers = {key: value for key, value in state.answers.items() if key != here.key}
        if kept is not None:
            answers[here.key] = kept
        target = accepted.to
        if target is None and state.return_after == here.key:
            target = state.return_to
        elif target is None and accepted.option is not None:
            target = here.goto.get(accepted.option)
        state = replace(state, answers=answers, attempts=0, partial=())
        if accepted.comes_back is not None:
            after = target if accepted.comes_back == "after_answer" else None
            state = sent_back(state, here.key, after=after)
        if target is None:
            return self.on(state, self.flow.after(here.key), events)
        onward = self.flow.step(target)
        return (
            _set_aside(state, "step_gone", events)
            if onward is None
            else self.on(state, onward, events)
        )

    def _explained(self, state: RunState, here: Step, refused: Refused) -> Outcome:
        """Explain and ask again, or, at the bound, stop asking."""
        attempts = state.attempts + 1
        if attempts < here.max_attempts:
            why = Explain(refused.message_key, here.key, refused.values)
            return self.on(replace(state, attempts=attempts), here, (why,))
        if here.optional and not state.partial:
            # No answer; but whoever came back to correct one keeps what stood there before.
            before = state.answers.get(here.key) if state.return_to is not None else None
            return self._gone_on(state, here, Accepted(value=before))
        return _set_aside(replace(state, attempts=attempts), TOO_MANY_ATTEMPTS)

    def on(
        self,
        state: RunState,
        at: Step | None,
        events: tuple[RunEvent, ...] = (),
        *,
        message_key: str = "",
    ) -> Outcome:
        """Enter steps from `at` on until one stops the run, the flow ends or a bound is met."""
        self._note(events)
        state = _stopped(state, state.status, None)
        for _ in range(MAX_STEPS_PER_INPUT):
            if at is None:
                break
            state = come_to(replace(state, step_key=at.key), at.key)
            kind = KINDS_BY_CODE.get(at.kind)
            if kind is None:
                return _set_aside(state, "step_gone", events)
            match kind.enter(at, state, self.now, self.around):
                case Passes() as passed:
                    events += passed.events
                    self._note(passed.events)
                    state = _without(state, passed.drops)
                    if passed.to is None:
                        at = self.flow.after(at.key)
                    elif (at := self.flow.step(passed.to)) is None:
                        return _set_aside(state, "step_gone", events)
                case Asks(ask=ask):
                    state = replace(state, status=RunStatus.ASKING, instance=ask.instance)
                    return state, (*events, replace(ask, message_key=message_key))
                case Sleeps(until=until, events=said):
                    return _asleep(state, until, events, said)
                case Ends(outcome=outcome, events=said):
                    return _finish(state, outcome, (*events, *said))
        if at is None:
            return _finish(state, "completed", events)
        # The step not yet entered is where AskAgain goes on, so that even this loses nobody's place.
        return _set_aside(replace(state, step_key=at.key), "bound", events)

    def _note(self, events: tuple[RunEvent, ...]) -> None:
        profile = self.around.profile
        for event in events:
            profile = profile_after(profile, event)
        if profile is not self.around.profile:
            self.around = replace(self.around, profile=profile)


def _wakes_after(state: RunState, input: RunInput) -> int:
    """Somebody who goes on before the time is up is there; a host that has made a file is not."""
    if isinstance(input, Wake) and (not input.early or state.wake_at is None):
        return state.wakes + 1
    return 0


def _placed(events: tuple[RunEvent, ...], here: Step) -> tuple[RunEvent, ...]:
    """Answers with the place in the profile where their author wants them kept."""
    return tuple(
        replace(event, into=here.into) if isinstance(event, AnswerGiven) else event
        for event in events
    )


def _stopped(state: RunState, status: RunStatus, wake_at: datetime | None) -> RunState:
    return replace(state, status=status, wake_at=wake_at, outcome=None)


def _without(state: RunState, drops: tuple[str, ...]) -> RunState:
    kept = {key: value for key, value in state.answers.items() if key not in drops}
    return replace(state, answers=kept) if drops else state


def _asleep(
    state: RunState,
    until: datetime | None,
    events: tuple[RunEvent, ...],
    said: tuple[RunEvent, ...],
) -> Outcome:
    if state.wakes > MAX_WAKES_IN_A_ROW:
        # Before the step says, or orders, anything: AskAgain lets it.
        return _set_aside(state, "bound", events)
    slept = () if until is None else (Sleep(until),)
    return _stopped(state, RunStatus.WAITING, until), (*events, *said, *slept)


def _finish(state: RunState, outcome: str, events: tuple[RunEvent, ...]) -> Outcome:
    state = replace(state, status=RunStatus.FINISHED, outcome=outcome, attempts=0)
    return state, (*events, Finished(outcome))


def _set_aside(state: RunState, reason: str, events: tuple[RunEvent, ...] = ()) -> Outcome:
    return call_off(state, reason), (*events, Abandoned(reason))
