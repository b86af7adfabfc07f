"""The step kind "choose": a question with buttons; an option may lead elsewhere or to a human."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import (
    AnswerGiven,
    Choice,
    HandToHuman,
    OtherMedia,
    RunEvent,
    RunInput,
    Text,
)
from bot.domain.steps.kind import A_WEEK, QUESTION_FIELDS, Accepted, Answered, StepKind
from bot.domain.steps.options import ask_options, option_meant, option_problems, skippable
from bot.domain.surroundings import Surroundings


def chosen(step: Step, option: str) -> Accepted:
    """The answer, and the case it opens where the author says so."""
    events: tuple[RunEvent, ...] = (AnswerGiven(step.key, option),)
    reason = step.escalate.get(option)
    if reason is not None:
        events += (HandToHuman(step.key, reason),)
    return Accepted(events, option=option, value=option)


def _answer(
    step: Step, _state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    meant = option_meant(step.options, input)
    return chosen(step, meant) if isinstance(meant, str) else meant


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(option_problems(step, flow, at_least=1))


CHOOSE = StepKind(
    code="choose",
    doc="Asks with buttons; an option may lead to another step or open a case for a caseworker.",
    accepts=(Choice, Text, OtherMedia),
    others="A label or number typed out counts as a tap; other words and media go to a caseworker.",
    fields=QUESTION_FIELDS | {"options", "goto", "escalate"},
    listens_for=A_WEEK,
    enter=ask_options,
    answer=skippable(_answer),
    validate=_validate,
)
