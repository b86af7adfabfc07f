"""Who is in the database before a fault strikes: an office, its staff, and people who said yes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.app import Program, open_program, upgrade_database
from bot.config import Settings, load_settings
from bot.domain.office_hours import HoursOfDay, OfficeHours
from bot.domain.people import Participant, ParticipantStatus, Role
from bot.services import occurrences
from bot.services.offices import DEFAULT_OFFICE, add_staff, set_deputy
from bot.services.participants import invite_participant, redeem_code
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import add_session
from tests.program_process import SECRET

FIRST_CHAT = 70_001
# Names and words that occur nowhere else, so that they can be looked for in logs and files.
NAME = "Zofiprøve"
FAMILY_NAME = "Quextal"
CASEWORKER, COORDINATOR = "carol@example.org", "dana@example.org"
FAR_AWAY = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a row wants to find. `at` None is the machine's now."""

    people: int = 6
    at: datetime | None = None
    ordinary_hours: bool = False


class StandingClock:
    """Stands where it is set."""

    is_declared = True

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def settings_of(database_url: str) -> Settings:
    return load_settings(env_file=None, database_url=database_url, secret_key=SECRET)


@contextmanager
def opened(database_url: str, *, at: datetime | None = None) -> Iterator[Program]:
    """The database as the program sees it, in this process."""
    clock = StandingClock(at) if at is not None else None
    with open_program(settings_of(database_url), clock=clock, publish=False) as program:
        yield program


def found(database_url: str, setting: Setting) -> None:
    """Fill an empty database."""
    upgrade_database(settings_of(database_url))
    at = setting.at or datetime.now(UTC)
    with open_program(settings_of(database_url), clock=StandingClock(at)) as program:
        program.storage.run_sync(_move_in, setting)


def chats(setting: Setting) -> list[int]:
    return [FIRST_CHAT + number for number in range(setting.people)]


def _move_in(uow: UnitOfWork, setting: Setting) -> None:
    office = uow.offices.get(DEFAULT_OFFICE)
    if not setting.ordinary_hours:
        always = HoursOfDay.parse("00:00-24:00")
        hours = replace(
            OfficeHours(),
            allowed=always,
            staffed=always,
            working_days=frozenset(range(7)),
            observes_holidays=False,
            digest_at=None,
        )
        uow.offices.save(replace(office, hours=hours.to_json()))
    carol = add_staff(
        uow, office_id=office.id, name="Carol Sample", email=CASEWORKER, role=Role.CASEWORKER
    )
    dana = add_staff(
        uow, office_id=office.id, name="Dana Sample", email=COORDINATOR, role=Role.COORDINATOR
    )
    carol = set_deputy(uow, carol, dana.email)
    for number, chat_id in enumerate(chats(setting)):
        invited = invite_participant(
            uow,
            office_id=office.id,
            first_name=f"{NAME}{number}",
            last_name=FAMILY_NAME,
            caseworker=carol,
        )
        redeem_code(uow, office.id, chat_id, invited.code)
        for occurrence in uow.occurrences.pending_of(invited.participant.id):
            uow.occurrences.save(replace(occurrence, due_at=uow.now + FAR_AWAY))
        for queued in uow.outbox.queued_of(invited.participant.id):
            uow.outbox.save(replace(queued, expires_at=uow.now))
        uow.participants.save(
            replace(
                uow.participants.get(invited.participant.id),
                status=ParticipantStatus.ACTIVE,
                started_at=uow.now,
                last_sign_of_life_at=uow.now,
            )
        )


def people_of(uow: UnitOfWork) -> list[Participant]:
    """Everybody, in the order of their chats."""
    return sorted(uow.participants.of_office(DEFAULT_OFFICE), key=lambda one: one.id)


def appoint(
    uow: UnitOfWork,
    person: Participant,
    starts_at: datetime,
    *,
    lasts: timedelta = timedelta(hours=1),
    theme: str = "Samtale",
    announce: bool = False,
) -> int:
    """An appointment of one person's own, told of by its reminders alone if not announced; its number."""
    planned = add_session(
        uow,
        office_id=person.office_id,
        participant_id=person.id,
        starts_at=starts_at,
        ends_at=starts_at + lasts,
        theme=theme,
        place="Rom 3",
        announce=announce,
    )
    return planned.id


def check_in_on(uow: UnitOfWork, person: Participant, due_at: datetime) -> None:
    """Let the programme ask somebody how their week was."""
    occurrences.plan(
        uow,
        person,
        rule="check_in",
        subject="check_in:weekly",
        revision="rehearsal",
        due_at=due_at,
        expires_at=due_at + timedelta(days=3),
    )
