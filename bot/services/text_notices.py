"""Tells the caseworker that there are new words to read."""

from __future__ import annotations

from bot.domain.messages import Notice
from bot.domain.people import Participant
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of


def queue_text_notice(uow: UnitOfWork, participant: Participant) -> None:
    """Put it into the caseworker's next digest; one row per participant and digest."""
    caseworker = uow.staff.get(participant.caseworker_id)
    not_before = calendar_of(uow, participant.office_id).next_digest(uow.now)
    uow.notices.add_once(
        Notice(
            office_id=participant.office_id,
            staff_id=caseworker.id,
            participant_id=participant.id,
            key=f"new_text:{caseworker.id}:{participant.id}:{not_before:%Y%m%dT%H%M}",
            kind="new_text",
            created_at=uow.now,
            not_before=not_before,
            is_digest=True,
        )
    )
