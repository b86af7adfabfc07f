"""Processes that wake one another through PostgreSQL."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from bot.storage import bell as bell_file
from bot.storage.bell import Bell
from tests.databases import PostgresqlServer
from tests.delivery.conftest import running
from tests.waiting import until


@pytest.fixture
def address(postgresql_server: PostgresqlServer) -> Iterator[str]:
    made = postgresql_server.fresh_database()
    yield made
    postgresql_server.drop_database(made)


async def listening(address: str, count: int) -> None:
    """Return when so many bells hear what is rung."""
    query = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        while True:
            row = await (await connection.execute(query)).fetchone()
            if row is not None and row[0] >= count:
                return
            await asyncio.sleep(0.01)


async def test_everybody_else_hears_a_ring_and_the_ringer_does_not(address: str) -> None:
    heard: list[tuple[int, str]] = []
    bells = [
        Bell(address, holder=n, on_ring=lambda topic, n=n: heard.append((n, topic)))  # type: ignore[misc]
        for n in (1, 2, 3)
    ]

    async with running(bells[0].run()), running(bells[1].run()), running(bells[2].run()):
        await asyncio.wait_for(listening(address, 3), 10)
        bells[0].ring("inbox")
        await until(lambda: len(heard) >= 2)

    assert sorted(heard) == [(2, "inbox"), (3, "inbox")]


async def test_rings_that_come_together_are_one(address: str) -> None:
    heard: list[str] = []
    ringer = Bell(address, holder=1, on_ring=lambda _: None)
    other = Bell(address, holder=2, on_ring=heard.append)

    async with running(ringer.run()), running(other.run()):
        await asyncio.wait_for(listening(address, 2), 10)
        for _ in range(50):
            ringer.ring("outbox")
        ringer.ring("inbox")
        await until(lambda: "inbox" in heard)

    assert sorted(heard) == ["inbox", "outbox"]


async def test_it_listens_again_after_the_database_was_away(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_file, "RETRY_S", 0.02)
    heard: list[str] = []
    ringer = Bell(address, holder=1, on_ring=lambda _: None)
    other = Bell(address, holder=2, on_ring=heard.append)

    async with running(ringer.run()), running(other.run()):
        await asyncio.wait_for(listening(address, 2), 10)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await asyncio.wait_for(listening(address, 2), 10)
        ringer.ring("inbox")
        await until(lambda: heard)

    assert set(heard) == {"inbox"}
