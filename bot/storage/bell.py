"""Wakes other processes on the same PostgreSQL: LISTEN and NOTIFY, a hint that may be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from sqlalchemy import URL

from bot.storage.engine import parse_url

log = structlog.get_logger(__name__)

CHANNEL = "tettpa"
RETRY_S = 1.0
# Rings that come together are one ring: NOTIFY makes committers queue for each other.
TOGETHER_S = 0.005


class Bell:
    """`ring(topic)` is heard by every other process; whoever misses it finds the work by looking."""

    def __init__(self, address: str | URL, *, holder: int, on_ring: Callable[[str], None]) -> None:
        url = parse_url(address).set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._holder = holder
        self._on_ring = on_ring
        self._topics: set[str] = set()
        self._rung = asyncio.Event()

    def ring(self, topic: str) -> None:
        """Only from the event loop's thread."""
        self._topics.add(topic)
        self._rung.set()

    async def run(self) -> None:
        """Ring and listen until cancelled; a database that is away is tried again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._again_and_again(self._listen))
            tasks.create_task(self._again_and_again(self._send))

    async def _again_and_again(self, work: Callable[[Any], Any]) -> None:
        while True:
            with suppress(psycopg.Error, OSError):
                connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
                async with connection:
                    await work(connection)
            log.info("bell_silent")
            await asyncio.sleep(RETRY_S)

    async def _listen(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        async for heard in connection.notifies():
            ringer, _, topic = heard.payload.partition(":")
            if ringer != str(self._holder):
                self._on_ring(topic)

    async def _send(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            await self._rung.wait()
            await asyncio.sleep(TOGETHER_S)
            self._rung.clear()
            topics, self._topics = self._topics, set()
            payloads = [f"{self._holder}:{topic}" for topic in sorted(topics)]
            try:
                await connection.execute(
                    "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload",
                    (CHANNEL, payloads),
                )
            except psycopg.Error:
                for topic in topics:  # the connection died while nothing was rung
                    self.ring(topic)
                raise
