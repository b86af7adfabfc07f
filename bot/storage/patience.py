"""Waiting for a server no longer than so long, whatever its driver does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

CANCELLING_TAKES_AT_MOST_S = 0.5


async def in_time(
    work: Coroutine[Any, Any, T],
    within_s: float,
    *,
    on_late: Callable[[], None] = lambda: None,
) -> T:
    """Raises TimeoutError when it takes longer."""
    # Not asyncio.timeout: psycopg takes its time over a cancelled query, and when the network is cut
    # it does not return from it.
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=within_s)
    finally:
        if not task.done():
            on_late()
            task.cancel()
            task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    if not task.done():
        await asyncio.wait({task}, timeout=CANCELLING_TAKES_AT_MOST_S)
        task.cancel()
        raise TimeoutError
    return await task
