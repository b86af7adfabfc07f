"""What every fault on the way to Telegram becomes on the aiohttp backend: not sent, or unknown."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InputFile
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.delivery.outcomes import Meaning, failure_of
from bot.delivery.telegram_bots import make_telegram_bot
from tests.delivery.faulty_server import (
    GOOD,
    SOON_S,
    Answer,
    Connection,
    FaultyServer,
    close_at_once,
    closed_port,
    cut_at_once,
    cut_in_the_body,
    cut_in_the_head,
    drip,
    faulty_server,
    full_listener,
    good,
    huge_header,
    never,
    reset_in_the_body,
    serving,
    stop_in_the_body,
    talk_nonsense,
)
from tests.delivery.request_backends import post, request_backend
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, TOKEN


async def error_of(reply: Answer, **limits: Any) -> TelegramError:
    """What one request to a server with this answer fails with."""
    async with faulty_server(reply) as server, request_backend(**limits) as backend:
        with pytest.raises(TelegramError) as caught:
            await post(backend, server.url, text="Hei")
        assert len(server.requests) == 1
        return caught.value


@pytest.fixture
async def telegram_bot(emulator: EmulatorControl) -> AsyncIterator[Bot]:
    async with make_telegram_bot(TOKEN, api_url=emulator.api_url) as made:
        yield made


# What never left


async def test_a_refused_connection_means_not_sent() -> None:
    async with request_backend() as backend:
        with pytest.raises(NetworkError) as caught:
            await post(backend, closed_port())

    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorError)
    assert not isinstance(caught.value, TimedOut)
    assert failure_of(caught.value).meaning is Meaning.NOT_SENT


async def test_a_connection_that_takes_too_long_means_not_sent() -> None:
    async with request_backend(connect_timeout=SOON_S, pool_timeout=None) as backend:
        with full_listener() as url, pytest.raises(TimedOut) as caught:
            await post(backend, url)

    assert isinstance(caught.value.__cause__, aiohttp.ConnectionTimeoutError)
    assert failure_of(caught.value).meaning is Meaning.NOT_SENT


class WithoutTls(FaultyServer):
    """Answers whatever comes in plain words."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        await Connection(reader, writer).answer(400, b"no TLS here")
        writer.close()


async def test_a_server_that_speaks_no_tls_means_not_sent() -> None:
    async with serving(WithoutTls(good)) as server, request_backend() as backend:
        with pytest.raises(NetworkError) as caught:
            await post(backend, server.url.replace("http:", "https:"))

    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorSSLError)
    assert failure_of(caught.value).meaning is Meaning.NOT_SENT


async def test_a_full_pool_means_not_sent_and_leaves_the_others_alone() -> None:
    asked, open_up = asyncio.Event(), asyncio.Event()

    async def answer_later(connection: Connection, _: bytes) -> None:
        asked.set()
        await open_up.wait()
        await connection.answer(200, GOOD)

    limits = {"connection_pool_size": 1, "connect_timeout": SOON_S, "pool_timeout": SOON_S}
    async with faulty_server(answer_later) as server, request_backend(**limits) as backend:
        first = asyncio.create_task(post(backend, server.url))
        await asked.wait()
        with pytest.raises(TimedOut) as caught:
            await post(backend, server.url)
        open_up.set()

        assert failure_of(caught.value).meaning is Meaning.NOT_SENT
        assert await first is True
        assert len(server.requests) == 1


# What may have been accepted


@pytest.mark.parametrize(
    ("reply", "kind", "cause"),
    [
        pytest.param(never, TimedOut, aiohttp.SocketTimeoutError, id="no answer"),
        pytest.param(stop_in_the_body, TimedOut, aiohttp.SocketTimeoutError, id="half an answer"),
        pytest.param(cut_at_once, NetworkError, aiohttp.ClientError, id="aborted"),
        pytest.param(close_at_once, NetworkError, aiohttp.ServerDisconnectedError, id="closed"),
        pytest.param(cut_in_the_head, NetworkError, aiohttp.ClientError, id="closed in the head"),
        pytest.param(cut_in_the_body, NetworkError, aiohttp.ClientError, id="closed in the body"),
        pytest.param(reset_in_the_body, NetworkError, aiohttp.ClientError, id="reset in the body"),
        pytest.param(talk_nonsense, NetworkError, aiohttp.ClientResponseError, id="no HTTP"),
        pytest.param(huge_header, NetworkError, aiohttp.ClientResponseError, id="huge header"),
    ],
)
async def test_whatever_happens_after_sending_means_unknown_and_is_sent_once(
    reply: Answer, kind: type[TelegramError], cause: type[Exception]
) -> None:
    error = await error_of(reply, read_timeout=SOON_S)

    assert type(error) is kind
    assert isinstance(error.__cause__, cause)
    assert "sample" not in str(error), "an error's words must not hold the token"
    assert failure_of(error).meaning is Meaning.UNKNOWN


