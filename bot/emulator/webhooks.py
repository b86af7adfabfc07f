"""Pushing updates to webhooks: in order per chat, again with growing pauses until taken."""

import asyncio
from typing import Any

import httpx
import orjson

from bot.emulator.api_route import webhook_reply
from bot.emulator.records import BotAccount, Webhook
from bot.emulator.updates import PendingUpdate
from bot.emulator.world import World

ANSWER_WITHIN_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 30.0
OUTAGE_LOOK_SECONDS = 0.5


def pause_after(failures: int) -> float:
    """Return how many real seconds to wait after so many failures: 0, 2, 4, 8 … 60."""
    return 0.0 if failures <= 1 else min(2.0 ** (failures - 1), LONGEST_PAUSE_SECONDS)


class WebhookPusher:
    """One task that looks after the webhooks of all bots."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._http = httpx.AsyncClient(timeout=ANSWER_WITHIN_SECONDS, trust_env=False)
        self._deliveries: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until the process ends."""
        watchers: dict[int, tuple[BotAccount, asyncio.Task[None]]] = {}
        try:
            while not self._world.closing.is_set():
                watchers = {key: pair for key, pair in watchers.items() if not pair[1].done()}
                for bot in self._world.bots.values():
                    # By identity: after a reset the same token is another account.
                    if id(bot) not in watchers:
                        watchers[id(bot)] = (bot, asyncio.create_task(self._watch(bot)))
                await self._world.wait_for_change(self._world.revision, 1.0)
        finally:
            for task in (*(task for _, task in watchers.values()), *self._deliveries):
                task.cancel()
            await self._http.aclose()

    async def _watch(self, bot: BotAccount) -> None:
        loop = asyncio.get_running_loop()
        while self._world.bots.get(bot.token) is bot:
            if bot.updates.faults.is_out():
                await bot.updates.wait_for_news(OUTAGE_LOOK_SECONDS)
                continue
            if bot.webhook.url:
                bot.updates.drop_expired()
                for entry in self._ready(bot, loop.time()):
                    entry.in_flight = True
                    task = asyncio.create_task(self._deliver(bot, bot.webhook, entry))
                    self._deliveries.add(task)
                    task.add_done_callback(self._deliveries.discard)
            await bot.updates.wait_for_news(LOOK_AGAIN_SECONDS)

    def _ready(self, bot: BotAccount, now: float) -> list[PendingUpdate]:
        """Return the first update of each chat that may go out now."""
        seen: set[str] = set()
        ready: list[PendingUpdate] = []
        room = bot.webhook.max_connections
        for entry in bot.updates.entries.values():
            if room <= 0:
                break
            first = entry.chat_key not in seen
            seen.add(entry.chat_key)
            if entry.in_flight:
                room -= 1
            elif first and entry.wake_at <= now:
                room -= 1
                ready.append(entry)
        return ready

    async def _deliver(self, bot: BotAccount, hook: Webhook, entry: PendingUpdate) -> None:
        headers = {"Content-Type": "application/json"}
        if hook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
        trouble, answer = "", b""
        try:
            reply = await self._http.post(
                hook.url, content=orjson.dumps(entry.body), headers=headers
            )
            answer = reply.content
            if not reply.is_success:
                trouble = (
                    f"Wrong response from the webhook: {reply.status_code} {reply.reason_phrase}"
                )
        except httpx.TimeoutException:
            trouble = "Read timeout expired"
        except httpx.HTTPError:
            trouble = "Connection refused or broken"
        entry.in_flight = False
        if trouble:
            hook.last_error, hook.last_error_at = trouble, self._world.clock.now()
            entry.failures += 1
            loop = asyncio.get_running_loop()
            entry.wake_at = loop.time() + pause_after(entry.failures)
            loop.call_at(entry.wake_at, bot.updates.wake)
        else:
            bot.updates.remove(entry)
            await webhook_reply(self._world, bot, _json_or_none(answer))
        bot.updates.wake()


def _json_or_none(answer: bytes) -> Any:
    try:
        return orjson.loads(answer)
    except ValueError:
        return None
