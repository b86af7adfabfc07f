"""The step kind "set": a value of the participant's profile is set or forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.profile import is_name
from bot.domain.run_events import ProfileForgotten, ProfileSet
from bot.domain.steps.kind import Entered, Passes, StepKind, takes_no_answer
from bot.domain.surroundings import Surroundings

FORGET = ("all", "last")
LONGEST_VALUE = 1000


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    if step.name is None:
        return Passes()
    if step.forget is not None:
        return Passes((ProfileForgotten(step.name, last_only=step.forget == "last"),))
    value = step.value if step.answer is None else state.answers.get(step.answer, "")
    return Passes((ProfileSet(step.name, value or ""),))


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step, flow))


def _problems(step: Step, flow: Flow) -> Iterator[str]:
    if step.name is None or not is_name(step.name):
        yield "A set step needs 'name': what the profile calls it, of a-z, 0-9 and _."
    given = [one for one in (step.value, step.answer, step.forget) if one is not None]
    if len(given) != 1:
        yield "A set step needs exactly one of value, answer and forget."
    if step.value is not None and not 1 <= len(step.value) <= LONGEST_VALUE:
        yield f"value must have 1 to {LONGEST_VALUE} characters."
    if step.forget is not None and step.forget not in FORGET:
        yield f"forget must be one of {' and '.join(FORGET)}."
    if step.answer is not None:
        yield from answer_problems("answer", step.answer, flow)


def answer_problems(name: str, step_key: str, flow: Flow) -> Iterator[str]:
    """What is wrong with naming the answer of that step."""
    asked = flow.step(step_key)
    if asked is None:
        yield f"{name} names step '{step_key}', which the flow does not hold."
    elif asked.into is not None:
        yield f"{name} names step '{step_key}', whose answer is in the profile already."


SET = StepKind(
    code="set",
    doc="Sets a value of the participant's profile, or forgets one; says nothing.",
    accepts=(),
    fields=frozenset({"name", "value", "answer", "forget"}),
    enter=_enter,
    answer=takes_no_answer,
    validate=_validate,
)
