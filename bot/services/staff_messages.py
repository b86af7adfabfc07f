"""Messages that staff write to a participant; while a human writes, the program holds its own."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.durations import Duration, Unit
from bot.domain.errors import RuleBroken
from bot.domain.messages import Lane, OutboxMessage
from bot.domain.people import Participant, ParticipantStatus, Staff
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, calendar_of, say

MAX_CHARS = 2000
# How long the program's own initiative waits after a human wrote (not session reminders).
HUMAN_WRITES_FOR = Duration(4, Unit.WORKING_HOURS)


def write_to_participant(
    uow: UnitOfWork, staff: Staff, participant: Participant, text: str, *, form_id: str
) -> OutboxMessage | None:
    """Send the words with the sender's first name.

    Args:
        form_id: Unique per form shown: the same form sent twice is one message (then None).

    Raises:
        RuleBroken: There are no words or too many, or the participant does not use the bot.
    """
    text = text.strip()
    if not text:
        raise RuleBroken("Write something first: an empty message was not sent.")
    if len(text) > MAX_CHARS:
        raise RuleBroken(
            f"The message has {len(text)} characters and may have {MAX_CHARS}: shorten it."
        )
    if participant.status is not ParticipantStatus.ACTIVE:
        raise RuleBroken("The participant does not use the bot: reach them another way.")
    until = calendar_of(uow, participant.office_id).add(uow.now, HUMAN_WRITES_FOR)
    uow.participants.save(replace(participant, human_until=until))
    how = Sending(
        rule="staff_message",
        subject=f"staff:{staff.id}",
        key=f"staff_message:{participant.id}:{form_id}"[:200],
        lane=Lane.REPLY,
    )
    return say(
        uow, participant, "staff.message", {"sender": staff.first_name, "text": text}, how=how
    )
