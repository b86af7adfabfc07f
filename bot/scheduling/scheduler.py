"""APScheduler ticks; what is due is decided by the database alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Scheduler:
    """A few jobs at intervals: late ones run once, none overlaps itself, none is stored."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def every(self, seconds: float, job: Callable[[], Awaitable[None]], *, name: str) -> None:
        async def run() -> None:
            # Stopping cancels a job under way, which APScheduler would log as its failure.
            with suppress(asyncio.CancelledError):
                await job()

        self._scheduler.add_job(run, IntervalTrigger(seconds=seconds), id=name, name=name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
