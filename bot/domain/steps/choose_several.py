"""The step kind "choose_several": any number of options within bounds, ticked one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import (
    AnswerGiven,
    Ask,
    Buttons,
    Choice,
    OtherMedia,
    Redraw,
    RunInput,
    Text,
)
from bot.domain.steps.kind import (
    A_WEEK,
    DONE,
    QUESTION_FIELDS,
    Accepted,
    Answered,
    Asks,
    Continues,
    Entered,
    Irrelevant,
    Refused,
    StepKind,
)
from bot.domain.steps.options import option_problems, skip_button, skippable
from bot.domain.surroundings import Surroundings

SEPARATOR = ","  # between option codes in one answer; no code holds it
_BETWEEN_NUMBERS = re.compile(r"[\s,;.&+]+(?:(?:og|and)\s+)?")


def bounds(step: Step) -> tuple[int, int]:
    """The fewest and the most options one may choose."""
    fewest = step.at_least if step.at_least is not None else 0 if step.optional else 1
    return fewest, step.at_most if step.at_most is not None else len(step.options)


def numbers_typed(text: str, options: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the options whose numbers were typed ("1, 3 og 4"), or None for other words."""
    numbered = {str(number): code for number, code in enumerate(options, start=1)}
    typed = [piece for piece in _BETWEEN_NUMBERS.split(text.strip()) if piece]
    if not typed or any(piece not in numbered for piece in typed):
        return None
    return tuple(dict.fromkeys(numbered[piece] for piece in typed))


def _buttons(step: Step, chosen: tuple[str, ...]) -> Buttons:
    return Buttons(step.options, (DONE, *skip_button(step)), marked=chosen)


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    # An edit may have taken away what was ticked.
    chosen = tuple(option for option in state.partial if option in step.options)
    return Asks(Ask(step.key, state.instance + 1, _buttons(step, chosen)))


def _answer(
    step: Step, state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    match input:
        case Choice(option=option) if option == DONE:
            return _done(step, tuple(o for o in state.partial if o in step.options))
        case Choice(option=option):
            if option not in step.options:
                return Irrelevant("unknown_option")
            return _toggled(step, state.partial, option)
        case Text(text=text):
            typed = numbers_typed(text, step.options)
            return Refused("run.tap_a_button") if typed is None else _done(step, typed)
        case _:
            return Refused("run.tap_a_button")


def _toggled(step: Step, before: tuple[str, ...], option: str) -> Answered:
    chosen = {*before} ^ {option}
    in_order = tuple(code for code in step.options if code in chosen)
    _, most = bounds(step)
    # One too many before, after an edit, can still be taken away.
    if option in chosen and len(in_order) > most:
        return Refused("run.choose_at_most", {"at_most": most})
    return Continues(in_order, (Redraw(step.key, _buttons(step, in_order)),))


def _done(step: Step, chosen: tuple[str, ...]) -> Answered:
    fewest, most = bounds(step)
    if len(chosen) < fewest:
        return Refused("run.choose_at_least", {"at_least": fewest})
    if len(chosen) > most:
        return Refused("run.choose_at_most", {"at_most": most})
    value = SEPARATOR.join(code for code in step.options if code in chosen)
    return Accepted((AnswerGiven(step.key, value),), value=value)


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step, flow))


def _problems(step: Step, flow: Flow) -> Iterator[str]:
    yield from option_problems(step, flow, at_least=2)
    fewest, most = bounds(step)
    if not 0 <= fewest <= most <= len(step.options) or most < 1:
        yield (
            "at_least and at_most must be from 0 to the number of options, at_least not above "
            "at_most."
        )


CHOOSE_SEVERAL = StepKind(
    code="choose_several",
    doc="Asks with buttons that are ticked one by one, until “Done”.",
    accepts=(Choice, Text, OtherMedia),
    others="Numbers typed out (“1 and 3”) are the answer; other words and media go to a caseworker.",
    fields=QUESTION_FIELDS | {"options", "at_least", "at_most"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=skippable(_answer),
    validate=_validate,
)