async def test_an_answer_that_only_drips_ends_too() -> None:
    error = await error_of(
        drip, read_timeout=SOON_S, connect_timeout=SOON_S, write_timeout=SOON_S, pool_timeout=SOON_S
    )

    assert isinstance(error, TimedOut)
    assert failure_of(error).meaning is Meaning.UNKNOWN


class Deaf(FaultyServer):
    """Reads nothing until `listens`, then to the end."""

    def __init__(self, reply: Answer) -> None:
        super().__init__(reply)
        self.listens, self.heard_all = asyncio.Event(), asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.listens.wait()
        while await reader.read(1_000_000):
            pass
        writer.close()
        self.heard_all.set()


async def test_an_upload_nobody_reads_ends_too() -> None:
    limits = dict.fromkeys(("read_timeout", "connect_timeout", "pool_timeout"), SOON_S)
    async with (
        serving(Deaf(good)) as server,
        request_backend(**limits, media_write_timeout=SOON_S) as backend,
    ):
        bot = Bot("1:sample", base_url=f"{server.url}/bot", request=backend)
        file = InputFile(b"x" * 20_000_000, filename="big.bin")
        with pytest.raises(TimedOut) as caught:
            await bot._post("sendDocument", {"chat_id": 7, "document": file})
        server.listens.set()
        await server.heard_all.wait()

    assert failure_of(caught.value).meaning is Meaning.UNKNOWN


async def test_a_redirect_is_not_followed() -> None:
    async def send_elsewhere(connection: Connection, _: bytes) -> None:
        await connection.answer(307, b"", "Location: /bot1:sample/elsewhere")

    error = await error_of(send_elsewhere)

    assert failure_of(error).meaning is Meaning.UNKNOWN


async def test_a_post_on_a_kept_connection_that_dies_is_not_sent_again() -> None:
    async def answer_once(connection: Connection, request: bytes) -> None:
        if b"first" in request:
            await connection.answer(200, GOOD)
        else:
            connection.writer.close()

    async with faulty_server(answer_once) as server, request_backend() as backend:
        await post(backend, server.url, text="first")
        with pytest.raises(NetworkError) as caught:
            await post(backend, server.url, text="second")

    assert isinstance(caught.value.__cause__, aiohttp.ServerDisconnectedError)
    assert failure_of(caught.value).meaning is Meaning.UNKNOWN
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("fault", "meaning", "is_shown"),
    [
        pytest.param("disconnect", Meaning.UNKNOWN, False, id="cut"),
        pytest.param("accept_then_disconnect", Meaning.UNKNOWN, True, id="accepted, then cut"),
        pytest.param("500_before", Meaning.UNKNOWN, False, id="500"),
        pytest.param("500_after", Meaning.UNKNOWN, True, id="accepted, then 500"),
        pytest.param("bad_json", Meaning.UNKNOWN, True, id="accepted, half an answer"),
        pytest.param("429", Meaning.FLOOD, False, id="429"),
        pytest.param("blocked", Meaning.GONE, False, id="403"),
        pytest.param("parse_error", Meaning.MARKUP, False, id="400"),
    ],
)
async def test_each_fault_of_the_bot_api_is_told_apart(
    telegram_bot: Bot, emulator: EmulatorControl, fault: str, meaning: Meaning, is_shown: bool
) -> None:
    emulator.fault("sendMessage", fault)

    with pytest.raises(TelegramError) as caught:
        await telegram_bot.send_message(AMINA_CHAT, "Hei")

    assert failure_of(caught.value).meaning is meaning
    assert emulator.texts(AMINA_CHAT) == (["Hei"] if is_shown else [])
    assert len(emulator.requests(method="sendMessage")) == 1


async def test_a_429_tells_how_long_to_wait() -> None:
    async def refuse(connection: Connection, _: bytes) -> None:
        body = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 7}}
        await connection.answer(429, json.dumps(body).encode())

    error = await error_of(refuse)

    assert isinstance(error, RetryAfter)
    assert error._retry_after.total_seconds() == 7


async def test_a_500_without_json_means_unknown() -> None:
    async def fail(connection: Connection, _: bytes) -> None:
        await connection.answer(500, b"<h1>Internal Server Error</h1>")

    assert failure_of(await error_of(fail)).meaning is Meaning.UNKNOWN
