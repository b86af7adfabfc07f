"""Starts the real program with one thing bent: a shifted clock, a bad handler, or a mutant.

Run as `python -m benchmarks.faults.launch` instead of `tettpa run`. What to bend comes from the
environment: FAULTS_CLOCK (a file with seconds to add to the machine's clock, read anew whenever the
time is asked for), FAULTS_TIME_PASSES (those seconds pass for watches too, as if time went by),
FAULTS_HANDLERS (texts that make a handler raise, hang or be slow),
FAULTS_HANDLER_LIMIT (what to divide the handlers' limit by), FAULTS_RETRY_PAUSE (the longest pause
between tries), FAULTS_SIGNS (what to divide the seconds by after which a part counts as standing
still, and those between heartbeats), FAULTS_HANDLED (a file that every process writes to, who
handled what), FAULTS_DEEDS (the same of who sent and who swept) and FAULTS_MUTANT.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from benchmarks.faults.mutants import MUTANTS

RAISES, FALTERS, HANGS, CANCELS, SLOW = (
    "rehearsed raise",
    "rehearsed falter",
    "rehearsed hang",
    "rehearsed cancel",
    "rehearsed slow",
)
FALTERS_TIMES = 2
INSIDE = "rehearsed failure inside"  # when the transaction has written all that it has to
# Whoever reads the machine's clock.
CLOCK_READERS = (
    "bot.scheduling.clock",
    "bot.delivery.sender",
    "bot.standing_by",
    "bot.notices.mailer",
)


def shift_clock(file: Path) -> None:
    """Let all that read the machine's clock see it shifted by what stands in the file."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=float(file.read_text() or 0))

    for name in CLOCK_READERS:
        module: Any = importlib.import_module(name)
        module.datetime = Shifted


def shift_watches(file: Path) -> None:
    """Let what the clock is shifted by from now on be time that has passed."""
    at_first = float(file.read_text() or 0)

    def shifted() -> float:
        return time.monotonic() + float(file.read_text() or 0) - at_first

    from bot.delivery.poller import Poller
    from bot.scheduling.ticker import Ticker

    for kind in (Poller, Ticker):
        defaults = kind.__init__.__kwdefaults__
        assert defaults is not None
        assert "monotonic" in defaults
        defaults["monotonic"] = shifted


def bend_handlers() -> None:
    """Let certain texts do to their handler what a bug would.

    What hangs, is cancelled or slow cannot be among texts that are handled together, for there is
    nothing to wait for in a unit of work: these go by themselves.
    """
    from bot.handlers.dispatch import Dispatcher, Gatherer

    handle, act_for = Dispatcher.handle, Gatherer.act_for

    def alone_if_bent(self: Gatherer, row: Any) -> Any:
        is_bent = any(words in _text_of(row) for words in (RAISES, FALTERS, CANCELS, HANGS, SLOW))
        return None if is_bent else act_for(self, row)

    Gatherer.act_for = alone_if_bent  # type: ignore[method-assign]

    async def bent(self: Dispatcher, row: Any) -> None:
        text = _text_of(row)
        if RAISES in text:
            raise RuntimeError("rehearsed")
        if FALTERS in text and row.attempts < FALTERS_TIMES:
            raise RuntimeError("rehearsed")
        if CANCELS in text:
            raise asyncio.CancelledError
        if HANGS in text:
            await asyncio.Event().wait()
        if SLOW in text:
            await asyncio.sleep(1.0)
        await handle(self, row)

    Dispatcher.handle = bent  # type: ignore[method-assign]
    incoming: Any = importlib.import_module("bot.services.incoming")
    received = incoming.free_text_received

    def bent_inside(*args: Any, **more: Any) -> Any:
        done = received(*args, **more)
        if INSIDE in str(more.get("text", "")):
            raise RuntimeError("rehearsed")
        return done

    incoming.free_text_received = bent_inside


def _text_of(row: Any) -> str:
    message = row.payload.get("message")
    return str(message.get("text", "")) if isinstance(message, dict) else ""


