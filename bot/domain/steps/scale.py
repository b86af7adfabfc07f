"""The step kind "scale": one of the whole numbers from the lowest to the highest, as buttons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import Ask, Buttons, Choice, OtherMedia, RunInput, Text
from bot.domain.steps.choose import chosen
from bot.domain.steps.kind import (
    A_WEEK,
    QUESTION_FIELDS,
    Answered,
    Asks,
    Entered,
    Irrelevant,
    Refused,
    StepKind,
)
from bot.domain.steps.options import skip_button, skippable, way_problems
from bot.domain.surroundings import Surroundings

MOST_VALUES = 11  # nought to ten; more do not stand in two rows on a phone


def scale_options(step: Step) -> tuple[str, ...]:
    """The numbers as option codes, lowest first."""
    if step.lowest is None or step.highest is None:
        return ()
    # Bounded before it is made: a mistyped end must not fill the memory.
    return tuple(
        str(n) for n in range(step.lowest, min(step.highest, step.lowest + MOST_VALUES) + 1)
    )


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    return Asks(Ask(step.key, state.instance + 1, Buttons(scale_options(step), skip_button(step))))


def _answer(
    step: Step, _state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    options = scale_options(step)
    match input:
        case Choice(option=option):
            return chosen(step, option) if option in options else Irrelevant("unknown_option")
        # On a scale a typed number is the number itself, not a place in the row.
        case Text(text=text) if text.strip() in options:
            return chosen(step, text.strip())
        case _:
            return Refused("run.tap_a_button")


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step, flow))


def _problems(step: Step, flow: Flow) -> Iterator[str]:
    if step.lowest is None or step.highest is None:
        yield "A scale step needs 'from' and 'to': its lowest and highest number."
    elif not 1 <= step.highest - step.lowest < MOST_VALUES:
        yield f"A scale goes from a lower to a higher number, with {MOST_VALUES} values at most."
    elif step.lowest < 0:
        yield "A scale begins at 0 or above: a minus sign is easily overlooked on a button."
    yield from way_problems(step, flow, scale_options(step))


SCALE = StepKind(
    code="scale",
    doc="Asks for a whole number from the lowest to the highest, with a button for each.",
    accepts=(Choice, Text, OtherMedia),
    others="The number typed out counts as a tap; other words and media go to a caseworker.",
    fields=QUESTION_FIELDS | {"lowest", "highest", "goto", "escalate"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=skippable(_answer),
    validate=_validate,
)
