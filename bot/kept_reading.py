"""One answer for all who ask within a few seconds, so that asking often costs little."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class KeptReading(Generic[T]):
    """Keeps what `read` gave. Those who ask meanwhile share one reading, also one that hangs."""

    def __init__(
        self,
        read: Callable[[], Awaitable[T]],
        *,
        keeps_s: float,
        within_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._keeps_s = keeps_s
        self._within_s = within_s
        self._monotonic = monotonic
        self._reading: asyncio.Task[T] | None = None
        self._asked_at = 0.0

    async def get(self) -> T:
        """Return the kept answer or a new one. A failure is not kept.

        Raises:
            TimeoutError: No answer within `within_s`.
            StorageUnavailable: As `read` does.
        """
        reading = self._reading
        if reading is None or (reading.done() and not self._may_be_kept(reading)):
            self._asked_at = self._monotonic()
            reading = self._reading = asyncio.create_task(self._ask())
            reading.add_done_callback(_look_at)
        async with asyncio.timeout(self._within_s):
            return await asyncio.shield(reading)

    async def _ask(self) -> T:
        return await self._read()

    def _may_be_kept(self, reading: asyncio.Task[T]) -> bool:
        if reading.cancelled() or reading.exception() is not None:
            return False
        return self._monotonic() - self._asked_at < self._keeps_s


def _look_at(reading: asyncio.Task[T]) -> None:
    """A failure nobody waited for any more must not be reported as forgotten."""
    if not reading.cancelled():
        reading.exception()