def limit_handlers(divisor: float) -> None:
    from bot.delivery.worker import InboxWorker

    defaults = InboxWorker.__init__.__kwdefaults__
    assert defaults is not None
    assert "time_limit_s" in defaults
    defaults["time_limit_s"] /= divisor


def shorten_pauses(seconds: float) -> None:
    """The pauses between the tries of a failing update; what follows the tries is the same."""
    worker: Any = importlib.import_module("bot.delivery.worker")
    worker.MAX_RETRY_S = seconds


def hurry_signs(divisor: float) -> None:
    """Heartbeats follow each other at once, and what is late is late so many times sooner."""
    from benchmarks.faults.signs import BEAT_S

    clockwork: Any = importlib.import_module("bot.clockwork")
    health: Any = importlib.import_module("bot.health")
    lines: Any = importlib.import_module("bot.lines")
    metrics: Any = importlib.import_module("bot.metrics")
    clockwork.HEARTBEAT_EVERY_S = BEAT_S
    metrics.MEASUREMENTS_KEEP_S = 0.0
    health.SWEEP_IS_LATE_S /= divisor
    health.SENDER_IS_LATE_S /= divisor
    lines.SENDERS_IDLE_S /= divisor


def write_down_what_is_handled(file: Path) -> None:
    """A line whenever a handler begins: the monotonic clock is one for all processes of a machine."""
    from bot.handlers.dispatch import Dispatcher, Gatherer

    handle, handle_together = Dispatcher.handle, Gatherer.handle
    book = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(row: Any) -> None:
        line = {"seq": row.seq, "process": os.getpid(), "at": time.monotonic()}
        os.write(book, json.dumps(line).encode() + b"\n")

    async def noted(self: Dispatcher, row: Any) -> None:
        note(row)
        await handle(self, row)

    async def noted_together(self: Gatherer, acts: Any) -> Any:
        for act in acts:
            note(act.row)
        return await handle_together(self, acts)

    Dispatcher.handle = noted  # type: ignore[method-assign]
    Gatherer.handle = noted_together  # type: ignore[method-assign]


def write_down_deeds(file: Path) -> None:
    """A line whenever a message is about to be sent or what is due is looked for."""
    from bot.delivery.sender import Sender
    from bot.scheduling.ticker import Ticker

    book = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def noting(deed: str, kind: Any, name: str) -> None:
        method = getattr(kind, name)

        async def noted(*args: Any) -> Any:
            line = {"deed": deed, "process": os.getpid(), "at": time.monotonic()}
            os.write(book, json.dumps(line).encode() + b"\n")
            return await method(*args)

        setattr(kind, name, noted)

    noting("send", Sender, "_send")
    noting("sweep", Ticker, "tick")


def main() -> None:
    if clock := os.environ.get("FAULTS_CLOCK"):
        shift_clock(Path(clock))
        if os.environ.get("FAULTS_TIME_PASSES"):
            shift_watches(Path(clock))
    if os.environ.get("FAULTS_HANDLERS"):
        bend_handlers()
    if limit := os.environ.get("FAULTS_HANDLER_LIMIT"):
        limit_handlers(float(limit))
    if pause := os.environ.get("FAULTS_RETRY_PAUSE"):
        shorten_pauses(float(pause))
    if divisor := os.environ.get("FAULTS_SIGNS"):
        hurry_signs(float(divisor))
    if book := os.environ.get("FAULTS_HANDLED"):
        write_down_what_is_handled(Path(book))
    if book := os.environ.get("FAULTS_DEEDS"):
        write_down_deeds(Path(book))
    if mutant := os.environ.get("FAULTS_MUTANT"):
        MUTANTS[mutant].apply()
    # As `tettpa run` does, after the bending.
    from bot.config import load_settings
    from bot.running import run_program

    role = sys.argv[sys.argv.index("--role") + 1] if "--role" in sys.argv else "all"
    run_program(load_settings(), role_name=role)


if __name__ == "__main__":
    main()
