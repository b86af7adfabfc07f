"""What the kinds with options share: which option an input means, and what can be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import AnswerGiven, Ask, Buttons, Choice, RunInput, Text
from bot.domain.steps.kind import (
    CODE,
    GENERAL_BUTTONS,
    SKIP,
    Accepted,
    Answered,
    Asks,
    Entered,
    Irrelevant,
    Refused,
)
from bot.domain.surroundings import Surroundings

Answer = Callable[[Step, RunState, RunInput, datetime, Surroundings], Answered]


def ask_options(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    return Asks(Ask(step.key, state.instance + 1, Buttons(step.options, skip_button(step))))


def skip_button(step: Step) -> tuple[str, ...]:
    return (SKIP,) if step.optional else ()


def skipped(step: Step, input: RunInput) -> Accepted | None:
    """The answer of somebody who skips, or None for any other input."""
    if step.optional and isinstance(input, Choice) and input.option == SKIP:
        return Accepted((AnswerGiven(step.key, "", is_text=True),))
    return None


def skippable(answer: Answer) -> Answer:
    """The same, but that somebody may skip the question where it is optional."""

    def answered(
        step: Step, state: RunState, input: RunInput, now: datetime, around: Surroundings
    ) -> Answered:
        return skipped(step, input) or answer(step, state, input, now, around)

    return answered


def option_meant(options: tuple[str, ...], input: RunInput) -> str | Refused | Irrelevant:
    """Return the option that was tapped, or typed as its number ("2" is the second).

    Typed labels are matched by the host, which knows the language, and arrive as a `Choice`.
    """
    match input:
        case Choice(option=option):
            return option if option in options else Irrelevant("unknown_option")
        case Text(text=text):
            # Compared as words: int() would take "+2", "٢" and "1_0" as well.
            numbered = {str(number): code for number, code in enumerate(options, start=1)}
            return numbered.get(text.strip()) or Refused("run.tap_a_button")
        case _:
            return Refused("run.tap_a_button")


def option_problems(step: Step, flow: Flow, *, at_least: int) -> Iterator[str]:
    if len(step.options) < at_least:
        yield f"A {step.kind} step needs at least {at_least} option{'s' * (at_least > 1)}."
    for code in dict.fromkeys(step.options):
        if not CODE.fullmatch(code):
            yield f"Option code '{code}' must be 1 to 24 of a-z, 0-9 and _."
        if code in GENERAL_BUTTONS:
            yield f"Option '{code}' is the name of a general button: call it something else."
        if step.options.count(code) > 1:
            yield f"Option '{code}' is listed more than once."
    yield from way_problems(step, flow, step.options)


def way_problems(step: Step, flow: Flow, options: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with where options lead."""
    for name, ways in (("goto", step.goto), ("again", step.again)):
        for code, target in ways.items():
            if code not in options:
                yield f"{name} names '{code}', which is not an option."
            if flow.step(target) is None:
                yield f"{name} leads to step '{target}', which the flow does not hold."
    for code in step.escalate:
        if code not in options:
            yield f"escalate names '{code}', which is not an option."
