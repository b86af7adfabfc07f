"""The request backend on aiohttp: what it sends, how it reads answers, how it begins and ends."""

import asyncio
import gc
import json
import logging
import socket
import subprocess
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMediaDocument
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.delivery.aiohttp_request import AiohttpRequest
from bot.delivery.outcomes import Meaning, failure_of
from bot.delivery.telegram_bots import make_telegram_bot
from tests.delivery.faulty_server import (
    SOON_S,
    Connection,
    closed_port,
    faulty_server,
    good,
    never,
)
from tests.delivery.request_backends import post, request_backend
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, TOKEN

GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


@pytest.fixture
async def telegram_bot(emulator: EmulatorControl) -> AsyncIterator[Bot]:
    async with make_telegram_bot(TOKEN, api_url=emulator.api_url) as made:
        yield made


# What is sent


async def test_a_message_with_buttons_and_letters_of_every_kind_arrives(
    telegram_bot: Bot, emulator: EmulatorControl
) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Blåbær & 🫐", callback_data="v1:1:a")]])

    sent = await telegram_bot.send_message(
        AMINA_CHAT, "Hei på deg + 100 % 🌱", reply_markup=buttons
    )

    (shown,) = (m for m in emulator.phone(AMINA_CHAT)["messages"] if m["from"] == "bot")
    assert sent.text == shown["text"] == "Hei på deg + 100 % 🌱"
    assert "Blåbær & 🫐" in json.dumps(shown, ensure_ascii=False)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("søknad på jobb – 求職.ics", id="letters of other alphabets"),
        pytest.param("plain.ics", id="plain"),
    ],
)
async def test_a_document_keeps_its_name_and_its_bytes(
    telegram_bot: Bot, emulator: EmulatorControl, name: str
) -> None:
    content = bytes(range(256)) * 16

    sent = await telegram_bot.send_document(
        AMINA_CHAT, InputFile(content, filename=name), caption="Værsågod 🌱"
    )

    assert sent.document is not None
    assert (sent.document.file_name, sent.caption) == (name, "Værsågod 🌱")
    file = await telegram_bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == content


async def test_no_file_name_reaches_into_the_request(telegram_bot: Bot) -> None:
    name = 'a"; name="chat_id"\r\n\r\n7\r\n.ics'

    sent = await telegram_bot.send_document(AMINA_CHAT, InputFile(b"x", filename=name))

    assert sent.chat.id == AMINA_CHAT
    assert sent.document is not None
    assert sent.document.file_name == "a%22; name=%22chat_id%22%0D%0A%0D%0A7%0D%0A.ics"


async def test_a_photo_arrives(telegram_bot: Bot) -> None:
    sent = await telegram_bot.send_photo(AMINA_CHAT, GIF, caption="Hei")

    assert [(size.width, size.height) for size in sent.photo] == [(1, 1)]


async def test_a_file_of_several_megabytes_arrives_whole(telegram_bot: Bot) -> None:
    content = b"0123456789abcdef" * 300_000

    sent = await telegram_bot.send_document(AMINA_CHAT, InputFile(content, filename="big.bin"))

    assert sent.document is not None
    assert sent.document.file_size == len(content)


async def test_files_attached_by_name_are_sent_beside_what_names_them() -> None:
    async with faulty_server(good) as server, request_backend() as backend:
        bot = Bot("1:sample", base_url=f"{server.url}/bot", request=backend)
        media = [
            InputMediaDocument(InputFile(b"first", filename="å.txt", attach=True)),
            InputMediaDocument(InputFile(b"second", filename="ø.txt", attach=True)),
        ]
        await bot._post("sendMediaGroup", {"chat_id": 7, "media": media})

    (request,) = server.requests
    names = [part.partition(b'"')[0] for part in request.split(b"attach://")[1:]]
    assert len(names) == 2
    for name, file_name, content in zip(names, "åø", (b"first", b"second"), strict=True):
        assert b'name="%s"; filename="%s.txt"' % (name, file_name.encode()) in request
        assert b"\r\n\r\n" + content + b"\r\n" in request


async def test_connections_are_kept_without_delay_and_with_our_name() -> None:
    async with faulty_server(good) as server, request_backend() as backend:
        for number in range(5):
            await post(backend, server.url, text=number)
        assert backend._http is not None
        assert backend._http.connector is not None
        (held,) = backend._http.connector._conns.values()
        transport = held[0][0].transport
        assert transport is not None
        client_end = transport.get_extra_info("socket")

        assert client_end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert len(server.connections) == 1
        assert all(b"HTTP/1.1\r\n" in one.partition(b"Host")[0] for one in server.requests)
        assert all(b"User-Agent: python-telegram-bot" in one for one in server.requests)


