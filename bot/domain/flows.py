"""What the engine runs: flows of steps, the state of one run, inputs and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.durations import Duration


@dataclass(frozen=True, slots=True)
class Step:
    """One step as an author wrote it, texts apart.

    `key` is unique in its flow ("contract.quiz_deadline" inside a lesson, "mood" outside one).
    `has_text` is False when a kind that may go without a text (wait, finish) has none.
    """

    key: str
    kind: str
    options: tuple[str, ...] = ()
    right: str | None = None
    optional: bool = False
    max_chars: int = 1000
    wait_for: Duration | None = None
    goto: Mapping[str, str] = field(default_factory=dict)
    escalate: Mapping[str, str] = field(default_factory=dict)
    outcome: str = "completed"
    facts: tuple[str, ...] = ()
    max_attempts: int = 3
    has_text: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """A course module or a check-in: steps in order.

    `key` is "module:<key>" or "check_in:<key>".
    """

    key: str
    steps: tuple[Step, ...]
    lessons: tuple[str, ...] = ()

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

    `answers` holds option codes only: words a participant wrote leave in `AnswerGiven` and are
    sealed by the host. `outcome` is the flow's own when finished, the reason when abandoned.
    """

    flow_key: str
    step_key: str | None = None
    status: RunStatus = RunStatus.NEW
    instance: int = 0  # numbers the questions of this run; an old instance's button answers nothing
    attempts: int = 0  # inputs to the open question that were not accepted
    answers: Mapping[str, str] = field(default_factory=dict)
    wake_at: datetime | None = None
    outcome: str | None = None


# --- what can happen to a run -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """Begin the flow."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of question `instance` was tapped."""

    instance: int
    option: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words typed while a question was open."""

    text: str


@dataclass(frozen=True, slots=True)
class OtherMedia:
    """A voice message, photo, sticker or the like; `kind` is Telegram's name for it."""

    kind: str


@dataclass(frozen=True, slots=True)
class Wake:
    """The time of a wait has come, or the participant asked to go on at once (`early`)."""

    early: bool = False


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Show the open question once more (after an outage, or when the participant returns)."""


RunInput = Start | Choice | Text | OtherMedia | Wake | AskAgain


# --- what the engine answers with ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Send text `part` of step `step_key` ("text", "right", "wrong")."""

    step_key: str
    part: str = "text"


@dataclass(frozen=True, slots=True)
class Ask:
    """Send the question of `step_key` with buttons for `options`; answers carry `instance`.

    `skippable` adds the general "skip" button (option code "skip") to an optional text question.
    """

    step_key: str
    instance: int
    options: tuple[str, ...] = ()
    accepts_text: bool = False
    skippable: bool = False


@dataclass(frozen=True, slots=True)
class Explain:
    """The input did not fit: say why, kindly, with message `message_key`, before asking again."""

    message_key: str
    step_key: str
    max_chars: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer was accepted: `value` is an option code, or words when `is_text`."""

    step_key: str
    value: str
    is_text: bool = False
    is_right: bool | None = None


@dataclass(frozen=True, slots=True)
class HandToHuman:
    """This answer opens or joins a case of reason `reason`."""

    step_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sleep:
    """The run waits until `until` (aware UTC)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    outcome: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Set aside; `AskAgain` takes the run up at the same step.

    `reason` is "too_many_attempts", "bound" (too many steps without a question) or "step_gone"
    (the flow no longer holds the step).
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """The input changed nothing.

    `reason` is "old_instance" (the button of an earlier question), "unknown_option", "not_asking"
    (no question is open: words are free text), "not_due" (woken before the time), "not_waiting"
    or "already_started".
    """

    reason: str


RunEvent = Say | Ask | Explain | AnswerGiven | HandToHuman | Sleep | Finished | Abandoned | Ignored
