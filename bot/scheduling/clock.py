"""The program's one clock: the machine's, or one declared by CLOCK_URL."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`is_declared`: wound on purpose, so everything due is played in order, each at its own instant."""

    @property
    def is_declared(self) -> bool: ...
    def now(self) -> datetime:
        """An aware UTC instant."""
        ...


class MachineClock:
    """The machine's clock."""

    is_declared = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class DeclaredClock:
    """Stands where the ticker has played to; never goes back. Safe to read from any thread."""

    is_declared = True

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def advance_to(self, moment: datetime) -> None:
        """Move forward; an earlier moment changes nothing."""
        with self._lock:
            self._now = max(self._now, moment)
