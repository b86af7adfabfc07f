"""An office with its people on a real database, for tests that need storage and no fakes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.app import Program, open_program, upgrade_database
from bot.config import Settings, load_settings
from bot.domain.messages import Lane, MessageClass, OutboxMessage
from bot.domain.people import Participant, ParticipantStatus, Role, Staff
from bot.services.offices import DEFAULT_OFFICE, add_staff
from bot.services.participants import invite_participant, redeem_code
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, say_text
from tests.copied_databases import copied_into

T = TypeVar("T")

# A Tuesday, ten o'clock in Oslo: inside allowed and staffed hours.
NOON = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TOKEN = "100200300:sample-token-of-the-rehearsal-bot-0"
SECRET_KEY = "a secret key for tests only"
OFFICE = DEFAULT_OFFICE
# Chat ids, which are also the ids of the emulator's phones.
AMINA_CHAT, BEN_CHAT = 1001, 1002


class StandingClock:
    """Stands until a test moves it."""

    is_declared = True

    def __init__(self, start: datetime = NOON) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    def go_on(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class RealOffice:
    """Carol (caseworker), Dana (coordinator), and Amina and Ben, who said yes; all idle."""

    program: Program
    clock: StandingClock
    amina: Participant
    ben: Participant
    carol: Staff
    dana: Staff

    @property
    def storage(self) -> Any:
        return self.program.storage

    def do(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run one unit of work and return its result after the commit."""
        return self.program.storage.run_sync(fn, *args, **kwargs)

    def rows(self, name: str) -> list[Any]:
        """Everything one repository holds, in order of number ("outbox", "inbox", ...)."""

        def read(uow: Any) -> list[Any]:
            store = getattr(uow, name)
            return store._all(order=store.table.c[store.id_column])

        return self.program.storage.read_sync(read)

    def queue(
        self,
        participant: Participant,
        text: str,
        *,
        lane: Lane = Lane.REMINDER,
        message_class: MessageClass = MessageClass.AT_MOST_ONCE,
        rule: str = "sample",
        **more: Any,
    ) -> OutboxMessage:
        """Put one message into the outbox."""

        def say(uow: UnitOfWork) -> OutboxMessage:
            uow.cause = f"sample:{participant.id}:{text}"
            how = Sending(rule=rule, lane=lane, message_class=message_class, **more)
            stored = say_text(uow, participant, text, how=how)
            assert stored is not None
            return stored

        return self.do(say)

    def message(self, queued: OutboxMessage) -> OutboxMessage:
        """The message as it stands now."""
        return self.program.storage.read_sync(lambda uow: uow.outbox.get(queued.id))


def office_settings(database_url: str, **given: Any) -> Settings:
    """Settings that reach nothing."""
    return load_settings(env_file=None, database_url=database_url, secret_key=SECRET_KEY, **given)


@contextmanager
def open_office(folder: Path, *, now: datetime = NOON) -> Iterator[RealOffice]:
    """A copy of the office on SQLite in `folder`."""
    with open_office_at(copied_into(folder, found_office), now=now) as office:
        yield office


@contextmanager
def open_office_at(database_url: str, *, now: datetime = NOON) -> Iterator[RealOffice]:
    """The office of a database that `found_office` filled; may be open twice, as after a restart."""
    clock = StandingClock(now)
    with open_program(office_settings(database_url), clock=clock, publish=False) as program:
        people = program.storage.read_sync(lambda uow: uow.participants.of_office(OFFICE))
        staff = program.storage.read_sync(lambda uow: uow.staff.of_office(OFFICE))
        yield RealOffice(program, clock, people[0], people[1], staff[0], staff[1])


def found_office(database_url: str) -> None:
    """Create the schema, the content and the people."""
    settings = office_settings(database_url)
    upgrade_database(settings)
    with open_program(settings, clock=StandingClock()) as program:
        program.storage.run_sync(_move_in)


def add_active(uow: UnitOfWork, name: str, chat_id: int, caseworker: Staff) -> Participant:
    """A participant who has said yes, bound to a chat; nothing was said to them."""
    invited = invite_participant(uow, office_id=OFFICE, first_name=name, caseworker=caseworker)
    redeem_code(uow, OFFICE, chat_id, invited.code)
    for occurrence in uow.occurrences.pending_of(invited.participant.id):
        uow.occurrences.save(replace(occurrence, due_at=NOON + timedelta(days=3650)))
    return uow.participants.save(
        replace(invited.participant, status=ParticipantStatus.ACTIVE, started_at=uow.now)
    )


def _move_in(uow: UnitOfWork) -> None:
    carol = add_staff(
        uow, office_id=OFFICE, name="Carol Sample", email="carol@example.org", role=Role.CASEWORKER
    )
    add_staff(
        uow, office_id=OFFICE, name="Dana Sample", email="dana@example.org", role=Role.COORDINATOR
    )
    add_active(uow, "Amina", AMINA_CHAT, carol)
    add_active(uow, "Ben", BEN_CHAT, carol)
