"""The ticker fires all that is due, each at its own instant, and one failure stops nobody else."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.domain.errors import StorageUnavailable
from bot.domain.planning import Occurrence, OccurrenceState
from bot.scheduling import ticker as ticker_module
from bot.scheduling.clock_guard import ClockGuard, ClockState
from bot.scheduling.scheduler import Scheduler
from bot.scheduling.ticker import Ticker, read_clock_url
from bot.services import occurrences
from bot.services.outage import highest_clock, last_alive
from bot.services.ports import UnitOfWork
from bot.services.silence import plan_no_sign_of_life
from tests.real_office import NOON, RealOffice
from tests.scheduling.conftest import plan
from tests.waiting import until

Rule = Callable[[UnitOfWork, Occurrence], occurrences.Result]


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def ticker_of(office: RealOffice, **more: Any) -> Ticker:
    return Ticker(office.storage, office.clock, wake=lambda: None, **more)


async def test_a_tick_fires_what_is_due_and_nothing_else(
    office: RealOffice, fired: list[tuple[str, datetime]]
) -> None:
    plan(office, "past", NOON - timedelta(hours=1))
    plan(office, "now", NOON)
    plan(office, "later", NOON + timedelta(seconds=1))
    ticker = ticker_of(office)

    await ticker.tick()
    await ticker.tick()

    assert sorted(subject for subject, _ in fired) == ["now", "past"]
    assert ticker.last_sweep is not None


async def test_one_that_fails_rests_while_all_others_go_on(
    office: RealOffice, fired: list[tuple[str, datetime]]
) -> None:
    monotonic = Monotonic()
    plan(office, "bad", NOON, rule="fail")
    for number in range(20):
        plan(office, f"good {number}", NOON)
    ticker = ticker_of(office, monotonic=monotonic)

    for _ in range(3):
        await ticker.tick()

    assert len([subject for subject, _ in fired if subject != "bad"]) == 20
    assert [subject for subject, _ in fired].count("bad") == 1


async def test_one_that_fails_again_and_again_is_given_up_and_told(
    office: RealOffice, fired: list[tuple[str, datetime]]
) -> None:
    monotonic = Monotonic()
    plan(office, "bad", NOON, rule="fail")
    ticker = ticker_of(office, monotonic=monotonic)

    for _ in range(occurrences.MAX_ATTEMPTS + 2):
        await ticker.tick()
        office.clock.go_on(minutes=10)
        monotonic.seconds += 600

    bad = next(row for row in office.rows("occurrences") if row.subject == "bad")
    assert len(fired) == occurrences.MAX_ATTEMPTS
    assert bad.state is not OccurrenceState.PENDING
    assert {notice.staff_id for notice in office.rows("notices")} == {office.dana.id}


async def test_what_is_planned_while_the_clock_is_not_trusted_is_mended_after_a_restart_too(
    office: RealOffice,
) -> None:
    monotonic = Monotonic()
    ticker = ticker_of(office, monotonic=monotonic)
    await ticker.tick()
    office.clock.go_on(days=8)
    await ticker.tick()
    office.do(plan_no_sign_of_life, office.amina)
    (wrong,) = _life(office)
    office.clock.moment = NOON + timedelta(minutes=1)

    await ticker_of(office, monotonic=monotonic).tick()

    (mended,) = _life(office)
    assert mended.due_at < wrong.due_at


async def test_what_cannot_be_mended_holds_up_nothing_and_is_tried_again(
    office: RealOffice,
    fired: list[tuple[str, datetime]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monotonic, tries = Monotonic(), []

    def fail(_: UnitOfWork) -> int:
        tries.append(monotonic())
        raise KeyError("a lesson that is gone")

    monkeypatch.setattr(ticker_module, "mend_what_is_ahead", fail)
    plan(office, "due", NOON)
    ticker = ticker_of(office, monotonic=monotonic)

    await ticker.tick()
    await ticker.tick()
    monotonic.seconds += ticker_module.RETRY_FAILED_S
    await ticker.tick()

    assert [subject for subject, _ in fired] == ["due"]
    assert tries == [1000.0, 1000.0 + ticker_module.RETRY_FAILED_S]


def _life(office: RealOffice) -> list[Occurrence]:
    return office.do(lambda uow: uow.occurrences.pending_of(office.amina.id, "no_sign_of_life"))


@pytest.mark.parametrize("state", [ClockState.BEHIND, ClockState.JUMPED], ids=["behind", "jumped"])
async def test_while_the_clock_is_not_trusted_nothing_fires(
    office: RealOffice, fired: list[tuple[str, datetime]], state: ClockState
) -> None:
    monotonic = Monotonic()
    behind = state is ClockState.BEHIND
    guard = ClockGuard(highest=NOON + timedelta(hours=1)) if behind else ClockGuard()
    ticker = ticker_of(office, guard=guard, monotonic=monotonic)
    if not behind:
        await ticker.tick()
        office.clock.go_on(hours=1)
    plan(office, "held", office.clock.moment)

    await ticker.tick()
    held = list(fired)
    noted = ticker.clock_state
    for _ in range(70):
        office.clock.go_on(minutes=1)
        monotonic.seconds += 60
        await ticker.tick()

    assert noted is state
    assert held == []
    assert [subject for subject, _ in fired] == ["held"]


async def test_that_the_program_lives_and_the_highest_clock_are_written_down(
    office: RealOffice,
) -> None:
    monotonic = Monotonic()
    ticker = ticker_of(office, monotonic=monotonic)

    await ticker.tick()
    office.clock.go_on(seconds=30)
    monotonic.seconds += 30
    await ticker.tick()

    assert office.storage.read_sync(last_alive) == NOON + timedelta(seconds=30)
    assert office.storage.read_sync(highest_clock) == NOON + timedelta(seconds=30)


async def test_a_database_that_is_away_is_the_next_ticks_matter(
    office: RealOffice, fired: list[tuple[str, datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(office, "now", NOON)
    ticker = ticker_of(office)
    real = office.storage.run

    async def away(*_: Any, **__: Any) -> None:
        raise StorageUnavailable("sample")

    with monkeypatch.context() as patch:
        patch.setattr(office.storage, "run", away)
        with pytest.raises(StorageUnavailable):
            await ticker.tick()
    assert office.storage.run == real

    await ticker.tick()

    assert [subject for subject, _ in fired] == ["now"]


async def test_the_scheduler_never_overlaps_a_job_and_goes_on_after_a_failure() -> None:
    ticks: list[int] = []
    at_once = 0

    async def tick() -> None:
        nonlocal at_once
        at_once += 1
        assert at_once == 1
        ticks.append(1)
        await asyncio.sleep(0)
        at_once -= 1
        if len(ticks) == 1:
            raise ValueError("sample")

    scheduler = Scheduler()
    scheduler.every(0.02, tick, name="tick")
    scheduler.start()
    await until(lambda: len(ticks) >= 3)
    scheduler.stop()


@pytest.mark.parametrize(
    ("body", "moment"),
    [
        ('{"now": "2026-03-03T09:00:00Z"}', NOON),
        ('{"now": "2026-03-03T10:00:00+01:00"}', NOON),
        ('{"now": "2026-03-03T09:00:00"}', None),
        ('{"now": 7}', None),
        ("[]", None),
        ('{"time": "x"}', None),
        ("<html>", None),
    ],
)
async def test_the_declared_moment_is_read_or_refused(body: str, moment: datetime | None) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    async with httpx.AsyncClient(transport=transport) as http:
        if moment is None:
            with pytest.raises((ValueError, KeyError)):
                await read_clock_url(http, "http://127.0.0.1/clock")
            return
        found = await read_clock_url(http, "http://127.0.0.1/clock")

    assert found == moment
    assert found.astimezone(UTC) == moment
