"""What storage threads promise on both databases."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.errors import RuleBroken, StorageUnavailable
from bot.storage.threads import StorageThreads
from tests.storage.sample_tables import (
    SampleUnit,
    count_entries,
    entries,
    increment,
    write_entry,
)


def test_ten_writers_at_once_lose_no_increment(storage: StorageThreads) -> None:
    def write_many() -> None:
        for _ in range(20):
            storage.run_sync(increment)

    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(write_many) for _ in range(10)]:
            done.result()

    assert storage.run_sync(increment) == 10 * 20 + 1


def test_two_processes_worth_of_writers_lose_no_increment(engine: Engine) -> None:
    with (
        StorageThreads(engine, make_unit=SampleUnit) as one,
        StorageThreads(engine, make_unit=SampleUnit) as other,
        ThreadPoolExecutor(10) as pool,
    ):
        done = [pool.submit((one, other)[n % 2].run_sync, increment) for n in range(100)]
        for future in done:
            future.result()

        assert one.run_sync(increment) == 100 + 1


async def test_a_result_comes_back_after_its_commit(storage: StorageThreads) -> None:
    result = await storage.run(write_entry, 7, text="kept")

    assert result == 7
    assert await storage.read(entries) == [7]


async def test_a_failing_unit_leaves_nothing_and_only_its_caller_hears_of_it(
    storage: StorageThreads,
) -> None:
    def write_then_fail(unit: SampleUnit, number: int) -> None:
        write_entry(unit, number)
        raise RuleBroken("No.")

    outcomes = await asyncio.gather(
        *(storage.run(write_entry if n % 2 else write_then_fail, n) for n in range(20)),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes] == [RuleBroken, int] * 10
    assert await storage.read(entries) == list(range(1, 20, 2))


async def test_a_broken_unique_key_reaches_the_caller_as_it_is(storage: StorageThreads) -> None:
    await storage.run(write_entry, 1)

    with pytest.raises(IntegrityError):
        await storage.run(write_entry, 1)

    assert await storage.run(write_entry, 2) == 2


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        asyncio.CancelledError(),
        KeyboardInterrupt(),
        StopIteration(),
        GeneratorExit(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_no_error_of_a_unit_ends_the_thread_or_its_waiter(
    storage: StorageThreads, error: BaseException
) -> None:
    def fail(unit: SampleUnit) -> None:
        write_entry(unit, 1)
        raise error

    with pytest.raises(RuntimeError, match=type(error).__name__):
        await storage.run(fail)

    await storage.run(write_entry, 2)
    assert await storage.read(entries) == [2]


async def test_a_unit_runs_to_its_end_when_its_waiter_is_cancelled(
    engine: Engine, storage: StorageThreads
) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(unit: SampleUnit) -> None:
        started.set()
        go_on.wait(10)
        write_entry(unit, 1)

    waiter = asyncio.create_task(storage.run(slow))
    await asyncio.to_thread(started.wait, 10)

    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    go_on.set()
    await storage.aclose()

    assert _committed(engine) == [1]


async def test_a_unit_still_queued_runs_when_its_waiter_is_cancelled_and_others_are_served(
    storage: StorageThreads,
) -> None:
    waiter = asyncio.create_task(storage.run(write_entry, 1))
    neighbours = [asyncio.create_task(storage.run(write_entry, n)) for n in range(2, 20)]
    await asyncio.sleep(0)

    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter

    assert await asyncio.wait_for(asyncio.gather(*neighbours), 10) == list(range(2, 20))
    assert await storage.read(entries) == list(range(1, 20))


async def test_callbacks_run_after_the_commit_and_only_then(
    engine: Engine, storage: StorageThreads
) -> None:
    seen: list[str] = []

    def write_and_hook(unit: SampleUnit, number: int, *, fail: bool = False) -> None:
        unit.after_commit.append(lambda: seen.append(f"{number} {_committed(engine)}"))
        write_entry(unit, number)
        if fail:
            raise RuleBroken("No.")

    with pytest.raises(RuleBroken):
        await storage.run(write_and_hook, 1, fail=True)
    await storage.run(write_and_hook, 2)

    assert seen == ["2 [2]"]


async def test_a_failing_callback_harms_nobody(storage: StorageThreads) -> None:
    def write_with_bad_hook(unit: SampleUnit) -> int:
        unit.after_commit.append(lambda: 1 // 0)  # type: ignore[arg-type]
        return write_entry(unit, 1)

    assert await storage.run(write_with_bad_hook) == 1
    assert await storage.run(write_entry, 2) == 2


async def test_reading_does_not_wait_for_a_writer_and_sees_no_half_of_it(
    storage: StorageThreads,
) -> None:
    written, go_on = threading.Event(), threading.Event()

    def slow(unit: SampleUnit) -> None:
        write_entry(unit, 1)
        written.set()
        go_on.wait(10)

    waiter = asyncio.create_task(storage.run(slow))
    await asyncio.to_thread(written.wait, 10)

    during = await storage.read(count_entries)
    go_on.set()
    await waiter

    assert during == 0
    assert await storage.read(count_entries) == 1


async def test_a_reading_unit_cannot_write(storage: StorageThreads) -> None:
    with pytest.raises((DBAPIError, StorageUnavailable), match=r"read-?only"):
        await storage.read(write_entry, 1)

    assert await storage.read(entries) == []


async def test_closing_finishes_what_is_queued_and_refuses_what_comes_later(
    storage: StorageThreads,
) -> None:
    waiters = [asyncio.create_task(storage.run(write_entry, n)) for n in range(50)]
    await asyncio.sleep(0)

    assert await storage.aclose(timeout=30)

    assert sorted(await asyncio.gather(*waiters)) == list(range(50))
    with pytest.raises(StorageUnavailable, match="closed"):
        await storage.run(write_entry, 99)
    assert storage.close()


def test_several_event_loops_share_the_threads(storage: StorageThreads) -> None:
    async def write(number: int) -> int:
        return await storage.run(write_entry, number)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda number: asyncio.run(write(number)), range(8)))

    assert done == list(range(8))


async def test_a_unit_that_waits_for_another_is_refused_instead_of_hanging(
    storage: StorageThreads,
) -> None:
    def nested(unit: SampleUnit) -> None:
        storage.run_sync(write_entry, 1)

    with pytest.raises(RuntimeError, match="call its function instead"):
        await storage.run(nested)


def test_an_opened_storage_brings_its_own_engines(database_url: str, engine: Engine) -> None:
    storage = StorageThreads.open(database_url, make_unit=SampleUnit)

    storage.run_sync(write_entry, 1)

    assert storage.read_sync(entries) == [1]
    assert storage.close()


def _committed(engine: Engine) -> list[int]:
    """What a connection of its own sees."""
    with engine.connect() as connection:
        return entries(SampleUnit(connection))
