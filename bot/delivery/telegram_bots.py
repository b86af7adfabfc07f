"""One Bot of python-telegram-bot per office, with a connection pool of its own for sending."""

from __future__ import annotations

from typing import Any, cast

from telegram import Bot
from telegram.request import RequestData

from bot.delivery.aiohttp_request import AiohttpRequest, PlainCall

SENDING_CONNECTIONS = 32
CONNECT_S = 5.0
ANSWER_S = 20.0


class TelegramBot(Bot):
    """PTB's Bot, with answers as plain JSON where only their acceptance matters.

    PTB builds objects of every answer and raises when a field is missing, though the message was
    accepted: with servers other than Telegram's own that would count as unknown, and come twice.
    """

    __slots__ = ()

    async def call(self, method: str, **parameters: object) -> Any:
        """Return the answer's `result`, or None when it has none. Raises TelegramError."""
        plain = PlainCall.of(parameters)
        try:
            if plain is None:
                return await self._post(method, parameters)
            return await self.request.post(
                f"{self.base_url}/{method}", request_data=cast(RequestData, plain)
            )
        except KeyError:  # accepted, and nothing said about it
            return None


def make_telegram_bot(token: str, *, api_url: str) -> TelegramBot:
    """A Bot for sending; updates come by our own poller, never through it."""
    request = AiohttpRequest(
        connection_pool_size=SENDING_CONNECTIONS,
        connect_timeout=CONNECT_S,
        read_timeout=ANSWER_S,
        write_timeout=ANSWER_S,
        media_write_timeout=ANSWER_S,
        pool_timeout=CONNECT_S,
    )
    return TelegramBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=AiohttpRequest(connection_pool_size=1),
    )
