"""One process at a time on SQLite: a second one stands by and takes over when the first is gone."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from bot.domain.errors import BadSetting, StorageUnavailable
from bot.services.runner_lease import LEASE, give_up_lease, hold_lease
from bot.storage.threads import StorageThreads

log = structlog.get_logger(__name__)

ASK_EVERY_S = 1.0


class RunnerLease:
    """Held in the database; `holder` is this process's own number."""

    def __init__(self, storage: StorageThreads, holder: int) -> None:
        self._storage = storage
        self._holder = str(holder)

    async def until_ours(self, stop: asyncio.Event) -> bool:
        """Wait for the lease; False when told to stop meanwhile."""
        said = False
        while not stop.is_set():
            if await self._renew():
                return True
            if not said:
                log.warning("standing_by", reason="another process runs on this database")
                said = True
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), ASK_EVERY_S)
        return False

    async def keep(self) -> None:
        """Renew it until cancelled. Raises BadSetting when another process took over."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            try:
                ours = await self._renew()
            except StorageUnavailable as error:
                # A full disk passes. What takes nothing from us lets nobody take over either.
                log.error("lease_not_renewed", error=str(error))
                continue
            if not ours:
                raise BadSetting("Another process took over this database: this one stops.")

    async def give_up(self) -> None:
        await self._storage.run(give_up_lease, self._holder)

    async def _renew(self) -> bool:
        return await self._storage.run(hold_lease, self._holder, real_now=datetime.now(UTC))
