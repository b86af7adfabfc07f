"""The step kind "short_text": a question answered in the participant's own words."""

from __future__ import annotations

import unicodedata
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

TELEGRAM_MAX_CHARS = 4096
DEFAULT_MAX_CHARS = 1000


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    buttons = Buttons(extra=skip_button(step))
    return Asks(Ask(step.key, state.instance + 1, buttons, accepts_text=True))


def _answer(
    step: Step, _state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    """Take words as they were written, without the blanks around them.

    Length is counted in code points, which is what people see as characters except that some
    emoji count as two or more; Telegram's own UTF-16 units would also charge double for the rest.
    """
    match input:
        case Choice():
            return Irrelevant("unknown_option")
        case Text(text=text):
            words = text.strip()
            longest = DEFAULT_MAX_CHARS if step.max_chars is None else step.max_chars
            if not has_something_to_see(words):
                return Refused("run.empty")
            if len(words) > longest:
                return Refused("run.too_long", {"max_chars": longest})
            return Accepted((AnswerGiven(step.key, words, is_text=True),), value=words)
        case _:
            return Refused("run.not_words")


def has_something_to_see(words: str) -> bool:
    # str.strip leaves zero-width spaces and joiners, which phones happily send alone.
    return any(unicodedata.category(char)[0] not in "ZC" for char in words)


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if step.max_chars is None or 1 <= step.max_chars <= TELEGRAM_MAX_CHARS:
        return ()
    return (f"max_chars must be from 1 to {TELEGRAM_MAX_CHARS}, the longest Telegram message.",)


SHORT_TEXT = StepKind(
    code="short_text",
    doc="Asks for a few words; an optional one has a skip button.",
    accepts=(Choice, Text, OtherMedia),
    others="Media are met with an explanation and go to a caseworker as well.",
    fields=QUESTION_FIELDS | {"max_chars"},
    listens_for=A_WEEK,
    enter=_enter,
    answer=skippable(_answer),
    validate=_validate,
)
