"""The door before Telegram: open it passes everything on, shut it refuses whoever connects."""

import contextlib
import http.server
import threading
from collections.abc import Iterator

import httpx
import pytest

from benchmarks.faults.shut_door import Door


class _Hello(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def door() -> Iterator[Door]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hello) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        door = Door(f"http://127.0.0.1:{server.server_address[1]}")
        with contextlib.closing(door):
            yield door
        server.shutdown()
        serving.join()


def _ask(door: Door) -> str:
    return httpx.get(door.url, trust_env=False, timeout=5).text


def test_an_open_door_passes_on_what_is_asked_and_answered(door: Door) -> None:
    answer = _ask(door)

    assert answer == "hello"


def test_nothing_connects_while_it_is_shut_and_all_is_well_after(door: Door) -> None:
    with door.shut(), pytest.raises(httpx.ConnectError):
        _ask(door)
    answer = _ask(door)

    assert answer == "hello"


def test_a_line_that_was_open_ends_when_it_is_shut(door: Door) -> None:
    with httpx.Client(trust_env=False, timeout=5) as line:
        line.get(door.url)

        with door.shut(), pytest.raises(httpx.ConnectError):
            line.get(door.url)
