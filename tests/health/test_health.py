"""Live, ready, and the heartbeat that is only there when all of the work is done."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot import health as health_module
from bot.config import load_settings
from bot.domain.errors import BadSetting, StorageUnavailable
from bot.scheduling.clock_guard import ClockState
from tests.health.conftest import Process, SampleLine, a_process, asking, without_content
from tests.real_office import OFFICE, RealOffice

ALL_CHECKS = {"database", "content", "sweep", "telegram", "clock"}


async def test_a_process_whose_work_is_done_is_live_and_ready(asker: httpx.AsyncClient) -> None:
    live = await asker.get("/healthz")
    ready = await asker.get("/healthz/ready")

    assert (live.status_code, live.json()["live"], live.json()["failing"]) == (200, True, [])
    assert (ready.status_code, ready.json()["ready"], ready.json()["failing"]) == (200, True, [])
    assert set(ready.json()["checks"]) == ALL_CHECKS
    assert ready.headers["cache-control"] == "no-store"


async def test_a_late_sweep_is_named_and_the_process_is_live_all_the_same(
    process: Process, asker: httpx.AsyncClient
) -> None:
    process.go_on(31)

    ready = await asker.get("/healthz/ready")
    live = await asker.get("/healthz")

    assert (ready.status_code, ready.json()["failing"]) == (503, ["sweep"])
    assert live.status_code == 200


async def test_each_check_is_named_when_it_fails(
    process: Process, asker: httpx.AsyncClient
) -> None:
    process.line.is_connected = False
    process.ticker.clock_state = ClockState.BEHIND
    without_content(process.office)

    ready = await asker.get("/healthz/ready")

    assert ready.json()["failing"] == ["content", "telegram", "clock"]


async def test_a_database_that_fails_is_named_instead_of_an_error(
    process: Process, asker: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise StorageUnavailable("The database is away.")

    monkeypatch.setattr(process.office.storage, "read", fail)

    ready = await asker.get("/healthz/ready")

    assert ready.status_code == 503
    assert "database" in ready.json()["failing"]


async def test_a_database_that_hangs_is_asked_once_however_many_wait(
    sqlite_office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    hanging = asyncio.Event()

    async def hang(*_: Any) -> bool:
        asked.append(1)
        await hanging.wait()
        return True

    monkeypatch.setattr(health_module, "DATABASE_ANSWERS_WITHIN_S", 0.05)
    monkeypatch.setattr(sqlite_office.storage, "read", hang)
    process = a_process(sqlite_office)
    async with asking(process) as client:
        first = await asyncio.gather(*(client.get("/healthz/ready") for _ in range(5)))
        hanging.set()
        later = await client.get("/healthz/ready")

    assert {answer.status_code for answer in first} == {503}
    assert later.status_code == 200
    assert len(asked) == 1


async def test_a_process_that_stands_by_is_live_and_not_ready(
    process: Process, asker: httpx.AsyncClient
) -> None:
    process.lines.clear()
    process.ticker.last_sweep = None

    assert (await asker.get("/healthz")).status_code == 200
    assert (await asker.get("/healthz/ready")).json()["failing"] == ["sweep", "telegram"]


async def test_one_offices_refused_token_does_not_hide_how_the_others_are(
    process: Process, asker: httpx.AsyncClient
) -> None:
    process.lines[2] = SampleLine(is_connected=False, is_refused=True)
    process.works()

    await process.health.beat()

    assert (await asker.get("/healthz/ready")).status_code == 200
    assert process.health.vitals().heartbeats == 1
    assert process.health.vitals().is_connected == {OFFICE: True, 2: False}


async def test_a_loop_that_stopped_turning_is_not_live(
    sqlite_office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "PULSE_S", 0.0)
    process = a_process(sqlite_office)
    pulse = asyncio.create_task(process.health.pulse())
    for _ in range(5):
        await asyncio.sleep(0)
    pulse.cancel()

    before = process.health.live()
    process.go_on(11)
    after = process.health.live()

    assert before.is_well
    assert after.failing == ["loop"]


async def test_a_heartbeat_is_logged_when_sweep_send_and_telegram_succeeded(
    process: Process,
) -> None:
    with capture_logs() as logs:
        await process.health.beat()

    assert [line["event"] for line in logs] == ["heartbeat"]
    assert process.health.vitals().heartbeats == 1
    assert process.health.vitals().heartbeat_age_s == 0.0


@pytest.mark.parametrize("what", ["sweep", "send", "telegram"])
async def test_no_heartbeat_when_one_of_the_three_fails(
    sqlite_office: RealOffice, what: str
) -> None:
    process = a_process(sqlite_office)
    if what == "sweep":
        process.ticker.last_sweep = None
    elif what == "send":
        process.line.sender.last_turn = process.stopwatch() - 31
    else:
        process.line.answers = False

    with capture_logs() as logs:
        await process.health.beat()

    assert [(line["event"], line["failing"]) for line in logs] == [("no_heartbeat", [what])]
    assert process.health.vitals().heartbeats == 0


async def test_once_telegram_does_not_answer_the_process_is_not_ready(
    process: Process, asker: httpx.AsyncClient
) -> None:
    process.line.answers = False
    await process.health.beat()
    silent = await asker.get("/healthz/ready")
    process.line.answers = True
    await process.health.beat()
    again = await asker.get("/healthz/ready")

    assert silent.json()["failing"] == ["telegram"]
    assert again.status_code == 200


async def test_a_line_that_takes_anothers_place_is_not_judged_by_what_that_one_answered(
    process: Process, asker: httpx.AsyncClient
) -> None:
    process.line.answers = False
    await process.health.beat()

    process.lines[OFFICE] = SampleLine()

    assert (await asker.get("/healthz/ready")).status_code == 200


class Watch:
    """An outside watch on this machine; `status` is what it answers."""

    def __init__(self) -> None:
        self.pings: list[str] = []
        self.status = 200
        watch = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watch.pings.append(self.path)
                self.send_response(watch.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/ping/sample-secret"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.stop()


async def test_the_outside_watch_is_pinged_with_a_heartbeat_and_only_then(
    sqlite_office: RealOffice, watch: Watch
) -> None:
    process = a_process(sqlite_office, heartbeat_url=watch.url)

    process.line.answers = False
    await process.health.beat()
    without = list(watch.pings)
    process.line.answers = True
    await process.health.beat()

    assert without == []
    assert watch.pings == ["/ping/sample-secret"]


async def test_a_watch_that_refuses_is_logged_without_its_address(
    sqlite_office: RealOffice, watch: Watch
) -> None:
    watch.status = 500
    process = a_process(sqlite_office, heartbeat_url=watch.url)

    with capture_logs() as logs:
        await process.health.beat()

    assert [line["event"] for line in logs] == ["heartbeat", "heartbeat_ping_refused"]
    assert "sample-secret" not in str(logs)


async def test_a_watch_that_is_away_is_logged_and_the_heartbeat_counts(
    sqlite_office: RealOffice,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/ping/sample-secret"
        process = a_process(sqlite_office, heartbeat_url=url)

        with capture_logs() as logs:
            await process.health.beat()

    assert [line["event"] for line in logs] == ["heartbeat", "heartbeat_ping_failed"]
    assert "sample-secret" not in str(logs)
    assert process.health.vitals().heartbeats == 1


@pytest.mark.parametrize(
    "address",
    ["http://watch.example/ping", "ftp://127.0.0.1/ping", "watch.example/ping", "https://"],
)
def test_a_heartbeat_address_that_is_not_enciphered_is_refused(address: str) -> None:
    with pytest.raises(BadSetting, match="TETTPA_HEARTBEAT_URL"):
        load_settings(env_file=None, heartbeat_url=address)


@pytest.mark.parametrize(
    "address", ["https://watch.example/ping", "http://127.0.0.1:8000/x", "http://[::1]:8000/x"]
)
def test_a_heartbeat_address_may_be_https_or_on_this_machine(address: str) -> None:
    assert load_settings(env_file=None, heartbeat_url=address).heartbeat_url == address
