"""Stepwise winding against a small application that has things due."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulator.conftest import START
from tests.emulator_process import EmulatorControl, start_emulator


class StubApplication(ThreadingHTTPServer):
    """Follows the emulator's clock and notes at which instant it played each thing due."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), RehearsalHandler)
        self.emulator: EmulatorControl | None = None
        self.due: list[datetime] = []
        self.played: list[tuple[datetime, datetime]] = []
        self.follow_up: dict[datetime, datetime] = {}
        self.held = threading.Event()
        self.held.set()
        self.broken = False
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def state(self) -> dict[str, Any]:
        assert self.emulator is not None
        with self.lock:
            now = self.emulator.now()
            while self.held.is_set() and self.due and self.due[0] <= now:
                due = self.due.pop(0)
                self.played.append((due, now))
                if due in self.follow_up:
                    self.due = sorted([*self.due, self.follow_up.pop(due)])
            late = bool(self.due) and self.due[0] <= now
            return {
                "now": now.isoformat(),
                "played_until": (self.due[0] - timedelta(seconds=1) if late else now).isoformat(),
                "next_due_at": self.due[0].isoformat() if self.due else None,
                "idle": not late,
            }


class RehearsalHandler(BaseHTTPRequestHandler):
    server: StubApplication

    def do_GET(self) -> None:
        body = b"" if self.server.broken else json.dumps(self.server.state()).encode()
        self.send_response(500 if self.server.broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep test output clean."""


@contextmanager
def serving(application: StubApplication) -> Iterator[None]:
    thread = threading.Thread(target=application.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        application.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[EmulatorControl, StubApplication]]:
    folder: Path = tmp_path_factory.mktemp("winding")
    with (
        StubApplication() as application,
        serving(application),
        start_emulator(folder, now=START, app_url=application.url, speed=0) as control,
    ):
        application.emulator = EmulatorControl(control.url, control.smtp_port)
        yield control, application
        application.emulator.close()


@pytest.fixture
def rehearsal(
    stage: tuple[EmulatorControl, StubApplication],
) -> tuple[EmulatorControl, StubApplication]:
    control, application = stage
    application.due, application.played, application.follow_up = [], [], {}
    application.broken = False
    application.held.set()
    control.reset(now=START)
    return control, application


def test_everything_due_is_played_at_its_own_instant(
    rehearsal: tuple[EmulatorControl, StubApplication],
) -> None:
    emulator, application = rehearsal
    first, second = START + timedelta(hours=1), START + timedelta(hours=5)
    born_of_first = START + timedelta(hours=2)
    application.due = [first, second, START + timedelta(days=3)]
    application.follow_up = {first: born_of_first}

    answer = emulator.wind(advance_seconds=86400)

    assert application.played == [
        (first, first),
        (born_of_first, born_of_first),
        (second, second),
    ]
    assert emulator.now() == START + timedelta(days=1)
    assert (answer["moved"], answer["winding"]) == (True, False)


def test_the_next_thing_due_is_wound_to_and_no_further(
    rehearsal: tuple[EmulatorControl, StubApplication],
) -> None:
    emulator, application = rehearsal
    due = START + timedelta(hours=3)
    application.due = [due, due + timedelta(minutes=1)]

    emulator.wind(next_due=True)

    assert emulator.now() == due
    assert application.played == [(due, due)]


def test_more_at_the_same_instant_is_played_before_the_clock_goes_on(
    rehearsal: tuple[EmulatorControl, StubApplication],
) -> None:
    emulator, application = rehearsal
    due = START + timedelta(hours=1)
    application.due = [due]
    application.follow_up = {due: due}

    emulator.wind(advance_seconds=7200)

    assert application.played == [(due, due), (due, due)]


def test_the_clock_waits_for_the_application_and_refuses_a_second_wind(
    rehearsal: tuple[EmulatorControl, StubApplication],
) -> None:
    emulator, application = rehearsal
    due = START + timedelta(hours=1)
    application.due = [due]
    application.held.clear()

    with ThreadPoolExecutor() as threads:
        started = emulator.wind(advance_seconds=7200, wait=False)
        with pytest.raises(httpx.HTTPStatusError, match="being wound already"):
            emulator.wind(advance_seconds=60)
        held_at = threads.submit(wait_for_clock, emulator, due).result(timeout=10)
        application.held.set()
        ended = threads.submit(wait_for_clock, emulator, START + timedelta(hours=2))
        assert ended.result(timeout=10) == START + timedelta(hours=2)
        threads.submit(wait_until_wound, emulator).result(timeout=10)

    assert started["winding"] is True
    assert started["target"] == "2026-03-03T11:00:00Z"
    assert held_at == due
    assert application.played == [(due, due)]


def wait_for_clock(emulator: EmulatorControl, instant: datetime) -> datetime:
    pause = threading.Event()
    for _ in range(800):
        now = emulator.now()
        if now >= instant:
            return now
        pause.wait(0.01)
    raise AssertionError("the clock did not get there")


def wait_until_wound(emulator: EmulatorControl) -> None:
    pause = threading.Event()
    for _ in range(800):
        if not emulator.get("clock")["winding"]:
            return
        pause.wait(0.01)
    raise AssertionError("the wind did not end")


def test_without_an_answer_the_clock_jumps(
    rehearsal: tuple[EmulatorControl, StubApplication],
) -> None:
    emulator, application = rehearsal
    application.broken = True

    emulator.wind_to(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))

    assert emulator.now() == datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
