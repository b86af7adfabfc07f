"""Duties among processes on one PostgreSQL, each with connections of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import psycopg
import pytest
from sqlalchemy import make_url

from bot.storage import advisory_duties
from bot.storage.advisory_duties import AdvisoryDuties
from bot.storage.advisory_locks import lock_class
from tests.databases import PostgresqlServer
from tests.waiting import until


@pytest.fixture
def address(postgresql_server: PostgresqlServer) -> Iterator[str]:
    made = postgresql_server.fresh_database()
    yield made
    postgresql_server.drop_database(made)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advisory_duties, "TURN_S", 0.02)
    monkeypatch.setattr(advisory_duties, "RETRY_S", 0.02)


@asynccontextmanager
async def process(address: str, holder: int, *duties: str) -> AsyncIterator[AdvisoryDuties]:
    """One process that wants duties, for as long as the block lasts."""
    own = AdvisoryDuties(address, holder=holder)
    own.want(*duties)
    task = asyncio.create_task(own.run())
    try:
        yield own
    finally:
        await own.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_duty_is_held_by_one_and_free_for_the_next_when_it_leaves(address: str) -> None:
    async with process(address, 1, "tick") as first:
        await asyncio.wait_for(first.until_held("tick"), 10)
        async with process(address, 2, "tick") as second:
            await asyncio.wait_for(second.until_turned(), 10)
            held_by_both = second.is_held("tick")
            seen = second.is_held_by_anybody("tick")
            await first.close()
            await asyncio.wait_for(second.until_held("tick"), 10)
            left = first.is_held("tick")

    assert not held_by_both
    assert seen
    assert not left


async def test_a_duty_forgone_at_the_moment_it_is_given_stays_free_for_others(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(AdvisoryDuties):
        def _worth_trying(self) -> list[str]:
            found = super()._worth_trying()
            self._wanted.clear()
            return found

    monkeypatch.setattr("tests.storage.test_advisory_duties.AdvisoryDuties", Forgetful)
    async with process(address, 1, "send:7") as first:
        await asyncio.wait_for(first.until_turned(), 10)
        monkeypatch.undo()
        async with process(address, 2, "send:7") as second:
            await asyncio.wait_for(second.until_held("send:7"), 5)


async def test_a_duty_is_lost_when_the_server_ends_the_connection(address: str) -> None:
    async with process(address, 1, "tick") as own:
        await asyncio.wait_for(own.until_held("tick"), 10)

        await _end_connections(address)
        await asyncio.wait_for(own.until_lost("tick"), 10)

        await asyncio.wait_for(own.until_held("tick"), 10)


async def test_a_process_that_hears_nothing_from_the_server_is_no_longer_sure(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    own = AdvisoryDuties(address, holder=1, monotonic=lambda: now)
    own.want("tick")
    task = asyncio.create_task(own.run())
    await asyncio.wait_for(own.until_held("tick"), 10)
    monkeypatch.setattr(advisory_duties, "TURN_S", 60.0)
    await asyncio.sleep(0)

    before = own.is_held("tick")
    now += advisory_duties.SURE_FOR_S
    after = own.is_held("tick")

    await own.close()
    task.cancel()
    assert before
    assert not after


def test_we_believe_for_a_shorter_time_than_the_server_waits() -> None:
    longest = (
        advisory_duties.SURE_FOR_S + advisory_duties.TURN_S + advisory_duties.TURN_TAKES_AT_MOST_S
    )

    assert advisory_duties.SURE_FOR_S * 1000 < advisory_duties.SERVER_WAITS_MS
    assert advisory_duties.TURN_TAKES_AT_MOST_S < advisory_duties.SURE_FOR_S
    assert longest < 10


async def test_a_stopped_process_loses_its_duties_to_the_server(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisory_duties, "SERVER_WAITS_MS", 100)
    hung = AdvisoryDuties(address, holder=1)
    hung.want("tick")
    task = asyncio.create_task(hung.run())
    await asyncio.wait_for(hung.until_held("tick"), 10)
    monkeypatch.setattr(advisory_duties, "SERVER_WAITS_MS", 60_000)

    task.cancel()  # its loop turns no more, its connection stays open
    with suppress(asyncio.CancelledError):
        await task
    async with process(address, 2, "tick") as other:
        await asyncio.wait_for(other.until_held("tick"), 10)
    await hung.close()


async def test_offices_are_shared_fairly_and_given_back_when_others_come(address: str) -> None:
    duties = [f"send:{number}" for number in range(1, 8)]

    async with process(address, 1, *duties) as first:
        await until(lambda: all(first.is_held(duty) for duty in duties))
        async with process(address, 2, *duties) as second:
            giver = asyncio.create_task(_give_back_what_is_lost(first, duties))
            await until(lambda: sum(second.is_held(duty) for duty in duties) == 3)
            held_twice = [d for d in duties if first.is_held(d) and second.is_held(d)]
            kept = sum(first.is_held(duty) for duty in duties)
            giver.cancel()
        await until(lambda: sum(first.is_held(duty) for duty in duties) == 7)

    assert kept == 4
    assert held_twice == []


async def test_one_alone_knows_that_nobody_else_is_there(address: str) -> None:
    async with process(address, 1, "tick") as first:
        await asyncio.wait_for(first.until_held("tick"), 10)
        alone = first.is_alone
        async with process(address, 2, "mail") as second:
            await asyncio.wait_for(second.until_held("mail"), 10)
            await until(lambda: not first.is_alone)
        await until(lambda: first.is_alone)

    assert alone


async def test_what_could_not_be_let_go_is_free_all_the_same(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process(address, 1, "tick") as own, process(address, 2) as other:
        await asyncio.wait_for(own.until_held("tick"), 10)

        async def late(work: Any, *_: Any, **__: Any) -> None:
            work.close()
            raise TimeoutError

        own.forgo("tick")
        with monkeypatch.context() as slow:
            slow.setattr(advisory_duties, "in_time", late)
            await own.let_go("tick")
        other.want("tick")

        await asyncio.wait_for(other.until_held("tick"), 10)


async def test_a_new_connection_is_a_new_life(address: str) -> None:
    async with process(address, 1, "tick") as own:
        unborn = own.life
        await asyncio.wait_for(own.until_held("tick"), 10)
        first = own.life

        await _end_connections(address)
        await asyncio.wait_for(own.until_lost("tick"), 10)
        between = own.life
        await asyncio.wait_for(own.until_held("tick"), 10)

        assert (unborn, first, between, own.life) == (None, 1, None, 2)


async def test_when_the_network_is_cut_without_a_word_duties_are_lost_and_come_back(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisory_duties, "TURN_TAKES_AT_MOST_S", 0.3)
    monkeypatch.setattr(advisory_duties, "CONNECTING_TAKES_AT_MOST_S", 0.5)
    monkeypatch.setattr(advisory_duties, "SERVER_WAITS_MS", 1000)
    url = make_url(address)
    async with SilencedProxy(url.port or 5432) as proxy:
        through = url.set(port=proxy.port).render_as_string(hide_password=False)
        async with process(through, 1, "tick") as own, process(address, 2) as other:
            await asyncio.wait_for(own.until_held("tick"), 10)
            other.want("tick")

            proxy.is_silent = True
            await asyncio.wait_for(own.until_lost("tick"), 10)
            await asyncio.wait_for(other.until_held("tick"), 10)
            proxy.is_silent = False
            await other.close()
            await asyncio.wait_for(own.until_held("tick"), 10)


class SilencedProxy:
    """Between a process and its server; while silent it swallows what either says."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_silent = False

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._writers += [writer, back]
        for one, other in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass_on(one, other))
            self._tasks.add(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not self.is_silent:
                    writer.write(data)


def test_kinds_have_numbers_of_their_own() -> None:
    kinds = ("tick", "mail", "poll", "send", "process", "wants tick", "wants poll")

    assert len({lock_class(kind) for kind in kinds}) == len(kinds)
    assert all(0 <= lock_class(kind) < 2**31 for kind in kinds)


async def _give_back_what_is_lost(own: AdvisoryDuties, duties: list[str]) -> None:
    """As `while_held` does once its work has come to rest."""

    async def one(duty: str) -> None:
        await own.until_lost(duty)
        await own.let_go(duty)

    await asyncio.gather(*(one(duty) for duty in duties))


async def _end_connections(address: str) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
