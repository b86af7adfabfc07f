"""An update that was claimed and is to be handled: alone or gathered with others, and how it may fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.messages import InboxUpdate


class Gatherer(Protocol):
    """Handles updates of different chats together; see bot/handlers/dispatch.py."""

    def act_for(self, update: InboxUpdate) -> Any | None:
        """What to do about it, or None when it has to be handled by itself."""

    def handle(self, acts: Sequence[Any]) -> Awaitable[Sequence[Exception | None]]:
        """Do all of it; what each raised."""
        ...


Handle = Callable[[InboxUpdate], Awaitable[None]]
Chat = tuple[int, int]


@dataclass(frozen=True, slots=True)
class InHand:
    """An update that was claimed, in which life of this process, and what to do if it was gathered."""

    update: InboxUpdate
    life: int
    act: Any | None

    @property
    def chat(self) -> Chat:
        return self.update.office_id, self.update.chat_id


class HandlerTooSlow(Exception):
    """A handler did not come to its end in time."""


class HandlerCancelled(Exception):
    """A handler raised CancelledError."""
