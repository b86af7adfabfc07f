"""Words and media that answer nothing: kept for the caseworker, and the participant is told so."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.messages import FreeText
from bot.domain.people import Participant, Staff
from bot.domain.time_words import moment_in_words
from bot.services.ports import UnitOfWork
from bot.services.silence import wrote_something
from bot.services.speaking import Sending, calendar_of, render, say, say_text
from bot.services.text_notices import queue_text_notice

# Five messages in a row get one "received", not five.
ACKNOWLEDGE_EVERY = timedelta(minutes=10)
MAX_CHARS = 4096


def free_text_received(
    uow: UnitOfWork,
    participant: Participant,
    *,
    kind: str,
    text: str,
    message_id: int | None,
    at: datetime,
    then: str = "",
    acknowledge: bool = True,
) -> None:
    """Keep it, count it as a sign of life, tell the participant that a human reads it.

    Args:
        at: When they wrote it.
        kind: "text", "edit", or Telegram's name of a medium ("voice"); media themselves stay at Telegram.
        then: A rendered text to add below the acknowledgement ("please tap a button").
    """
    uow.free_texts.store(
        FreeText(participant.office_id, participant.id, uow.now, kind, text[:MAX_CHARS], message_id)
    )
    if text.strip():  # a sticker is a sign of life, but no word that somebody reads
        wrote_something(uow, participant, at=at)
    queue_text_notice(uow, participant)
    if acknowledge:
        _acknowledge(uow, participant, kind, then)


def mark_texts_seen(uow: UnitOfWork, staff: Staff, participant: Participant) -> int:
    """Staff opened the participant's page and say they have read what stands there."""
    return uow.free_texts.mark_seen(participant.id, by=staff.id, at=uow.now)


def _acknowledge(uow: UnitOfWork, participant: Participant, kind: str, then: str) -> None:
    calendar = calendar_of(uow, participant.office_id)
    values: dict[str, object] = {}
    if kind not in ("text", "edit"):
        key = "free_text.media"
    elif kind == "edit":
        key = "free_text.edited"
    elif calendar.is_staffed(uow.now):
        key = "free_text.received"
    else:
        key = "free_text.received_closed"
        opens = calendar.next_staffed(uow.now)
        values["opens"] = moment_in_words(
            opens, now=uow.now, language=participant.language, calendar=calendar
        )
    if then:
        say_text(uow, participant, f"{render(uow, participant, key, values)}\n\n{then}")
        return
    window = int(uow.now.timestamp() // ACKNOWLEDGE_EVERY.total_seconds())
    how = Sending(
        rule="free_text", key=f"free_text:{participant.id}:{key}:{window}", is_awaited=False
    )
    say(uow, participant, key, values, how=how)
