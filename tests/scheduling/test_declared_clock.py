"""A clock wound on purpose: everything due is played in order, each at its own instant."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.messages import OutboxState
from bot.scheduling import ticker as ticker_module
from bot.scheduling.clock import DeclaredClock
from bot.scheduling.ticker import Ticker
from bot.services import sweep
from bot.services.ports import UnitOfWork
from tests.real_office import NOON, RealOffice
from tests.scheduling.conftest import plan
from tests.waiting import until


async def test_a_declared_clock_plays_everything_in_order_each_at_its_own_instant(
    office: RealOffice, fired: list[tuple[str, datetime]]
) -> None:
    moments = [NOON + timedelta(days=days, minutes=days) for days in (9, 1, 30, 4)]
    for moment in moments:
        plan(office, f"{moment:%d.%m}", moment)
    plan(office, "too late", NOON + timedelta(days=32))
    clock = DeclaredClock(NOON)
    ticker, shown = _declared(office, clock)

    await ticker.play_to(NOON + timedelta(days=31))

    assert [at for _, at in fired] == sorted(moments)
    assert clock.now() == NOON + timedelta(days=31)
    assert shown


def _declared(office: RealOffice, clock: DeclaredClock) -> tuple[Ticker, list[int]]:
    """A ticker on a declared clock that the office's units read too; and how often it woke others."""
    woken: list[int] = []
    office.clock.now = clock.now  # type: ignore[method-assign]
    return Ticker(office.storage, clock, wake=lambda: woken.append(1)), woken


async def test_what_is_queued_is_waited_for_before_time_goes_on(
    office: RealOffice, fired: list[tuple[str, datetime]]
) -> None:
    clock = DeclaredClock(NOON)
    ticker, _ = _declared(office, clock)
    plan(office, "next", NOON + timedelta(days=1))
    queued = office.queue(office.amina, "Hei")

    playing = asyncio.create_task(ticker.play_to(NOON + timedelta(days=2)))
    await until(lambda: ticker._noted_alive_at is not None)
    before = clock.now()
    office.do(_mark_sent, queued.id)
    await playing

    assert before == NOON
    assert fired == [("next", NOON + timedelta(days=1))]


def _mark_sent(uow: UnitOfWork, message_id: int) -> None:
    row = uow.outbox.get(message_id)
    uow.outbox.save(replace(row, state=OutboxState.SENT, ended_at=uow.now))


async def test_a_channel_that_hangs_holds_time_up_for_a_while_only(
    office: RealOffice, fired: list[tuple[str, datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker_module, "IDLE_WAIT_S", 0.1)
    clock = DeclaredClock(NOON)
    ticker, _ = _declared(office, clock)
    plan(office, "next", NOON + timedelta(days=1))
    office.queue(office.amina, "Hei")

    await ticker.play_to(NOON + timedelta(days=2))

    assert fired == [("next", NOON + timedelta(days=1))]


async def test_beside_one_that_fails_the_others_still_fire_at_their_own_instants(
    office: RealOffice, fired: list[tuple[str, datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody sends the mail that tells of the failure, so nothing ever comes to rest here.
    monkeypatch.setattr(ticker_module, "IDLE_WAIT_S", 0.02)
    clock = DeclaredClock(NOON)
    ticker, _ = _declared(office, clock)
    plan(office, "bad", NOON + timedelta(hours=1), rule="fail")
    for days in (1, 2, 3):
        plan(office, f"day {days}", NOON + timedelta(days=days))

    await ticker.play_to(NOON + timedelta(days=4))

    good = [at for subject, at in fired if subject != "bad"]
    assert good == [NOON + timedelta(days=days) for days in (1, 2, 3)]
    assert clock.now() == NOON + timedelta(days=4)


@pytest.mark.parametrize("stuck", ["expectation", "case"])
async def test_a_stuck_case_or_expectation_holds_up_no_time(
    office: RealOffice,
    fired: list[tuple[str, datetime]],
    monkeypatch: pytest.MonkeyPatch,
    stuck: str,
) -> None:
    """Their rows keep their moment when they fail, unlike occurrences."""
    clock = DeclaredClock(NOON)
    ticker, _ = _declared(office, clock)
    plan(office, "tomorrow", NOON + timedelta(days=1))
    real_due, real_next = ticker_module.what_is_due, ticker_module.next_due_at

    def due(uow: UnitOfWork) -> sweep.Due:
        return replace(real_due(uow), **{f"{stuck}s": (1,)})

    def fail(*_: Any) -> None:
        raise ValueError("sample")

    monkeypatch.setattr(ticker_module, "what_is_due", due)
    monkeypatch.setattr(ticker_module, "next_due_at", lambda uow: min(NOON, real_next(uow) or NOON))
    monkeypatch.setattr(ticker_module, f"fire_{stuck}", fail)

    await ticker.play_to(NOON + timedelta(days=2))

    (moment,) = [at for subject, at in fired if subject == "tomorrow"]
    assert NOON + timedelta(days=1) <= moment <= NOON + timedelta(days=1, minutes=15)
