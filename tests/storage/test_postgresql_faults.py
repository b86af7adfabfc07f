"""Connections that die, conflicts and a crashing server: the whole unit runs again."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.domain.errors import RuleBroken, StorageUnavailable
from bot.storage import engine as engine_module
from bot.storage.keys import KeyStore, derive_master_key
from bot.storage.threads import StorageThreads
from tests.databases import PostgresqlServer
from tests.storage.sample_tables import SampleUnit, entries, entry, increment, write_entry

SHORT_DELAYS = (0.0,) * 6


@pytest.fixture
def storage(postgresql_engine: Engine) -> Iterator[StorageThreads]:
    threads = StorageThreads(postgresql_engine, make_unit=SampleUnit, retry_delays=SHORT_DELAYS)
    with threads:
        yield threads


def terminate(postgresql_url: str, pid: int) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as killer:
        killer.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])


def write_once(unit: SampleUnit, number: int) -> int:
    """As repositories write what has a unique key: the second time changes nothing."""
    unit.db.execute(upsert(entry).values(number=number, text="once").on_conflict_do_nothing())
    return number


def test_a_unit_whose_connection_is_ended_runs_again_and_takes_effect_once(
    storage: StorageThreads, postgresql_url: str
) -> None:
    runs: list[int] = []

    def interrupted(unit: SampleUnit) -> None:
        pid = unit.db.execute(text("SELECT pg_backend_pid()")).scalar_one()
        write_entry(unit, 1)
        runs.append(pid)
        if len(runs) == 1:
            terminate(postgresql_url, pid)
        write_entry(unit, 2)

    storage.run_sync(interrupted)

    assert len(runs) == 2
    assert storage.read_sync(entries) == [1, 2]


def test_a_unit_that_hides_the_lost_connection_runs_again_all_the_same(
    storage: StorageThreads, postgresql_url: str
) -> None:
    runs: list[int] = []

    def interrupted(unit: SampleUnit) -> None:
        runs.append(unit.db.execute(text("SELECT pg_backend_pid()")).scalar_one())
        if len(runs) == 1:
            terminate(postgresql_url, runs[0])
        try:
            write_entry(unit, 1)
        except Exception as error:
            raise RuleBroken("Something went wrong.") from error

    storage.run_sync(interrupted)

    assert len(runs) == 2
    assert storage.read_sync(entries) == [1]


def test_a_process_that_hangs_in_a_unit_holds_its_locks_no_longer_than_the_server_waits(
    postgresql_url: str, storage: StorageThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "IDLE_IN_TRANSACTION", timedelta(milliseconds=200))
    storage.run_sync(write_entry, 1)
    hung = engine_module.make_engine(postgresql_url)
    lock = text("SELECT number FROM entry FOR UPDATE")

    with hung.connect() as connection:
        connection.execute(lock)  # and nothing more, as one that was stopped
        storage.run_sync(lambda unit: unit.db.execute(lock))
        connection.invalidate()
    hung.dispose()


def test_a_connection_cut_at_commit_is_harmless_with_a_unique_key(
    storage: StorageThreads, postgresql_engine: Engine, postgresql_url: str
) -> None:
    cut: list[int] = []

    @event.listens_for(postgresql_engine, "commit")
    def commit_then_cut(connection: Any) -> None:
        if not cut:
            driver = connection.connection.dbapi_connection
            cut.append(driver.info.backend_pid)
            driver.commit()  # it takes effect, and nobody is told
            terminate(postgresql_url, cut[0])
            driver.execute("SELECT 1")

    seen: list[bool] = []

    def look_and_write(unit: SampleUnit) -> None:
        seen.append(getattr(unit, "may_be_done", False))
        write_once(unit, 1)

    storage.run_sync(look_and_write)
    storage.run_sync(look_and_write)

    assert len(cut) == 1
    assert storage.read_sync(entries) == [1]
    assert seen == [False, True, False]


def test_two_units_that_would_overwrite_each_other_run_one_after_the_other(
    storage: StorageThreads,
) -> None:
    both_have_read = threading.Barrier(2, timeout=10)
    runs: list[str] = []

    def increment_together(unit: SampleUnit) -> None:
        unit.db.execute(text("SELECT value FROM counter"))
        runs.append("run")
        if len(runs) <= 2:
            both_have_read.wait()
        increment(unit)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(storage.run_sync, increment_together) for _ in range(2)]:
            done.result()

    assert len(runs) == 3
    assert storage.run_sync(increment) == 3


def test_units_wait_for_a_server_that_crashed_and_comes_back(
    postgresql_engine: Engine, postgresql_server: PostgresqlServer
) -> None:
    # The default delays: they are what carries a unit over a restart.
    with (
        StorageThreads(postgresql_engine, make_unit=SampleUnit) as storage,
        ThreadPoolExecutor(20) as pool,
    ):
        waiting = [pool.submit(storage.run_sync, write_once, n) for n in range(10)]
        postgresql_server.crash()
        waiting += [pool.submit(storage.run_sync, write_once, n) for n in range(10, 20)]
        postgresql_server.start()

        assert [future.result() for future in waiting] == list(range(20))
        assert storage.read_sync(entries) == list(range(20))


def test_a_server_that_stays_away_is_named_with_the_remedy_and_without_the_password() -> None:
    address = "postgresql://tettpa:sample-password@127.0.0.1:9/tettpa"
    storage = StorageThreads.open(address, make_unit=SampleUnit, retry_delays=SHORT_DELAYS)

    with pytest.raises(StorageUnavailable) as refused:
        storage.run_sync(write_once, 1)

    assert "postgresql://tettpa@127.0.0.1:9/tettpa" in str(refused.value)
    assert "check that the server runs" in str(refused.value)
    assert "sample-password" not in str(refused.value)
    storage.close()


def test_stopping_does_not_wait_for_a_server_that_stays_away() -> None:
    storage = StorageThreads.open("postgresql://127.0.0.1:9/tettpa", make_unit=SampleUnit)

    with ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(storage.run_sync, write_once, n) for n in range(12)]
        stopped = storage.close(timeout=8)
        outcomes = {type(future.exception(timeout=8)) for future in waiting}

    assert stopped
    assert outcomes == {StorageUnavailable}


def test_a_unit_runs_again_when_the_key_store_lost_its_connection(
    storage: StorageThreads, postgresql_url: str
) -> None:
    keys = KeyStore.beside(postgresql_url, master_key=derive_master_key("sample"))
    keys.ensure_schema()
    runs: list[str] = []

    @event.listens_for(keys._engine, "commit")
    def cut_the_first(connection: Any) -> None:
        if not runs:
            terminate(postgresql_url, connection.connection.dbapi_connection.info.backend_pid)
            runs.append("cut")

    def make_key(unit: SampleUnit) -> str:
        write_entry(unit, 1)
        return keys.create()

    key_id = storage.run_sync(make_key)

    assert keys.seal(key_id, b"sample", context="answer")
    assert storage.read_sync(entries) == [1]
    assert runs == ["cut"]
    keys.close()
