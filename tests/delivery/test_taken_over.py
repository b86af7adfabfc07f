"""Poller, sender and worker of a process that was away while another took its work over."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import poller as poller_module
from bot.delivery.sender import Sender
from bot.delivery.worker import InboxWorker
from bot.domain.messages import OutboxState
from bot.services.delivery_results import Claimed, claim_messages, not_begun, recover_claims
from tests.delivery.conftest import confirm_all, running
from tests.delivery.test_poller import LONG_POLL_S, Desk, pending, poller_for, polls
from tests.delivery.test_sender import HeldLine
from tests.delivery.test_worker import Handlers, put, worker_of
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, BEN_CHAT, NOON, OFFICE, TOKEN, RealOffice
from tests.waiting import until


async def test_a_poller_that_begins_again_asks_without_its_old_offset_and_sees_no_gap(
    emulator: EmulatorControl,
) -> None:
    desk, now = Desk(), 1000.0
    poller = poller_for(desk, emulator, monotonic=lambda: now)
    emulator.text(AMINA_CHAT, "før")
    async with running(poller.run(long_poll_s=LONG_POLL_S)):
        await until(lambda: desk.texts == ["før"] and pending(emulator) == 0)

    now += 3600  # another process polls, and a quiet week goes by
    confirm_all(emulator)
    emulator.set_next_update_id(TOKEN, 17)
    emulator.text(AMINA_CHAT, "etter")
    before = len(polls(emulator))
    async with running(poller.run(long_poll_s=LONG_POLL_S)):
        await until(lambda: desk.texts == ["før", "etter"])

    assert "offset" not in polls(emulator)[before]["params"]
    assert desk.gaps == []


async def test_a_process_of_ours_that_takes_over_is_no_stranger(
    emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller_module, "CONFLICT_BACKOFF_S", 60.0)
    desk = Desk()

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: polls(emulator)[-1]["status"] is None)
        first = len(polls(emulator)) - 1
        emulator.call(TOKEN, "getUpdates")
        await until(lambda: polls(emulator)[first]["status"] == 409)

    assert desk.conflicts == 0


def sender_of(office: RealOffice, line: Any, is_ours: Any) -> Sender:
    return Sender(
        OFFICE,
        line,
        office.storage,
        rate=100,
        on_token_refused=lambda: None,
        is_ours=is_ours,
        real_now=lambda: NOON,
    )


async def test_what_a_sender_claimed_while_it_lost_its_duty_is_given_back_unsent(
    office: RealOffice,
) -> None:
    line, claimed = HeldLine(), list[int]()
    queued = office.queue(office.amina, "Hei")

    def is_ours() -> bool:
        """Yes before the claim, no after it."""
        claimed.append(office.message(queued).attempts)
        return claimed == [0]

    async with running(sender_of(office, line, is_ours).run()):
        await until(lambda: len(claimed) > 2)

    assert claimed[:2] == [0, 1]
    assert line.calls == []
    assert office.message(queued).state is OutboxState.QUEUED
    assert office.message(queued).attempts == 0


def test_a_claim_that_somebody_else_made_meanwhile_is_not_given_back(office: RealOffice) -> None:
    queued = office.queue(office.amina, "Hei")
    ours: list[Claimed] = office.do(claim_messages, OFFICE, real_now=NOON, limit=1)
    office.do(not_begun, ours)
    later = NOON + timedelta(seconds=5)
    theirs: list[Claimed] = office.do(claim_messages, OFFICE, real_now=later, limit=1)

    office.do(not_begun, ours)

    assert [claim.message.id for claim in theirs] == [queued.id]
    assert office.message(queued).state is OutboxState.CLAIMED


def test_a_claim_that_was_taken_for_a_dead_senders_is_not_given_back(office: RealOffice) -> None:
    queued = office.queue(office.amina, "Hei")
    ours: list[Claimed] = office.do(claim_messages, OFFICE, real_now=NOON, limit=1)
    office.do(recover_claims, OFFICE, real_now=NOON, everything=True)

    office.do(not_begun, ours)

    assert office.message(queued).state is OutboxState.UNKNOWN


async def test_a_worker_begins_nothing_that_it_claimed_in_an_earlier_life(
    office: RealOffice, handlers: Handlers
) -> None:
    put(office, "first")
    put(office, "second", chat=BEN_CHAT)
    life: list[int | None] = [1]
    hangs = asyncio.Event()

    async def hang(_: object) -> None:
        await hangs.wait()

    handlers.misdeeds["first"] = hang
    worker = worker_of(office, handlers, concurrent=1, life=lambda: life[0])
    async with running(worker.run()):
        await until(lambda: handlers.begun == ["first"])
        life[0] = None  # it hung, and others may have what it claimed
        hangs.set()
        await until(lambda: handlers.done == ["first"])
        await until(lambda: worker.is_idle)
        while_unsure = list(handlers.begun)
        life[0] = 2
        await until(lambda: handlers.done == ["first", "second"])

    assert while_unsure == ["first"]


async def test_a_claim_under_way_when_the_worker_stops_is_free_for_others(
    office: RealOffice, handlers: Handlers
) -> None:
    put(office, "claimed")
    storage, asked, goes_on = office.storage, asyncio.Event(), asyncio.Event()

    class SlowStorage:
        run, read = staticmethod(storage.run), staticmethod(storage.read)

        @staticmethod
        async def claim(*args: Any) -> Any:
            if len(args) > 2:  # not the look for what dead processes left
                asked.set()
                await goes_on.wait()
            return await storage.claim(*args)

    worker = InboxWorker(SlowStorage, handlers.handle, offices=lambda: [OFFICE], holder=5)
    task = asyncio.create_task(worker.run())
    await asked.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    draining = asyncio.create_task(worker.drain(5))
    goes_on.set()
    await draining

    assert [row.holder for row in office.rows("inbox")] == [None]


@pytest.fixture
def handlers(office: RealOffice) -> Handlers:
    return Handlers(office)
