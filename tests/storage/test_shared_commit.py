"""Several units in one commit on PostgreSQL: all together, or each by itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.domain.errors import RuleBroken, StorageUnavailable
from bot.storage.threads import StorageThreads
from tests.storage.sample_tables import SampleUnit, entries, increment, write_entry
from tests.storage.test_group_commit import Batch

NO_DELAYS = (0.0, 0.0)


@pytest.fixture
def storage(postgresql_engine: Engine) -> Iterator[StorageThreads]:
    with StorageThreads(
        postgresql_engine, make_unit=SampleUnit, writers=1, retry_delays=NO_DELAYS
    ) as threads:
        yield threads


@pytest.fixture
def batch(storage: StorageThreads) -> Iterator[Batch]:
    made = Batch(storage)
    yield made
    made.close()


@pytest.fixture
def commits(postgresql_engine: Engine) -> list[str]:
    """One entry per commit."""
    seen: list[str] = []
    event.listen(postgresql_engine, "commit", lambda _: seen.append("commit"))
    return seen


def test_what_is_queued_shares_a_commit(
    batch: Batch, storage: StorageThreads, commits: list[str]
) -> None:
    results = batch.run(*(lambda unit, n=n: write_entry(unit, n) for n in range(5)))

    assert results == [0, 1, 2, 3, 4]
    assert len(commits) == 2  # the unit that held the writer, and the five
    assert storage.read_sync(entries) == [0, 1, 2, 3, 4]


def test_one_units_refusal_takes_nobody_along(batch: Batch, storage: StorageThreads) -> None:
    def refuse(unit: SampleUnit) -> None:
        write_entry(unit, 7)
        raise RuleBroken("sample")

    results = batch.run(
        lambda unit: write_entry(unit, 1), refuse, lambda unit: write_entry(unit, 2)
    )

    assert isinstance(results[1], RuleBroken)
    assert storage.read_sync(entries) == [1, 2]


def test_one_units_failing_statement_takes_nobody_along(
    batch: Batch, storage: StorageThreads
) -> None:
    def broken(unit: SampleUnit) -> Any:
        return unit.db.exec_driver_sql("SELECT 1/0")

    results = batch.run(lambda unit: write_entry(unit, 1), broken)

    assert isinstance(results[1], Exception)
    assert storage.read_sync(entries) == [1]


def test_units_that_run_again_by_themselves_have_one_effect(
    batch: Batch, storage: StorageThreads
) -> None:
    def refuse(_: SampleUnit) -> None:
        raise RuleBroken("sample")

    results = batch.run(increment, increment, refuse)

    assert results[:2] == [1, 2]


def test_a_connection_cut_in_the_middle_makes_all_run_again(
    batch: Batch, storage: StorageThreads
) -> None:
    runs: list[int] = []

    def cut_once(unit: SampleUnit) -> int:
        runs.append(1)
        if len(runs) == 1:
            unit.db.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return write_entry(unit, 9)

    results = batch.run(lambda unit: write_entry(unit, 1), cut_once)

    assert not any(isinstance(result, StorageUnavailable) for result in results)
    assert storage.read_sync(entries) == [1, 9]
