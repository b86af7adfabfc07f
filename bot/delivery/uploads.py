"""Fetches files that participants sent, from Telegram, piece by piece; nothing of them is kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.delivery.aiohttp_request import trusted
from bot.domain.errors import DeliveryFailed, NotFound
from bot.domain.uploads import MAX_BYTES

PIECE_BYTES = 64 * 1024
_LIMITS = aiohttp.ClientTimeout(total=120, sock_connect=5, sock_read=20)

TokenOf = Callable[[int], Awaitable[str | None]]


class TelegramUploads:
    """An `UploadSource` for every office; `token_of` gives an office's bot token."""

    def __init__(self, api_url: str, token_of: TokenOf) -> None:
        self._api_url = api_url
        self._token_of = token_of

    async def open(self, office_id: int, file_id: str) -> AsyncIterator[bytes]:
        """See `UploadSource.open`."""
        token = await self._token_of(office_id)
        if not token:
            raise DeliveryFailed("This office has no bot.", permanent=True)
        pieces = _pieces(self._api_url, token, file_id)
        # Its first piece is the go-ahead: until then a refusal can still become a page.
        await anext(pieces)
        return pieces


async def _pieces(api_url: str, token: str, file_id: str) -> AsyncGenerator[bytes, None]:
    try:
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusted()),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_LIMITS,
            trust_env=False,
        ) as http:
            path = await _path_of(http, f"{api_url}/bot{token}/getFile", file_id)
            address = f"{api_url}/file/bot{token}/{quote(path)}"
            async with http.get(address, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise _refusal(answer.status)
                yield b""
                so_far = 0
                async for piece in answer.content.iter_chunked(PIECE_BYTES):
                    so_far += len(piece)
                    if so_far > MAX_BYTES:
                        raise DeliveryFailed("Telegram sends more than it may.", permanent=True)
                    yield piece
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        # Its name alone, and no cause: some of these texts hold the address, and so the token.
        name = type(error).__name__
        raise DeliveryFailed(
            f"Telegram did not hand the file out: {name}.", permanent=False
        ) from None


async def _path_of(http: aiohttp.ClientSession, address: str, file_id: str) -> str:
    async with http.post(address, data={"file_id": file_id}, allow_redirects=False) as answer:
        try:
            said: Any = await answer.json(content_type=None)
        except ValueError:
            raise DeliveryFailed("Telegram answers nonsense.", permanent=False) from None
    found = said.get("result") if isinstance(said, dict) else None
    path = found.get("file_path") if isinstance(found, dict) else None
    if answer.status != 200 or not isinstance(path, str):
        raise _refusal(answer.status)
    return path


def _refusal(status: int) -> Exception:
    """Telegram says 400 to a file it no longer has, and 404 where its own copy is gone."""
    if status in (400, 404):
        return NotFound("Telegram does not give this file out.")
    return DeliveryFailed(f"Telegram did not hand the file out: {status}.", permanent=False)
