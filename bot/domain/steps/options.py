"""What the kinds with options share: which option an input means, and what can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.flows import Ask, Choice, Flow, RunInput, RunState, Step, Text
from bot.domain.steps.kind import CODE, Asks, Entered, Irrelevant, Refused
from bot.domain.work_calendar import WorkCalendar


def ask_options(step: Step, state: RunState, _now: datetime, _calendar: WorkCalendar) -> Entered:
    return Asks(Ask(step.key, state.instance + 1, options=step.options))


def option_meant(step: Step, input: RunInput) -> str | Refused | Irrelevant:
    """Return the option that was tapped, or typed as its number ("2" is the second).

    Typed labels are matched by the host, which knows the language, and arrive as a `Choice`.
    """
    match input:
        case Choice(option=option):
            return option if option in step.options else Irrelevant("unknown_option")
        case Text(text=text):
            # Compared as words: int() would take "+2", "٢" and "1_0" as well.
            numbered = {str(number): code for number, code in enumerate(step.options, start=1)}
            return numbered.get(text.strip()) or Refused("run.tap_a_button")
        case _:
            return Refused("run.tap_a_button")


def option_problems(step: Step, flow: Flow, *, at_least: int) -> Iterator[str]:
    if len(step.options) < at_least:
        yield f"A {step.kind} step needs at least {at_least} option{'s' * (at_least > 1)}."
    for code in dict.fromkeys(step.options):
        if not CODE.fullmatch(code):
            yield f"Option code '{code}' must be 1 to 24 of a-z, 0-9 and _."
        if step.options.count(code) > 1:
            yield f"Option '{code}' is listed more than once."
    for code, target in step.goto.items():
        if code not in step.options:
            yield f"goto names '{code}', which is not an option."
        if flow.step(target) is None:
            yield f"goto leads to step '{target}', which the flow does not hold."
    for code in step.escalate:
        if code not in step.options:
            yield f"escalate names '{code}', which is not an option."
