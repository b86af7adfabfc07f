"""Starts the real program with one thing bent: a shifted clock, a bad handler, or a mutant.

Run as `python -m benchmarks.faults.launch` instead of `tettpa run`. What to bend comes from the
environment: FAULTS_CLOCK (a file with seconds to add to the machine's clock, read anew whenever the
time is asked for), FAULTS_HANDLERS (texts that make a handler raise, hang or be slow),
FAULTS_HANDLER_LIMIT (seconds instead of the handlers' limit), FAULTS_RETRY_PAUSE (the longest pause
between tries) and FAULTS_MUTANT.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from benchmarks.faults.mutants import MUTANTS

RAISES, HANGS, CANCELS, SLOW = (
    "rehearsed raise",
    "rehearsed hang",
    "rehearsed cancel",
    "rehearsed slow",
)
# Whoever reads the machine's clock.
CLOCK_READERS = ("bot.scheduling.clock", "bot.delivery.sender", "bot.standing_by", "bot.notices.mailer")


def shift_clock(file: Path) -> None:
    """Let all that read the machine's clock see it shifted by what stands in the file."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=float(file.read_text() or 0))

    for name in CLOCK_READERS:
        module: Any = importlib.import_module(name)
        module.datetime = Shifted


def bend_handlers() -> None:
    """Let certain texts do to their handler what a bug would."""
    from bot.handlers.dispatch import Dispatcher

    handle = Dispatcher.handle

    async def bent(self: Dispatcher, row: Any) -> None:
        message = row.payload.get("message")
        text = str(message.get("text", "")) if isinstance(message, dict) else ""
        if RAISES in text:
            raise RuntimeError("rehearsed")
        if CANCELS in text:
            raise asyncio.CancelledError
        if HANGS in text:
            await asyncio.Event().wait()
        if SLOW in text:
            await asyncio.sleep(1.0)
        await handle(self, row)

    Dispatcher.handle = bent  # type: ignore[method-assign]


def limit_handlers(seconds: float) -> None:
    from bot.delivery.worker import InboxWorker

    defaults = InboxWorker.__init__.__kwdefaults__
    assert defaults is not None
    assert "time_limit_s" in defaults
    defaults["time_limit_s"] = seconds


def shorten_pauses(seconds: float) -> None:
    """The pauses between the tries of a failing update; what follows the tries is the same."""
    worker: Any = importlib.import_module("bot.delivery.worker")
    worker.MAX_RETRY_S = seconds


def main() -> None:
    if clock := os.environ.get("FAULTS_CLOCK"):
        shift_clock(Path(clock))
    if os.environ.get("FAULTS_HANDLERS"):
        bend_handlers()
    if limit := os.environ.get("FAULTS_HANDLER_LIMIT"):
        limit_handlers(float(limit))
    if pause := os.environ.get("FAULTS_RETRY_PAUSE"):
        shorten_pauses(float(pause))
    if mutant := os.environ.get("FAULTS_MUTANT"):
        MUTANTS[mutant].apply()
    # As `tettpa run` does, after the bending.
    from bot.config import load_settings
    from bot.running import run_program

    run_program(load_settings())


if __name__ == "__main__":
    main()
