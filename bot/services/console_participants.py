"""The office's participants as a list to search in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import AccountStatus, Participant, ParticipantStatus, Staff
from bot.services.console_desk import names_of_staff
from bot.services.ports import UnitOfWork

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """`chat` is None while no chat is bound. `open_cases` counts."""

    participant: Participant
    caseworker_name: str
    cohort_name: str
    chat: AccountStatus | None
    open_cases: int
    unread: int
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class ParticipantList:
    """`found` may be more than are shown."""

    rows: tuple[ParticipantRow, ...]
    found: int


def find_participants(
    uow: UnitOfWork, staff: Staff, *, words: str = "", status: ParticipantStatus | None = None
) -> ParticipantList:
    """Those of the asker's office whose name holds every word; names are sealed, so we look here.

    Without a status the erased are left out: only the fact that they were erased is left of them.
    """
    wanted = words.casefold().split()
    found = [
        participant
        for participant in uow.participants.of_office(staff.office_id)
        if (participant.status is status if status else not _is_erased(participant))
        and all(word in participant.full_name.casefold() for word in wanted)
    ]
    found.sort(key=lambda p: (p.full_name.casefold(), p.id))
    return ParticipantList(_rows(uow, staff, found[:MOST_SHOWN]), len(found))


def _rows(
    uow: UnitOfWork, staff: Staff, participants: list[Participant]
) -> tuple[ParticipantRow, ...]:
    office_id = staff.office_id
    names = names_of_staff(uow, office_id)
    cohorts = {cohort.id: cohort.name for cohort in uow.cohorts.of_office(office_id)}
    enrolled = {e.participant_id: e.cohort_id for e in uow.enrolments.active_of_office(office_id)}
    chats = {a.participant_id: a.status for a in uow.accounts.bound_of_office(office_id)}
    cases = Counter(case.participant_id for case in uow.cases.open_of_office(office_id))
    unread = Counter(text.participant_id for text in uow.free_texts.unseen_of_office(office_id))
    return tuple(
        ParticipantRow(
            participant=participant,
            caseworker_name=names.get(participant.caseworker_id, ""),
            cohort_name=cohorts.get(enrolled.get(participant.id) or 0, ""),
            chat=chats.get(participant.id),
            open_cases=cases[participant.id],
            unread=unread[participant.id],
            paused_until=participant.paused_until if participant.is_paused(uow.now) else None,
        )
        for participant in participants
    )


def _is_erased(participant: Participant) -> bool:
    return participant.status is ParticipantStatus.ERASED
