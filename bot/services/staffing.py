"""Reads an office's staff and absences into the snapshot that the ladder's rules use."""

from __future__ import annotations

from bot.domain.people import Participant
from bot.domain.staffing import Absence, Staffing, StaffMember
from bot.services.ports import UnitOfWork


def staffing_of(uow: UnitOfWork, office_id: int) -> Staffing:
    """Who of the office is there, as of now and later."""
    members = [
        StaffMember(
            id=person.id,
            is_active=person.departed_at is None,
            standing_deputy_id=person.deputy_id,
            has_working_channel=bool(person.email) and person.mail_failed_at is None,
        )
        for person in uow.staff.of_office(office_id)
    ]
    absences = [
        Absence(a.staff_id, a.starts_at, a.ends_at, a.deputy_id)
        for a in uow.absences.of_office(office_id, ending_after=uow.now)
    ]
    return Staffing.of(office_id, members, absences)


def team_of(uow: UnitOfWork, office_id: int) -> list[int]:
    """Whoever of the office is present and can be reached; if nobody is present, all who can be."""
    staffing = staffing_of(uow, office_id)
    reachable = [m.id for m in staffing.members.values() if m.is_active and m.has_working_channel]
    present = [staff_id for staff_id in reachable if staffing.present_at(staff_id, uow.now)]
    return sorted(present or reachable)


def who_hears_of(uow: UnitOfWork, participant: Participant) -> list[int]:
    """Who is told of what a participant wrote or decided: the caseworker, else the deputy, else the team."""
    staffing = staffing_of(uow, participant.office_id)
    acts = staffing.resolve(participant.caseworker_id, uow.now)
    return [acts] if acts is not None else team_of(uow, participant.office_id)
