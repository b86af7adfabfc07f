"""Duties that one process alone may hold, among all that work on one PostgreSQL: advisory locks."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import psycopg
import structlog
from sqlalchemy import URL

from bot.domain.errors import StorageUnavailable
from bot.storage.advisory_locks import OF_THIS_DATABASE, PROCESS, lock_class
from bot.storage.engine import VANISHED, parse_url
from bot.storage.patience import in_time

log = structlog.get_logger(__name__)

TURN_S = 0.5
TURN_TAKES_AT_MOST_S = 2.0
# The server ends a connection that is idle for so long, and the locks with it. So a process that
# hangs, is stopped, or is cut off gives its duties up without doing anything.
SERVER_WAITS_MS = 6_000
# We believe for a shorter time than the server waits.
SURE_FOR_S = 4.5
CONNECTING_TAKES_AT_MOST_S = 5.0
RETRY_S = 0.5
GIVEN_BACK_PER_TURN = 20
OLDEST_SERVER = 140_000  # idle_session_timeout came with PostgreSQL 14
HELD = f"SELECT classid::bigint, objid::bigint FROM pg_locks WHERE {OF_THIS_DATABASE}"
TAKE = """
    SELECT name, pg_try_advisory_lock(class, number)
    FROM unnest(%s::text[], %s::int[], %s::int[]) AS wanted(name, class, number)
