"""What a preview shows of a step: the bubbles of a phone, and notes on what no phone shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot.content.pack import Pack
from bot.domain.errors import TextFailed
from bot.domain.flows import Step
from bot.domain.run_events import (
    AnswerGiven,
    DocumentWanted,
    Finished,
    HandToHuman,
    Ignored,
    ModuleWanted,
    ProfileEvent,
    ProfileForgotten,
    ProfileKept,
    ProfileSet,
)


@dataclass(frozen=True, slots=True)
class Bubble:
    """What the phone shows: Telegram HTML, (option, label) buttons, and what goes along with it.

    `is_numbered`: a button's number is a way to tap it; where words are asked for, it is an answer.
    """

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    along: str = ""
    is_numbered: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """What the phone does not show, in English: a wait, a file, a case."""

    text: str


Shown = Bubble | Note


def noted(
    event: AnswerGiven
    | ProfileEvent
    | DocumentWanted
    | ModuleWanted
    | HandToHuman
    | Finished
    | Ignored,
) -> str:
    """What else happens, or "" for an answer that only the run keeps."""
    match event:
        case HandToHuman(reason=reason):
            return f"a case opens for a caseworker: {reason}"
        case DocumentWanted(document=document):
            return f"the file is made of the answers and sent: {document}"
        case ModuleWanted(module=module):
            return f"another module runs here: {module}"
        case AnswerGiven(into=str() as name) | ProfileSet(name=name) | ProfileKept(name=name):
            return f"kept in their profile: {name}"
        case ProfileForgotten(name=name):
            return f"removed from their profile: {name}"
        case Finished(outcome=outcome):
            return f"the end ({outcome})"
        case Ignored(reason=reason):
            return f"changes nothing: {reason}"
        case AnswerGiven():
            return ""
        case _:
            assert_never(event)


def label_of(pack: Pack, flow_key: str, step_key: str, option: str, language: str) -> str:
    """The words on an option's button; a number of a scale may have none but itself."""
    try:
        return pack.option_label(flow_key, step_key, option, language)
    except TextFailed:
        return option


def along(step: Step | None) -> str:
    """What goes along with a step's text: "picture media/x.png", or ""."""
    if step is None:
        return ""
    kinds = {"picture": step.image, "file": step.file, "voice": step.voice, "map pin": step.place}
    return ", ".join(f"{kind} {name}" for kind, name in kinds.items() if name)
