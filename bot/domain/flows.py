"""What the engine runs: flows of steps, and the state of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from bot.domain.durations import Duration


@dataclass(frozen=True, slots=True)
class Step:
    """One step as an author wrote it, texts apart; which fields a kind takes is the kind's matter.

    `key` is unique in its flow ("contract.quiz_deadline" inside a lesson, "mood" outside one), and
    whatever names a step here does so in full.
    `has_text` is False when a kind that may go without a text (wait, finish) has none.
    """

    key: str
    kind: str
    facts: tuple[str, ...] = ()
    has_text: bool = True
    # Questions
    options: tuple[str, ...] = ()
    right: str | None = None
    second_try: bool = False
    optional: bool = False
    goto: Mapping[str, str] = field(default_factory=dict)
    escalate: Mapping[str, str] = field(default_factory=dict)
    max_attempts: int = 3
    into: str | None = None  # where in the profile the answer is kept, and only there
    listens_for: Duration | None = None  # how long typed words are the answer; None: the kind's own
    max_chars: int | None = None  # None: the kind's own
    at_least: int | None = None
    at_most: int | None = None
    lowest: int | None = None
    highest: int | None = None
    decimals: int = 0
    unit: str = "none"
    dates: str = "any"
    takes: tuple[str, ...] = ()
    again: Mapping[str, str] = field(default_factory=dict)
    # What is shown along with a text
    image: str | None = None
    file: str | None = None
    voice: str | None = None
    place: str | None = None
    # Pauses
    wait_for: Duration | None = None
    until: str | None = None
    at: time | None = None
    programme_session: int | None = None
    answer_of: str | None = None
    after: Mapping[str, Duration | time] = field(default_factory=dict)
    # Ways, the profile and what is made of it
    by: str | None = None
    module: str | None = None
    name: str | None = None
    value: str | None = None
    answer: str | None = None
    forget: str | None = None
    record: Mapping[str, str] = field(default_factory=dict)
    document: str | None = None
    reason: str | None = None
    outcome: str = "completed"


@dataclass(frozen=True, slots=True)
class Flow:
    """A course module or a check-in: steps in order.

    `key` is "module:<key>" or "check_in:<key>". `kinds` are the kinds of its steps, `awaits` the
    flows whose answers a step of it waits for, `own_steps` the steps whose answers end up in the
    profile, at once or by a later step.
    """

    key: str
    steps: tuple[Step, ...]
    lessons: tuple[str, ...] = ()
    kinds: frozenset[str] = field(init=False, repr=False, compare=False)
    awaits: frozenset[str] = field(init=False, repr=False, compare=False)
    own_steps: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", frozenset(step.kind for step in self.steps))
        awaited = frozenset(step.answer_of for step in self.steps if step.answer_of is not None)
        object.__setattr__(self, "awaits", awaited)
        own = {step.key for step in self.steps if step.into is not None}
        own.update(
            key for step in self.steps for key in (step.answer, *step.record.values()) if key
        )
        object.__setattr__(self, "own_steps", frozenset(own))

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def after(self, key: str) -> Step | None:
        """The step that follows in written order, or None after the last."""
        for here, following in zip(self.steps, self.steps[1:], strict=False):
            if here.key == key:
                return following
        return None


class RunStatus(StrEnum):
    NEW = "new"
    ASKING = "asking"  # a question is open and waits for the participant
    WAITING = "waiting"  # sleeps until wake_at
    FINISHED = "finished"
    ABANDONED = (
        "abandoned"  # set aside: the bound on failed answers was reached, or it was called off
    )


@dataclass(frozen=True, slots=True)
class RunState:
    """Where one participant stands in one flow; goes to JSON and back (domain/run_state.py).

    The host seals it with the participant's key, so it may hold their words. `outcome` is the
    flow's own when finished, the reason when abandoned.
    """

    flow_key: str
    step_key: str | None = None
    status: RunStatus = RunStatus.NEW
    instance: int = 0  # numbers the questions of this run; an old instance's button answers nothing
    attempts: int = 0  # inputs to the open question that were not accepted
    answers: Mapping[str, str] = field(default_factory=dict)
    wake_at: datetime | None = None
    outcome: str | None = None
    partial: tuple[str, ...] = ()  # what the open question has got so far: options, or pieces
    return_to: str | None = None  # the review that sent the participant back
    return_after: str | None = None  # the one step to be answered anew before returning
    # What the reviews around that one wait for, each (review, step), the outermost first.
    outer_returns: tuple[tuple[str, str | None], ...] = ()
    wakes: int = 0  # awakenings since the participant last did anything
