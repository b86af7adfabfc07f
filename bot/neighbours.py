"""The other processes on the same database: sharing duties with them, and waking one another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from bot.app import Program
from bot.duties import Duties, SoleDuties

if TYPE_CHECKING:
    from bot.storage.bell import Bell

INBOX, OUTBOX = "inbox", "outbox"


class Neighbours:
    """On PostgreSQL any number work side by side; on SQLite there are none (`are_welcome`)."""

    def __init__(self, program: Program, *, holder: int, on_ring: Callable[[str], None]) -> None:
        """`holder` is this process's own number."""
        address = program.settings.database_url
        self.duties: Duties = SoleDuties()
        self._bell: Bell | None = None
        self.are_welcome = not address.startswith("sqlite")
        if self.are_welcome:
            # The driver and its memory are for PostgreSQL alone.
            from bot.storage.advisory_duties import AdvisoryDuties
            from bot.storage.bell import Bell

            self.duties = AdvisoryDuties(address, holder=holder)
            self._bell = Bell(address, holder=holder, on_ring=on_ring)

    def ring(self, topic: str) -> None:
        """There is work of this kind, for whoever has its duty."""
        if self._bell is not None and not self.duties.is_alone:
            self._bell.ring(topic)

    def parts(self) -> list[Coroutine[Any, Any, None]]:
        """What runs for as long as the process."""
        return [self.duties.run(), *([self._bell.run()] if self._bell is not None else [])]

    async def first_answer(self, stop: asyncio.Event) -> None:
        """Wait until the database was asked once for the duties, or it is time to stop."""
        turned = asyncio.ensure_future(self.duties.until_turned())
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({turned, stopped}, return_when=asyncio.FIRST_COMPLETED)
        turned.cancel()
        stopped.cancel()

    async def leave(self) -> None:
        await self.duties.close()
