"""Asks again and again "what is due at now?" and fires it; nothing else keeps time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx
import structlog

from bot.domain.errors import StorageUnavailable
from bot.scheduling.clock import Clock, DeclaredClock
from bot.scheduling.clock_guard import ClockGuard, ClockState
from bot.services.clock_mending import mend_what_is_ahead
from bot.services.outage import note_alive
from bot.services.plan_mending import note_distrust
from bot.services.ports import UnitOfWork
from bot.services.sweep import (
    Due,
    fire_case,
    fire_expectation,
    fire_occurrence,
    fire_occurrences,
    fire_office,
    is_idle,
    next_due_at,
    note_staffing_swept,
    occurrence_failed,
    what_is_due,
)

log = structlog.get_logger(__name__)

IDLE_WAIT_S = 20.0
IDLE_POLL_S = 0.05
NOTE_ALIVE_EVERY_S = 20.0
MAX_ROUNDS = 200
FIRED_TOGETHER = 50
RETRY_FAILED_S = 60.0
STUCK_STEP = timedelta(minutes=15)

Fire = Callable[[UnitOfWork, int], None]


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


class Ticker:
    """One tick fires all that is due; ticks never overlap (see scheduler.py)."""

    def __init__(
        self,
        storage: StorageRunner,
        clock: Clock,
        *,
        wake: Callable[[], None],
        guard: ClockGuard | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._wake = wake
        self.guard = guard or ClockGuard()
        self._monotonic = monotonic
        self._noted_alive_at: float | None = None
        self._resting: dict[tuple[str, int], float] = {}  # what failed, and until when it rests
        self.clock_state = ClockState.TRUSTED
        self._may_be_ahead = True  # what the last run, or a wrong clock, has left
        self._mend_again_at = float("-inf")
        self.last_sweep: float | None = None

    async def tick(self) -> None:
        """Sweep once at the machine's now."""
        state = self.guard.judge(self._clock.now(), self._monotonic())
        if state is not self.clock_state:
            if state is not ClockState.TRUSTED:
                await self._storage.run(note_distrust)
            log.error("clock_state", state=state.value)
            self.clock_state = state
        if state is not ClockState.TRUSTED:
            self._may_be_ahead = True
            return
        if self._may_be_ahead and self._monotonic() >= self._mend_again_at:
            await self._mend()
        await self.sweep()

    async def _mend(self) -> None:
        """What cannot be mended must hold up nothing: all else is swept meanwhile."""
        try:
            mended = await self._storage.run(mend_what_is_ahead)
        except StorageUnavailable:
            raise
        except Exception as error:
            log.error("clock_not_mended", error=type(error).__name__, exc_info=True)
            self._mend_again_at = self._monotonic() + RETRY_FAILED_S
            return
        if mended:
            log.warning("clock_mended", rows=mended)
            self._wake()
        self._may_be_ahead = False

    async def play_to(self, target: datetime) -> None:
        """Play everything due up to `target` in order, each at its own instant (a declared clock)."""
        clock = self._clock
        assert isinstance(clock, DeclaredClock)
        while True:
            await self.sweep()
            if clock.now() >= target:
                break
            upcoming: datetime | None = await self._storage.read(next_due_at)
            if upcoming is None or upcoming > target:
                break
            await self._until_idle()
            if upcoming <= clock.now():
                # Something due could not be done (it rests after a failure) and hides what comes
                # next: time goes on without it, in steps small enough for the others.
                upcoming = min(target, clock.now() + STUCK_STEP)
            clock.advance_to(upcoming)
        clock.advance_to(target)
        self.last_sweep = self._monotonic()

    async def sweep(self) -> int:
        """Fire what is due until nothing is; returns how many were fired."""
        fired = 0
        for _ in range(MAX_ROUNDS):
            due: Due = await self._storage.read(what_is_due)
            done = await self._fire(due)
            fired += done
            if done == 0:
                break
        if fired:
            self._wake()
        await self._note_alive(due)
        self.last_sweep = self._monotonic()
        return fired

    async def _fire(self, due: Due) -> int:
        # An office that failed is not due again by itself: the look is noted below.
        owed = {number for kind, number in self._resting if kind == "office"}
        offices = self._awake("office", fire_office, [*owed.union(due.offices)])
        done = await asyncio.gather(
            *(self._one(*job) for job in offices),
            *(self._several(numbers) for numbers in due.occurrences_together(FIRED_TOGETHER)),
            *(
                self._one(*j)
                for j in self._awake("expectation", fire_expectation, due.expectations)
            ),
            *(self._one(*job) for job in self._awake("case", fire_case, due.cases)),
        )
        if due.offices:
            await self._storage.run(note_staffing_swept, due.at)
        return sum(done)

    def _awake(self, kind: str, fire: Fire, numbers: Sequence[int]) -> list[tuple[str, Fire, int]]:
        """Jobs of those that do not rest after a failure."""
        now = self._monotonic()
        return [
            (kind, fire, number)
            for number in numbers
            if self._resting.get((kind, number), 0.0) <= now
        ]

    async def _several(self, occurrences: list[int]) -> int:
        """Fire occurrences in one unit, or each by itself when one of them fails."""
        if len(occurrences) > 1:
            try:
                await self._storage.run(fire_occurrences, occurrences)
            except StorageUnavailable:
                raise
            except Exception as error:
                log.warning("due_fired_singly", error=type(error).__name__)
            else:
                return len(occurrences)
        done = [self._one("occurrence", fire_occurrence, number) for number in occurrences]
        return sum(await asyncio.gather(*done))

    async def _one(self, kind: str, fire: Fire, number: int) -> bool:
        """Fire one thing; its failure is its own: it rests a while, and all others go on."""
        try:
            await self._storage.run(fire, number)
        except StorageUnavailable:
            raise
        except Exception as error:
            log.error(
                "due_failed", kind=kind, number=number, error=type(error).__name__, exc_info=True
            )
            if kind == "occurrence":  # its own row says when it is tried again
                await self._storage.run(occurrence_failed, number, type(error).__name__)
            else:
                self._resting[kind, number] = self._monotonic() + RETRY_FAILED_S
            return False
        self._resting.pop((kind, number), None)
        return True

    async def _until_idle(self) -> None:
        """Wait until what was queued has been sent; a channel that hangs holds nobody up for ever."""
        deadline = self._monotonic() + IDLE_WAIT_S
        while not await self._storage.read(is_idle):
            if self._monotonic() > deadline:
                log.warning("not_idle")
                return
            self._wake()
            await asyncio.sleep(IDLE_POLL_S)

    async def _note_alive(self, last_look: Due) -> None:
        now = self._monotonic()
        if self._noted_alive_at is None or now - self._noted_alive_at >= NOTE_ALIVE_EVERY_S:
            self._noted_alive_at = now
            await self._storage.run(note_alive)
            await self._storage.run(note_staffing_swept, last_look.at)


async def read_clock_url(http: httpx.AsyncClient, clock_url: str) -> datetime:
    """The declared moment. Raises httpx.HTTPError or ValueError."""
    answer = await http.get(clock_url)
    answer.raise_for_status()
    body = answer.json()
    if not isinstance(body, dict):
        raise ValueError("The clock told no moment.")  # noqa: TRY004 (a bad answer, not a bug)
    moment = datetime.fromisoformat(str(body["now"]))
    if moment.tzinfo is None:
        raise ValueError("The clock told a moment without a zone.")
    return moment
