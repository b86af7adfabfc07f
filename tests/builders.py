"""Builders that show only what matters to a test, and the standing cast.

Amina (participant) and Ben (of another cohort); Carol (Amina's caseworker), Dana (coordinator,
Ben's caseworker and Carol's deputy) and Omar (works at another office).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.office_hours import OfficeHours
from bot.domain.people import Office, Participant, Role, Staff
from bot.domain.planning import Cohort, ProgrammeSession
from bot.services.offices import (
    DEFAULT_OFFICE,
    add_office,
    add_staff,
    create_cohort,
    set_deputy,
)
from bot.services.participants import invite_participant
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import add_session
from bot.services.publishing import publish_content

OSLO = ZoneInfo("Europe/Oslo")


def oslo(words: str) -> datetime:
    """ "2026-11-02 08:30" on Oslo's clock, as an aware instant."""
    return datetime.fromisoformat(words).replace(tzinfo=OSLO).astimezone(ZoneInfo("UTC"))


# A Monday in the staffed hours; no public holiday before Christmas.
START = oslo("2026-11-02 08:30")
COHORT_STARTS = date(2026, 11, 3)  # a Tuesday, the day of the programme's first session


@dataclass(frozen=True)
class Cast:
    """The people as they were when invited; read them anew for what became of them."""

    office: Office
    other_office: Office
    carol: Staff
    dana: Staff
    omar: Staff
    cohort: Cohort
    other_cohort: Cohort
    amina: Participant
    ben: Participant
    amina_code: str
    ben_code: str


def invite_the_cast(uow: UnitOfWork) -> Cast:
    """The office with its staff, two cohorts, and their first participants, invited."""
    office = uow.offices.get(DEFAULT_OFFICE)
    other_office = add_office(uow, "Naboen", hours=OfficeHours())
    files = uow.content_versions.get(office.content_version_id or 0)
    publish_content(
        uow,
        other_office.id,
        digest=files.digest,
        files={path: str(text) for path, text in files.files.items()},
        by="files",
    )
    dana = a_colleague(uow, "Dana Dahl", role=Role.COORDINATOR)
    carol = set_deputy(uow, a_colleague(uow, "Carol Carlsen"), dana.email)
    omar = a_colleague(uow, "Omar Olsen", office_id=other_office.id)
    cohort = a_cohort(uow, "Høst", leader=carol)
    other_cohort = a_cohort(uow, "Vinter", leader=dana)
    amina = invite_participant(
        uow,
        office_id=office.id,
        first_name="Amina",
        last_name="Prøvesen",
        caseworker=carol,
        cohort_id=cohort.id,
    )
    ben = invite_participant(
        uow,
        office_id=office.id,
        first_name="Ben",
        last_name="Berg",
        caseworker=dana,
        cohort_id=other_cohort.id,
    )
    return Cast(
        office=office,
        other_office=uow.offices.get(other_office.id),
        carol=carol,
        dana=dana,
        omar=omar,
        cohort=cohort,
        other_cohort=other_cohort,
        amina=amina.participant,
        ben=ben.participant,
        amina_code=amina.code,
        ben_code=ben.code,
    )


def a_colleague(
    uow: UnitOfWork,
    name: str,
    *,
    office_id: int = DEFAULT_OFFICE,
    role: Role = Role.CASEWORKER,
    **other: Any,
) -> Staff:
    email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    return add_staff(uow, office_id=office_id, name=name, email=email, role=role, **other)


def a_cohort(
    uow: UnitOfWork, name: str, *, leader: Staff, starts_on: date = COHORT_STARTS
) -> Cohort:
    return create_cohort(
        uow, office_id=leader.office_id, name=name, leader=leader, starts_on=starts_on
    )


def a_session(
    uow: UnitOfWork,
    /,
    cohort: Cohort,
    starts_at: datetime,
    *,
    lasts: timedelta = timedelta(hours=3),
    announce: bool = False,
    **other: Any,
) -> ProgrammeSession:
    return add_session(
        uow,
        office_id=cohort.office_id,
        cohort_id=cohort.id,
        starts_at=starts_at,
        ends_at=starts_at + lasts,
        theme="health",
        place="office",
        announce=announce,
        **other,
    )


def an_appointment(
    uow: UnitOfWork,
    /,
    participant: Participant,
    starts_at: datetime,
    *,
    lasts: timedelta = timedelta(minutes=30),
    announce: bool = False,
) -> ProgrammeSession:
    return add_session(
        uow,
        office_id=participant.office_id,
        participant_id=participant.id,
        starts_at=starts_at,
        ends_at=starts_at + lasts,
        theme="Samtale",
        place="Rom 3",
        announce=announce,
    )
