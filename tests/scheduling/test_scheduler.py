"""The scheduler ticks, and stops in the middle of a job without a word."""

import asyncio
import logging

import pytest

from bot.scheduling.scheduler import Scheduler


async def test_stopping_in_the_middle_of_a_job_is_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    scheduler = Scheduler()
    scheduler.every(0.01, endless, name="sample")
    scheduler.start()
    await asyncio.wait_for(begun.wait(), 5)
    with caplog.at_level(logging.ERROR):
        scheduler.stop()
        await asyncio.wait_for(ended.wait(), 5)
        await asyncio.sleep(0)

    assert caplog.records == []
