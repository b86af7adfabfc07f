"""Row 16: PostgreSQL stops at once, and what it has not flushed is gone."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psycopg

from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.storage import PEOPLE, Writing
from tests.databases import PostgresqlServer

HANGS_S = 3.0


def server_restarts(lab: Lab, database: str) -> Outcome:
    """Row 16: PostgreSQL is stopped at once, three times, while people write."""
    outcome, times = Outcome(), lab.pick(1, 3, 10)
    longest = 0.0
    with (
        _flushed_late(lab.server),
        lab.installation(database) as place,
        place.running() as process,
    ):
        writing = Writing(place)
        with writing.going_on():
            for _ in range(times):
                time.sleep(1.0)
                lab.server.crash()
                time.sleep(1.0)
                lab.server.start()
                back = time.monotonic()
                mark = len(writing.words)
                until(lambda m=mark: place.count("free_text") > m, "it goes on", within_s=60)  # type: ignore[misc]
                longest = max(longest, time.monotonic() - back)
        place.wait_quiet()
        lost, twice = writing.judge(outcome)
        sending = _stops_while_sending(place, lab.server, outcome)
        outcome.must(process.is_alive, "the program did not survive it")
    outcome.figure = (
        f"{times} crashes: {lost} of {len(writing.words)} lost, {twice} twice; "
        f"caught up {longest:.1f} s after the server was back; {sending}"
    )
    return outcome


@contextlib.contextmanager
def _flushed_late(server: PostgresqlServer) -> Iterator[None]:
    """Nothing reaches the disk but what a commit waits for: a crash takes all else along."""
    late = {"wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}
    _alter(server, *(f"SET {name} = '{value}'" for name, value in late.items()))
    try:
        yield
    finally:
        _alter(server, *(f"RESET {name}" for name in late))


def _alter(server: PostgresqlServer, *changes: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        for change in changes:
            connection.execute(f"ALTER SYSTEM {change}")
        connection.execute("SELECT pg_reload_conf()")


def _stops_while_sending(place: Installation, server: PostgresqlServer, outcome: Outcome) -> str:
    """Telegram has reminders, and the server stops before anybody could note that it has them."""
    place.wait_quiet()
    place.emulator.fault("sendMessage", "accept_then_hang", times=PEOPLE, seconds=HANGS_S)
    reminders = [(number, f"just before the end {number}") for number in range(PEOPLE)]
    place.queue(reminders)
    until(lambda: all(place.arrived()[words] for _, words in reminders), "all are accepted")
    server.crash()
    server.start()
    place.wait_quiet()
    arrived = place.arrived()
    twice = sum(arrived[words] > 1 for _, words in reminders)
    outcome.must(twice == 0, f"{twice} reminders that were on their way came twice")
    return f"{twice} of {len(reminders)} reminders on their way twice"
