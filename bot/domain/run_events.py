"""What can happen to a run of a flow, and what the engine answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

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
    """A voice message, photo, sticker or the like; `kind` is Telegram's name for it.

    `file_id` is what Telegram gives the file out for again; "" for what has none.
    """

    kind: str
    file_id: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Wake:
    """The time of a wait has come, or what was waited for has happened (`early`)."""

    early: bool = False


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Show the open question once more (after an outage, or when the participant returns)."""


RunInput = Start | Choice | Text | OtherMedia | Wake | AskAgain


# --- what the engine answers with ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Send text `part` of step `step_key`: "text", "right", "wrong" or "hint".

    `option` is the answer it is about, where there is one: an author may have written more
    particular words for it.
    """

    step_key: str
    part: str = "text"
    option: str = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """The buttons below a question.

    `extra` are the general ones, after the step's own: "skip", "done", "start_over". `marked` are
    the options chosen so far, in the order of choosing; `ranked` says that the order matters.
    """

    options: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Send the question of `step_key`; answers carry `instance`.

    `message_key` is a single message to ask with instead of the step's own text.
    """

    step_key: str
    instance: int
    buttons: Buttons = Buttons()
    accepts_text: bool = False
    message_key: str = ""


@dataclass(frozen=True, slots=True)
class Redraw:
    """The open question stays open; only its buttons change, on the message that carries it."""

    step_key: str
    buttons: Buttons


@dataclass(frozen=True, slots=True)
class Explain:
    """The input did not fit: say why, kindly, with message `message_key`, before asking again."""

    message_key: str
    step_key: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer was accepted: `value` is an option code, or words when `is_text`; "" is skipped.

    `into` names the place in the participant's profile where the answer is kept, and only there.
    """

    step_key: str
    value: str
    is_text: bool = False
    is_right: bool | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileSet:
    """The profile's `name` is `value` from now on."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ProfileKept:
    """The list `name` of the profile has one record more."""

    name: str
    record: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProfileForgotten:
    """The profile loses `name`, or only the last record of that list."""

    name: str
    last_only: bool = False


@dataclass(frozen=True, slots=True)
class DocumentWanted:
    """Make the file and wake the run (`Wake(early=True)`) when it is sent, or cannot be."""

    step_key: str
    document: str


@dataclass(frozen=True, slots=True)
class ModuleWanted:
    """Begin, or go on with, the other module, and wake the run when it is finished."""

    step_key: str
    module: str


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

    `reason` is "too_many_attempts", "bound" (too many steps without a question, or too many
    awakenings without a word from the participant) or "step_gone" (the flow no longer holds the
    step).
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


ProfileEvent = ProfileSet | ProfileKept | ProfileForgotten
RunEvent = (
    Say
    | Ask
    | Redraw
    | Explain
    | AnswerGiven
    | ProfileEvent
    | DocumentWanted
    | ModuleWanted
    | HandToHuman
    | Sleep
    | Finished
    | Abandoned
    | Ignored
)
