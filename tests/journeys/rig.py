"""The emulator, a database, and `tettpa run` as processes of their own on ports of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.emulator_process import EmulatorControl
from tests.program_process import settings_for
from tests.real_office import SECRET_KEY, TOKEN

ROOT = Path(__file__).parents[2]


class Rig:
    """The emulator with two phones, a database, and programs on ports of their own."""

    def __init__(self, folder: Path, emulator: EmulatorControl) -> None:
        self.folder, self.emulator = folder, emulator
        self.database_url = f"sqlite:///{folder / 'tettpa.db'}"
        self.logs: list[Path] = []

    def environment(self, port: int, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TETTPA_")}
        given = settings_for(
            self.folder,
            self.emulator,
            port=port,
            TETTPA_CONSOLE_URL="",
            TETTPA_DATABASE_URL=self.database_url,
            TETTPA_SECRET_KEY=SECRET_KEY,
            TETTPA_TELEGRAM_TOKEN=TOKEN,
            TETTPA_CLOCK_URL=f"{self.emulator.url}/clock",
        )
        return {**kept, "PYTHONPATH": str(ROOT), **given, **more}

    @contextmanager
    def program(
        self, port: int, *, role: str = "all", **more: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        log = self.folder / f"program-{len(self.logs)}.log"
        self.logs.append(log)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run", "--role", role],
                env=self.environment(port, **more),
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def refusal(self, port: int = 0, **more: str) -> str:
        """Start a program that must not start; the one line it says."""
        ended = subprocess.run(
            [sys.executable, "-m", "bot.cli", "run"],
            env=self.environment(port, **more),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        assert '"event": "running"' not in ended.stderr
        said = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
        assert len(said) == 1, ended.stderr
        return said[0]

    def is_ready(self, port: int) -> bool:
        return answer(port, "/healthz/ready") == 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, path: str) -> int | None:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).status_code
    except httpx.HTTPError:
        return None


def seconds_to_end(process: "subprocess.Popen[bytes]") -> float:
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    return time.monotonic() - begun
