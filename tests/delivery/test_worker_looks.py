"""When the worker looks into the inbox again: at once where its last look left something."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from bot.delivery import worker as worker_module
from bot.delivery.worker import InboxWorker
from bot.domain.messages import InboxUpdate, Taken
from tests.builders import START
from tests.real_office import OFFICE

AT_ONCE_S = 5.0  # far less than a worker rests here

Look = Callable[[], Awaitable[Taken]]


class Inbox:
    """Answers each look by the next of `looks`, and then with nothing."""

    def __init__(self, *looks: Look) -> None:
        self._looks = [*looks]
        self.count = 0
        self.all_looked = asyncio.Event()

    async def claim(self, _service: Any, *args: Any) -> Any:
        if len(args) == 2:  # the look for what dead processes left
            return set()
        self.count += 1
        if not self._looks:
            self.all_looked.set()
            return Taken()
        return await self._looks.pop(0)()

    async def run(self, *_: Any) -> None:
        return None

    read = run


@pytest.fixture(autouse=True)
def _rests_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "IDLE_S", 600.0)


def update(chat_id: int, seq: int) -> InboxUpdate:
    return InboxUpdate(OFFICE, seq, chat_id, START, {"n": seq}, seq=seq)


async def others_go_on() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def until_all_looked(inbox: Inbox, worker: InboxWorker) -> None:
    task = asyncio.create_task(worker.run())
    async with asyncio.timeout(AT_ONCE_S):
        await inbox.all_looked.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_an_update_whose_chat_becomes_free_during_a_look_does_not_wait_for_the_next_rest() -> (
    None
):
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def handle(_: InboxUpdate) -> None:
        begun.set()
        await may_end.wait()

    async def first() -> Taken:
        return Taken((update(7, 1),))

    async def second() -> Taken:
        may_end.set()
        await others_go_on()
        assert worker.is_idle
        return Taken()  # asked while the chat was in hand

    inbox = Inbox(first, second)
    worker = InboxWorker(inbox, handle, offices=lambda: [OFFICE])

    async def something_comes() -> None:
        await begun.wait()
        worker.wake()

    coming = asyncio.create_task(something_comes())

    await until_all_looked(inbox, worker)

    assert inbox.count == 3
    await coming


async def test_behind_what_other_processes_took_it_looks_at_once() -> None:
    async def handle(_: InboxUpdate) -> None:
        return None

    async def first() -> Taken:
        return Taken((update(7, 1),), there_is_more=True)

    inbox = Inbox(first)

    await until_all_looked(inbox, InboxWorker(inbox, handle, offices=lambda: [OFFICE]))

    assert inbox.count == 2


async def test_what_waits_in_the_same_chat_follows_at_once() -> None:
    async def handle(_: InboxUpdate) -> None:
        return None

    async def first() -> Taken:
        return Taken((update(7, 1),), others_wait=True)

    inbox = Inbox(first)

    await until_all_looked(inbox, InboxWorker(inbox, handle, offices=lambda: [OFFICE]))

    assert inbox.count == 2


async def test_after_an_update_that_came_alone_it_does_not_look_again() -> None:
    done = asyncio.Event()

    async def handle(_: InboxUpdate) -> None:
        done.set()

    async def first() -> Taken:
        return Taken((update(7, 1),))

    inbox = Inbox(first)
    worker = InboxWorker(inbox, handle, offices=lambda: [OFFICE])
    task = asyncio.create_task(worker.run())

    await done.wait()
    await others_go_on()

    assert (worker.is_idle, inbox.count) == (True, 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
