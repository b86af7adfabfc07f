"""What staff do in the console beside cases; every act checks that its subject is their office's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import RuleBroken, StaleVersion
from bot.domain.messages import OutboxMessage
from bot.domain.people import Participant, ParticipantStatus, Staff
from bot.domain.planning import AttendanceStatus, ProgrammeSession
from bot.services.attendance import mark_attendance
from bot.services.free_texts import mark_texts_seen
from bot.services.participants import CODE_KEEPS, new_code, participant_for
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import cancel_session, move_session, session_for
from bot.services.session_words import place_name
from bot.services.staff_messages import write_to_participant


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A new code, shown this once; `bot_username` is empty while the office's bot has none."""

    participant: Participant
    code: str
    expires_at: datetime
    bot_username: str


def write(
    uow: UnitOfWork, staff: Staff, participant_id: int, text: str, *, form_id: str
) -> OutboxMessage | None:
    """Raises NotFound, RuleBroken."""
    participant = participant_for(uow, staff, participant_id)
    return write_to_participant(uow, staff, participant, text, form_id=form_id)


def have_read(uow: UnitOfWork, staff: Staff, participant_id: int) -> int:
    """Raises NotFound."""
    return mark_texts_seen(uow, staff, participant_for(uow, staff, participant_id))


def hand_out_code(uow: UnitOfWork, staff: Staff, participant_id: int) -> HandedOut:
    """Raises NotFound, and RuleBroken for somebody whose data were erased."""
    participant = participant_for(uow, staff, participant_id)
    if participant.status is ParticipantStatus.ERASED:
        raise RuleBroken("The participant was erased: invite them anew.")
    code = new_code(uow, participant)
    office = uow.offices.get(staff.office_id)
    return HandedOut(participant, code, uow.now + CODE_KEEPS, office.bot_username)


def mark_all(
    uow: UnitOfWork, staff: Staff, session_id: int, marks: Mapping[int, AttendanceStatus]
) -> int:
    """Mark attendance of several at once, all or none; returns how many marks changed.

    Raises:
        NotFound: The session or somebody marked belongs to another office.
        RuleBroken: The session was cancelled or has not begun.
    """
    gathering = session_for(uow, staff, session_id)
    known = {mark.participant_id: mark.status for mark in uow.attendance.of_session(session_id)}
    changed = 0
    for participant_id, status in marks.items():
        participant_for(uow, staff, participant_id)
        if known.get(participant_id) is not status:
            mark_attendance(uow, staff, gathering, participant_id, status)
            changed += 1
    return changed


def move(
    uow: UnitOfWork,
    staff: Staff,
    session_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    changes: int,
) -> ProgrammeSession:
    """Move a session which the asker saw with `changes` changes.

    Raises:
        NotFound: It belongs to another office.
        RuleBroken, StaleVersion: It cannot be moved there, or was changed meanwhile.
    """
    gathering = _as_seen(uow, staff, session_id, changes)
    # The form shows the place in words; untouched, it stays the pack's own.
    is_same = place == place_name(uow, gathering, staff.language)
    return move_session(
        uow,
        session_id,
        starts_at=starts_at,
        ends_at=ends_at,
        place=None if is_same else place or None,
    )


def cancel(uow: UnitOfWork, staff: Staff, session_id: int, *, changes: int) -> ProgrammeSession:
    """Raises NotFound, RuleBroken, StaleVersion."""
    _as_seen(uow, staff, session_id, changes)
    return cancel_session(uow, session_id)


def _as_seen(uow: UnitOfWork, staff: Staff, session_id: int, changes: int) -> ProgrammeSession:
    gathering = session_for(uow, staff, session_id)
    if gathering.changes != changes:
        raise StaleVersion("Somebody changed the session in the meantime: look at it again.")
    return gathering
