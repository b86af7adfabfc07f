"""Looks for all bots together whose outbox has something due: asking for each by itself would cost more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from bot.delivery.sender import Sender
from bot.delivery.worker import StorageRunner
from bot.domain.errors import StorageUnavailable
from bot.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.25
# With this watch a sender looks by itself only in case of need.
SENDERS_IDLE_S = 10.0
TROUBLE_REST_S = 1.0


class OutboxWatch:
    """One question at a time, at least four a second, however many senders there are."""

    def __init__(self, storage: StorageRunner, senders: Mapping[int, Sender]) -> None:
        """`senders` by office; those added later are watched too."""
        self._storage = storage
        self._senders = senders
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something may be in some outbox."""
        if len(self._senders) == 1:  # nothing to find out
            for sender in self._senders.values():
                sender.wake()
        else:
            self._wake.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self._wake.clear()
            try:
                offices: list[int] = await self._storage.read(_offices_due, datetime.now(UTC))
            except StorageUnavailable as error:
                log.error("outbox_unreadable", error=str(error))
                await asyncio.sleep(TROUBLE_REST_S)
                continue
            for office_id in offices:
                if (sender := self._senders.get(office_id)) is not None:
                    sender.wake()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()


def _offices_due(uow: UnitOfWork, real_now: datetime) -> list[int]:
    return uow.outbox.offices_due(uow.now, real_now=real_now)
