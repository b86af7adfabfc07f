"""The worker on a real inbox: order per chat, and no update harms another."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from bot.delivery import worker as worker_module
from bot.delivery.worker import InboxWorker
from bot.domain.errors import StorageUnavailable
from bot.domain.messages import InboxState, InboxUpdate
from bot.services.inbox import SET_ASIDE_AFTER, store_updates
from tests.delivery.conftest import running
from tests.real_office import AMINA_CHAT, BEN_CHAT, OFFICE, RealOffice
from tests.waiting import until

Handle = Callable[[InboxUpdate], Awaitable[None]]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "MAX_RETRY_S", 0.01)
    monkeypatch.setattr(worker_module, "IDLE_S", 0.02)


class Handlers:
    """Marks each update processed and remembers the order; words starting with ! misbehave."""

    def __init__(self, office: RealOffice) -> None:
        self.office = office
        self.begun: list[str] = []
        self.done: list[str] = []
        self.misdeeds: dict[str, Handle] = {}
        self.at_work: set[int] = set()
        self.crowds: list[int] = []

    async def handle(self, update: InboxUpdate) -> None:
        text = text_of(update)
        self.begun.append(text)
        assert update.chat_id not in self.at_work, "two updates of one chat at the same time"
        self.at_work.add(update.chat_id)
        self.crowds.append(len(self.at_work))
        try:
            if text in self.misdeeds:
                await self.misdeeds[text](update)
            await self.office.storage.run(_mark, update.seq)
        finally:
            self.at_work.discard(update.chat_id)
        self.done.append(text)


def _mark(uow: Any, seq: int) -> None:
    uow.inbox.mark_processed(seq, uow.now, drop_payload=False)


def text_of(update: InboxUpdate) -> str:
    message: Any = update.payload["message"]
    return str(message["text"])


def put(office: RealOffice, *texts: str, chat: int = AMINA_CHAT) -> None:
    start = len(office.rows("inbox")) + 1
    updates = [
        {"update_id": start + n, "message": {"chat": {"id": chat}, "text": text}}
        for n, text in enumerate(texts)
    ]
    office.do(store_updates, OFFICE, updates)


def states(office: RealOffice) -> dict[str, InboxState]:
    return {text_of(row): row.state for row in office.rows("inbox")}


@pytest.fixture
def handlers(office: RealOffice) -> Handlers:
    return Handlers(office)


def worker_of(office: RealOffice, handlers: Handlers, **more: Any) -> InboxWorker:
    return InboxWorker(office.storage, handlers.handle, offices=lambda: [OFFICE], **more)


async def test_one_chats_updates_keep_their_order_and_chats_go_beside_each_other(
    office: RealOffice, handlers: Handlers
) -> None:
    amina, ben = [f"a{n}" for n in range(12)], [f"b{n}" for n in range(12)]
    for one, other in zip(amina, ben, strict=True):
        put(office, one)
        put(office, other, chat=BEN_CHAT)
    both = asyncio.Barrier(2)

    async def meet(_: InboxUpdate) -> None:
        await both.wait()

    handlers.misdeeds |= {"a0": meet, "b0": meet}

    async with running(worker_of(office, handlers).run()):
        await until(lambda: len(handlers.done) == 24)

    assert [text for text in handlers.done if text in amina] == amina
    assert [text for text in handlers.done if text in ben] == ben


async def test_no_more_than_so_many_chats_at_once(office: RealOffice, handlers: Handlers) -> None:
    for chat in range(1, 9):
        put(office, f"x{chat}", chat=chat)

    async with running(worker_of(office, handlers, concurrent=3).run()):
        await until(lambda: len(handlers.done) == 8)

    assert max(handlers.crowds) <= 3


async def test_a_hanging_handler_holds_up_its_own_chat_only(
    office: RealOffice, handlers: Handlers
) -> None:
    async def hang(_: InboxUpdate) -> None:
        await asyncio.Event().wait()

    handlers.misdeeds["!hang"] = hang
    put(office, "!hang", "after")
    put(office, "b1", "b2", chat=BEN_CHAT)

    async with running(worker_of(office, handlers, time_limit_s=30).run()):
        await until(lambda: handlers.done == ["b1", "b2"])

    assert "after" not in handlers.begun


async def test_updates_of_no_chat_do_not_wait_for_each_other(
    office: RealOffice, handlers: Handlers
) -> None:
    strange = [
        {"update_id": number, "message": {"chat": {"id": "seven"}, "text": f"strange {number}"}}
        for number in (5, 2**62, -3)
    ]
    office.do(store_updates, OFFICE, strange)
    handlers.misdeeds["strange 5"] = _hang

    async with running(worker_of(office, handlers, time_limit_s=60).run()):
        await until(lambda: len(handlers.done) == 2)

    assert handlers.begun == ["strange 5", f"strange {2**62}", "strange -3"]
    assert len({row.chat_id for row in office.rows("inbox")}) == 3
    assert all(row.chat_id < -(2**52) for row in office.rows("inbox"))


async def _raise(_: InboxUpdate) -> None:
    raise ValueError("sample")


async def _raise_cancelled(_: InboxUpdate) -> None:
    raise asyncio.CancelledError


async def _hang(_: InboxUpdate) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("misdeed", [_raise, _raise_cancelled, _hang])
async def test_after_five_failures_the_update_is_set_aside_and_the_coordinator_told(
    office: RealOffice, handlers: Handlers, misdeed: Handle
) -> None:
    handlers.misdeeds["!bad"] = misdeed
    put(office, "before", "!bad", "after")
    put(office, "b1", chat=BEN_CHAT)

    async with running(worker_of(office, handlers, time_limit_s=0.05).run()):
        await until(lambda: "after" in handlers.done)

    assert handlers.begun.count("!bad") == SET_ASIDE_AFTER
    assert states(office)["!bad"] is InboxState.SET_ASIDE
    assert [text for text in handlers.done if text != "b1"] == ["before", "after"]
    (notice,) = office.rows("notices")
    assert notice.staff_id == office.dana.id
    assert "!bad" not in str(notice.context)


async def test_a_failure_that_passes_costs_nothing(office: RealOffice, handlers: Handlers) -> None:
    async def fail_twice(update: InboxUpdate) -> None:
        if handlers.begun.count("!shy") <= 2:
            raise ValueError("sample")

    handlers.misdeeds["!shy"] = fail_twice
    put(office, "!shy", "after")

    async with running(worker_of(office, handlers).run()):
        await until(lambda: handlers.done == ["!shy", "after"])

    assert set(states(office).values()) == {InboxState.PROCESSED}
    assert office.rows("notices") == []


async def test_a_broken_disk_is_not_the_updates_fault(
    office: RealOffice, handlers: Handlers
) -> None:
    async def disk_is_away(_: InboxUpdate) -> None:
        if handlers.begun.count("!disk") <= SET_ASIDE_AFTER + 3:
            raise StorageUnavailable("sample")

    handlers.misdeeds["!disk"] = disk_is_away
    put(office, "!disk", "after")

    async with running(worker_of(office, handlers).run()):
        await until(lambda: handlers.done == ["!disk", "after"])

    assert [row.attempts for row in office.rows("inbox")] == [0, 0]


async def test_a_database_that_cannot_be_read_is_asked_again(
    office: RealOffice, handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    read = office.storage.read

    async def unreadable_at_first(*args: Any, **kwargs: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked <= 3:
            raise StorageUnavailable("sample")
        return await read(*args, **kwargs)

    monkeypatch.setattr(office.storage, "read", unreadable_at_first)
    put(office, "Hei")

    async with running(worker_of(office, handlers).run()):
        await until(lambda: handlers.done == ["Hei"])


async def test_nothing_is_taken_for_an_office_whose_bot_is_not_connected(
    office: RealOffice, handlers: Handlers
) -> None:
    connected: list[int] = []
    worker = InboxWorker(office.storage, handlers.handle, offices=lambda: connected)
    put(office, "Hei")

    async with running(worker.run()):
        worker.wake()
        await until(lambda: worker.is_idle)
        before = list(handlers.begun)
        connected.append(OFFICE)
        worker.wake()
        await until(lambda: handlers.done == ["Hei"])

    assert before == []


async def test_draining_lets_the_update_in_hand_finish(
    office: RealOffice, handlers: Handlers
) -> None:
    go_on = asyncio.Event()

    async def wait(_: InboxUpdate) -> None:
        await go_on.wait()

    handlers.misdeeds["slow"] = wait
    put(office, "slow", "after")
    worker = worker_of(office, handlers)

    async with running(worker.run()):
        await until(lambda: handlers.begun == ["slow"])
    go_on.set()
    await worker.drain(5)

    assert handlers.done == ["slow"]
    assert states(office) == {"slow": InboxState.PROCESSED, "after": InboxState.PENDING}


async def test_a_handler_that_ignores_being_cancelled_holds_nobody_up(
    office: RealOffice, handlers: Handlers
) -> None:
    let_go, ended = asyncio.Event(), 0

    async def be_deaf(_: InboxUpdate) -> None:
        nonlocal ended
        while not let_go.is_set():
            with suppress(asyncio.CancelledError):
                await let_go.wait()
        ended += 1

    handlers.misdeeds["!deaf"] = be_deaf
    put(office, "!deaf")
    put(office, "b1", chat=BEN_CHAT)

    try:
        # Longer than a commit takes on a machine with much else to do.
        async with running(worker_of(office, handlers, time_limit_s=0.3).run()):
            await until(lambda: handlers.done == ["b1"])
            await until(lambda: office.rows("inbox")[0].attempts >= 1)
            put(office, "b2", chat=BEN_CHAT)
            await until(lambda: handlers.done == ["b1", "b2"])
    finally:
        let_go.set()

    await until(lambda: ended >= 1)
