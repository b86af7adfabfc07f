"""Who opens the console: the login, their office and its clock, in one read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Login, Staff
from bot.domain.work_calendar import WorkCalendar
from bot.services.logins import who_is
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in person at their office. `now` is the program's clock at the read."""

    login: Login
    staff: Staff
    office_name: str
    now: datetime
    calendar: WorkCalendar


def desk_at(uow: UnitOfWork, cookie: str) -> Desk | None:
    """The desk behind a login's cookie; None when the login does not hold any more."""
    known = who_is(uow, cookie)
    if known is None:
        return None
    login, staff = known
    office = uow.offices.get(staff.office_id)
    return Desk(login, staff, office.name, uow.now, calendar_of(uow, office.id))


def names_of_staff(uow: UnitOfWork, office_id: int) -> dict[int, str]:
    """Everybody who works or has worked at the office: history names them too."""
    return {person.id: person.name for person in uow.staff.of_office(office_id)}
