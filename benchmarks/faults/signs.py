"""What the program says of itself while it suffers: heartbeats, readiness, and figures for monitoring."""

from __future__ import annotations

import re
import time

import httpx

from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import NotInTime, Process, until

# Set for a program, it hurries its heartbeats and what makes them stay away (see launch.py).
HURRIED = {"FAULTS_SIGNS": "20"}
BEAT_S = 0.3
A_FEW_BEATS_S = 4 * BEAT_S
_FIGURE = re.compile(r"^tettpa_(\w+?)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


def beats_again(process: Process, *, within_s: float = 30.0) -> None:
    """Wait until all is well again by what it says."""
    before = _beats(process)
    until(lambda: _beats(process) > before, "heartbeats come again", within_s=within_s)
    is_ready = "it says that it is ready"
    until(lambda: process.health("/healthz/ready") == 200, is_ready, within_s=within_s)


def must_be_still(process: Process, why: str, outcome: Outcome) -> None:
    """While something stands still the outside watch hears nothing."""
    try:
        until(lambda: _rests(process), f"no heartbeats: {why}", within_s=5)
    except NotInTime:
        outcome.must(False, f"heartbeats go on: {why}")


def must_say(process: Process, what: str, why: str, outcome: Outcome) -> None:
    """It is not ready, and names what is not well."""
    try:
        until(lambda: what in failing(process), what, within_s=5)
    except NotInTime:
        outcome.must(False, f"{what} is not failing: {why}")


def failing(process: Process) -> list[str]:
    """What readiness names."""
    answer = httpx.get(_address(process, "/healthz/ready"), timeout=10, trust_env=False)
    names: list[str] = answer.json()["failing"]
    return names if answer.status_code == 503 else []


def figures(process: Process) -> dict[tuple[str, str], float]:
    """By name and labels, as Prometheus reads them."""
    answer = httpx.get(_address(process, "/metrics"), timeout=10, trust_env=False)
    return {(name, labels): float(value) for name, labels, value in _FIGURE.findall(answer.text)}


def _beats(process: Process) -> float:
    return figures(process)["heartbeats_total", ""]


def _rests(process: Process) -> bool:
    before = _beats(process)
    time.sleep(A_FEW_BEATS_S)
    return _beats(process) == before


def _address(process: Process, path: str) -> str:
    return f"http://127.0.0.1:{process.port}{path}"
