"""Several units in one commit: what SQLite's single writer promises when something fails."""

import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import RuleBroken, StorageUnavailable
from bot.storage.engine import make_engine
from bot.storage.threads import StorageThreads
from tests.storage.sample_tables import (
    SampleUnit,
    belonging,
    entries,
    write_belonging,
    write_entry,
)

NO_DELAYS = (0.0, 0.0)
BIG = "x" * 3000


class Batch:
    """Holds the writer with one unit while others queue up, so that they share a commit."""

    def __init__(self, storage: StorageThreads) -> None:
        self._storage = storage
        self._pool = ThreadPoolExecutor(110)

    def run(self, *works: Callable[[SampleUnit], Any]) -> list[Any]:
        """Run the units in one batch; return what each gave or raised."""
        held, go_on = threading.Event(), threading.Event()

        def hold(_: SampleUnit) -> None:
            held.set()
            go_on.wait(10)

        holding = self._pool.submit(self._storage.run_sync, hold)
        held.wait(10)
        waiting: list[Future[Any]] = []
        for number, work in enumerate(works, start=1):
            waiting.append(self._pool.submit(self._storage.run_sync, work))
            deadline = time.monotonic() + 10
            while self._storage.queued < number and time.monotonic() < deadline:
                pass  # keeps their order
        go_on.set()
        holding.result()
        return [future.exception() or future.result() for future in waiting]

    def close(self) -> None:
        self._pool.shutdown()


@pytest.fixture
def commits(sqlite_engine: Engine) -> list[str]:
    seen: list[str] = []
    event.listen(sqlite_engine, "commit", lambda _: seen.append("commit"))
    return seen


@pytest.fixture
def storage(sqlite_engine: Engine) -> Iterator[StorageThreads]:
    with StorageThreads(sqlite_engine, make_unit=SampleUnit, retry_delays=NO_DELAYS) as threads:
        yield threads


@pytest.fixture
def batch(storage: StorageThreads) -> Iterator[Batch]:
    together = Batch(storage)
    yield together
    together.close()


def writing(number: int, content: str = "sample") -> Callable[[SampleUnit], int]:
    return lambda unit: write_entry(unit, number, content)


def test_units_that_queue_up_share_one_commit(
    batch: Batch, storage: StorageThreads, commits: list[str]
) -> None:
    outcomes = batch.run(*(writing(number) for number in range(30)))

    assert outcomes == list(range(30))
    assert len(commits) == 2  # the unit that held the writer, and all thirty
    assert storage.read_sync(entries) == list(range(30))


def test_a_failing_unit_does_not_touch_its_neighbours(
    batch: Batch, storage: StorageThreads, commits: list[str]
) -> None:
    def write_then_fail(unit: SampleUnit) -> None:
        write_entry(unit, 2)
        raise RuleBroken("No.")

    first, second, third, fourth = batch.run(writing(1), write_then_fail, writing(1), writing(4))

    assert (first, fourth) == (1, 4)
    assert isinstance(second, RuleBroken)
    assert isinstance(third, IntegrityError)
    assert storage.read_sync(entries) == [1, 4]
    assert len(commits) == 2


def test_a_unit_whose_rows_cannot_be_committed_fails_alone(
    batch: Batch, storage: StorageThreads
) -> None:
    def point_nowhere(unit: SampleUnit) -> None:
        write_belonging(unit, 1, entry_number=404)

    first, second, third = batch.run(writing(1), point_nowhere, writing(3))

    assert (first, third) == (1, 3)
    assert isinstance(second, IntegrityError)
    assert storage.read_sync(entries) == [1, 3]


def test_a_unit_that_ends_the_transaction_does_not_take_its_neighbours_with_it(
    batch: Batch, storage: StorageThreads
) -> None:
    def lose_the_transaction(unit: SampleUnit) -> None:
        # What SQLite itself does on some failures of the disk.
        driver: Any = unit.db.connection.dbapi_connection
        driver.execute("ROLLBACK").close()
        raise RuleBroken("No.")

    first, second, third = batch.run(writing(1), lose_the_transaction, writing(3))

    assert (first, third) == (1, 3)
    assert isinstance(second, RuleBroken)
    assert storage.read_sync(entries) == [1, 3]


