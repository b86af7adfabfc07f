"""One Bot of python-telegram-bot per office, with a connection pool of its own for sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from telegram import Bot, TelegramObject
from telegram.request import RequestData

from bot.delivery.aiohttp_request import AiohttpRequest

SENDING_CONNECTIONS = 32
CONNECT_S = 5.0
ANSWER_S = 20.0


class PlainForm:
    """What `RequestData` is for a call without files, at a tenth of its cost."""

    contains_files = False

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    @classmethod
    def of(cls, parameters: Mapping[str, object]) -> PlainForm | None:
        """The parameters as a form, or None where the library has to look at them itself."""
        fields = {}
        for name, value in parameters.items():
            if value is None:
                continue
            if type(value) in (int, float) or isinstance(value, str):
                fields[name] = str(value)
            elif isinstance(value, TelegramObject):
                fields[name] = value.to_json()
            else:
                return None
        return cls(fields)

    def url_encoded_parameters(self) -> str:
        return urlencode(self._fields)


class TelegramBot(Bot):
    """PTB's Bot, with answers as plain JSON where only their acceptance matters.

    PTB builds objects of every answer and raises when a field is missing, though the message was
    accepted: with servers other than Telegram's own that would count as unknown, and come twice.
    """

    __slots__ = ()

    async def call(self, method: str, **parameters: object) -> Any:
        """Return the answer's `result`, or None when it has none. Raises TelegramError."""
        plain = PlainForm.of(parameters)
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
