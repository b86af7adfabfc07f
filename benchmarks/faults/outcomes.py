"""What a row of the matrix gives: a verdict and one figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.faults.lab import Lab

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)


class Verdict(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    NOT_YET = "not yet"


@dataclass(slots=True)
class Outcome:
    """What was counted; whatever `must` did not find makes the row fail and stands in its figure."""

    figure: str = ""
    broken: list[str] = field(default_factory=list)
    _late: int = 0  # how many of these are about time

    def must(self, holds: object, what: str) -> None:
        """Note a promise that did not hold."""
        if not holds:
            self.broken.append(what)

    def must_in_time(self, holds: object, what: str) -> None:
        """Note a promise about time that did not hold: a machine with much else to do may be why."""
        self.must(holds, what)
        self._late += not holds

    @property
    def is_only_late(self) -> bool:
        """Nothing was lost, doubled or wrong: the row fails because of time alone."""
        return 0 < self._late == len(self.broken)

    @property
    def verdict(self) -> Verdict:
        return Verdict.FAILS if self.broken else Verdict.HOLDS

    @property
    def words(self) -> str:
        if not self.broken:
            return self.figure
        return f"BROKEN: {'; '.join(self.broken)} ({self.figure})"


RunRow = Callable[["Lab", str], Outcome]


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. Without `run` it is about something still to come, and `figure` says what.

    `alone`: not beside other rows, and after them (it ends the server they share, or reads their logs).
    """

    number: int
    fault: str
    run: RunRow | None = None
    databases: Sequence[str] = BOTH
    figure: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    row: int
    fault: str
    database: str
    verdict: Verdict
    figure: str
