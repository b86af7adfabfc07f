"""The program as a process of its own: started, watched, ended by its own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import httpx

from bot.roles import ROLES

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY_S = 0.05
READY_WITHIN_S = 120.0
# How much of the time given is waited: other work on the machine must not count as a fault. Less where
# mutants are expected to keep us waiting.
patience = 3.0


class ProgramEnded(RuntimeError):
    """The program ended before it was ready; nothing was learned about the fault."""


class NotInTime(AssertionError):
    """What must happen did not happen in time."""


def until(look: Callable[[], T], what: str, *, within_s: float = 30.0) -> T:
    """Look again and again until something true is found. Raises NotInTime naming `what`."""
    most_s = within_s * patience
    deadline = time.monotonic() + most_s
    while not (found := look()):
        if time.monotonic() > deadline:
            raise NotInTime(f"{what}: not within {most_s:.0f} s")
        time.sleep(LOOK_EVERY_S)  # another process does it: nothing here can tell us earlier
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One running program; what it writes goes to `log`."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        folder: Path,
        log: Path,
        bent: bool,
        role: str = "all",
    ) -> None:
        module = ["benchmarks.faults.launch"] if bent else ["bot.cli", "run"]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TETTPA_", "FAULTS_"))}
        self.port = environment["TETTPA_PORT"]
        self.listens = ROLES[role].ingests
        self.log = log
        self.started_at = time.monotonic()
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", *module, "--role", role],
                env=kept | {"PYTHONPATH": str(ROOT)} | dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def wait_ready(self, within_s: float | None = None) -> None:
        """Wait until it says that it works: how slow it starts says nothing about a fault."""
        within_s = READY_WITHIN_S / patience if within_s is None else within_s
        until(self._ready, "the program is ready", within_s=within_s)

    def wait_answering(self) -> None:
        """Wait until it answers at all, as one that stands by does."""
        is_there = "the program answers"
        until(lambda: self.health() is not None, is_there, within_s=READY_WITHIN_S / patience)

    def health(self, path: str = "/healthz") -> int | None:
        """The status it answers with, or None when it does not answer."""
        try:
            return httpx.get(
                f"http://127.0.0.1:{self.port}{path}", timeout=2.0, trust_env=False
            ).status_code
        except httpx.HTTPError:
            return None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.is_alive:
            self.popen.send_signal(signal.SIGKILL)
        self.popen.wait(30)

    def stop(self, within_s: float = 15.0) -> float:
        """Ask it to end, and say how long that took; killed when it does not."""
        begun = time.monotonic()
        if self.is_alive:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(within_s)
            except subprocess.TimeoutExpired:
                self.kill()
        return time.monotonic() - begun

    def memory_mb(self) -> float:
        """The most memory it has held."""
        for line in Path(f"/proc/{self.popen.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def _ready(self) -> bool:
        if not self.is_alive:
            raise ProgramEnded(self.log.read_text(errors="replace")[-1500:])
        return self.health("/healthz/ready") == 200
