"""A cancellation that comes at the very moment of a wake still ends each loop."""

import asyncio
from typing import Any

from bot.delivery.worker import InboxWorker
from tests.delivery.conftest import SenderRig
from tests.real_office import OFFICE, RealOffice
from tests.waiting import until

ENDS_WITHIN_SECONDS = 5


async def _ends(task: "asyncio.Task[None]") -> bool:
    done, _ = await asyncio.wait({task}, timeout=ENDS_WITHIN_SECONDS)
    return bool(done)


async def test_the_worker_stops_although_woken_at_that_moment(office: RealOffice) -> None:
    async def handle(_: object) -> None:
        raise AssertionError("nothing is there")

    worker = InboxWorker(office.storage, handle, offices=lambda: [OFFICE])
    task = asyncio.create_task(worker.run())
    await _resting(worker)

    worker.wake()
    task.cancel()

    assert await _ends(task)


async def test_the_sender_stops_although_woken_at_that_moment(rig: SenderRig) -> None:
    sender = rig.sender(object())
    task = asyncio.create_task(sender.run())
    await _resting(sender)

    sender.wake()
    task.cancel()

    assert await _ends(task)


async def _resting(loop_owner: Any) -> None:
    """Return when somebody waits for the wake."""
    await until(lambda: bool(loop_owner._wake._waiters))
