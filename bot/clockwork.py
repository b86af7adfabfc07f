"""The sweep of what is due and the housekeeping: run by the one process whose duty it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import httpx
import structlog

from bot.app import Program
from bot.config import Settings
from bot.domain.errors import BadSetting, StorageUnavailable
from bot.duties import TICK, Duties
from bot.erased_keys import destroy_left_keys
from bot.scheduling.clock import Clock, DeclaredClock, MachineClock
from bot.scheduling.clock_guard import ClockGuard
from bot.scheduling.scheduler import Scheduler
from bot.scheduling.ticker import Ticker, read_clock_url
from bot.services.audit import audit
from bot.services.outage import came_back, highest_clock, last_alive
from bot.services.retention import drop_old_texts

log = structlog.get_logger(__name__)

TICK_S = 0.5
DECLARED_TICK_S = 0.2
AUDIT_EVERY_S = 300.0
RETENTION_EVERY_S = 3600.0
HEARTBEAT_EVERY_S = 60.0
AGAIN_S = 1.0


async def make_clock(settings: Settings) -> Clock:
    """The machine's clock, or the one that CLOCK_URL declares. Raises BadSetting."""
    if not settings.clock_url:
        return MachineClock()
    try:
        async with httpx.AsyncClient(timeout=5.0) as http:
            return DeclaredClock(await read_clock_url(http, settings.clock_url))
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise BadSetting(
            f"TETTPA_CLOCK_URL: {settings.clock_url} tells no time ({type(error).__name__}); "
            "start the emulator first, or take the setting away."
        ) from None


class Clockwork:
    """`run` while the duty is ours; `follow` keeps a declared clock going where it is not."""

    def __init__(
        self,
        program: Program,
        ticker: Ticker,
        duties: Duties,
        *,
        beat: Callable[[], Awaitable[None]],
    ) -> None:
        self._program = program
        self._storage = program.storage
        self._clock = program.clock
        self._ticker = ticker
        self._duties = duties
        self._beat = beat
        self._is_clock_silent = False
        self.is_prepared = asyncio.Event()

    async def run(self) -> None:
        """Look back at an outage first, then tick until cancelled."""
        await self._prepare()
        self.is_prepared.set()
        scheduler = Scheduler()
        if self._clock.is_declared:
            scheduler.every(DECLARED_TICK_S, self._play, name="tick")
        else:
            scheduler.every(TICK_S, self._tick, name="tick")
        scheduler.every(AUDIT_EVERY_S, self._audit, name="audit")
        scheduler.every(RETENTION_EVERY_S, self._drop_old_texts, name="retention")
        # On either kind of clock, and in turns of their own: what fails here holds up nothing else.
        scheduler.every(RETENTION_EVERY_S, self._destroy_left_keys, name="left keys", at_once=True)
        scheduler.every(HEARTBEAT_EVERY_S, self._beat, name="heartbeat")
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.stop()

    async def follow(self) -> None:
        """Let a declared clock go on while another process plays what is due."""
        clock = self._clock
        while isinstance(clock, DeclaredClock):
            await asyncio.sleep(DECLARED_TICK_S)
            if not self._duties.is_held(TICK) and (moment := await self._read_clock()):
                clock.advance_to(moment)

    async def _prepare(self) -> None:
        while True:
            try:
                alive = await self._storage.read(last_alive)
                highest = await self._storage.read(highest_clock)
                self._ticker.guard = ClockGuard(
                    highest=None if self._clock.is_declared else highest
                )
                if alive is not None and not self._clock.is_declared:
                    await self._storage.run(came_back, alive)
            except StorageUnavailable as error:
                log.error("not_prepared", error=str(error))
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def _tick(self) -> None:
        if self._duties.is_held(TICK):
            await self._ticker.tick()

    async def _play(self) -> None:
        if moment := await self._read_clock():
            await self._ticker.play_to(moment)

    async def _read_clock(self) -> datetime | None:
        try:
            async with httpx.AsyncClient(timeout=5.0) as http:
                moment = await read_clock_url(http, self._program.settings.clock_url)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            if not self._is_clock_silent:  # asked five times a second: each change is told once
                log.warning("clock_url_silent", error=type(error).__name__)
            self._is_clock_silent = True
            return None
        if self._is_clock_silent:
            log.info("clock_url_speaks")
        self._is_clock_silent = False
        return moment

    async def _audit(self) -> None:
        findings = await self._storage.run(audit)
        log.info("audit", findings=len(findings))

    async def _drop_old_texts(self) -> None:
        """In batches, each a unit of its own: nobody waits for all that fell past its time."""
        rows = 0
        while dropped := await self._storage.run(drop_old_texts):
            rows += dropped
        log.info("retention", rows=rows)

    async def _destroy_left_keys(self) -> None:
        try:
            await destroy_left_keys(self._program)
        except StorageUnavailable as error:
            log.error("left_keys_not_looked_at", error=str(error))
