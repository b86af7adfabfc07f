"""The step kind "quiz": a question with one right option and a word for either result."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import (
    AnswerGiven,
    Choice,
    Flow,
    OtherMedia,
    RunInput,
    RunState,
    Say,
    Step,
    Text,
)
from bot.domain.steps.kind import Accepted, Answered, StepKind
from bot.domain.steps.options import ask_options, option_meant, option_problems


def _answer(step: Step, _state: RunState, input: RunInput, _now: datetime) -> Answered:
    meant = option_meant(step, input)
    if not isinstance(meant, str):
        return meant
    is_right = meant == step.right
    said = Say(step.key, "right" if is_right else "wrong")
    return Accepted((AnswerGiven(step.key, meant, is_right=is_right), said), option=meant)


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    problems = tuple(option_problems(step, flow, at_least=2))
    if step.right is None:
        problems += ("A quiz step needs 'right': the option that is true.",)
    elif step.right not in step.options:
        problems += (f"right names '{step.right}', which is not an option.",)
    return problems


QUIZ = StepKind(
    code="quiz",
    doc="Asks with buttons, one of them right, and says whether the answer was.",
    accepts=(Choice, Text, OtherMedia),
    fields=frozenset({"options", "right", "goto", "optional", "max_attempts"}),
    enter=ask_options,
    answer=_answer,
    validate=_validate,
)
