"""APScheduler ticks; what is due is decided by the database alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Scheduler:
    """A few jobs at intervals: late ones run once, none overlaps itself, none is stored."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def every(
        self,
        seconds: float,
        job: Callable[[], Awaitable[None]],
        *,
        name: str,
        at_once: bool = False,
    ) -> None:
        """Call `job` at this interval, first after one of it, or as soon as this is started."""

        async def run() -> None:
            # Stopping cancels a job under way, which APScheduler would log as its failure.
            with suppress(asyncio.CancelledError):
                await job()

        # None would add it paused.
        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(run, IntervalTrigger(seconds=seconds), id=name, name=name, **first)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
