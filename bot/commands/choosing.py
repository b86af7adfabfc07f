"""Finds what a command names: the office by name or number, and records within it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import NotFound, RuleBroken

if TYPE_CHECKING:
    from bot.domain.people import Office, Participant
    from bot.services.ports import UnitOfWork


def office_named(uow: UnitOfWork, wanted: str | None) -> Office:
    """The office of that name or number; None means the first. Raises NotFound."""
    offices = uow.offices.all()
    if wanted is None:
        return offices[0]
    for office in offices:
        if office.name == wanted.strip():
            return office
    for office in offices:
        if str(office.id) == wanted.strip():
            return office
    raise NotFound(f'There is no office "{wanted}": see `tettpa office list`.')


def present_participant(uow: UnitOfWork, participant_id: int) -> Participant:
    """A participant about whom something can still be done. Raises NotFound, RuleBroken."""
    from bot.domain.people import ParticipantStatus

    participant = uow.participants.get(participant_id)
    if participant.status is ParticipantStatus.ERASED:
        raise RuleBroken(f"Participant {participant_id} was erased: nothing is left to work with.")
    return participant
