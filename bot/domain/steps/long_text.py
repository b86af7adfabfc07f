"""The step kind "long_text": own words in as many messages as it takes, until "Done"."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import AnswerGiven, Ask, Buttons, Choice, OtherMedia, RunInput, Text
from bot.domain.steps.kind import (
    A_WEEK,
    DONE,
    QUESTION_FIELDS,
    Accepted,
    Answered,
    Asks,
    AsksAnew,
    Continues,
    Entered,
    Irrelevant,
    Refused,
    StepKind,
)
from bot.domain.steps.options import skip_button, skipped
from bot.domain.steps.short_text import has_something_to_see
from bot.domain.surroundings import Surroundings

DEFAULT_MAX_CHARS = 4000
LONGEST = 20_000


def _longest(step: Step) -> int:
    return DEFAULT_MAX_CHARS if step.max_chars is None else step.max_chars


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    extra = (DONE,) if state.partial else skip_button(step)
    return Asks(Ask(step.key, state.instance + 1, Buttons(extra=extra), accepts_text=True))


def _answer(
    step: Step, state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    skip = skipped(step, input)
    if skip is not None and not state.partial:
        return skip
    match input:
        case Choice(option=option):
            if option != DONE:
                return Irrelevant("unknown_option")
            return _done(step, state.partial) if state.partial else Refused("run.empty")
        case Text(text=text):
            return _one_piece_more(step, state.partial, text.strip())
        case _:
            return Refused("run.not_words")


def _one_piece_more(step: Step, before: tuple[str, ...], piece: str) -> Answered:
    if not has_something_to_see(piece):
        return Refused("run.empty")
    pieces = (*before, piece)
    if len("\n".join(pieces)) > _longest(step):
        return Refused("run.too_long", {"max_chars": _longest(step)})
    if before:
        return Continues(pieces)  # the button stands below the piece before
    return AsksAnew(pieces, message_key="run.long_text_more")


def _done(step: Step, pieces: tuple[str, ...]) -> Accepted:
    words = "\n".join(pieces)
    return Accepted((AnswerGiven(step.key, words, is_text=True),), value=words)


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if 1 <= _longest(step) <= LONGEST:
        return ()
    return (f"max_chars must be from 1 to {LONGEST}.",)


LONG_TEXT = StepKind(
    code="long_text",
    doc="Asks for own words in one or several messages, until “Done”.",
    accepts=(Choice, Text, OtherMedia),
    others="Media are met with an explanation and go to a caseworker as well.",
    fields=QUESTION_FIELDS | {"max_chars"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=_answer,
    validate=_validate,
)
