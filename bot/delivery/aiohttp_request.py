"""The transport python-telegram-bot calls Telegram through, on aiohttp: one pool of connections."""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import orjson
from telegram import TelegramObject
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

# Shorter than the patience of any server we meet (uvicorn's 5 s is the shortest): a POST on a
# connection the server is just closing may have been accepted, and then nobody knows.
KEEP_ALIVE_S = 4.0

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
# As browsers do it. Telegram shows a file's name as it stands in the header, so only what would
# end the header is escaped; aiohttp's own way would show "%C3%A5" for "å".
_UNSAFE_IN_NAMES = {code: f"%{code:02X}" for code in (*range(0x20), ord('"'), 0x7F)}


class PlainCall:
    """What `RequestData` is for a call without files, at a twentieth of its cost: a JSON object."""

    contains_files = False

    def __init__(self, body: bytes) -> None:
        self.body = body

    @classmethod
    def of(cls, parameters: Mapping[str, object]) -> PlainCall | None:
        """The parameters as one object, or None where the library has to look at them itself."""
        fields: dict[str, object] = {}
        for name, value in parameters.items():
            if value is None:
                continue
            if type(value) in (int, float) or isinstance(value, str):
                fields[name] = value
            elif isinstance(value, TelegramObject):
                fields[name] = value.to_json()
            else:
                return None
        return cls(orjson.dumps(fields))


class AiohttpRequest(BaseRequest):
    """A request backend in place of `HTTPXRequest`, with the same time limits and errors.

    Errors come as `TimedOut` or `NetworkError` with aiohttp's own as `__cause__`, which
    `outcomes.py` reads. No request is ever made twice, no redirect followed, no proxy used.
    """

    def __init__(
        self,
        *,
        connection_pool_size: int,
        connect_timeout: float | None = 5.0,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        media_write_timeout: float | None = 20.0,
        pool_timeout: float | None = 1.0,
    ) -> None:
        """Open nothing yet: that needs a running event loop (`initialize`).

        Time limits are in seconds, None being none. `read_timeout` is the longest silence while
        an answer is awaited. All of them together also bound the whole request, so that an answer
        that only drips ends too. Waiting for a free connection may use up what connecting left.
        """
        self._pool_size = connection_pool_size
        self._connect_s = connect_timeout
        self._read_s = read_timeout
        self._write_s = write_timeout
        self._media_write_s = media_write_timeout
        self._pool_s = pool_timeout
        self._http: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """In seconds, where a call does not say otherwise."""
        return self._read_s

    async def initialize(self) -> None:
        """Open the pool; does nothing when it is open."""
        if self._http is not None and not self._http.closed:
            return
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size, keepalive_timeout=KEEP_ALIVE_S, ssl=trusted()
            ),
            headers={"User-Agent": self.USER_AGENT},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            version=aiohttp.HttpVersion11,
        )

    async def shutdown(self) -> None:
        """Close every connection; what is under way ends with an error."""
        if self._http is not None:
            closing, self._http = self._http, None
            await closing.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request; return the status and the whole answer."""
        if self._http is None:
            raise RuntimeError("This request backend is not open: call initialize() first.")
        has_files = request_data is not None and request_data.contains_files
        body, headers = (None, None) if request_data is None else _body(request_data)
        read_s = _chosen(read_timeout, self._read_s)
        connect_s = _chosen(connect_timeout, self._connect_s)
        pool_s = _chosen(pool_timeout, self._pool_s)
        write_s = _chosen(write_timeout, self._media_write_s if has_files else self._write_s)
        try:
            async with (
                asyncio.timeout(_together(pool_s, connect_s, write_s, read_s)),
                self._http.request(
                    method,
                    url,
                    data=body,
                    headers=headers,
                    timeout=_limits(_together(pool_s, connect_s), connect_s, read_s),
                    # A redirect would send a message a second time.
                    allow_redirects=False,
                ) as answer,
            ):
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # The name alone: some of aiohttp's texts hold the address, and with it the token.
            raise NetworkError(f"aiohttp.{type(error).__name__}") from error

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. Raises TelegramError, and unlike the library logs no participant's words."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            # orjson wants clean UTF-8; the library forgives a broken character in an answer.
            try:
                answer = json.loads(payload.decode(errors="replace"))
            except ValueError:
                raise TelegramError("Invalid server response") from None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that all lines trust; read once, for each reading keeps a megabyte."""
    return httpx.create_ssl_context()


@cache
def _limits(
    pool_s: float | None, connect_s: float | None, read_s: float | None
) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None, connect=pool_s, sock_connect=connect_s, sock_read=read_s
    )


def _chosen(given: ODVInput[float], default: float | None) -> float | None:
    if given is None or isinstance(given, int | float):
        return given
    return default


def _together(*limits: float | None) -> float | None:
    """The sum of limits; none when one of them is none."""
    known = [limit for limit in limits if limit is not None]
    return sum(known) if len(known) == len(limits) else None


def _body(
    request_data: RequestData | PlainCall,
) -> tuple[bytes | aiohttp.FormData, Mapping[str, str] | None]:
    """What is sent, and the headers that say what it is."""
    if isinstance(request_data, PlainCall):
        return request_data.body, _JSON
    if not request_data.contains_files:
        return request_data.url_encoded_parameters().encode(), _FORM
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        form.add_field(
            name,
            # As a file, so that aiohttp writes it piece by piece.
            io.BytesIO(content) if isinstance(content, bytes) else content,
            filename=filename.translate(_UNSAFE_IN_NAMES),
            content_type=content_type,
        )
    return form, None
