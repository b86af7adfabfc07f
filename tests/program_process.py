"""Running the real program and its command line as processes of their own, for journeys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.emulator_process import EmulatorControl

TOKEN = "123456:sample-token-of-the-tests-only-0001"
SECRET = "a-sample-secret-key-of-the-tests"
WAIT_S = 30.0


def until(is_so: Callable[[], Any], what: str, *, within_s: float = WAIT_S) -> Any:
    """Poll until `is_so` gives something true, and give that. Fails naming `what`."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = is_so()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"This did not happen within {within_s:.0f} s: {what}")


def settings_for(
    folder: Path, emulator: EmulatorControl, *, port: int, **more: str
) -> dict[str, str]:
    """The environment of a program that talks to the emulator only."""
    return {
        "TETTPA_DATABASE_URL": f"sqlite:///{folder / 'tettpa.db'}",
        "TETTPA_SECRET_KEY": SECRET,
        "TETTPA_TELEGRAM_TOKEN": TOKEN,
        "TETTPA_TELEGRAM_API_URL": emulator.api_url,
        "TETTPA_PORT": str(port),
        "TETTPA_CONSOLE_URL": f"http://127.0.0.1:{port}",
        "TETTPA_SMTP_URL": f"smtp://127.0.0.1:{emulator.smtp_port}",
        "TETTPA_MAIL_FROM": "tettpa@example.org",
        "TETTPA_SEND_RATE": "200",
        **more,
    }


def tettpa(environment: Mapping[str, str], *arguments: str, folder: Path) -> str:
    """Run one command to its end and give what it printed. Fails when it does."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        env=_clean() | dict(environment) | {"COLUMNS": "200"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"tettpa {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def tettpa_json(environment: Mapping[str, str], *arguments: str, folder: Path) -> Any:
    return json.loads(tettpa(environment, *arguments, "--json", folder=folder))


@contextmanager
def running_program(
    environment: Mapping[str, str], *, folder: Path, wait_ready: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """`tettpa run` as a process; ended by SIGTERM, or killed when it does not end."""
    log = (folder / "program.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"],
        env=_clean() | dict(environment),
        cwd=folder,
        stdout=log,
        stderr=log,
    )
    try:
        if wait_ready:
            url = f"http://127.0.0.1:{environment['TETTPA_PORT']}/healthz/ready"
            until(lambda: _is_ready(url, process, folder), "the program is ready")
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        log.close()


def _is_ready(url: str, process: subprocess.Popen[bytes], folder: Path) -> bool:
    assert process.poll() is None, (folder / "program.log").read_text()[-3000:]
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _clean() -> dict[str, str]:
    root = str(Path(__file__).parents[1])
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TETTPA_")}
    return kept | {"PYTHONPATH": root}
