"""A worker as the program has it, with a gate before its sheaves that a test may shut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.delivery.worker import InboxWorker
from bot.domain.messages import InboxState
from bot.handlers.dispatch import Dispatcher, Gatherer
from bot.handlers.door import Act, Door
from bot.services import incoming
from bot.services.inbox import store_updates
from tests.delivery.conftest import running
from tests.handlers.conftest import message
from tests.real_office import OFFICE, RealOffice

Misdeed = Callable[[], None]


class Gate(Gatherer):
    """The real one behind a gate that a test may shut; notes the sheaves it was handed."""

    def __init__(self, door: Door) -> None:
        super().__init__(door)
        self.sheaves: list[int] = []
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.failures: list[Exception] = []

    async def handle(self, acts: Sequence[Act]) -> list[Exception | None]:
        self.sheaves.append(len(acts))
        await self.is_open.wait()
        if self.failures:
            raise self.failures.pop()
        return await super().handle(acts)


class Rig:
    """A worker as the program has it; `done` holds chat and words of what is committed, in order."""

    def __init__(self, office: RealOffice, dispatcher: Dispatcher, door: Door) -> None:
        self.office = office
        self.gate = Gate(door)
        self.life: int | None = 1
        self.done: list[tuple[int, str]] = []
        self.misdeeds: dict[str, Misdeed] = {}
        self._dispatcher = dispatcher
        self.worker = InboxWorker(
            office.storage,
            self._dispatcher.handle,
            offices=lambda: [OFFICE],
            gatherer=self.gate,
            life=lambda: self.life,
        )

    def note(
        self, real: Callable[..., Any], uow: Any, event: incoming.ChatEvent, *args: Any, **more: Any
    ) -> Any:
        words = str(args[0]) if args else "?"
        if words in self.misdeeds:
            self.misdeeds[words]()
        uow.after_commit.append(lambda: self.done.append((event.chat_id, words)))
        return real(uow, event, *args, **more)

    def of(self, chat: int) -> list[str]:
        return [words for its_chat, words in self.done if its_chat == chat]

    def put(self, *updates: dict[str, Any]) -> None:
        number = len(self.office.rows("inbox")) + 1
        raw = [{"update_id": number + place, **update} for place, update in enumerate(updates)]
        self.office.do(store_updates, OFFICE, raw)

    def put_texts(self, *texts: tuple[int, str]) -> None:
        self.put(*({"message": message(words, chat=chat)} for chat, words in texts))

    def pending(self) -> list[int]:
        """The chats of what nobody has handled."""
        rows = self.office.rows("inbox")
        return [row.chat_id for row in rows if row.state is InboxState.PENDING]

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        async with running(self.worker.run()):
            yield
        await self.worker.drain(5)
