"""The step kind "date": a day, tapped when it is one of the next, or typed as people type days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import AnswerGiven, Ask, Buttons, Choice, OtherMedia, RunInput, Text
from bot.domain.steps.kind import (
    A_WEEK,
    QUESTION_FIELDS,
    Accepted,
    Answered,
    Asks,
    Entered,
    Irrelevant,
    Refused,
    StepKind,
)
from bot.domain.steps.options import skip_button, skippable
from bot.domain.surroundings import Surroundings
from bot.domain.typed_dates import DatesAsked, date_typed

DAYS_AS_BUTTONS = 7
# Nobody in a programme has a day further off to tell of; more is a slip of the thumb.
FURTHEST = timedelta(days=110 * 366)


def _enter(step: Step, state: RunState, now: datetime, around: Surroundings) -> Entered:
    options: tuple[str, ...] = ()
    if step.dates == DatesAsked.UPCOMING:
        today = around.calendar.local(now).date()
        options = tuple(
            (today + timedelta(days=ahead)).isoformat() for ahead in range(DAYS_AS_BUTTONS)
        )
    buttons = Buttons(options, skip_button(step))
    return Asks(Ask(step.key, state.instance + 1, buttons, accepts_text=True))


def _answer(
    step: Step, _state: RunState, input: RunInput, now: datetime, around: Surroundings
) -> Answered:
    today = around.calendar.local(now).date()
    match input:
        case Choice(option=option):
            tapped = _iso(option)
            # A button of last week still says which day was meant.
            return Irrelevant("unknown_option") if tapped is None else _judged(step, tapped, today)
        case Text(text=text):
            return _judged(step, date_typed(text, today=today, asked=DatesAsked(step.dates)), today)
        case _:
            return Refused("run.date_wanted")


def _iso(option: str) -> date | None:
    try:
        return date.fromisoformat(option)
    except ValueError:
        return None


def _judged(step: Step, day: date | None, today: date) -> Answered:
    if day is None or abs(day - today) > FURTHEST:
        return Refused("run.date_wanted")
    if step.dates == DatesAsked.UPCOMING and day < today:
        return Refused("run.date_upcoming")
    if step.dates == DatesAsked.PAST and day > today:
        return Refused("run.date_past")
    value = day.isoformat()
    return Accepted((AnswerGiven(step.key, value),), value=value)


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if step.dates in set(DatesAsked):
        return ()
    return (f"There is no dates '{step.dates}'; there are {', '.join(DatesAsked)}.",)


DATE = StepKind(
    code="date",
    doc="Asks for a day; an upcoming one has the next seven days as buttons.",
    accepts=(Choice, Text, OtherMedia),
    others="Words that name no day are met with an explanation; media go to a caseworker as well.",
    fields=QUESTION_FIELDS | {"dates"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=skippable(_answer),
    validate=_validate,
)
