"""The step kind "upload": a photo or a file from the participant's phone."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import AnswerGiven, Ask, Buttons, Choice, OtherMedia, RunInput, Text
from bot.domain.steps.kind import (
    A_WEEK,
    QUESTION_FIELDS,
    Accepted,
    Answered,
    Asks,
    Entered,
    Irrelevant,
    Refused,
    StepKind,
)
from bot.domain.steps.options import skip_button, skippable
from bot.domain.surroundings import Surroundings

# As authors write them, and as Telegram calls them.
TAKES = {"photo": "photo", "file": "document"}


def upload_value(input: OtherMedia) -> str:
    """What is kept of a file: how it came, where Telegram has it, and its name."""
    kind = next(ours for ours, theirs in TAKES.items() if theirs == input.kind)
    return f"{kind}:{input.file_id}:{input.file_name}"


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    return Asks(Ask(step.key, state.instance + 1, Buttons(extra=skip_button(step))))


def _answer(
    step: Step, _state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    match input:
        case Choice():
            return Irrelevant("unknown_option")
        case OtherMedia(kind=kind, file_id=file_id) if file_id and kind in _taken(step):
            value = upload_value(input)
            return Accepted((AnswerGiven(step.key, value, is_text=True),), value=value)
        case _:
            only_photo = step.takes == ("photo",)
            return Refused("run.photo_wanted" if only_photo else "run.file_wanted")


def _taken(step: Step) -> tuple[str, ...]:
    return tuple(TAKES[take] for take in step.takes if take in TAKES)


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if not step.takes:
        return ("An upload step needs 'takes': photo, file, or both.",)
    unknown = [take for take in step.takes if take not in TAKES]
    return tuple(
        f"An upload step cannot take '{take}'; it takes photo or file." for take in unknown
    )


UPLOAD = StepKind(
    code="upload",
    doc="Asks for a photo or a file, which stays with Telegram; a caseworker can open it.",
    accepts=(Choice, Text, OtherMedia),
    others="Words go to a caseworker; other media are met with an explanation.",
    fields=QUESTION_FIELDS | {"takes"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=skippable(_answer),
    validate=_validate,
)