"""


class _Lock(NamedTuple):
    group: int
    number: int


class AdvisoryDuties:
    """Asks twice a second for what it wants and may have; `is_held` errs on the side of no.

    A duty is written "send:7" (a kind and an office) or "tick". Kinds with an office are shared
    fairly: a process takes no more of a kind than its part among the living that want the kind, and
    gives back what is too much once others are there.
    """

    def __init__(
        self,
        address: str | URL,
        *,
        holder: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`holder` is this process's own number, by which others see whether it lives."""
        url = parse_url(address).set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._holder = holder
        self._monotonic = monotonic
        self._wanted: set[str] = set()
        self._held: set[str] = set()
        self._giving_back: set[str] = set()
        self._everywhere: set[_Lock] = set()
        self._sure_until = 0.0
        self._news = asyncio.Event()
        self._turned = asyncio.Event()
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._is_closing = False
        self._is_in_doubt = False  # the server may think that we hold what we let go
        self._lives = 0

    def want(self, *duties: str) -> None:
        self._wanted.update(duties)

    def forgo(self, duty: str) -> None:
        """Take it no more; what is held is let go with `let_go`."""
        self._wanted.discard(duty)

    @property
    def life(self) -> int | None:
        """A number for as long as others surely see us alive; None while that is not sure.

        What was claimed in an earlier life may be somebody else's by now.
        """
        return self._lives if self._monotonic() < self._sure_until else None

    def is_held(self, duty: str) -> bool:
        """Whether this process may do it now."""
        return (
            duty in self._held
            and duty not in self._giving_back
            and self._monotonic() < self._sure_until
        )

    def is_held_by_anybody(self, duty: str) -> bool:
        """Whether some process had it when we looked last."""
        return duty in self._held or _lock(duty) in self._everywhere

    @property
    def is_alone(self) -> bool:
        """Whether no other process works on this database."""
        group = lock_class(PROCESS)
        return not any(
            lock.group == group and lock.number != self._holder for lock in self._everywhere
        )

    async def until_held(self, duty: str) -> None:
        while not self.is_held(duty):
            await self._news.wait()

    async def until_lost(self, duty: str) -> None:
        """Return when the duty is lost, or is to be given back with `let_go`."""
        while self.is_held(duty):
            await self._news.wait()

    async def until_turned(self) -> None:
        """Return when the database was asked once."""
        await self._turned.wait()

    async def let_go(self, duty: str) -> None:
        """Give it to whoever wants it, now; only after what it stands for has come to rest."""
        if duty in self._held and self._connection is not None:
            lock = _lock(duty)
            unlocking = self._connection.execute(
                "SELECT pg_advisory_unlock(%s::int, %s::int)", (lock.group, lock.number)
            )
            try:
                await in_time(unlocking, TURN_TAKES_AT_MOST_S)
            except (psycopg.Error, TimeoutError):
                self._is_in_doubt = True
        self._held.discard(duty)
        self._giving_back.discard(duty)

    async def close(self) -> None:
        """Let everything go and take nothing more; others find it free at once."""
        self._is_closing = True
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                await connection.close()
        self._lose_all()

    async def run(self) -> None:
        """Keep what is held and take what is free until cancelled or closed.

        Raises:
            StorageUnavailable: The server is too old for this.
        """
        is_silent = False
        while not self._is_closing:
            try:
                await self._turn_in_time()
                if is_silent:
                    log.info("duties_speak")
                is_silent = False
                await asyncio.sleep(TURN_S)
            except (psycopg.Error, OSError, TimeoutError) as error:
                if not self._is_closing and not is_silent:
                    log.warning("duties_silent", error=type(error).__name__)
                is_silent = True
                await self._disconnect()
                await asyncio.sleep(RETRY_S)

    async def _turn_in_time(self) -> None:
        """Raises what the turn raises, or TimeoutError when the server does not answer."""
        if self._is_in_doubt:
            await self._disconnect()
        if self._connection is None:
            self._connection = await in_time(self._connect(), CONNECTING_TAKES_AT_MOST_S)
        turn = self._turn(self._connection)
        await in_time(turn, TURN_TAKES_AT_MOST_S, on_late=self._lose_all)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(
            self._address, autocommit=True, **VANISHED
        )
        if connection.info.server_version < OLDEST_SERVER:
            await connection.close()
            raise StorageUnavailable("PostgreSQL 14 or newer is needed: upgrade the server.")
        await connection.execute(f"SET idle_session_timeout = {SERVER_WAITS_MS}")
        await connection.execute(
            "SELECT pg_advisory_lock(%s::int, %s::int)", (lock_class(PROCESS), self._holder)
        )
        self._lives += 1
        return connection

    async def _turn(self, connection: psycopg.AsyncConnection[Any]) -> None:
        began = self._monotonic()
        cursor = await connection.execute(HELD)
        self._everywhere = {_Lock(*row) for row in await cursor.fetchall()}
        await self._announce(connection)
        found = self._worth_trying()
        taken: set[str] = set()
        if found:
            locks = [_lock(duty) for duty in found]
            cursor = await connection.execute(
                TAKE, (found, [lock.group for lock in locks], [lock.number for lock in locks])
            )
            taken = {name for name, is_ours in await cursor.fetchall() if is_ours}
        was_sure = began < self._sure_until
        self._held |= taken
        for duty in taken - self._wanted:  # forgone while we asked: nobody here would let it go
            await self.let_go(duty)
        self._giving_back |= self._too_many()
        self._sure_until = began + SURE_FOR_S
        self._turned.set()
        if taken or self._giving_back or not was_sure:
            self._tell()

    async def _announce(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Let others count us among those that want a kind."""
        for kind in {_kind(duty) for duty in self._wanted}:
            lock = _Lock(lock_class(f"wants {kind}"), self._holder)
            if lock not in self._everywhere:
                await connection.execute(
                    "SELECT pg_try_advisory_lock(%s::int, %s::int)", (lock.group, lock.number)
                )
                self._everywhere.add(lock)

    def _worth_trying(self) -> list[str]:
        room = {kind: part - self._held_of(kind) for kind, part in self._parts().items()}
        found = []
        for duty in sorted(self._wanted - self._held):
            if _lock(duty) not in self._everywhere and room[_kind(duty)] > 0:
                room[_kind(duty)] -= 1
                found.append(duty)
        return found

    def _too_many(self) -> set[str]:
        """What to give back, a few a turn so that nothing stands still."""
        surplus: set[str] = set()
        for kind, part in self._parts().items():
            kept = sorted(d for d in self._held - self._giving_back if _kind(d) == kind)
            surplus.update(kept[part:][:GIVEN_BACK_PER_TURN])
        return surplus

    def _parts(self) -> dict[str, int]:
        """How many of each kind are this process's part, rounded up."""
        wanted = Counter(_kind(duty) for duty in self._wanted)
        living = Counter(lock.group for lock in self._everywhere)
        return {
            kind: -(-count // max(1, living[lock_class(f"wants {kind}")]))
            for kind, count in wanted.items()
        }

    def _held_of(self, kind: str) -> int:
        return sum(_kind(duty) == kind for duty in self._held)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._is_in_doubt = False
        self._lose_all()
        if connection is not None:
            with suppress(psycopg.Error, TimeoutError):
                async with asyncio.timeout(TURN_TAKES_AT_MOST_S):
                    await connection.close()

    def _lose_all(self) -> None:
        self._sure_until = 0.0
        self._held.clear()
        self._giving_back.clear()
        self._everywhere.clear()
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


def _kind(duty: str) -> str:
    return duty.partition(":")[0]


def _lock(duty: str) -> _Lock:
    kind, _, number = duty.partition(":")
    return _Lock(lock_class(kind), int(number or 0))
