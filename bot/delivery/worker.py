"""Takes updates from the inbox, one at a time per chat, and hands them to the handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

import structlog

from bot.domain.errors import StorageUnavailable
from bot.domain.messages import InboxUpdate
from bot.services.inbox import record_failure
from bot.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

CONCURRENT = 16
TIME_LIMIT_S = 30.0
IDLE_S = 1.0
MAX_RETRY_S = 30.0


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


Handle = Callable[[InboxUpdate], Awaitable[None]]


class InboxWorker:
    """Per chat in order, chats beside each other; the database decides what is left to do.

    A handler that raises, hangs or swallows a cancellation costs its own chat a pause and nobody
    else anything; after a few failures the update is set aside and the coordinators are told.
    """

    def __init__(
        self,
        storage: StorageRunner,
        handle: Handle,
        *,
        offices: Callable[[], list[int]],
        concurrent: int = CONCURRENT,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        """`offices` tells whose bots are connected: without its bot nothing can be handled."""
        self._storage = storage
        self._handle = handle
        self._offices = offices
        self._concurrent = concurrent
        self._time_limit_s = time_limit_s
        self._wake = asyncio.Event()
        self._busy: dict[tuple[int, int], asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Something new is in the inbox."""
        self._wake.set()

    @property
    def is_idle(self) -> bool:
        return not self._busy

    async def run(self) -> None:
        """Work until cancelled; what is in hand is then let finish by `drain`."""
        while True:
            self._wake.clear()
            try:
                started = await self._start_some()
            except StorageUnavailable as error:
                log.error("inbox_unreadable", error=str(error))
                await asyncio.sleep(IDLE_S)
                continue
            if not started:
                # Not wait_for: in Python 3.11 it swallows a cancellation that comes with the wake.
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await self._wake.wait()

    async def drain(self, timeout_s: float) -> None:
        """Let the updates in hand come to their end; what does not is taken up after a restart."""
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=timeout_s)

    async def _start_some(self) -> int:
        room = self._concurrent - len(self._busy)
        if room <= 0:
            return 0
        updates: list[InboxUpdate] = await self._storage.read(
            _claimable, self._offices(), list(self._busy), room
        )
        for update in updates:
            chat = (update.office_id, update.chat_id)
            self._busy[chat] = asyncio.create_task(self._one(update, chat))
        return len(updates)

    async def _one(self, update: InboxUpdate, chat: tuple[int, int]) -> None:
        try:
            await self._within_limit(update)
        except StorageUnavailable as error:
            # Not the update's fault: it stays pending, and is tried until the disk is back.
            log.error("storage_unavailable", seq=update.seq, error=str(error))
            await asyncio.sleep(IDLE_S)
        except Exception as error:
            log.error("update_failed", seq=update.seq, error=type(error).__name__, exc_info=True)
            await self._record_failure(update, type(error).__name__)
        finally:
            self._busy.pop(chat, None)
            self._wake.set()

    async def _within_limit(self, update: InboxUpdate) -> None:
        # A task of its own: a handler that raises CancelledError ends itself, not the consumer.
        work = asyncio.ensure_future(self._handle(update))
        done, _ = await asyncio.wait({work}, timeout=self._time_limit_s)
        if not done:
            work.cancel()
            raise HandlerTooSlow
        if work.cancelled():
            raise HandlerCancelled
        work.result()

    async def _record_failure(self, update: InboxUpdate, error_name: str) -> None:
        try:
            is_aside = await self._storage.run(record_failure, update, error_name)
        except StorageUnavailable:
            return
        if is_aside:
            log.error("update_set_aside", seq=update.seq)
        else:
            await asyncio.sleep(min(2.0**update.attempts, MAX_RETRY_S))


class HandlerTooSlow(Exception):
    """A handler did not come to its end in time."""


class HandlerCancelled(Exception):
    """A handler raised CancelledError."""


def _claimable(
    uow: UnitOfWork, offices: list[int], busy: list[tuple[int, int]], limit: int
) -> list[InboxUpdate]:
    return uow.inbox.claimable(offices, busy_chats=busy, limit=limit) if offices else []