def test_a_unit_with_savepoints_of_its_own_fits_into_a_batch(
    batch: Batch, storage: StorageThreads
) -> None:
    def try_twice(unit: SampleUnit) -> str:
        with pytest.raises(IntegrityError), unit.db.begin_nested():
            write_entry(unit, 1)
        with unit.db.begin_nested():
            write_entry(unit, 2)
        return "tried"

    def leave_open(unit: SampleUnit) -> None:
        unit.db.begin_nested()
        write_entry(unit, 3)

    first, second, third, fourth = batch.run(writing(1), try_twice, leave_open, writing(4))

    assert (first, second, fourth) == (1, "tried", 4)
    assert isinstance(third, RuntimeError)
    assert storage.read_sync(entries) == [1, 2, 4]


def test_a_full_disk_acknowledges_nothing_that_is_not_there_and_passes_by_itself(
    batch: Batch, storage: StorageThreads, sqlite_engine: Engine
) -> None:
    limit_pages(sqlite_engine, 60)

    outcomes = batch.run(*(writing(number, BIG) for number in range(1, 100)))
    acknowledged = [outcome for outcome in outcomes if isinstance(outcome, int)]
    refused = [outcome for outcome in outcomes if not isinstance(outcome, int)]

    assert storage.read_sync(entries) == acknowledged
    assert refused
    assert {type(outcome) for outcome in refused} == {StorageUnavailable}
    assert "full" in str(refused[0])
    assert "check that" in str(refused[0])

    limit_pages(sqlite_engine, 100_000)

    assert storage.run_sync(write_entry, 1000, BIG) == 1000
    assert storage.read_sync(entries) == [*acknowledged, 1000]


def test_a_commit_that_fails_is_told_to_everybody_in_it(
    batch: Batch, storage: StorageThreads, sqlite_engine: Engine
) -> None:
    wal = Path(f"{sqlite_engine.url.database}-wal")

    def fill_the_disk(unit: SampleUnit) -> None:
        write_entry(unit, 3)
        # Pages go to the write-ahead log at COMMIT; from here on no file may grow.
        resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, no_limit))

    _, no_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        outcomes = batch.run(writing(1), writing(2), fill_the_disk)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (no_limit, no_limit))

    assert [type(outcome) for outcome in outcomes] == [StorageUnavailable] * 3
    assert storage.read_sync(entries) == []
    assert storage.run_sync(write_entry, 4) == 4
    assert storage.read_sync(entries) == [4]


def test_a_database_locked_by_another_program_is_tried_again(
    sqlite_engine: Engine, sqlite_url: str
) -> None:
    other = sqlite3.connect(
        str(sqlite_engine.url.database), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    impatient = make_engine(sqlite_url, busy_timeout=timedelta(0))
    tries: list[str] = []

    @event.listens_for(impatient, "begin")
    def let_go_at_the_third_try(_: Any) -> None:
        tries.append("begun")

    @event.listens_for(impatient, "handle_error")
    def count(_: Any) -> None:
        tries.append("locked")
        if tries.count("locked") == 2:
            other.execute("ROLLBACK")

    with StorageThreads(impatient, make_unit=SampleUnit, retry_delays=(0, 0, 0)) as storage:
        storage.run_sync(write_entry, 1)

        assert storage.read_sync(entries) == [1]
    assert tries == ["locked", "locked", "begun"]
    impatient.dispose()
    other.close()


def test_a_database_locked_for_too_long_is_named_with_the_remedy(
    sqlite_engine: Engine, sqlite_url: str
) -> None:
    other = sqlite3.connect(
        str(sqlite_engine.url.database), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    impatient = make_engine(sqlite_url, busy_timeout=timedelta(0))

    with (
        StorageThreads(impatient, make_unit=SampleUnit, retry_delays=NO_DELAYS) as storage,
        pytest.raises(StorageUnavailable, match=r"tettpa\.db failed \(database is locked\)"),
    ):
        storage.run_sync(write_entry, 1)

    other.close()
    impatient.dispose()


def limit_pages(engine: Engine, pages: int) -> None:
    """Give the database room for so many pages, on whichever connections are open or come."""

    @event.listens_for(engine, "checkout")
    def limit(connection: sqlite3.Connection, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}").close()


def test_savepoints_leave_no_row_of_a_failed_unit_in_a_table_it_shares(
    batch: Batch, storage: StorageThreads, sqlite_engine: Engine
) -> None:
    def write_pair_then_fail(unit: SampleUnit) -> None:
        unit.db.execute(insert(belonging).values(number=1, entry_number=1))
        raise RuleBroken("No.")

    batch.run(writing(1), write_pair_then_fail)

    with sqlite_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM belonging")).scalar_one() == 0
