"""Long polling on raw JSON: an update is confirmed to Telegram only after it is on disk."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog

from bot import failpoints
from bot.delivery.aiohttp_request import KEEP_ALIVE_S, trusted
from bot.domain.errors import BadSetting, StorageUnavailable

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
LONG_POLL_S = 25
FIRST_BACKOFF_S = 1.0
AT_ONCE_S = 0.2
MAX_BACKOFF_S = 30.0
FLOOD_WAIT_S = 5.0  # when a 429 names no wait
CONFLICT_BACKOFF_S = 5.0
NOTE_EVERY_S = 20.0
# Telegram keeps button taps for this long only: after a longer gap, open questions are asked anew.
GAP_S = 150.0


# Stores raw updates of the poller's bot and returns once they are committed.
StoreUpdates = Callable[[list[dict[str, Any]]], Awaitable[None]]


class Poller:
    """Polls one bot. `on_conflict` and `on_gap` tell whoever has to know.

    `on_polled` hears now and then that updates came through, and whether it is this run's first time.
    """

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        store: StoreUpdates,
        on_conflict: Callable[[], Awaitable[None]],
        on_gap: Callable[[float], Awaitable[None]],
        on_polled: Callable[[bool], Awaitable[None]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = f"{api_url}/bot{token}/getUpdates"
        self._store = store
        self._on_conflict = on_conflict
        self._on_gap = on_gap
        self._on_polled = on_polled
        self._noted_at: float | None = None
        self._monotonic = monotonic
        # The first poll of a run has none. One from an earlier run could confirm what nobody has read:
        # after a quiet week ids begin anew, lower.
        self._offset: int | None = None
        self.last_success: float | None = None

    async def run(self, *, long_poll_s: int = LONG_POLL_S) -> None:
        """Poll until cancelled. Raises BadSetting when Telegram refuses the token.

        May run again and again: meanwhile another process may have polled, so each run begins anew.
        """
        self._offset = None
        self.last_success = None
        self._noted_at = None
        backoff = FIRST_BACKOFF_S
        async with _connection(patience_s=long_poll_s + 10) as http:
            while True:
                try:
                    await self._poll(http, long_poll_s)
                    backoff = FIRST_BACKOFF_S
                except (aiohttp.ClientError, OSError, ValueError, StorageUnavailable) as error:
                    # Nothing was confirmed: Telegram gives the same updates again.
                    log.warning("poll_failed", error=type(error).__name__, again_in_s=backoff)
                    await asyncio.sleep(backoff)
                    backoff = min(backoff * 2, MAX_BACKOFF_S)

    async def _poll(self, http: aiohttp.ClientSession, long_poll_s: int) -> None:
        body: dict[str, Any] = {
            "timeout": long_poll_s,
            "allowed_updates": ALLOWED_UPDATES,
            "limit": 100,
        }
        if self._offset is not None:
            body["offset"] = self._offset
        asked_at = self._monotonic()
        # A redirect would carry the token to wherever it leads.
        async with http.post(self._url, json=body, allow_redirects=False) as answer:
            content = await answer.read()
        if answer.status in (401, 404):
            raise BadSetting(
                "Telegram does not know the bot's token: check TETTPA_TELEGRAM_TOKEN against @BotFather."
            )
        if answer.status == 409:
            # Another process polls with our token: Telegram ends the older poll of the two.
            log.warning("poll_conflict", again_in_s=CONFLICT_BACKOFF_S)
            # When polling was taken over by a process of ours we are stopped while we wait.
            await asyncio.sleep(CONFLICT_BACKOFF_S)
            await self._on_conflict()
            return
        if answer.status == 429:
            await asyncio.sleep(_retry_after(content))
            return
        if answer.status >= 300:
            raise aiohttp.ClientResponseError(answer.request_info, (), status=answer.status)
        result = _updates_of(content)
        updates = [update for update in result if isinstance(update, dict)]
        if updates:
            failpoints.passing("fetched")
            await self._store(updates)
        # Only now: while nothing can be stored, taps are lost as if nobody polled.
        await self._note_success()
        if not result and self._monotonic() - asked_at < AT_ONCE_S:
            # A server that knows no long poll: asking on and on would only burn both processors.
            await asyncio.sleep(AT_ONCE_S)
        ids = [u["update_id"] for u in updates if type(u.get("update_id")) is int]
        if ids:
            self._offset = ids[-1] + 1
        elif result:
            raise ValueError("updates without a number: they come again for ever")

    async def _note_success(self) -> None:
        now = self._monotonic()
        gap = 0.0 if self.last_success is None else now - self.last_success
        if gap > GAP_S:
            await self._on_gap(gap)
        self.last_success = now
        is_first = self._noted_at is None
        if self._on_polled and (is_first or now - (self._noted_at or 0.0) >= NOTE_EVERY_S):
            await self._on_polled(is_first)
            self._noted_at = now


def _connection(*, patience_s: float) -> aiohttp.ClientSession:
    """As the sender's: no proxy, nothing asked twice. `patience_s` bounds each silence."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=2, keepalive_timeout=KEEP_ALIVE_S, ssl=trusted()),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=patience_s, sock_read=patience_s),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _updates_of(answer: bytes) -> list[Any]:
    """Raises ValueError for anything but a list of updates."""
    body = json.loads(answer)
    result = body.get("result") if isinstance(body, dict) else None
    if not isinstance(result, list):
        raise ValueError("the answer holds no updates")  # noqa: TRY004 (a bad answer, not a bug)
    return result


def _retry_after(answer: bytes) -> float:
    try:
        return float(json.loads(answer)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return FLOOD_WAIT_S
