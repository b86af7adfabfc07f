"""The step kind "review": what has been answered is looked through, and any of it corrected."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import AnswerGiven, Choice, OtherMedia, RunInput, Text
from bot.domain.steps.kind import A_WEEK, Accepted, Answered, StepKind
from bot.domain.steps.options import ask_options, option_meant, option_problems
from bot.domain.surroundings import Surroundings


def _answer(
    step: Step, _state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    meant = option_meant(step.options, input)
    if not isinstance(meant, str):
        return meant
    given = (AnswerGiven(step.key, meant),)
    if meant in step.again:
        return Accepted(given, value=meant, to=step.again[meant], comes_back="after_answer")
    if meant in step.goto:
        return Accepted(given, value=meant, to=step.goto[meant], comes_back="at_back")
    return Accepted(given, value=meant)


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    problems = tuple(option_problems(step, flow, at_least=2))
    twice = sorted(set(step.again) & set(step.goto))
    if twice:
        problems += (f"Option '{twice[0]}' stands under both again and goto: keep one.",)
    if all(option in step.again or option in step.goto for option in step.options):
        problems += ("One of the options of a review must go on: under neither again nor goto.",)
    return problems


REVIEW = StepKind(
    code="review",
    doc="Shows what was answered; an option asks one step or one part again and comes back here.",
    accepts=(Choice, Text, OtherMedia),
    others="A label or number typed out counts as a tap; other words and media go to a caseworker.",
    fields=frozenset({"options", "again", "goto", "max_attempts", "listens_for"}),
    listens_for=A_WEEK,
    enter=ask_options,
    answer=_answer,
    validate=_validate,
)
