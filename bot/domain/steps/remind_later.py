"""The step kind "remind_later": the participant chooses when to go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.durations import Duration
from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import AnswerGiven, Choice, OtherMedia, RunInput, Text, Wake
from bot.domain.steps.kind import (
    A_WEEK,
    Accepted,
    Answered,
    Irrelevant,
    Naps,
    StepKind,
)
from bot.domain.steps.options import ask_options, option_meant, option_problems
from bot.domain.steps.wait import after, duration_problems
from bot.domain.surroundings import Surroundings


def _answer(
    step: Step, state: RunState, input: RunInput, now: datetime, around: Surroundings
) -> Answered:
    if isinstance(input, Wake):
        is_due = input.early or state.wake_at is None or now >= state.wake_at
        return Accepted(value=state.answers.get(step.key)) if is_due else Irrelevant("not_due")
    meant = option_meant(step.options, input)
    if not isinstance(meant, str):
        return meant
    given = (AnswerGiven(step.key, meant),)
    pause = step.after.get(meant)
    if pause is None:
        return Accepted(given, option=meant, value=meant)
    return Naps(after(now, pause, around.calendar), given, value=meant)


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step, flow))


def _problems(step: Step, flow: Flow) -> Iterator[str]:
    yield from option_problems(step, flow, at_least=2)
    if not step.after:
        yield "A remind_later step needs 'after': how long each option pauses."
    for code, pause in step.after.items():
        if code not in step.options:
            yield f"after names '{code}', which is not an option."
        if code in step.goto:
            yield f"Option '{code}' stands under both after and goto: keep one."
        if isinstance(pause, Duration):
            yield from duration_problems(pause)


REMIND_LATER = StepKind(
    code="remind_later",
    doc="Asks when to go on: at once, or after a pause the participant chooses.",
    accepts=(Choice, Text, OtherMedia, Wake),
    others="A label or number typed out counts as a tap; other words and media go to a caseworker.",
    fields=frozenset({"options", "after", "goto", "max_attempts", "listens_for"}),
    listens_for=A_WEEK,
    enter=ask_options,
    answer=_answer,
    validate=_validate,
)
