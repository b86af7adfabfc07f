"""The step kind "rank": options tapped one after the other, the best first."""

from __future__ import annotations

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
from bot.domain.steps.choose_several import SEPARATOR, numbers_typed
from bot.domain.steps.kind import (
    A_WEEK,
    QUESTION_FIELDS,
    START_OVER,
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

MOST_OPTIONS = 8  # more cannot be kept in mind while ranking them


def _buttons(step: Step, ranked: tuple[str, ...]) -> Buttons:
    extra = ((START_OVER,) if ranked else ()) + skip_button(step)
    return Buttons(step.options, extra, marked=ranked, ranked=True)


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    ranked = tuple(option for option in state.partial if option in step.options)
    return Asks(Ask(step.key, state.instance + 1, _buttons(step, ranked)))


def _answer(
    step: Step, state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    match input:
        case Choice(option=option) if option == START_OVER:
            return _so_far(step, ())
        case Choice(option=option):
            if option not in step.options:
                return Irrelevant("unknown_option")
            # A second tap on the same one takes it out again.
            before = tuple(code for code in state.partial if code in step.options)
            without = tuple(code for code in before if code != option)
            return _so_far(step, without if option in before else (*before, option))
        case Text(text=text):
            typed = numbers_typed(text, step.options)
            if typed is None or len(typed) != len(step.options):
                return Refused("run.tap_a_button")
            return _done(step, typed)
        case _:
            return Refused("run.tap_a_button")


def _so_far(step: Step, ranked: tuple[str, ...]) -> Answered:
    left = [option for option in step.options if option not in ranked]
    if len(left) == 1:  # the last place is the last one's
        return _done(step, (*ranked, *left))
    return Continues(ranked, (Redraw(step.key, _buttons(step, ranked)),))


def _done(step: Step, ranked: tuple[str, ...]) -> Accepted:
    value = SEPARATOR.join(ranked)
    return Accepted((AnswerGiven(step.key, value),), value=value)


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step, flow))


def _problems(step: Step, flow: Flow) -> Iterator[str]:
    yield from option_problems(step, flow, at_least=2)
    if len(step.options) > MOST_OPTIONS:
        yield f"A rank step has at most {MOST_OPTIONS} options."


RANK = StepKind(
    code="rank",
    doc="Asks to tap options one after the other, the best first.",
    accepts=(Choice, Text, OtherMedia),
    others="All numbers typed in order (“2 1 3”) are the answer; other words go to a caseworker.",
    fields=QUESTION_FIELDS | {"options"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=skippable(_answer),
    validate=_validate,
)
