"""The step kind "wait": a pause for a while, until a time, a weekday, a session or an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from bot.domain.durations import Duration, Unit
from bot.domain.errors import RuleBroken
from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import RunEvent, RunInput, Say, Wake
from bot.domain.steps.kind import (
    Accepted,
    Answered,
    Entered,
    Irrelevant,
    Naps,
    Passes,
    Sleeps,
    StepKind,
)
from bot.domain.surroundings import Surroundings
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
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIME = "time"
SESSION_START, SESSION_END = "session_start", "session_end"
SESSION_WAITS = (SESSION_START, SESSION_END)
ANSWER = "answer"
UNTIL = (TIME, *WEEKDAYS, SESSION_START, SESSION_END, ANSWER)
DEFAULT_TIME = time(10)


def _enter(step: Step, _state: RunState, now: datetime, around: Surroundings) -> Entered:
    said: tuple[RunEvent, ...] = (Say(step.key),) if step.has_text else ()
    until = _until(step, now, around)
    return Passes(said) if until is None else Sleeps(until, said)


def _until(step: Step, now: datetime, around: Surroundings) -> datetime | None:
    """When the wait is over; None when there is nothing to wait for."""
    if step.until in SESSION_WAITS:
        return session_awaited(step, now, around)
    if step.until == TIME or step.until in WEEKDAYS:
        return _at_time(step, now, around.calendar)
    return None if step.wait_for is None else after(now, step.wait_for, around.calendar)


def after(now: datetime, wait_for: Duration | time, calendar: WorkCalendar) -> datetime:
    """The end of a pause, or the next time the clock shows `wait_for`."""
    if isinstance(wait_for, time):
        return _next_at(wait_for, None, now, calendar)
    try:
        return calendar.add(now, wait_for)
    except RuleBroken:
        # The office's settings leave it closed for months. That is for staff to mend; meanwhile
        # the participant's answer, which led here, must not be refused over it.
        unit = Unit.HOURS if wait_for.unit is Unit.WORKING_HOURS else Unit.DAYS
        return calendar.add(now, Duration(wait_for.amount, unit))


def latest_end(
    step: Step, chosen: str | None, now: datetime, calendar: WorkCalendar
) -> datetime | None:
    """The latest end of a pause of this step that had begun by `now`; None where a session says it.

    Args:
        chosen: The option a participant chose, where the step lets them.
    """
    if step.until == TIME or step.until in WEEKDAYS:
        return _at_time(step, now, calendar)
    if step.until in SESSION_WAITS:
        return None
    pause = step.after.get(chosen or "") or step.wait_for
    return None if pause is None else after(now, pause, calendar)


def _at_time(step: Step, now: datetime, calendar: WorkCalendar) -> datetime:
    weekday = WEEKDAYS.index(step.until) if step.until in WEEKDAYS else None
    return _next_at(step.at or DEFAULT_TIME, weekday, now, calendar)


def _next_at(wall: time, weekday: int | None, now: datetime, calendar: WorkCalendar) -> datetime:
    day = calendar.local(now).date()
    for ahead in range(9):  # a week, and a day for a wall time that the clocks' change shifts
        at = calendar.instant(day + timedelta(days=ahead), wall)
        fits = weekday is None or (day + timedelta(days=ahead)).weekday() == weekday
        if fits and at > now:
            return at
    raise AssertionError("every weekday comes within nine days")


def session_awaited(step: Step, now: datetime, around: Surroundings) -> datetime | None:
    """When the session begins or ends that the step waits for; None when none is ahead."""
    moments = [
        one.starts_at if step.until == SESSION_START else one.ends_at
        for one in around.sessions
        if step.programme_session is None or one.number == step.programme_session
    ]
    return min((at for at in moments if at > now), default=None)


def _answer(
    step: Step, state: RunState, input: RunInput, now: datetime, around: Surroundings
) -> Answered:
    early = isinstance(input, Wake) and input.early
    if early:
        return Accepted()
    if step.until in SESSION_WAITS and state.wake_at is not None:
        return _session_again(step, state.wake_at, now, around)
    if state.wake_at is None or now >= state.wake_at:
        return Accepted()
    return Irrelevant("not_due")


def _session_again(step: Step, wake_at: datetime, now: datetime, around: Surroundings) -> Answered:
    """Sessions are moved and cancelled while a run waits for them."""
    # Looked for from just before the time waited for, so that the session itself is still found.
    until = session_awaited(step, min(now, wake_at) - timedelta(microseconds=1), around)
    if until is None or now >= until:
        return Accepted()
    return Irrelevant("not_due") if until == wake_at else Naps(until)


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step))


def _problems(step: Step) -> Iterator[str]:
    if step.until is not None and step.until not in UNTIL:
        yield f"There is nothing to wait until called '{step.until}': write a time or {_listed()}."
    if step.until is None and step.wait_for is None:
        yield 'A wait step needs \'for\': how long, such as "1 day" or "2 working days".'
    if step.until == ANSWER:
        if step.answer_of is None or step.wait_for is None:
            yield "Waiting until an answer needs 'of', such as \"check_in:weekly\", and 'for'."
    elif step.answer_of is not None:
        yield "'of' belongs to until: answer."
    elif step.until is not None and step.wait_for is not None:
        yield "A wait step has either 'for' or 'until', except until: answer."
    if step.at is not None and step.until not in (TIME, *WEEKDAYS):
        yield "'at' belongs to a wait until a weekday."
    if step.programme_session is not None and step.until not in SESSION_WAITS:
        yield "'session' belongs to until: session_start or session_end."
    if step.wait_for is not None:
        yield from duration_problems(step.wait_for)


def _listed() -> str:
    return ", ".join(UNTIL[1:])


def duration_problems(wait_for: Duration) -> Iterator[str]:
    longest = LONGEST[wait_for.unit]
    if wait_for.amount < 1:
        yield "A wait must last at least 1 of its unit."
    elif wait_for.amount > longest:
        yield f"A wait may last a year at most: {longest} {wait_for.unit.value}."


WAIT = StepKind(
    code="wait",
    doc="Pauses the flow for a while, or until a time, a weekday, a session or an answer.",
    accepts=(Wake,),
    fields=frozenset({"wait_for", "until", "at", "programme_session", "answer_of"}),
    enter=_enter,
    answer=_answer,
    validate=_validate,
)
