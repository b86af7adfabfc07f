"""The step kind "choose": a question with buttons; an option may lead elsewhere or to a human."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import (
    AnswerGiven,
    Choice,
    Flow,
    HandToHuman,
    OtherMedia,
    RunEvent,
    RunInput,
    RunState,
    Step,
    Text,
)
from bot.domain.steps.kind import Accepted, Answered, StepKind
from bot.domain.steps.options import ask_options, option_meant, option_problems


def _answer(step: Step, _state: RunState, input: RunInput, _now: datetime) -> Answered:
    meant = option_meant(step, input)
    if not isinstance(meant, str):
        return meant
    events: tuple[RunEvent, ...] = (AnswerGiven(step.key, meant),)
    reason = step.escalate.get(meant)
    if reason is not None:
        events += (HandToHuman(step.key, reason),)
    return Accepted(events, option=meant)


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(option_problems(step, flow, at_least=1))


CHOOSE = StepKind(
    code="choose",
    doc="Asks with buttons; an option may lead to another step or open a case for a caseworker.",
    accepts=(Choice, Text, OtherMedia),
    fields=frozenset({"options", "goto", "escalate", "optional", "max_attempts"}),
    enter=ask_options,
    answer=_answer,
    validate=_validate,
)
