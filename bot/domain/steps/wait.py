"""The step kind "wait": a pause of some elapsed or working time."""

from __future__ import annotations

from datetime import datetime

from bot.domain.durations import Duration, Unit
from bot.domain.errors import RuleBroken
from bot.domain.flows import Flow, RunEvent, RunInput, RunState, Say, Step, Wake
from bot.domain.steps.kind import (
    Accepted,
    Answered,
    Entered,
    Irrelevant,
    Passes,
    Sleeps,
    StepKind,
)
from bot.domain.work_calendar import WorkCalendar

# A programme runs for a year at most, so a longer wait is a typing mistake.
LONGEST = {
    Unit.SECONDS: 365 * 24 * 60 * 60,
    Unit.MINUTES: 365 * 24 * 60,
    Unit.HOURS: 365 * 24,
    Unit.DAYS: 365,
    Unit.WEEKS: 52,
    Unit.WORKING_HOURS: 260 * 8,
    Unit.WORKING_DAYS: 260,
}


def _enter(step: Step, _state: RunState, now: datetime, calendar: WorkCalendar) -> Entered:
    said: tuple[RunEvent, ...] = (Say(step.key),) if step.has_text else ()
    if step.wait_for is None:
        return Passes(said)
    return Sleeps(_until(now, step.wait_for, calendar), said)


def _until(now: datetime, wait_for: Duration, calendar: WorkCalendar) -> datetime:
    try:
        return calendar.add(now, wait_for)
    except RuleBroken:
        # The office's settings leave it closed for months. That is for staff to mend; meanwhile
        # the participant's answer, which led here, must not be refused over it.
        unit = Unit.HOURS if wait_for.unit is Unit.WORKING_HOURS else Unit.DAYS
        return calendar.add(now, Duration(wait_for.amount, unit))


def _answer(_step: Step, state: RunState, input: RunInput, now: datetime) -> Answered:
    early = isinstance(input, Wake) and input.early
    if early or state.wake_at is None or now >= state.wake_at:
        return Accepted()
    return Irrelevant("not_due")


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if step.wait_for is None:
        return ('A wait step needs \'for\': how long, such as "1 day" or "2 working days".',)
    if step.wait_for.amount < 1:
        return ("A wait must last at least 1 of its unit.",)
    longest = LONGEST[step.wait_for.unit]
    if step.wait_for.amount > longest:
        return (f"A wait may last a year at most: {longest} {step.wait_for.unit.value}.",)
    return ()


WAIT = StepKind(
    code="wait",
    doc="Pauses the flow for a while, in elapsed or working time.",
    accepts=(Wake,),
    fields=frozenset({"wait_for"}),
    enter=_enter,
    answer=_answer,
    validate=_validate,
)
