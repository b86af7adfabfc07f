"""The step kind "quiz": a question with one right option and a word for either result."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import AnswerGiven, Choice, OtherMedia, RunInput, Say, Text
from bot.domain.steps.kind import (
    A_WEEK,
    QUESTION_FIELDS,
    Accepted,
    Answered,
    AsksAnew,
    StepKind,
)
from bot.domain.steps.options import ask_options, option_meant, option_problems, skippable
from bot.domain.surroundings import Surroundings


def _answer(
    step: Step, state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    meant = option_meant(step.options, input)
    if not isinstance(meant, str):
        return meant
    is_right = meant == step.right
    given = AnswerGiven(step.key, meant, is_right=is_right)
    if not is_right and step.second_try and not state.partial:
        return AsksAnew((meant,), (given, Say(step.key, "hint", meant)))
    if is_right:
        said = Say(step.key, "right", meant)
    else:
        # At the second try the particular words have been said; what is right is told to all alike.
        said = Say(step.key, "wrong", "" if step.second_try else meant)
    return Accepted((given, said), option=meant, value=meant)


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
    others="A label or number typed out counts as a tap; other words and media go to a caseworker.",
    fields=QUESTION_FIELDS | {"options", "right", "goto", "second_try"},
    listens_for=A_WEEK,
    enter=ask_options,
    answer=skippable(_answer),
    validate=_validate,
)
