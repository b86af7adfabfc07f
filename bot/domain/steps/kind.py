"""What every kind of step must say about itself, and the shapes its pure functions answer with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.durations import Duration, Unit
from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import Ask, RunEvent, RunInput
from bot.domain.surroundings import Surroundings

MAX_STEPS_PER_INPUT = 50
"""How many steps one input may lead through before the run is set aside."""

CODE = re.compile(r"[a-z0-9_]{1,24}")
"""Option codes and outcomes: short enough for Telegram's 64 bytes of button data."""

A_WEEK = Duration(7, Unit.DAYS)
QUESTION_FIELDS = frozenset({"optional", "max_attempts", "into", "listens_for"})

SKIP = "skip"
DONE = "done"
START_OVER = "start_over"
GENERAL_BUTTONS = frozenset({SKIP, DONE, START_OVER})


# --- what entering a step leads to ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passes:
    """Said what it had to say; the run goes straight on.

    Attributes:
        to: The step to go on with; None is the next in written order.
        drops: Steps whose answers are not kept any longer.
    """

    events: tuple[RunEvent, ...] = ()
    to: str | None = None
    drops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asks:
    """A question stands open."""

    ask: Ask


@dataclass(frozen=True, slots=True)
class Sleeps:
    """The run waits until `until`, or with None until the host wakes it."""

    until: datetime | None
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
    """The step is done.

    Attributes:
        option: Chooses the way on (`goto`).
        value: What is kept as the step's answer; None keeps none and drops an earlier one.
        to: Where to go instead of the step's own ways.
        comes_back: "after_answer": `to` is asked anew, then the run returns here; "at_back": it
            returns at the next `back` step.
    """

    events: tuple[RunEvent, ...] = ()
    option: str | None = None
    value: str | None = None
    to: str | None = None
    comes_back: str | None = None


@dataclass(frozen=True, slots=True)
class Continues:
    """A part of the answer: the question stays open with what it has got so far."""

    partial: tuple[str, ...]
    events: tuple[RunEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class AsksAnew:
    """The same question once more, with what it has got so far; no attempt was wasted.

    `message_key` asks with a single message instead of the step's own text.
    """

    partial: tuple[str, ...] = ()
    events: tuple[RunEvent, ...] = ()
    message_key: str = ""


@dataclass(frozen=True, slots=True)
class Naps:
    """The run sleeps at this step until `until`; waking, `answer` is asked again.

    `value` is kept as the step's answer; None leaves what is kept alone.
    """

    until: datetime
    events: tuple[RunEvent, ...] = ()
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The input was meant as an answer but does not fit; `message_key` explains, kindly."""

    message_key: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Irrelevant:
    """The input changes nothing and does not count as an attempt."""

    reason: str


Answered = Accepted | Continues | AsksAnew | Naps | Refused | Irrelevant


# --- the record -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step; `code` is stored and never renamed.

    All functions are pure and never raise for a step that `validate` finds nothing wrong with.

    Attributes:
        doc: One sentence for authors.
        accepts: The inputs `answer` is handed; empty for kinds at which a run never stops.
        others: What happens to any other input, one sentence for authors.
        fields: Which fields of `Step` an author may set, besides those every kind has.
        listens_for: How long typed words count as the answer when the step does not say; its
            buttons go on working. None for kinds that ask nothing.
        enter: What happens when a run comes to the step. The next question's number is
            `state.instance + 1`.
        answer: What an input does while the run stands at the step.
        validate: What an author must mend, one sentence each.
    """

    code: str
    doc: str
    accepts: tuple[type[RunInput], ...]
    fields: frozenset[str]
    enter: Callable[[Step, RunState, datetime, Surroundings], Entered]
    answer: Callable[[Step, RunState, RunInput, datetime, Surroundings], Answered]
    validate: Callable[[Step, Flow], tuple[str, ...]]
    others: str = "Words and media are read by a caseworker."
    listens_for: Duration | None = None


def takes_no_answer(
    _step: Step, _state: RunState, _input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    """For kinds at which a run never stops."""
    return Irrelevant("not_asking")


def nothing_to_mend(_step: Step, _flow: Flow) -> tuple[str, ...]:
    """For kinds whose own fields cannot be wrong."""
    return ()
