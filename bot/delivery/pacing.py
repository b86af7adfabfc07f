"""How fast one bot may send: an even pace, on the monotonic clock."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Allows `rate` messages a second, with no more than `burst` at once."""

    def __init__(
        self,
        rate: float,
        *,
        burst: float | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        # A fifth of a second's worth: over any second the limit holds with little to spare.
        self._burst = max(1.0, rate / 5 if burst is None else burst)
        self._monotonic = monotonic
        self._tokens = self._burst
        self._filled_at = monotonic()

    def available(self) -> int:
        """How many may go now."""
        self._fill()
        return max(0, int(self._tokens))

    def take(self, count: int) -> None:
        self._fill()
        self._tokens -= count

    def spend(self, seconds: float = 0.0) -> None:
        """Begin with nothing saved up, as if these seconds to come were spent as well."""
        self._fill()
        self._tokens = min(self._tokens, -self._rate * seconds)

    def wait_s(self) -> float:
        """How long until one more may go."""
        self._fill()
        return max(0.0, (1.0 - self._tokens) / self._rate)

    def _fill(self) -> None:
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
