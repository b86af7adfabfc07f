"""Watches the machine's clock: behind what was seen, or far ahead all at once, holds our initiative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BEHIND_TOLERANCE = timedelta(seconds=5)
JUMP = timedelta(minutes=5)
# How long a jump forward is distrusted: time synchronisation mends a wrong one well within it.
DISTRUST_FOR_S = 600.0


class ClockState(StrEnum):
    TRUSTED = "trusted"
    BEHIND = "behind"  # earlier than a moment this program has already been at
    JUMPED = "jumped"  # forward by more than five minutes against the monotonic clock


@dataclass(slots=True)
class ClockGuard:
    """Judges each reading. `highest` is persisted between runs; None on the first."""

    highest: datetime | None = None
    _last: tuple[datetime, float] | None = None
    _distrusted_until: float | None = None
    _anchor: tuple[datetime, float] | None = None  # the last reading that was trusted

    def judge(self, now: datetime, monotonic_s: float) -> ClockState:
        """Return whether our own initiative may act on this reading."""
        last, self._last = self._last, (now, monotonic_s)
        if self.highest is not None and now < self.highest - BEHIND_TOLERANCE:
            return ClockState.BEHIND
        if last is not None:
            passed = timedelta(seconds=monotonic_s - last[1])
            if now - last[0] > passed + JUMP:
                self._distrusted_until = monotonic_s + DISTRUST_FOR_S
        if self._distrusted_until is not None:
            if monotonic_s < self._distrusted_until and not self._is_back(now, monotonic_s):
                return ClockState.JUMPED
            self._distrusted_until = None
        self._anchor = (now, monotonic_s)
        self.highest = max(now, self.highest or now)
        return ClockState.TRUSTED

    def _is_back(self, now: datetime, monotonic_s: float) -> bool:
        """Whether the clock stands again where it would, had it never jumped."""
        if self._anchor is None:
            return False
        trusted, at = self._anchor
        return abs(now - (trusted + timedelta(seconds=monotonic_s - at))) <= JUMP
