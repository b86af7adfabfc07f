"""One bot's queue of updates: consecutive ids, confirmation, expiry, and who is polling."""

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.emulator.clock import WindableClock
from bot.emulator.delivery_faults import DeliveryFaults

LIFETIME = timedelta(hours=24)
CALLBACK_LIFETIME = timedelta(seconds=150)
# Telegram leaves these out unless a bot asks for them by name.
ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass
class PendingUpdate:
    """An update nobody has confirmed yet."""

    place: int
    update_id: int
    body: Any
    expires_at: datetime
    chat_key: str
    failures: int = 0
    in_flight: bool = False
    wake_at: float = 0.0


class UpdateQueue:
    """Updates in order of arrival; every waiting reader is told when one comes."""

    def __init__(self, clock: WindableClock, first_id: int, random: Random) -> None:
        self._clock = clock
        self.faults = DeliveryFaults(clock, random)
        self.next_id = first_id
        self.entries: dict[int, PendingUpdate] = {}
        self._places = itertools.count()
        self._soonest_expiry: datetime | None = None
        self.allowed: frozenset[str] | None = None
        self._arrived = asyncio.Event()
        self._poll: asyncio.Future[str] | None = None

    def wants(self, kind: str) -> bool:
        """Say whether the bot asked for this kind of update."""
        return kind not in ON_REQUEST_ONLY if self.allowed is None else kind in self.allowed

    def add(self, kind: str, payload: Any, *, chat_key: str) -> int | None:
        """Queue an update; None when the bot does not want its kind."""
        if not self.wants(kind):
            return None
        update_id = self.next_id
        lifetime = CALLBACK_LIFETIME if kind == "callback_query" else LIFETIME
        self._append(update_id, {"update_id": update_id, kind: payload}, chat_key, lifetime)
        return update_id

    def inject(self, raw: Any, *, as_is: bool) -> int:
        """Queue anything at all; an object without update_id gets one unless `as_is`."""
        update_id = self.next_id
        if isinstance(raw, dict):
            if isinstance(raw.get("update_id"), int):
                update_id = raw["update_id"]
            elif not as_is:
                raw = {"update_id": update_id, **raw}
        lifetime = LIFETIME
        if isinstance(raw, dict) and "callback_query" in raw:
            lifetime = CALLBACK_LIFETIME
        self._append(update_id, raw, _chat_key(raw), lifetime)
        return update_id

    def _append(self, update_id: int, body: Any, chat_key: str, lifetime: timedelta) -> None:
        self.next_id = max(self.next_id, update_id + 1)
        expires_at = self._clock.now() + lifetime
        if self._soonest_expiry is None or expires_at < self._soonest_expiry:
            self._soonest_expiry = expires_at
        for _ in range(self.faults.copies()):
            place = next(self._places)
            self.entries[place] = PendingUpdate(place, update_id, body, expires_at, chat_key)
        self.wake()

    def drop_expired(self) -> None:
        """Forget what nobody fetched in time."""
        now = self._clock.now()
        if self._soonest_expiry is None or self._soonest_expiry > now:
            return
        self._keep([entry for entry in self.entries.values() if entry.expires_at > now])
        expiries = (entry.expires_at for entry in self.entries.values())
        self._soonest_expiry = min(expiries, default=None)

    def confirm(self, offset: int) -> None:
        """Forget what the offset confirms; a negative one keeps only the last updates.

        An offset far ahead of every id handed out (ids began anew) confirms nothing.
        """
        if offset < 0:
            self._keep(list(self.entries.values())[offset:])
        elif 0 < offset <= self.next_id + 10:
            self._keep([one for one in self.entries.values() if one.update_id >= offset])

    def remove(self, entry: PendingUpdate) -> None:
        """Forget one update that a webhook took."""
        self.entries.pop(entry.place, None)

    def _keep(self, kept: list[PendingUpdate]) -> None:
        self.entries = {entry.place: entry for entry in kept}

    def bodies(self, limit: int) -> list[Any]:
        """Return the oldest pending updates, oldest first unless a fault shuffles them."""
        self.drop_expired()
        oldest = [entry.body for entry in itertools.islice(self.entries.values(), limit)]
        return self.faults.ordered(oldest)

    def wake(self) -> None:
        """Wake whoever waits for updates."""
        arrived, self._arrived = self._arrived, asyncio.Event()
        arrived.set()

    async def wait_for_news(self, seconds: float) -> None:
        """Return when something was queued, or after `seconds` of real time."""
        try:
            await asyncio.wait_for(self._arrived.wait(), seconds)
        except TimeoutError:
            return

    def end_poll(self, reason: str) -> None:
        """End the poll that is waiting, if any, telling it why."""
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(reason)

    async def poll(self, *, limit: int, seconds: float) -> tuple[list[Any], str | None]:
        """Wait for updates; the second value says why the poll was ended from outside."""
        self.end_poll("terminated by other getUpdates request")
        mine: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = mine
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        try:
            while True:
                found = self.bodies(limit)
                left = deadline - loop.time()
                if found or left <= 0:
                    return found, None
                news = asyncio.ensure_future(self._arrived.wait())
                waiting: set[asyncio.Future[Any]] = {news, mine}
                try:
                    await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                if mine.done():
                    return [], mine.result()
        finally:
            if self._poll is mine:
                self._poll = None


def _chat_key(raw: Any) -> str:
    """Return which chat a raw update belongs to, as far as its shape tells."""
    if isinstance(raw, dict):
        for value in raw.values():
            about = value.get("message", value) if isinstance(value, dict) else None
            chat = about.get("chat") if isinstance(about, dict) else None
            if isinstance(chat, dict) and "id" in chat:
                return str(chat["id"])
    return "no chat"
