"""The light Bot API server as a process of its own, and a hand on it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

START_WITHIN_S = 20.0
LOOK_EVERY_S = 0.05
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one contender did with one load, seen from Telegram's side.

    `answers` counts those to the warming up too; the rest is about what came after it.
    """

    updates: int
    answered: int
    answers: int
    took_s: float
    delays_s: Sequence[float]
    cpu_s: float = 0.0

    @property
    def per_second(self) -> float:
        return self.answered / self.took_s


class LightTelegram:
    """Loads updates, releases them, and tells when each was answered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=60.0, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def load(
        self, chats: Sequence[int], *, text: str, a_second: float = 0.0, warming: int = 0
    ) -> None:
        """Prepare one text per entry of `chats`; all at once, or `a_second` of them.

        Args:
            warming: So many come with the first release, the others with a second one.
        """
        spacing = 1 / a_second if a_second else 0.0
        self._ask(
            "load",
            {"chats": list(chats), "text": text, "spacing_s": spacing, "warming": warming},
        )

    def wait_polled(self, polls: int = 1, *, within_s: float = 30.0) -> None:
        """Wait until somebody has asked for updates: the contender is up."""
        self._until(lambda: self._ask("progress")["polls"] >= polls, within_s)

    def release(self) -> None:
        """Let them come: first those that warm up, then the others."""
        self._ask("release")

    def wait_answered(self, count: int, *, within_s: float) -> bool:
        """Whether so many answers came in time."""
        try:
            self._until(lambda: self._ask("progress")["answers"] >= count, within_s)
        except TimeoutError:
            return False
        return True

    def results(self) -> Turn:
        found = self._ask("results")
        return Turn(
            updates=found["updates"],
            answered=found["answered"],
            answers=found["answers"],
            took_s=found["took_s"] or float("inf"),
            delays_s=found["delays_s"],
        )

    def _until(self, look: Any, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while not look():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(LOOK_EVERY_S)  # another process does it: nothing here can tell us earlier

    def _ask(self, what: str, body: object = None) -> Any:
        return self._http.post(f"/control/{what}", json=body).json()["result"]


@contextmanager
def light_telegram() -> Iterator[LightTelegram]:
    """Run the server for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as name:
        ready = Path(name) / "ready"
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.light_server", str(ready)], cwd=ROOT
        )
        try:
            deadline = time.monotonic() + START_WITHIN_S
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the light server did not start")
                time.sleep(LOOK_EVERY_S)
            telegram = LightTelegram(ready.read_text())
            try:
                yield telegram
            finally:
                telegram.close()
        finally:
            process.terminate()
            process.wait(10)
