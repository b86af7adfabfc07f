"""Many people with a message each in the outbox, for the benchmarks of sending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, text

from benchmarks.faults.installation import Installation
from benchmarks.faults.stage import appoint, people_of
from bot.app import Program
from bot.domain.messages import Lane
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, say_text
from bot.storage.columns import Instant
from bot.storage.engine import make_engine

RATE = 25
BROADCAST = "bench_broadcast"


def queue_broadcast(place: Installation, count: int) -> None:
    """A message to each of the first `count` people, for tomorrow until it is released."""
    with place.opened() as program:
        _in_batches(program, range(count), _say)


def plan_reminders(place: Installation) -> None:
    """An appointment for everybody at one hour in three days, and with it its reminders."""
    with place.opened() as program:
        people = len(program.storage.read_sync(people_of))
        _in_batches(program, range(people), _appoint)


def _in_batches(program: Program, places: range, work: Callable[[UnitOfWork, range], None]) -> None:
    for first in range(0, len(places), 500):
        program.storage.run_sync(work, places[first : first + 500])


def _say(uow: UnitOfWork, places: range) -> None:
    people = people_of(uow)
    for number in places:
        how = Sending(
            rule=BROADCAST,
            key=f"{BROADCAST}:{number}",
            lane=Lane.BROADCAST,
            not_before=uow.now + timedelta(days=1),
        )
        say_text(uow, people[number], "Til alle: kontoret er stengt i morgen.", how=how)


def _appoint(uow: UnitOfWork, places: range) -> None:
    starts_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    people = people_of(uow)
    for number in places:
        appoint(uow, people[number], starts_at, lasts=timedelta(minutes=30))


def change(place: Installation, statement: str, **moments: datetime) -> None:
    """Change rows of the running program behind its back; parameters are moments."""
    typed = [bindparam(name, moment, type_=Instant()) for name, moment in moments.items()]
    engine = make_engine(place.url)
    with engine.begin() as connection:
        connection.execute(text(statement).bindparams(*typed))
    engine.dispose()
