"""What one process alone may do at a time, and doing it for as long as it is ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)

TICK = "tick"  # the sweep of what is due, and the housekeeping
MAIL = "mail"


def poll_of(office_id: int) -> str:
    """Asking Telegram for the updates of this office's bot: Telegram bears one poller per bot."""
    return f"poll:{office_id}"


def send_of(office_id: int) -> str:
    """Sending for this office's bot: one process, so that its pace is one pace."""
    return f"send:{office_id}"


class Duties(Protocol):
    """See bot/storage/advisory_duties.py, which fits this on PostgreSQL."""

    @property
    def is_alone(self) -> bool: ...
    @property
    def life(self) -> int | None: ...
    def want(self, *duties: str) -> None: ...
    def forgo(self, duty: str) -> None: ...
    def is_held(self, duty: str) -> bool: ...
    def is_held_by_anybody(self, duty: str) -> bool: ...
    async def until_held(self, duty: str) -> None: ...
    async def until_lost(self, duty: str) -> None: ...
    async def until_turned(self) -> None: ...
    async def let_go(self, duty: str) -> None: ...
    async def run(self) -> None: ...
    async def close(self) -> None: ...


class SoleDuties:
    """On SQLite one process works at a time (services/runner_lease.py), and everything is its own."""

    is_alone = True
    life: int | None = 1

    def want(self, *duties: str) -> None: ...

    def forgo(self, duty: str) -> None: ...

    def is_held(self, duty: str) -> bool:
        return True

    def is_held_by_anybody(self, duty: str) -> bool:
        return True

    async def until_held(self, duty: str) -> None: ...

    async def until_lost(self, duty: str) -> None:
        await asyncio.Event().wait()

    async def until_turned(self) -> None: ...

    async def let_go(self, duty: str) -> None: ...

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None: ...


async def while_held(
    duties: Duties,
    duty: str,
    work: Callable[[], Awaitable[None]],
    *,
    at_rest: Callable[[], Awaitable[Any]] | None = None,
) -> None:
    """Do `work` whenever the duty is ours, until cancelled; raises what `work` raises.

    Args:
        at_rest: Awaited after the work was stopped and before the duty is given to others.
    """
    while True:
        await duties.until_held(duty)
        log.info("duty_taken", duty=duty)
        task = asyncio.ensure_future(work())
        lost = asyncio.ensure_future(duties.until_lost(duty))
        try:
            await asyncio.wait({task, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            lost.cancel()
            is_ended = task.done()
            task.cancel()
            with suppress(asyncio.CancelledError):
                if not is_ended:
                    await task
            if at_rest is not None:
                await at_rest()
            await duties.let_go(duty)
            log.info("duty_given_up", duty=duty)
        if is_ended:
            await task  # it ended by itself: its error is ours, and a plain end is one for good
            return
