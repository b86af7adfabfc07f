"""One office's line to Telegram: its bot, and of poller, webhook and sender what this process has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.delivery.poller import ALLOWED_UPDATES, LONG_POLL_S, Poller
from bot.delivery.sender import Sender
from bot.delivery.telegram_bots import TelegramBot
from bot.domain.errors import BadSetting

log = structlog.get_logger(__name__)

MAX_BACKOFF_S = 30.0
LEAVING_TAKES_AT_MOST_S = 5.0

# What Telegram shows in its own menu button, per language: a command and its description.
Commands = Mapping[str, Sequence[tuple[str, str]]]


class Line:
    """`connect` comes first; poller and sender are then run by whoever may (bot/duties.py)."""

    def __init__(
        self,
        telegram_bot: TelegramBot,
        *,
        poller: Poller | None,
        sender: Sender | None,
        webhook: tuple[str, str] | None,
        on_connected: Callable[[str], Awaitable[None]],
        commands: Callable[[], Awaitable[Commands]],
    ) -> None:
        """Prepare the line.

        Args:
            poller: None in webhook mode, and where others ask Telegram.
            sender: None where others send.
            webhook: Address and secret to tell Telegram, in webhook mode.
            on_connected: Is told the bot's username.
            commands: Asked anew at every connection, for the office's content changes.
        """
        self.telegram_bot = telegram_bot
        self.poller = poller
        self.sender = sender
        self._webhook = webhook
        self._on_connected = on_connected
        self._commands = commands
        self._connected = asyncio.Event()
        self._is_refused = False

    @property
    def is_refused(self) -> bool:
        """Whether Telegram does not know the token: nothing comes or goes here any more."""
        return self._is_refused

    @property
    def is_connected(self) -> bool:
        return self._connected.is_set()

    async def until_connected(self) -> None:
        await self._connected.wait()

    async def poll(self) -> None:
        """Poll until cancelled. Raises BadSetting when Telegram refuses the token."""
        assert self.poller is not None
        try:
            await self.poller.run(long_poll_s=LONG_POLL_S)
        except BadSetting:
            self._is_refused = True
            raise

    async def leave(self) -> None:
        """Tell Telegram, quietly, that our address hears this bot no more; only where it is still told.

        For a bot that the office has no more: a replaced one's updates would be taken for its
        successor's. What comes to it meanwhile, Telegram keeps for a day.
        """
        if self._webhook is None or not self.is_connected or self.is_refused:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_TAKES_AT_MOST_S):
                await self._quietly("webhook", self._take_webhook_away(self._webhook[0]))

    async def _take_webhook_away(self, url: str) -> None:
        told = await self.telegram_bot.call("getWebhookInfo")
        if isinstance(told, dict) and told.get("url") == url:
            await self.telegram_bot.call("deleteWebhook")

    async def close(self) -> None:
        """Let go of the connections to Telegram; for when nothing is sent any more."""
        await self.telegram_bot.request.shutdown()

    async def check(self) -> bool:
        """Whether Telegram answers for this bot now."""
        try:
            await self.telegram_bot.call("getMe")
        except TelegramError:
            return False
        return True

    async def connect(self) -> None:
        """Try until Telegram answers. Raises BadSetting when it refuses the token."""
        await self.telegram_bot.request.initialize()
        me = await self._until_it_works(lambda: self.telegram_bot.call("getMe"))
        username = me.get("username") if isinstance(me, dict) else None
        await self._on_connected(username if isinstance(username, str) else "")
        if self.poller is not None:
            # Telegram refuses polling while a webhook is set.
            await self._quietly("webhook", self.telegram_bot.call("deleteWebhook"))
        elif self._webhook is not None:
            url, secret = self._webhook
            await self._until_it_works(
                lambda: self.telegram_bot.call(
                    "setWebhook", url=url, secret_token=secret, allowed_updates=ALLOWED_UPDATES
                )
            )
            log.info("webhook_set")
        self._connected.set()

    async def tell_commands(self) -> None:
        """Let Telegram show the office's commands; who hears the bot tells. Raises StorageUnavailable."""
        if self.poller is not None or self._webhook is not None:
            await self._quietly("commands", self._tell_commands())

    async def _until_it_works(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Call until Telegram answers. Raises BadSetting when it refuses the token."""
        backoff = 1.0
        while True:
            try:
                return await call()
            except InvalidToken:
                self._is_refused = True
                raise BadSetting(
                    "Telegram does not know the bot's token: "
                    "check TETTPA_TELEGRAM_TOKEN against @BotFather."
                ) from None
            except TelegramError as error:
                log.warning("telegram_unreachable", error=type(error).__name__, again_in_s=backoff)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, MAX_BACKOFF_S)

    async def _tell_commands(self) -> None:
        shown = {
            language: [BotCommand(name, words) for name, words in commands]
            for language, commands in (await self._commands()).items()
        }
        for language, commands in shown.items():
            code = {"nb": "no"}.get(language, language)
            await self.telegram_bot.call("setMyCommands", commands=commands, language_code=code)
        await self.telegram_bot.call("setMyCommands", commands=shown["nb"])

    async def _quietly(self, what: str, call: Awaitable[Any]) -> None:
        try:
            await call
        except TelegramError as error:
            log.warning("telegram_refused", what=what, error=str(error))
