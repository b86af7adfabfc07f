"""How a benchmark is to be run: told to each by the command that runs them."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.table import POSTGRESQL, SQLITE


@dataclass(frozen=True, slots=True)
class How:
    """What every benchmark is told: on which databases, and whether to take its time."""

    databases: tuple[str, ...] = (SQLITE, POSTGRESQL)
    is_full: bool = False
