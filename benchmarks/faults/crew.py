"""Several processes on one database, each with a role: started, killed, hung, and who did what."""

from __future__ import annotations

import json
import math
import os
import signal
import time
from collections import defaultdict
from itertools import pairwise
from typing import Any

from benchmarks.faults import program
from benchmarks.faults.installation import Installation
from benchmarks.faults.program import Process, until

SEND, TICK, POLL = "send:1", "tick", "poll:1"
TAKES_OVER_WITHIN_S = 10.0
READY_WITHIN_S = 120.0  # on a machine with much else to do


class Crew:
    """Processes by name, each on a port of its own."""

    def __init__(self, place: Installation) -> None:
        self._place = place
        self._book = place.folder / "handled.jsonl"
        self._roles: dict[str, str] = {}
        self._hung: set[str] = set()
        # When a process was not there, by its id: from, until.
        self._away: dict[int, list[tuple[float, float]]] = defaultdict(list)
        self.members: dict[str, Process] = {}

    def start(self, name: str, role: str = "", **more: Any) -> Process:
        """`role` once; the next process of that name has the same. `more` are settings of its own."""
        self._roles.setdefault(name, role)
        process = self._place.start(
            wait=False,
            at_its_own_port=True,
            role=self._roles[name],
            FAULTS_HANDLED=self._book,
            **more,
        )
        self.members[name] = process
        return process

    def wait_ready(self) -> None:
        """How slow they start says nothing about a fault, so no mutant is found by that."""
        for process in self.members.values():
            process.wait_ready(READY_WITHIN_S / program.patience)

    # --- duties ----------------------------------------------------------------------------------

    def duties_of(self, name: str) -> set[str]:
        """What it holds, as its log tells it."""
        held: set[str] = set()
        for entry in self._entries(name):
            if entry.get("event") == "duty_taken":
                held.add(entry["duty"])
            if entry.get("event") == "duty_given_up":
                held.discard(entry["duty"])
        return held

    def holder_of(self, duty: str) -> str:
        """The one that is there and holds it; "" when nobody does."""
        there = (n for n, p in self.members.items() if p.is_alive and n not in self._hung)
        return next((name for name in there if duty in self.duties_of(name)), "")

    def _entries(self, name: str) -> list[dict[str, Any]]:
        found = []
        for line in self.members[name].log.read_text("utf-8", "replace").splitlines():
            if '"duty' in line:
                found.append(json.loads(line))
        return found

    # --- what happens to them --------------------------------------------------------------------

    def kill(self, name: str) -> dict[str, float]:
        """As a power cut would; seconds until others had each of its duties."""
        held = self.duties_of(name)
        at = time.monotonic()
        self.members[name].kill()
        self._away[self.members[name].popen.pid].append((at, math.inf))
        return self._until_taken(held, since=at)

    def hang(self, name: str) -> dict[str, float]:
        """It stands still with all its connections open; seconds until others had its duties."""
        held = self.duties_of(name)
        at = time.monotonic()
        os.kill(self.members[name].popen.pid, signal.SIGSTOP)
        self._hung.add(name)
        self._away[self.members[name].popen.pid].append((at, math.inf))
        return self._until_taken(held, since=at)

    def go_on(self, name: str) -> None:
        """Let a hung one go on; it must find out by itself that its duties are others'."""
        taken = {duty for duty in self.duties_of(name) if self.holder_of(duty)}
        process = self.members[name].popen
        begun, _ = self._away[process.pid].pop()
        os.kill(process.pid, signal.SIGCONT)
        self._away[process.pid].append((begun, time.monotonic()))
        until(lambda: not taken & self.duties_of(name), "what hung gives up", within_s=10)
        self._hung.discard(name)

    def stop(self, name: str) -> float:
        """Ask it to end; seconds until it has."""
        process = self.members[name]
        self._away[process.popen.pid].append((time.monotonic(), math.inf))
        return process.stop()

    def _until_taken(self, duties: set[str], *, since: float) -> dict[str, float]:
        """By duty; within twice the time allowed, so that a slow one is measured too."""
        taken: dict[str, float] = {}

        def all_taken() -> bool:
            for duty in duties - set(taken):
                if self.holder_of(duty):
                    taken[duty] = time.monotonic() - since
            return len(taken) == len(duties)

        until(all_taken, f"{sorted(duties)} are taken over", within_s=2 * TAKES_OVER_WITHIN_S)
        return taken

    # --- what they did ---------------------------------------------------------------------------

    def double_claims(self) -> list[int]:
        """Updates that a process began while another that had begun them was there."""
        begun: dict[int, list[tuple[float, int]]] = defaultdict(list)
        if self._book.exists():
            for line in self._book.read_text().splitlines():
                entry = json.loads(line)
                begun[entry["seq"]].append((entry["at"], entry["process"]))
        return [seq for seq, times in begun.items() if self._is_double(sorted(times))]

    def _is_double(self, times: list[tuple[float, int]]) -> bool:
        return any(
            first != second and not self._was_away(first, at)
            for (_, first), (at, second) in pairwise(times)
        )

    def _was_away(self, process: int, at: float) -> bool:
        return any(begun <= at <= ended for begun, ended in self._away[process])
