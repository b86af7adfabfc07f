"""Benchmark 1: updates a second, from the first one handed out to the last reply, beside others."""

from __future__ import annotations

from benchmarks.contenders import (
    AIOGRAM_ECHO,
    BACKEND_ECHO,
    DEFAULT_ECHO,
    WARMING,
    Contender,
    naive,
    ours,
    take_turn,
)
from benchmarks.grounds import Grounds
from benchmarks.how import How
from benchmarks.light_telegram import light_telegram
from benchmarks.table import Line, median

# A turn of ours takes more than a second: in shorter ones the first and the last reply weigh too much.
UPDATES, UPDATES_FULL = 3_000, 6_000
ROUNDS, ROUNDS_FULL = 3, 5

Rates = dict[str, list[float]]


def measure(how: How) -> list[Line]:
    """Every contender takes its turn in every round."""
    updates = UPDATES_FULL if how.is_full else UPDATES
    everybody: dict[str, Contender] = {
        "default": DEFAULT_ECHO,
        "backend": BACKEND_ECHO,
        "aiogram": AIOGRAM_ECHO,
    }
    for database in how.databases:
        everybody[f"naive {database}"] = naive(database)
        everybody[f"ours {database}"] = ours(database)
    rates: Rates = {key: [] for key in everybody}
    costs: Rates = {key: [] for key in everybody}
    with Grounds(WARMING + updates) as grounds, light_telegram() as telegram:
        for _ in range(ROUNDS_FULL if how.is_full else ROUNDS):
            for key, who in everybody.items():
                turn = take_turn(who, grounds, telegram, updates=updates)
                rates[key].append(turn.per_second)
                costs[key].append(turn.cpu_s / updates * 1e6)
    return [
        line
        for database in how.databases
        for line in _lines(database, everybody, rates=rates, costs=costs)
    ]


def _lines(
    database: str, everybody: dict[str, Contender], *, rates: Rates, costs: Rates
) -> list[Line]:
    beside = ("default", "backend", "aiogram", f"naive {database}")
    mine = f"ours {database}"
    lines = [
        Line(
            f"1 whole path, beside {everybody[other].name}",
            database,
            median(rates[mine]),
            "updates/s",
            everybody[other].name,
            median(rates[other]),
        )
        for other in beside
    ]
    lines += [
        Line(
            f"1 CPU per update, beside {everybody[other].name}",
            database,
            median(costs[mine]),
            "µs",
            everybody[other].name,
            median(costs[other]),
            less_is_better=True,
        )
        for other in beside
    ]
    return lines
