"""Takes updates from the inbox, one at a time per chat, and hands them to the handlers."""

from __future__ import annotations

import asyncio
from collections import deque
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
AHEAD = 48  # claimed and waiting, so that not every handful costs a transaction
TIME_LIMIT_S = 30.0
IDLE_S = 1.0
ABANDONED_EVERY_S = 2.0
MAX_RETRY_S = 30.0


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def claim(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


Handle = Callable[[InboxUpdate], Awaitable[None]]
Chat = tuple[int, int]


class InboxWorker:
    """Per chat in order, chats beside each other; the database decides what is left to do.

    Several processes may work on one inbox: what one has in hand carries its number, and is free
    again once that process is no more. A handler that raises, hangs or swallows a cancellation
    costs its own chat a pause and nobody else anything; after a few failures the update is set
    aside and the coordinators are told.
    """

    def __init__(
        self,
        storage: StorageRunner,
        handle: Handle,
        *,
        offices: Callable[[], list[int]],
        holder: int = 1,
        life: Callable[[], int | None] = lambda: 1,
        concurrent: int = CONCURRENT,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        """Prepare the worker.

        Args:
            offices: Tells whose bots are connected: without its bot nothing can be handled.
            holder: This process's own number.
            life: As `Duties.life`: what was claimed in an earlier one may be another process's by now.
        """
        self._storage = storage
        self._handle = handle
        self._offices = offices
        self._holder = holder
        self._life = life
        self._concurrent = concurrent
        self._time_limit_s = time_limit_s
        self._wake = asyncio.Event()
        self._absent: set[int] = set()  # holders that were not there when we looked last
        self._claiming: asyncio.Future[list[InboxUpdate]] | None = None
        self._waiting: deque[tuple[int, InboxUpdate]] = (
            deque()
        )  # with the life they were claimed in
        self._in_hand: set[Chat] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something new is in the inbox, or free again."""
        self._wake.set()

    @property
    def is_idle(self) -> bool:
        return not self._in_hand

    async def run(self) -> None:
        """Work until cancelled; what is begun is then let finish by `drain`."""
        loop = asyncio.get_running_loop()
        looked_at = -ABANDONED_EVERY_S
        while True:
            self._wake.clear()
            try:
                if loop.time() - looked_at >= ABANDONED_EVERY_S:
                    self._absent = await self._storage.claim(
                        _give_back_abandoned, self._holder, self._absent
                    )
                    looked_at = loop.time()
                claimed = await self._claim()
            except StorageUnavailable as error:
                log.error("inbox_unreadable", error=str(error))
                await asyncio.sleep(IDLE_S)
                continue
            self._begin()
            if not claimed or not self._has_room:
                # Not wait_for: in Python 3.11 it swallows a cancellation that comes with the wake.
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await self._wake.wait()

    async def drain(self, timeout_s: float) -> None:
        """Let the updates begun come to their end; the rest is free for others at once."""
        self._waiting.clear()
        if self._claiming is not None:
            await asyncio.wait({self._claiming}, timeout=timeout_s)
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=timeout_s)
        try:
            await self._storage.run(_give_back, self._holder)
        except StorageUnavailable as error:
            log.error("inbox_not_given_back", error=str(error))

    @property
    def _has_room(self) -> bool:
        return len(self._waiting) <= AHEAD // 2

    async def _claim(self) -> int:
        offices, life = self._offices(), self._life()
        if not self._has_room or not offices or life is None:
            return 0
        self._claiming = asyncio.ensure_future(
            self._storage.claim(
                _claim,
                offices,
                self._holder,
                list(self._in_hand),
                self._concurrent - len(self._tasks) + AHEAD - len(self._waiting),
            )
        )
        # A claim that is under way when we are stopped is given back by `drain`.
        updates = await asyncio.shield(self._claiming)
        self._in_hand.update((update.office_id, update.chat_id) for update in updates)
        self._waiting.extend((life, update) for update in updates)
        return len(updates)

    def _begin(self) -> None:
        while self._waiting and len(self._tasks) < self._concurrent:
            claimed_in, update = self._waiting.popleft()
            if claimed_in != self._life():
                self._in_hand.discard((update.office_id, update.chat_id))
                continue
            task = asyncio.create_task(self._one(update))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._begin()
        if self._has_room:
            self._wake.set()

    async def _one(self, update: InboxUpdate) -> None:
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
            self._in_hand.discard((update.office_id, update.chat_id))

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


def _claim(
    uow: UnitOfWork, offices: list[int], holder: int, in_hand: list[Chat], limit: int
) -> list[InboxUpdate]:
    return uow.inbox.claim(offices, holder=holder, busy_chats=in_hand, limit=limit)


def _give_back(uow: UnitOfWork, holder: int) -> int:
    return uow.inbox.give_back(holder)


def _give_back_abandoned(uow: UnitOfWork, holder: int, absent: set[int]) -> set[int]:
    return uow.inbox.give_back_abandoned(holder, absent_before=absent)
