"""Webhooks: pushed in order, with the secret, again until taken."""

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.emulator.conftest import TOKEN
from tests.emulator_process import EmulatorControl


class Endpoint(ThreadingHTTPServer):
    """A bot's webhook that answers with the statuses it was told to, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), EndpointHandler)
        self.statuses: list[int] = []
        self.reply: bytes = b""
        self.received: queue.Queue[tuple[str | None, dict[str, Any]]] = queue.Queue()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class EndpointHandler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        secret = self.headers.get("X-Telegram-Bot-Api-Secret-Token")
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        reply = self.server.reply if status == 200 else b""
        # Before the answer: after it the next update may already be here, in another thread.
        self.server.received.put((secret, body))
        self.send_response(status)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep test output clean."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def received(endpoint: Endpoint, count: int) -> list[str]:
    return [endpoint.received.get(timeout=15)[1]["message"]["text"] for _ in range(count)]


def test_updates_are_pushed_in_order_with_the_secret(
    emulator: EmulatorControl, amina: int, endpoint: Endpoint
) -> None:
    emulator.call(TOKEN, "setWebhook", url=endpoint.url, secret_token="sample-secret")

    for text in ("en", "to", "tre"):
        emulator.text(amina, text)

    secret, body = endpoint.received.get(timeout=15)
    assert secret == "sample-secret"
    assert body["message"]["text"] == "en"
    assert received(endpoint, 2) == ["to", "tre"]


def test_an_update_comes_again_until_it_is_taken_and_holds_back_the_next(
    emulator: EmulatorControl, amina: int, endpoint: Endpoint
) -> None:
    endpoint.statuses = [500]
    emulator.call(TOKEN, "setWebhook", url=endpoint.url)

    emulator.text(amina, "en")
    emulator.text(amina, "to")

    assert received(endpoint, 3) == ["en", "en", "to"]
    info = emulator.call(TOKEN, "getWebhookInfo")["result"]
    assert info["last_error_message"].startswith("Wrong response from the webhook: 500")


def test_an_update_is_pending_until_a_webhook_takes_it(
    emulator: EmulatorControl, amina: int, endpoint: Endpoint
) -> None:
    endpoint.statuses = [500] * 3  # the third try comes two seconds after the second
    emulator.call(TOKEN, "setWebhook", url=endpoint.url)

    emulator.text(amina, "en")
    received(endpoint, 2)
    (refused,) = emulator.get("bots")

    assert refused["pending_updates"] == 1


def test_polling_is_refused_while_a_webhook_is_set(
    emulator: EmulatorControl, amina: int, endpoint: Endpoint
) -> None:
    emulator.call(TOKEN, "setWebhook", url=endpoint.url)

    refused = emulator.call(TOKEN, "getUpdates")
    emulator.call(TOKEN, "deleteWebhook", drop_pending_updates=True)

    assert refused["error_code"] == 409
    assert "while webhook is active" in refused["description"]
    assert emulator.call(TOKEN, "getUpdates")["result"] == []


def test_a_method_in_the_webhooks_answer_is_performed(
    emulator: EmulatorControl, amina: int, endpoint: Endpoint
) -> None:
    reply = {"method": "sendMessage", "chat_id": amina, "text": "Svar"}
    endpoint.reply = json.dumps(reply).encode()
    emulator.call(TOKEN, "setWebhook", url=endpoint.url)
    rev = emulator.get("state")["rev"]

    emulator.text(amina, "Hei")

    for _ in range(10):
        if emulator.texts(amina):
            break
        rev = emulator.get("state", since=rev)["rev"]
    assert emulator.texts(amina) == ["Svar"]


def test_plain_http_is_taken_for_this_machine_only(emulator: EmulatorControl) -> None:
    far = emulator.call(TOKEN, "setWebhook", url="http://example.org/hook")
    bad_secret = emulator.call(TOKEN, "setWebhook", url="https://example.org/", secret_token="å")

    assert far["description"] == (
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    )
    assert "unallowed characters" in bad_secret["description"]
