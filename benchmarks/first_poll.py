"""A Bot API server for any number of bots that have nothing to say, and the program beside it.

It tells when the first poll came after the program's start, and what the program keeps in memory.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN_S = 120.0
POLL_S = 5.0
SETTLE_S = 4.0  # the first ticks, the heartbeat and what start-up left to be collected
SECRET_KEY = "a sample secret key of the benchmark"
TOKEN = "100200300:sample-token-of-the-benchmark-bot-0"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.first_poll = threading.Event()
        self.polled_at = 0.0
        self.polling: set[str] = set()
        self.enough = threading.Event()
        self.wanted = 1

    def polled(self, bot: str) -> None:
        self.polled_at = self.polled_at or time.perf_counter()
        self.first_poll.set()
        self.polling.add(bot)
        if len(self.polling) >= self.wanted:
            self.enough.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        _, bot, method = self.path.partition("?")[0].split("/", 2)
        result: object = True
        if method == "getUpdates":
            self.server.polled(bot)
            time.sleep(POLL_S)  # as Telegram does while nothing comes
            result = []
        elif method == "getMe":
            number = int(bot.removeprefix("bot").partition(":")[0])
            name = f"sample{number}_bot"
            result = {"id": number, "is_bot": True, "first_name": "Sample", "username": name}
        body = json.dumps({"ok": True, "result": result}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def handle(self) -> None:
        with suppress(ConnectionError):  # the program ended while a poll of its was waiting
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the program: seconds to its first poll, and bytes it holds when at rest."""

    first_poll_s: float
    at_rest_bytes: int


def start_once(database_url: str, folder: Path, *, bots: int = 1) -> Start:
    """Run the program until all its bots poll and it has come to rest."""
    server = _Server()
    server.wanted = bots
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        began = time.perf_counter()
        with _program(database_url, f"http://127.0.0.1:{server.server_port}", folder) as process:
            deadline = began + START_WITHIN_S
            while not server.enough.wait(0.2):
                if process.poll() is not None or time.perf_counter() > deadline:
                    raise RuntimeError(f"No poll came:\n{(folder / 'log').read_text()[-2000:]}")
            time.sleep(SETTLE_S)  # at rest means: some while after the last thing it did
            return Start(server.polled_at - began, resident_bytes(process.pid))
    finally:
        server.shutdown()
        server.server_close()


def resident_bytes(pid: int) -> int:
    """What of the process is in memory now (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Of the program and its commands."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TETTPA_")}
    settings = {"TETTPA_DATABASE_URL": database_url, "TETTPA_SECRET_KEY": SECRET_KEY}
    return kept | {"PYTHONPATH": str(ROOT)} | settings | more


def tettpa(database_url: str, *arguments: str) -> float:
    """Run a command to its end; how many seconds it took."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        env=environment(database_url),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


@contextmanager
def _program(database_url: str, api_url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = environment(
        database_url,
        TETTPA_TELEGRAM_TOKEN=TOKEN,
        TETTPA_TELEGRAM_API_URL=api_url,
        TETTPA_PORT=str(port),
        TETTPA_CONSOLE_URL=f"http://127.0.0.1:{port}",
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"], env=settings, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
