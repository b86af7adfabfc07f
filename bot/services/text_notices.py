"""Tells the caseworker of new words to read, and of those who leave the bot or come back."""

from __future__ import annotations

from bot.domain.messages import Notice
from bot.domain.people import Participant
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of
from bot.services.staffing import who_hears_of


def queue_text_notice(uow: UnitOfWork, participant: Participant) -> None:
    """Put it into the caseworker's next digest; one row per participant and digest."""
    not_before = calendar_of(uow, participant.office_id).next_digest(uow.now)
    for staff_id in who_hears_of(uow, participant):
        uow.notices.store_once(
            Notice(
                office_id=participant.office_id,
                staff_id=staff_id,
                participant_id=participant.id,
                key=f"new_text:{staff_id}:{participant.id}:{not_before:%Y%m%dT%H%M}",
                kind="new_text",
                created_at=uow.now,
                not_before=not_before,
                is_digest=True,
            )
        )


def tell_caseworker(uow: UnitOfWork, participant: Participant, *, kind: str) -> None:
    """Mail at once how the participant goes on: "declined", "left", "erased" or "returned"."""
    for staff_id in who_hears_of(uow, participant):
        uow.notices.store_once(
            Notice(
                office_id=participant.office_id,
                staff_id=staff_id,
                participant_id=participant.id,
                key=f"{kind}:{participant.id}:{staff_id}:{uow.now:%Y%m%dT%H%M%S}",
                kind=kind,
                created_at=uow.now,
                not_before=uow.now,
            )
        )
