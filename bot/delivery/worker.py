"""Takes updates from the inbox, one at a time per chat, and hands them to the handlers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog

from bot.delivery.in_hand import Chat, Gatherer, Handle, HandlerCancelled, HandlerTooSlow, InHand
from bot.domain.errors import StorageUnavailable
from bot.domain.messages import InboxUpdate, Taken
from bot.services.inbox import record_failure
from bot.services.ports import UnitOfWork

log = structlog.get_logger(__name__)

CONCURRENT = 16
AHEAD = 48  # claimed and waiting, so that not every handful costs a transaction
SHEAVES = 2  # one is written while the answers of the other are sent
TIME_LIMIT_S = 30.0
IDLE_S = 1.0
ABANDONED_EVERY_S = 2.0
MAX_RETRY_S = 30.0


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def claim(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


class InboxWorker:
    """Per chat in order, chats beside each other; the database decides what is left to do.

    Plain words are handled in sheaves, in one transaction while all goes well; anything else by
    itself. Several processes may work on one inbox: what one has in hand carries its number, and is free
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
        gatherer: Gatherer | None = None,
        holder: int = 1,
        life: Callable[[], int | None] = lambda: 1,
        concurrent: int = CONCURRENT,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        """Prepare the worker.

        Args:
            offices: Tells whose bots are connected: without its bot nothing can be handled.
            gatherer: Handles together what it takes; None handles each by itself.
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
        self._claiming: asyncio.Future[Taken] | None = None
        self._gatherer = gatherer
        self._waiting: deque[InHand] = deque()
        self._gathered: list[InHand] = []
        self._sheaves = 0  # that are being handled
        self._in_hand: set[Chat] = set()
        # The last look left updates: of chats in hand, or beyond what there was room for. Whoever ends
        # then has somebody look again; what comes anew wakes us by itself.
        self._left_some = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._pauses: set[asyncio.Task[None]] = set()  # of chats whose update failed

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
                there_is_more = await self._claim()
            except StorageUnavailable as error:
                log.error("inbox_unreadable", error=str(error))
                await asyncio.sleep(IDLE_S)
                continue
            self._begin()
            if not there_is_more or not self._has_room:
                # Not wait_for: in Python 3.11 it swallows a cancellation that comes with the wake.
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await self._wake.wait()

    async def drain(self, timeout_s: float) -> None:
        """Let the updates begun come to their end; the rest is free for others at once."""
        self._waiting.clear()
        self._gathered.clear()
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
        return self._queued <= AHEAD // 2

    @property
    def _queued(self) -> int:
        return len(self._waiting) + len(self._gathered)

    async def _claim(self) -> bool:
        """Take in hand what may be handled now; whether there may be more of it."""
        offices, life = self._offices(), self._life()
        if not self._has_room or not offices or life is None:
            self._left_some = True
            return False
        busy = list(self._in_hand)
        limit = max(self._concurrent - len(self._tasks), 0) + AHEAD - self._queued
        self._claiming = asyncio.ensure_future(
            self._storage.claim(_claim, offices, self._holder, busy, limit)
        )
        self._left_some = True  # who ends meanwhile: this look still counts its chat as in hand
        # A claim that is under way when we are stopped is given back by `drain`.
        taken = await asyncio.shield(self._claiming)
        self._left_some = taken.there_is_more or taken.others_wait or bool(busy)
        for update in taken.updates:
            act = self._act_for(update)
            one = InHand(update, life, act)
            self._in_hand.add(one.chat)
            (self._waiting if act is None else self._gathered).append(one)
        return taken.there_is_more

    def _act_for(self, update: InboxUpdate) -> Any | None:
        try:
            return None if self._gatherer is None else self._gatherer.act_for(update)
        except Exception:  # by itself it fails by itself
            return None

    def _begin(self) -> None:
        if self._gathered and self._sheaves < SHEAVES:
            gathered, self._gathered = self._gathered, []
            if sheaf := [one for one in gathered if self._is_still_ours(one)]:
                self._sheaves += 1
                self._start(self._sheaf(sheaf))
        while self._waiting and len(self._tasks) < self._concurrent:
            one = self._waiting.popleft()
            if self._is_still_ours(one):
                self._start(self._one(one))

    def _is_still_ours(self, one: InHand) -> bool:
        if one.life != self._life():
            self._in_hand.discard(one.chat)
            self._left_some = True
            return False
        return True

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._begin()
        if self._left_some and self._has_room:
            self._wake.set()

    async def _sheaf(self, sheaf: list[InHand]) -> None:
        assert self._gatherer is not None
        raised: Sequence[Exception | None]
        try:
            raised = await self._gatherer.handle([one.act for one in sheaf])
        except Exception as error:  # the storage is closed, for one
            raised = [error] * len(sheaf)
        finally:
            self._sheaves -= 1
        for one, its_error in zip(sheaf, raised, strict=True):
            if its_error is None:
                self._in_hand.discard(one.chat)
            else:
                self._pause(one, its_error)

    async def _one(self, one: InHand) -> None:
        try:
            await self._within_limit(one.update)
        except Exception as error:
            self._pause(one, error)
        else:
            self._in_hand.discard(one.chat)

    def _pause(self, one: InHand, error: Exception) -> None:
        # Not among the tasks: it must keep nobody else from beginning.
        task = asyncio.create_task(self._failed(one, error))
        self._pauses.add(task)
        task.add_done_callback(self._pause_ended)

    def _pause_ended(self, pause: asyncio.Task[None]) -> None:
        self._pauses.discard(pause)
        self._wake.set()

    async def _failed(self, one: InHand, error: Exception) -> None:
        """Let its chat wait a moment, and say what happened."""
        seq = one.update.seq
        try:
            if isinstance(error, StorageUnavailable):
                # Not the update's fault: it stays pending, and is tried until the disk is back.
                log.error("storage_unavailable", seq=seq, error=str(error))
                await asyncio.sleep(IDLE_S)
            else:
                log.error("update_failed", seq=seq, error=type(error).__name__, exc_info=error)
                await self._record_failure(one.update, type(error).__name__)
        finally:
            self._in_hand.discard(one.chat)

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


def _claim(
    uow: UnitOfWork, offices: list[int], holder: int, in_hand: list[Chat], limit: int
) -> Taken:
    return uow.inbox.claim(offices, holder=holder, busy_chats=in_hand, limit=limit)


def _give_back(uow: UnitOfWork, holder: int) -> int:
    return uow.inbox.give_back(holder)


def _give_back_abandoned(uow: UnitOfWork, holder: int, absent: set[int]) -> set[int]:
    return uow.inbox.give_back_abandoned(holder, absent_before=absent)
