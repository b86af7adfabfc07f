"""Whether the program lives, and whether it does its work."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import structlog

from bot.app import Program
from bot.delivery.line import Line
from bot.notices.mailer import Mailer
from bot.scheduling.clock_guard import ClockState
from bot.scheduling.ticker import Ticker
from bot.services.sweep import is_idle, next_due_at

log = structlog.get_logger(__name__)

SWEEP_IS_LATE_S = 30.0


class Health:
    """`beat` is called every minute; `report` is what /healthz tells."""

    def __init__(
        self, program: Program, lines: Mapping[int, Line], ticker: Ticker, mailer: Mailer
    ) -> None:
        self._program = program
        self._lines = lines
        self._ticker = ticker
        self._mailer = mailer
        self.telegram_answers = False

    async def beat(self) -> None:
        """A heartbeat only when the sweep ran and Telegram answers for every bot."""
        answers = [await line.check() for line in self._lines.values()]
        self.telegram_answers = bool(answers) and all(answers)
        if self._sweep_is_fresh and self.telegram_answers:
            log.info("heartbeat")
        else:
            log.error("no_heartbeat", sweep=self._sweep_is_fresh, telegram=self.telegram_answers)

    def report(self) -> dict[str, Any]:
        """Live: this process answers. Ready: it sweeps, is connected and trusts its clock."""
        connected = bool(self._lines) and all(line.is_connected for line in self._lines.values())
        checks = {
            "sweep": self._sweep_is_fresh,
            "telegram": connected,
            "clock": self._ticker.clock_state is ClockState.TRUSTED,
        }
        return {"live": True, "ready": all(checks.values()), "checks": checks}

    async def rehearsal(self) -> dict[str, Any]:
        """What the emulator asks while it winds the clock."""
        now = self._program.clock.now()
        upcoming = await self._program.storage.read(next_due_at)
        idle = await self._program.storage.read(is_idle)
        return {
            "now": now.isoformat(),
            "played_until": now.isoformat(),
            "next_due_at": upcoming.isoformat() if upcoming is not None else None,
            "idle": idle,
        }

    @property
    def _sweep_is_fresh(self) -> bool:
        last = self._ticker.last_sweep
        return last is not None and time.monotonic() - last < SWEEP_IS_LATE_S
