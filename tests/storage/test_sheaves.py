"""Units put in together share a commit while all goes well; each answers for itself alone."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.domain.errors import RuleBroken, StorageUnavailable
from bot.storage.threads import StorageThreads
from tests.storage.sample_tables import (
    SampleUnit,
    count_entries,
    entries,
    increment,
    write_belonging,
    write_entry,
)


@pytest.fixture
def storage(engine: Engine) -> Iterator[StorageThreads]:
    with StorageThreads(
        engine, make_unit=SampleUnit, writers=1, retry_delays=(0.0, 0.0)
    ) as threads:
        yield threads


@pytest.fixture
def commits(storage: StorageThreads) -> Iterator[list[str]]:
    """One entry per commit, on whichever of its engines."""
    seen: list[str] = []

    def note(_: Any) -> None:
        seen.append("commit")

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


def write(
    unit: SampleUnit, number: int, misdeed: Callable[[SampleUnit], None] | None = None
) -> int:
    write_entry(unit, number)
    if misdeed is not None:
        misdeed(unit)
    return number * 10


def refuse(_: SampleUnit) -> None:
    raise RuleBroken("sample")


def fail_in_the_database(unit: SampleUnit) -> None:
    unit.db.exec_driver_sql("SELECT no_such_column FROM entry")


def belong_to_nothing(unit: SampleUnit) -> None:
    write_belonging(unit, 1, entry_number=404)


def exit_at_once(_: SampleUnit) -> None:
    raise SystemExit(3)


async def test_every_thread_that_writes_connects_when_it_is_told_to(
    postgresql_engine: Engine,
) -> None:
    def connected(unit: SampleUnit) -> int:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        count: int = unit.db.exec_driver_sql(query).scalar_one()
        return count

    with StorageThreads(postgresql_engine, make_unit=SampleUnit, writers=2) as threads:
        await threads.open_connections()
        after = await threads.read(connected)

    assert after == 2 + 2 + 1 + 1  # of each kind two, the one that claims, and the reader that asks


async def test_results_come_in_order_after_one_commit(
    storage: StorageThreads, commits: list[str]
) -> None:
    done = await storage.run_all(write, [(number,) for number in (3, 1, 2)])

    assert done == [30, 10, 20]
    assert commits == ["commit"]
    assert storage.read_sync(entries) == [1, 2, 3]


@pytest.mark.parametrize(
    ("misdeed", "raised"),
    [
        (refuse, RuleBroken),
        (fail_in_the_database, Exception),
        (belong_to_nothing, Exception),
        (exit_at_once, RuntimeError),
    ],
)
async def test_what_one_raises_is_in_its_place_and_takes_nobody_along(
    storage: StorageThreads, misdeed: Callable[[SampleUnit], None], raised: type[Exception]
) -> None:
    done = await storage.run_all(write, [(1,), (2, misdeed), (3,), (4,)])

    assert isinstance(done[1], raised)
    assert [done[0], *done[2:]] == [10, 30, 40]
    assert storage.read_sync(entries) == [1, 3, 4]


async def test_units_that_run_again_have_one_effect(storage: StorageThreads) -> None:
    def add_one(unit: SampleUnit, may: bool) -> int:
        value = increment(unit)
        if not may:
            raise RuleBroken("sample")
        return value

    done = await storage.run_all(add_one, [(True,), (False,), (True,)])

    assert [done[0], done[2]] == [1, 2]
    assert storage.run_sync(increment) == 3


async def test_all_may_fail(storage: StorageThreads) -> None:
    done = await storage.run_all(write, [(1, refuse), (2, refuse)])

    assert [type(one) for one in done] == [RuleBroken, RuleBroken]


class Ahead:
    """Notes what it was given and how many rows it saw."""

    def __init__(self) -> None:
        self.given: list[list[tuple[Any, ...]]] = []
        self.saw: list[int] = []

    def __call__(self, unit: SampleUnit, given: Sequence[tuple[Any, ...]]) -> None:
        self.given.append(list(given))
        self.saw.append(count_entries(unit))


async def test_what_many_ask_for_is_read_once_before_the_first_of_them(
    storage: StorageThreads,
) -> None:
    ahead = Ahead()

    await storage.run_all(write, [(1,), (2,), (3,)], ahead=ahead)

    assert ahead.given == [[(1,), (2,), (3,)]]
    assert ahead.saw == [0]


async def test_it_is_read_after_what_came_before_in_the_same_commit(
    storage: StorageThreads, commits: list[str]
) -> None:
    first, second = Ahead(), Ahead()
    held, go_on = threading.Event(), threading.Event()

    def hold(_: SampleUnit) -> None:
        held.set()
        go_on.wait(10)

    holding = asyncio.ensure_future(storage.repeat_if_lost(hold))
    await asyncio.to_thread(held.wait, 10)
    together = asyncio.gather(
        storage.repeat_if_lost(write, 1),
        storage.run_all(write, [(2,), (3,)], ahead=first),
        storage.repeat_if_lost(write, 4),
        storage.run_all(write, [(5,), (6,)], ahead=second),
    )
    await asyncio.sleep(0)  # all of them are queued now
    go_on.set()
    await holding
    done: Any = await together

    assert [*done] == [10, [20, 30], 40, [50, 60]]
    assert (first.saw, second.saw) == ([1], [4])
    assert len(commits) == 2  # of who held the writer, and of all others


async def test_reading_ahead_that_fails_costs_time_alone(storage: StorageThreads) -> None:
    def fail(_: SampleUnit, __: Sequence[tuple[Any, ...]]) -> None:
        raise ValueError("sample")

    done = await storage.run_all(write, [(1,), (2, refuse), (3,)], ahead=fail)

    assert [done[0], type(done[1]), done[2]] == [10, RuleBroken, 30]
    assert storage.read_sync(entries) == [1, 3]


async def test_reading_ahead_that_the_database_refuses_costs_time_alone(
    storage: StorageThreads,
) -> None:
    def fail(unit: SampleUnit, _: Sequence[tuple[Any, ...]]) -> None:
        fail_in_the_database(unit)

    done = await storage.run_all(write, [(1,), (2,)], ahead=fail)

    assert done == [10, 20]
    assert storage.read_sync(entries) == [1, 2]


async def test_nothing_at_all_is_done_at_once(storage: StorageThreads, commits: list[str]) -> None:
    ahead = Ahead()

    assert await storage.run_all(write, [], ahead=ahead) == []
    assert (ahead.given, commits) == ([], [])


async def test_a_closed_storage_takes_no_sheaf(storage: StorageThreads) -> None:
    storage.close()

    with pytest.raises(StorageUnavailable):
        await storage.run_all(write, [(1,), (2,)])


async def test_closing_lets_a_sheaf_come_to_its_end(storage: StorageThreads) -> None:
    held, go_on = threading.Event(), threading.Event()

    def hold(_: SampleUnit) -> None:
        held.set()
        go_on.wait(10)

    waiting = asyncio.gather(
        storage.run_all(write, [(1, hold), (2, None)]), storage.run_all(write, [(3,), (4,)])
    )
    await asyncio.to_thread(held.wait, 10)
    closing = asyncio.ensure_future(storage.aclose())
    go_on.set()

    done: Any = await waiting
    assert [*done] == [[10, 20], [30, 40]]
    assert await closing


async def test_who_is_tired_of_waiting_stops_nothing(storage: StorageThreads) -> None:
    waiting = asyncio.ensure_future(storage.run_all(write, [(1,), (2,)]))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert await storage.repeat_if_lost(entries) == [1, 2]
