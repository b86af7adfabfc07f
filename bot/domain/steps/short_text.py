"""The step kind "short_text": a question answered in the participant's own words."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from bot.domain.flows import (
    AnswerGiven,
    Ask,
    Choice,
    Flow,
    OtherMedia,
    RunInput,
    RunState,
    Step,
    Text,
)
from bot.domain.steps.kind import (
    Accepted,
    Answered,
    Asks,
    Entered,
    Irrelevant,
    Refused,
    StepKind,
)
from bot.domain.work_calendar import WorkCalendar

SKIP = "skip"
TELEGRAM_MAX_CHARS = 4096


def _enter(step: Step, state: RunState, _now: datetime, _calendar: WorkCalendar) -> Entered:
    number = state.instance + 1
    return Asks(Ask(step.key, number, accepts_text=True, skippable=step.optional))


def _answer(step: Step, _state: RunState, input: RunInput, _now: datetime) -> Answered:
    """Take words as they were written, without the blanks around them.

    Length is counted in code points, which is what people see as characters except that some
    emoji count as two or more; Telegram's own UTF-16 units would also charge double for the rest.
    """
    match input:
        case Choice(option=option):
            if step.optional and option == SKIP:
                return Accepted((AnswerGiven(step.key, "", is_text=True),))
            return Irrelevant("unknown_option")
        case Text(text=text):
            words = text.strip()
            if not _has_something_to_see(words):
                return Refused("run.empty")
            if len(words) > step.max_chars:
                return Refused("run.too_long", max_chars=step.max_chars)
            return Accepted((AnswerGiven(step.key, words, is_text=True),))
        case _:
            return Refused("run.not_words")


def _has_something_to_see(words: str) -> bool:
    # str.strip leaves zero-width spaces and joiners, which phones happily send alone.
    return any(unicodedata.category(char)[0] not in "ZC" for char in words)


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if 1 <= step.max_chars <= TELEGRAM_MAX_CHARS:
        return ()
    return (f"max_chars must be from 1 to {TELEGRAM_MAX_CHARS}, the longest Telegram message.",)


SHORT_TEXT = StepKind(
    code="short_text",
    doc="Asks for a few words; an optional one has a skip button.",
    accepts=(Choice, Text, OtherMedia),
    fields=frozenset({"optional", "max_chars", "max_attempts"}),
    enter=_enter,
    answer=_answer,
    validate=_validate,
)