async def test_no_proxy_of_the_surroundings_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, closed_port())

    async with faulty_server(good) as server, request_backend() as backend:
        assert await post(backend, server.url) is True


# Answers


async def test_a_huge_answer_is_read_whole() -> None:
    text = "blåbær " * 1_000_000

    async def tell_all(connection: Connection, _: bytes) -> None:
        body = json.dumps({"ok": True, "result": text}, ensure_ascii=False)
        await connection.answer(200, body.encode())

    async with faulty_server(tell_all) as server, request_backend() as backend:
        assert await post(backend, server.url) == text


@pytest.mark.parametrize(
    ("payload", "result"),
    [
        pytest.param('{"result": "blåbær"}'.encode(), "blåbær", id="letters"),
        pytest.param(b'{"result": "bl\xe5"}', "bl\N{REPLACEMENT CHARACTER}", id="broken letter"),
        pytest.param(b'{"result": 9007199254740993}', 9007199254740993, id="large number"),
    ],
)
def test_an_answer_is_read(payload: bytes, result: object) -> None:
    assert AiohttpRequest.parse_json_payload(payload)["result"] == result


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"null", b'"hemmelig"', b'{"text":"hemmelig']
)
def test_an_answer_that_is_none_is_refused_without_a_word_in_the_log(
    payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(TelegramError, match="Invalid server"):
        AiohttpRequest.parse_json_payload(payload)

    assert caplog.text == ""


# Beginning and end


async def test_a_cancelled_request_does_not_leave_its_answer_to_the_next() -> None:
    asked, open_up = asyncio.Event(), asyncio.Event()

    async def answer_by_name(connection: Connection, request: bytes) -> None:
        if b"first" in request:
            asked.set()
            await open_up.wait()
            await connection.answer(200, b'{"ok":true,"result":"first"}')
        else:
            open_up.set()
            await connection.answer(200, b'{"ok":true,"result":"second"}')

    limits = {"connection_pool_size": 1}
    async with faulty_server(answer_by_name) as server, request_backend(**limits) as backend:
        first = asyncio.create_task(post(backend, server.url, text="first"))
        await asked.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first

        assert await post(backend, server.url, text="second") == "second"


async def test_what_is_under_way_at_the_shutdown_means_unknown() -> None:
    asked = asyncio.Event()

    async def note(_: Connection, __: bytes) -> None:
        asked.set()
        await asyncio.Event().wait()

    async with faulty_server(note) as server:
        async with request_backend() as backend:
            under_way = asyncio.create_task(post(backend, server.url))
            await asked.wait()
        with pytest.raises(NetworkError) as caught:
            await under_way

    assert failure_of(caught.value).meaning is Meaning.UNKNOWN


async def test_it_opens_twice_closes_twice_and_opens_again() -> None:
    backend = request_backend(read_timeout=7.0)

    async with faulty_server(good) as server:
        await backend.initialize()
        opened = backend._http
        await backend.initialize()
        assert backend._http is opened
        await backend.shutdown()
        await backend.shutdown()
        with pytest.raises(NetworkError, match="not open"):
            await post(backend, server.url)
        await backend.initialize()
        assert await post(backend, server.url) is True
        await backend.shutdown()
    gc.collect()

    assert backend.read_timeout == 7.0


async def test_a_call_may_bring_its_own_time_limits() -> None:
    async with faulty_server(never) as server, request_backend(read_timeout=None) as backend:
        with pytest.raises(TimedOut) as caught:
            await backend.post(server.url, read_timeout=SOON_S)

    assert isinstance(caught.value.__cause__, aiohttp.SocketTimeoutError)


SENDS_ONCE = """
import asyncio, sys
from bot.delivery.telegram_bots import make_telegram_bot

async def main():
    async with make_telegram_bot(sys.argv[1], api_url=sys.argv[2]) as telegram_bot:
        await telegram_bot.send_message(int(sys.argv[3]), "Hei")

asyncio.run(main(), debug=True)
"""


def test_a_process_that_sent_ends_without_a_word(emulator: EmulatorControl) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", SENDS_ONCE, TOKEN, emulator.api_url, str(AMINA_CHAT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert emulator.texts(AMINA_CHAT) == ["Hei"]
