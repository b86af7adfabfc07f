"""What every kind of step must say about itself, and the shapes its pure functions answer with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.flows import Ask, Flow, RunEvent, RunInput, RunState, Step
from bot.domain.work_calendar import WorkCalendar

MAX_STEPS_PER_INPUT = 50
"""How many steps one input may lead through before the run is set aside."""

CODE = re.compile(r"[a-z0-9_]{1,24}")
"""Option codes and outcomes: short enough for Telegram's 64 bytes of button data."""


# --- what entering a step leads to ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passes:
    """Said what it had to say; the run goes straight on."""

    events: tuple[RunEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Asks:
    """A question stands open."""

    ask: Ask


@dataclass(frozen=True, slots=True)
class Sleeps:
    """The run waits until `until`."""

    until: datetime
    events: tuple[RunEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Ends:
    """The run is over."""

    outcome: str
    events: tuple[RunEvent, ...] = ()


Entered = Passes | Asks | Sleeps | Ends


# --- what an input to a stopped step leads to -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    """The step is done. `option` chooses the way on (`goto`) and is kept in the state's answers."""

    events: tuple[RunEvent, ...] = ()
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The input was meant as an answer but does not fit; `message_key` explains, kindly."""

    message_key: str
    max_chars: int | None = None


@dataclass(frozen=True, slots=True)
class Irrelevant:
    """The input changes nothing and does not count as an attempt."""

    reason: str


Answered = Accepted | Refused | Irrelevant


# --- the record -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step; `code` is stored and never renamed.

    All functions are pure and never raise for a step that `validate` finds nothing wrong with.

    Attributes:
        doc: One sentence for authors.
        accepts: The inputs `answer` is handed; empty for kinds at which a run never stops.
        fields: Which fields of `Step` an author may set, besides those every kind has.
        enter: What happens when a run comes to the step. The next question's number is
            `state.instance + 1`.
        answer: What an input does while the run stands at the step.
        validate: What an author must mend, one sentence each.
    """

    code: str
    doc: str
    accepts: tuple[type[RunInput], ...]
    fields: frozenset[str]
    enter: Callable[[Step, RunState, datetime, WorkCalendar], Entered]
    answer: Callable[[Step, RunState, RunInput, datetime], Answered]
    validate: Callable[[Step, Flow], tuple[str, ...]]


def takes_no_answer(_step: Step, _state: RunState, _input: RunInput, _now: datetime) -> Answered:
    """For kinds at which a run never stops."""
    return Irrelevant("not_asking")


def nothing_to_mend(_step: Step, _flow: Flow) -> tuple[str, ...]:
    """For kinds whose own fields cannot be wrong."""
    return ()
