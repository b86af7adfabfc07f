"""Benchmark 2: how long a person waits for the reply while others write at an even pace."""

from __future__ import annotations

from benchmarks.contenders import DEFAULT_ECHO, ours, take_turn
from benchmarks.grounds import Grounds
from benchmarks.how import How
from benchmarks.light_telegram import light_telegram
from benchmarks.table import NO_DATABASE, Line, median, percentile

# Updates a second, and for how many seconds.
OFFERED = (20, 100, 200)
SECONDS, SECONDS_FULL = 5, 15
# Seconds at the same pace before those that count.
WARMING_S = 2
ROUNDS, ROUNDS_FULL = 3, 5
SHARES = {"p50": 0.5, "p99": 0.99}

# Milliseconds of each round, by database ("none" is the echo) and share.
Times = dict[tuple[str, str], list[float]]


def measure(how: How) -> list[Line]:
    """At each pace the echo and ours take turns."""
    seconds = SECONDS_FULL if how.is_full else SECONDS
    lines = []
    with Grounds(max(OFFERED) * (WARMING_S + seconds)) as grounds, light_telegram() as telegram:
        contenders = [DEFAULT_ECHO, *(ours(database) for database in how.databases)]
        for pace in OFFERED:
            times: Times = {(c.database, share): [] for c in contenders for share in SHARES}
            for _ in range(ROUNDS_FULL if how.is_full else ROUNDS):
                for who in contenders:
                    turn = take_turn(
                        who,
                        grounds,
                        telegram,
                        updates=pace * seconds,
                        warming=pace * WARMING_S,
                        a_second=float(pace),
                    )
                    for name, share in SHARES.items():
                        delay = percentile(turn.delays_s, share) * 1000
                        times[who.database, name].append(delay)
            for database in how.databases:
                lines += _lines(database, pace, times)
    return lines


def _lines(database: str, pace: int, times: Times) -> list[Line]:
    return [
        Line(
            f"2 reply time {share} at {pace}/s offered",
            database,
            median(times[database, share]),
            "ms",
            DEFAULT_ECHO.name,
            median(times[NO_DATABASE, share]),
            less_is_better=True,
        )
        for share in SHARES
    ]
