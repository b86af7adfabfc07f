"""One office's line to Telegram: its bot, its poller or webhook, its sender."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.delivery.poller import ALLOWED_UPDATES, LONG_POLL_S, Poller
from bot.delivery.sender import Sender
from bot.domain.errors import BadSetting

log = structlog.get_logger(__name__)

MAX_BACKOFF_S = 30.0

# Telegram shows these in its own menu button.
COMMANDS = {
    "nb": (
        ("uke", "Uka mi"),
        ("kurs", "Mitt kurs"),
        ("hjelp", "Jeg trenger hjelp"),
        ("pause", "Ta en pause"),
        ("meny", "Vis menyen"),
    ),
    "nn": (
        ("veke", "Veka mi"),
        ("kurs", "Mitt kurs"),
        ("hjelp", "Eg treng hjelp"),
        ("pause", "Ta ein pause"),
        ("meny", "Vis menyen"),
    ),
    "en": (
        ("week", "My week"),
        ("course", "My course"),
        ("help", "I need help"),
        ("pause", "Take a break"),
        ("menu", "Show the menu"),
    ),
}


class Line:
    """Connects until it works, then polls (or awaits the webhook) and sends until cancelled."""

    def __init__(
        self,
        telegram_bot: Bot,
        *,
        poller: Poller | None,
        sender: Sender,
        webhook: tuple[str, str] | None,
        on_connected: Callable[[str], Awaitable[None]],
    ) -> None:
        """Prepare the line.

        Args:
            poller: None in webhook mode.
            webhook: Address and secret to tell Telegram, in webhook mode.
            on_connected: Is told the bot's username.
        """
        self.telegram_bot = telegram_bot
        self.poller = poller
        self.sender = sender
        self._webhook = webhook
        self._on_connected = on_connected
        self.is_connected = False

    async def run(self) -> None:
        """Raises BadSetting when Telegram refuses the token."""
        await self._connect()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.sender.run())
            if self.poller is not None:
                tasks.create_task(self.poller.run(long_poll_s=LONG_POLL_S))

    async def check(self) -> bool:
        """Whether Telegram answers for this bot now."""
        try:
            await self.telegram_bot.get_me()
        except TelegramError:
            return False
        return True

    async def _connect(self) -> None:
        backoff = 1.0
        while True:
            try:
                await self.telegram_bot.initialize()
                break
            except InvalidToken:
                raise BadSetting(
                    "Telegram does not know the bot's token: "
                    "check TETTPA_TELEGRAM_TOKEN against @BotFather."
                ) from None
            except TelegramError as error:
                log.warning("telegram_unreachable", error=type(error).__name__, again_in_s=backoff)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, MAX_BACKOFF_S)
        await self._on_connected(self.telegram_bot.username)
        self.is_connected = True
        await self._quietly("webhook", self._choose_transport())
        await self._quietly("commands", self._tell_commands())

    async def _choose_transport(self) -> None:
        if self._webhook is None:
            # Telegram refuses polling while a webhook is set.
            await self.telegram_bot.delete_webhook(drop_pending_updates=False)
        else:
            url, secret = self._webhook
            await self.telegram_bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
            )
            log.info("webhook_set")

    async def _tell_commands(self) -> None:
        for language, commands in COMMANDS.items():
            shown = [BotCommand(name, words) for name, words in commands]
            code = {"nb": "no"}.get(language, language)
            await self.telegram_bot.set_my_commands(shown, language_code=code)
        await self.telegram_bot.set_my_commands([BotCommand(n, w) for n, w in COMMANDS["nb"]])

    async def _quietly(self, what: str, call: Awaitable[Any]) -> None:
        try:
            await call
        except TelegramError as error:
            log.warning("telegram_refused", what=what, error=str(error))
