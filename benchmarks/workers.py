"""Benchmark 6: one, two and four worker processes on one PostgreSQL, beside procrastinate."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field

import psycopg

from benchmarks.contenders import BENCH_PYTHON, WARMING, ours, take_turn
from benchmarks.grounds import Grounds
from benchmarks.how import How
from benchmarks.light_telegram import ROOT, LightTelegram, light_telegram
from benchmarks.table import POSTGRESQL, Line, median

PROCESSES = (1, 2, 4)
# As in benchmark 1.
UPDATES, UPDATES_FULL = 3_000, 6_000
ROUNDS, ROUNDS_FULL = 3, 5
JOBS = 1_000
AT_ONCE = 16  # as many as our worker handles at once
PROCRASTINATE = "procrastinate, fetch and run of empty jobs"

# A text handled twice would be kept twice, an update claimed twice answered twice.
HANDLED_TWICE = """
    SELECT count(*) FROM (
        SELECT participant_id FROM free_text GROUP BY participant_id HAVING count(*) > 1
    ) AS twice
"""


@dataclass(slots=True)
class Found:
    """What the rounds gave for one number of processes."""

    per_second: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    updates: int = 0
    handled_twice: int = 0


def measure(how: How) -> list[Line]:
    """One, two and four processes take turns, and procrastinate theirs."""
    if POSTGRESQL not in how.databases:
        return []
    updates = UPDATES_FULL if how.is_full else UPDATES
    found = {processes: Found() for processes in PROCESSES}
    theirs: list[float] = []
    with Grounds(WARMING + updates) as grounds, light_telegram() as telegram:
        for _ in range(ROUNDS_FULL if how.is_full else ROUNDS):
            theirs.append(_procrastinate(grounds))
            for processes in PROCESSES:
                _one_turn(grounds, telegram, processes, updates, found[processes])
    return [line for n in PROCESSES for line in _lines(n, found, median(theirs))]


def _one_turn(
    grounds: Grounds, telegram: LightTelegram, processes: int, updates: int, found: Found
) -> None:
    """`take_turn` itself refuses a turn in which an update was answered twice or not at all."""

    def count(url: str) -> None:
        with psycopg.connect(url) as db:
            row = db.execute(HANDLED_TWICE).fetchone()
        found.handled_twice += row[0] if row else 0

    who = ours(POSTGRESQL, processes=processes)
    turn = take_turn(who, grounds, telegram, updates=updates, afterwards=count)
    found.updates += updates
    found.per_second.append(turn.per_second)
    found.cpu_us.append(turn.cpu_s / updates * 1e6)


def _procrastinate(grounds: Grounds) -> float:
    with grounds.empty(POSTGRESQL) as (_, url):
        done = subprocess.run(
            [str(BENCH_PYTHON), "benchmarks/others/procrastinate_jobs.py"],
            cwd=ROOT,
            env={
                "DATABASE_URL": url,
                "JOBS": str(JOBS),
                "AT_ONCE": str(AT_ONCE),
                "PATH": os.defpath,
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(f"procrastinate ended:\n{done.stderr[-2000:]}")
    per_second: float = json.loads(done.stdout.splitlines()[-1])["per_second"]
    return per_second


def _lines(processes: int, found: dict[int, Found], theirs: float) -> list[Line]:
    name = f"{processes} worker process{'es' if processes > 1 else ''}"
    mine, alone = found[processes], found[1]
    rate = median(mine.per_second)
    lines = [
        Line(f"6 {name}, beside procrastinate", POSTGRESQL, rate, "/s", PROCRASTINATE, theirs),
        Line(
            f"6 {name}, updates handled once (twice: {mine.handled_twice})",
            POSTGRESQL,
            100 * (1 - mine.handled_twice / mine.updates),
            "%",
            "all of them",
            100,
        ),
    ]
    if processes > 1:
        lines += [
            Line(
                f"6 {name}, beside one",
                POSTGRESQL,
                rate,
                "updates/s",
                "1 worker process",
                median(alone.per_second),
            ),
            Line(
                f"6 CPU per update, {name}",
                POSTGRESQL,
                median(mine.cpu_us),
                "µs",
                "1 worker process",
                median(alone.cpu_us),
                less_is_better=True,
            ),
        ]
    return lines
