"""One Bot of python-telegram-bot per office, with a connection pool of its own for sending."""

from __future__ import annotations

from telegram import Bot
from telegram.request import HTTPXRequest

SENDING_CONNECTIONS = 32
CONNECT_S = 5.0
ANSWER_S = 20.0


def make_telegram_bot(token: str, *, api_url: str) -> Bot:
    """A Bot for sending; updates come by our own poller, never through it."""
    request = HTTPXRequest(
        connection_pool_size=SENDING_CONNECTIONS,
        connect_timeout=CONNECT_S,
        read_timeout=ANSWER_S,
        write_timeout=ANSWER_S,
        media_write_timeout=ANSWER_S,
        pool_timeout=CONNECT_S,
        http_version="1.1",
    )
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=HTTPXRequest(connection_pool_size=1, http_version="1.1"),
    )
