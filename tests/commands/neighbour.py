"""A small server on loopback: the clock that CLOCK_URL names, and a Telegram that knows one bot."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "123456:sample-token-of-nobody"
MONDAY_MORNING = "2026-11-23T08:00:00Z"  # 09:00 in Oslo


class Neighbour(ThreadingHTTPServer):
    """`now` is what the clock says, `bot_name` who the bot is; tests change both."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.now: object = MONDAY_MORNING
        self.bot_name = "sample_bot"
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Neighbour)
        server.asked.append(self.path)
        if self.path == "/clock":
            self._answer(200, {"now": server.now})
        elif self.path == f"/bot{TOKEN}/getMe":
            self._answer(200, {"ok": True, "result": {"username": server.bot_name}})
        else:
            self._answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running_neighbour() -> Iterator[Neighbour]:
    with Neighbour() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
