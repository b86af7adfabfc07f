"""Makes ordered documents: one at a time, in a short-lived process of its own, outside any transaction."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import structlog

from bot.domain.document_orders import DocumentOrder, MadeDocument, MadeFile
from bot.domain.errors import DocumentFailed, StorageUnavailable, TextFailed
from bot.services.document_making import (
    LEASE,
    begin_order,
    claim_order,
    fail_order,
    finish_order,
    give_order_back,
    give_order_up,
    go_on_after_files,
    keep_order,
    order_waits,
    retry_order,
)

log = structlog.get_logger(__name__)

IDLE_S = 2.0
TROUBLE_REST_S = 1.0
TIME_LIMIT_S = 45.0  # a page takes less than one; more is a machine in trouble
# Whoever waits sees nothing of it, and all that is written and answered wakes us.
TOGETHER_S = 0.1
MOST_BYTES = 30_000_000  # of an answer: a picture of a page has 300 kB
ROOT = Path(__file__).parents[1]
# What a Python process needs; above all not our settings, which hold secrets.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH")

Request = Mapping[str, Any]
Render = Callable[[Request], Awaitable[MadeDocument]]


class CutOff(Exception):
    """The process took too long or died; the next try may do better."""


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def claim(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...
    def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


async def render_beside(request: Request, *, time_limit_s: float = TIME_LIMIT_S) -> MadeDocument:
    """Have `python -m bot.documents` make it; the process is gone when this returns or raises.

    Raises:
        DocumentFailed: It cannot be made.
        CutOff: The process took longer than `time_limit_s`, died, or could not begin.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.documents",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a traceback may quote what somebody wrote
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
    except OSError as error:  # no memory or no process to be had just now
        raise CutOff(f"No process could be begun ({type(error).__name__}).") from None
    try:
        async with asyncio.timeout(time_limit_s):
            answer, _ = await process.communicate(json.dumps(request).encode())
    except TimeoutError:
        raise CutOff(f"It took longer than {time_limit_s:g} seconds.") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0 or len(answer) > MOST_BYTES:
        raise CutOff(f"The process that makes it ended with {process.returncode}.")
    return _read(answer)


def _read(answer: bytes) -> MadeDocument:
    try:
        told = json.loads(answer)
        if "failed" in told:
            raise DocumentFailed(str(told["failed"]))
        made = told["made"]
        files = tuple(MadeFile(**file) for file in made.pop("files"))
        return MadeDocument(files=files, **made)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CutOff("The process that makes it answered with something else.") from None


class DocumentMaker:
    """One loop over waiting orders; any number of processes may have one each.

    `on_made` is called when there is something new to send.
    """

    def __init__(
        self,
        storage: StorageRunner,
        *,
        on_made: Callable[[], None],
        render: Render = render_beside,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage = storage
        self._on_made = on_made
        self._render = render
        self._real_now = real_now
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something may have been ordered."""
        self._wake.set()

    async def run(self) -> None:
        """Make what is ordered until cancelled; what is in hand then goes back."""
        while True:
            self._wake.clear()
            try:
                while await self.make_next():
                    pass
            except StorageUnavailable as error:
                log.error("documents_unreadable", error=str(error))
                await asyncio.sleep(TROUBLE_REST_S)
                continue
            # Not wait_for: in Python 3.11 it swallows a cancellation that comes with the wake.
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_S):
                    await self._wake.wait()
            await asyncio.sleep(TOGETHER_S)

    async def make_next(self) -> bool:
        """Settle the next order; whether there was one.

        Raises:
            StorageUnavailable: The order is free again when its lease is over.
        """
        if not await self._storage.read(order_waits, real_now=self._real_now()):
            return False
        claimed: DocumentOrder | None = await self._storage.claim(
            claim_order, real_now=self._real_now()
        )
        if claimed is None:
            return False
        try:
            await self._make(claimed)
            await self._go_on(claimed)
        except asyncio.CancelledError:
            await self._give_back(claimed)
            raise
        except StorageUnavailable:
            raise
        except Exception as error:  # one order that cannot be settled must not stop the others
            name = type(error).__name__
            log.error("document_failed", order=claimed.id, error=name, exc_info=True)
            await self._despair(claimed, f"The program met an error ({name}).")
        self._on_made()
        return True

    async def _make(self, claimed: DocumentOrder) -> None:
        request = await self._storage.run(begin_order, claimed)
        if request is None:
            log.info("document_nothing_to_make", order=claimed.id, document=claimed.document)
            return
        try:
            made = await self._rendered(claimed, request)
        except DocumentFailed as failure:
            log.error("document_failed", order=claimed.id, error=str(failure))
            await self._storage.run(fail_order, claimed, sentence=str(failure))
        except CutOff as cut:
            log.error("document_cut_off", order=claimed.id, error=str(cut))
            await self._storage.run(
                retry_order, claimed, sentence=str(cut), real_now=self._real_now()
            )
        else:
            await self._storage.run(finish_order, claimed, made)
            log.info("document_made", order=claimed.id, document=claimed.document)

    async def _go_on(self, claimed: DocumentOrder) -> None:
        try:
            await self._storage.run(go_on_after_files, claimed)
        except TextFailed as failure:
            log.error("document_lesson_stands", order=claimed.id, error=str(failure))
            await self._storage.run(give_order_up, claimed, sentence=str(failure))

    async def _rendered(self, claimed: DocumentOrder, request: Request) -> MadeDocument:
        """The files; the lease is renewed for as long as they take."""
        work = asyncio.ensure_future(self._render(request))
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=LEASE.total_seconds() / 3)
                if not work.done():
                    await self._storage.run(keep_order, claimed, real_now=self._real_now())
            return await work
        finally:
            if not work.done():
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work

    async def _give_back(self, claimed: DocumentOrder) -> None:
        try:
            await self._storage.run(give_order_back, claimed)
        except StorageUnavailable as error:  # its lease will be over soon
            log.error("document_not_given_back", order=claimed.id, error=str(error))

    async def _despair(self, claimed: DocumentOrder, sentence: str) -> None:
        for settle in (fail_order, give_order_up):
            try:
                await self._storage.run(settle, claimed, sentence=sentence)
            except StorageUnavailable:
                raise
            except Exception as error:  # whatever it is, others wait for their files
                log.error("document_not_settled", order=claimed.id, error=type(error).__name__)
            else:
                return
