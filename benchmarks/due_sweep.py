"""Benchmark 3: what finding and claiming due work costs, however much is planned for later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from benchmarks import due_tables
from benchmarks.faults.stage import StandingClock, appoint, opened, people_of
from benchmarks.grounds import Grounds
from benchmarks.how import How
from benchmarks.others import apscheduler_jobs
from benchmarks.table import Line, median
from bot.app import Program
from bot.scheduling.ticker import Ticker
from bot.services.delivery_results import claim_messages
from bot.services.ports import UnitOfWork
from bot.services.sweep import what_is_due
from bot.storage.engine import make_engine

DUE = 500
SIZES = (1_000, 100_000, 1_000_000)
TURNS = 7
AT_ONCE = 1_000
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
REAL_NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
AGAINST = "ours, 1,000 for later"


def measure(how: How) -> list[Line]:
    lines: list[Line] = []
    with Grounds(AT_ONCE) as grounds:
        for database in how.databases:
            lines += _by_size(grounds, database)
            lines.append(_at_one_second(grounds, database, turns=3 if how.is_full else 1))
    return lines


def _by_size(grounds: Grounds, database: str) -> list[Line]:
    taken = {size: _cost(grounds, database, size) for size in SIZES}
    smallest = taken[SIZES[0]]
    return [
        Line(
            f"3 {what} {DUE} due, {size:,} for later",
            database,
            cost,
            "ms",
            AGAINST,
            smallest[what],
            less_is_better=True,
        )
        for size in SIZES
        for what, cost in taken[size].items()
    ]


def _cost(grounds: Grounds, database: str, size: int) -> dict[str, float]:
    """Milliseconds for the ticker's question and for the sender's claim, committed."""
    taken: dict[str, list[float]] = {"finding": [], "claiming": []}
    with grounds.filled(database) as (_, url), opened(url, at=NOW) as program:
        ids = [one.id for one in program.storage.read_sync(people_of)]
        people = range(ids[0], ids[-1] + 1)
        engine = make_engine(url)
        with engine.begin() as connection:
            due_tables.plan_ahead(connection, count=size, now=NOW, people=people)
            due_tables.make_occurrences_due(connection, count=DUE, now=NOW)
        program.storage.run_sync(due_tables.make_due, range(ids[0], ids[0] + DUE))
        with engine.begin() as connection:
            due_tables.settle(connection)
        for _ in range(TURNS):
            found = _timed(taken["finding"], lambda: program.storage.read_sync(what_is_due))
            claimed = _timed(taken["claiming"], lambda: _claim(program))
            assert len(found.occurrences) == len(claimed) == DUE
            with engine.begin() as connection:
                due_tables.put_back(connection)
        engine.dispose()
    # The first turn reads the files; every later one is like a tick in the middle of a day.
    return {what: median(seconds[1:]) * 1000 for what, seconds in taken.items()}


def _claim(program: Program) -> Any:
    return program.storage.run_sync(claim_messages, 1, real_now=REAL_NOW, limit=DUE)


def _timed(taken: list[float], work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    done = work()
    taken.append(time.perf_counter() - began)
    return done


def _at_one_second(grounds: Grounds, database: str, *, turns: int) -> Line:
    """A thousand people's appointments lie at the same hour: so do their reminders."""
    ours, theirs = [], []
    for _ in range(turns):
        with grounds.filled(database) as (_, url):
            ours.append(asyncio.run(_remind_all(url)))
        with grounds.empty(database) as (_, url):
            theirs.append(apscheduler_jobs.seconds_for(url, AT_ONCE))
    return Line(
        f"3 {AT_ONCE:,} reminders due at one second, all queued",
        database,
        median(ours),
        "s",
        "APScheduler, SQLAlchemyJobStore, a job each that inserts a row",
        median(theirs),
        less_is_better=True,
    )


async def _remind_all(url: str) -> float:
    """Seconds from the tick that finds them due until the last one's message is committed."""
    with opened(url, at=NOW) as program:
        program.storage.run_sync(_make_appointments)
        engine = make_engine(url)
        with engine.begin() as connection:
            due_at = connection.execute(text(_FIRST_DUE)).scalar_one()
            due_tables.settle(connection)
        clock = program.clock
        assert isinstance(clock, StandingClock)
        clock.moment = due_at if isinstance(due_at, datetime) else datetime.fromisoformat(due_at)
        ticker = Ticker(program.storage, clock, wake=lambda: None)
        began = time.perf_counter()
        await ticker.sweep()
        took = time.perf_counter() - began
        with engine.begin() as connection:
            assert connection.execute(text(_QUEUED)).scalar_one() == AT_ONCE
        engine.dispose()
    return took


_FIRST_DUE = (
    "SELECT min(due_at) FROM occurrence WHERE state = 'pending' AND rule = 'session_reminder'"
)
_QUEUED = "SELECT count(*) FROM outbox WHERE state = 'queued' AND rule = 'session_reminder'"


def _make_appointments(uow: UnitOfWork) -> None:
    starts_at = uow.now + timedelta(days=3)
    for person in people_of(uow):
        appoint(uow, person, starts_at, lasts=timedelta(minutes=30))
