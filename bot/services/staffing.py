"""Reads an office's staff and absences into the snapshot that the ladder's rules use."""

from __future__ import annotations

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
