"""The step kind "number": a number within bounds, in a unit, typed as people type numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

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
from bot.domain.typed_numbers import number_typed, plain_number

UNITS = ("none", "kroner", "percent", "hours", "days", "weeks", "months", "years", "km")
MOST_DECIMALS = 2
LARGEST = 10**9
DEFAULT_HIGHEST = 9_999_999


def _bounds(step: Step) -> tuple[int, int]:
    lowest = 0 if step.lowest is None else step.lowest
    return lowest, DEFAULT_HIGHEST if step.highest is None else step.highest


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    buttons = Buttons(extra=skip_button(step))
    return Asks(Ask(step.key, state.instance + 1, buttons, accepts_text=True))


def _answer(
    step: Step, _state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    match input:
        case Choice():
            return Irrelevant("unknown_option")
        case Text(text=text):
            return _judged(step, number_typed(text))
        case _:
            return Refused("run.number_wanted")


def _judged(step: Step, number: Decimal | None) -> Answered:
    if number is None:
        return Refused("run.number_wanted")
    lowest, highest = _bounds(step)
    if not lowest <= number <= highest:
        values: dict[str, str | int] = {"lowest": lowest, "highest": highest, "unit": step.unit}
        return Refused("run.number_out_of_range", values)
    rounded = number.quantize(Decimal(1).scaleb(-step.decimals), ROUND_HALF_UP)
    if rounded != number and step.decimals == 0:
        return Refused("run.number_whole")
    value = plain_number(rounded)
    return Accepted((AnswerGiven(step.key, value, is_text=True),), value=value)


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step))


def _problems(step: Step) -> Iterator[str]:
    lowest, highest = _bounds(step)
    if lowest >= highest:
        yield "A number step's 'from' must be below its 'to'."
    if max(abs(lowest), abs(highest)) > LARGEST:
        yield f"A number step's 'from' and 'to' may be {LARGEST} at most."
    if not 0 <= step.decimals <= MOST_DECIMALS:
        yield f"decimals must be from 0 to {MOST_DECIMALS}."
    if step.unit not in UNITS:
        yield f"There is no unit '{step.unit}'; there are {', '.join(UNITS)}."


NUMBER = StepKind(
    code="number",
    doc="Asks for a number within bounds, in a unit.",
    accepts=(Choice, Text, OtherMedia),
    others="Words without a number are met with an explanation; media go to a caseworker as well.",
    fields=QUESTION_FIELDS | {"lowest", "highest", "decimals", "unit"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=skippable(_answer),
    validate=_validate,
)
