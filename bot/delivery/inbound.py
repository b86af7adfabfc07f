"""Where poller and webhook put what they got, and whom they tell when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import orjson
import structlog

from bot import failpoints
from bot.delivery.worker import StorageRunner
from bot.domain.errors import StorageUnavailable
from bot.services.inbox import Stored, store_updates
from bot.services.operations import tell_coordinators
from bot.services.outage import came_back, note_polled, polled_at
from bot.services.ports import UnitOfWork

log = structlog.get_logger(__name__)


class Inbound:
    """Stores updates durably, then wakes the worker."""

    def __init__(self, storage: StorageRunner, *, on_stored: Callable[[], None]) -> None:
        self._storage = storage
        self._on_stored = on_stored
        self._is_refused = False

    async def store(self, office_id: int, updates: list[dict[str, Any]]) -> None:
        """Return once the updates are on disk.

        Raises:
            StorageUnavailable: Nothing was stored; the log says when that begins and when it is over.
        """
        kept = [storable(update) for update in updates]
        try:
            stored: Stored = await self._storage.run(_store, office_id, kept)
        except StorageUnavailable as error:
            if not self._is_refused:  # Telegram comes again and again: each change is told once
                log.error("storage_unavailable", error=str(error))
            self._is_refused = True
            raise
        if self._is_refused:
            log.info("storage_available")
        self._is_refused = False
        failpoints.passing("committed")
        if stored.new:
            self._on_stored()

    def for_office(self, office_id: int) -> Callable[[list[dict[str, Any]]], Awaitable[None]]:
        async def store(updates: list[dict[str, Any]]) -> None:
            await self.store(office_id, updates)

        return store

    async def tell_conflict(self, office_id: int) -> None:
        """Another process polls with our token: somebody must find it."""
        sentence = (
            "Another program polls Telegram with this bot's token. Find and stop it, or ask "
            "@BotFather for a new token."
        )
        await self._storage.run(_tell, office_id, "poll_conflict", sentence)

    async def tell_token_refused(self, office_id: int) -> None:
        sentence = "Telegram refuses the token of this office's bot: set a new one."
        await self._storage.run(_tell, office_id, "token_refused", sentence)

    async def gap_seen(self, office_id: int, seconds: float) -> None:
        """Polling did not get through for so long that taps were lost."""
        log.error("polling_gap", office=office_id, seconds=round(seconds))
        await self._storage.run(_came_back_after, office_id, timedelta(seconds=seconds))

    async def polled(self, office_id: int, *, is_first: bool) -> None:
        """Telegram gave us updates; the first time after others polled, or nobody did."""
        if is_first:
            await self._storage.run(_look_back, office_id)
        await self._storage.run(note_polled, office_id)


def storable(update: dict[str, Any]) -> dict[str, Any]:
    """The update, or as much of it as JSON can hold: one that cannot be kept would come for ever.

    Half a surrogate pair becomes a question mark, a number beyond 64 bits a rounded one.
    """
    try:
        orjson.dumps(update)
    except orjson.JSONEncodeError:
        log.error("update_not_storable_as_it_is")
    else:
        return update
    try:
        plain = json.dumps(update, ensure_ascii=False).encode("utf-8", "replace")
        orjson.dumps(kept := orjson.loads(plain))
    except (TypeError, ValueError, RecursionError):  # nested too deeply
        return {"update_id": update.get("update_id")}
    return {**kept, "update_id": update.get("update_id")}


def _store(uow: UnitOfWork, office_id: int, updates: list[dict[str, Any]]) -> Stored:
    stored = store_updates(uow, office_id, updates)
    failpoints.passing("inserted")
    return stored


def _tell(uow: UnitOfWork, office_id: int, topic: str, sentence: str) -> None:
    tell_coordinators(uow, office_id, topic=topic, sentence=sentence)


def _came_back_after(uow: UnitOfWork, office_id: int, gap: timedelta) -> None:
    came_back(uow, uow.now - gap, office_id=office_id)


def _look_back(uow: UnitOfWork, office_id: int) -> None:
    """Nobody may have polled for a while although the rest of the program was at work."""
    since = polled_at(uow, office_id)
    if since is not None:
        came_back(uow, since, office_id=office_id)
