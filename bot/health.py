"""Whether the program lives, and whether it does its work."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.app import Program
from bot.dead_man import DeadMansSwitch
from bot.delivery.line import Line
from bot.domain.errors import TettpaError
from bot.duties import TICK, Duties, SoleDuties, poll_of, send_of
from bot.kept_reading import KeptReading
from bot.notices.mailer import Mailer
from bot.roles import ROLES, Role
from bot.scheduling.clock_guard import ClockState
from bot.scheduling.ticker import Ticker
from bot.services.measurements import has_content
from bot.services.sweep import is_idle, next_due_at

log = structlog.get_logger(__name__)

SWEEP_IS_LATE_S = 30.0
SENDER_IS_LATE_S = 30.0
PULSE_S = 1.0
PULSE_IS_LATE_S = 10.0
PULSES_KEPT = 60
DATABASE_ANSWERS_WITHIN_S = 2.0
READINESS_KEEPS_S = 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, in the order of the names; `failing` names what is not well."""

    checks: Mapping[str, bool]

    @property
    def failing(self) -> list[str]:
        return [name for name, is_well in self.checks.items() if not is_well]

    @property
    def is_well(self) -> bool:
        return not self.failing


@dataclass(frozen=True, slots=True)
class Vitals:
    """What this process knows of itself. Ages are seconds since the last time, or since the start.

    Mappings are by office. `mail_age_s` is None until a mail was sent.
    """

    is_working: bool  # False while another process works and this one stands by
    sweep_age_s: float
    heartbeat_age_s: float
    heartbeats: int
    mail_age_s: float | None
    poll_age_s: Mapping[int, float]  # empty with a webhook
    sender_age_s: Mapping[int, float]
    is_connected: Mapping[int, bool]
    clock_state: ClockState
    storage_queued: int
    loop_lag_s: float  # the longest of the last minute


class Health:
    """`beat` is called every minute, `pulse` runs all the time; the rest answers who asks."""

    def __init__(
        self,
        program: Program,
        lines: Mapping[int, Line],
        ticker: Ticker,
        mailer: Mailer,
        *,
        role: Role = ROLES["all"],
        duties: Duties | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._program = program
        self._lines = lines
        self._ticker = ticker
        self._mailer = mailer
        self._role = role
        self._duties = duties or SoleDuties()
        self._monotonic = monotonic
        self._real_now = real_now
        self._switch = DeadMansSwitch(program.settings.heartbeat_url)
        self._content = KeptReading[bool](
            lambda: program.storage.read(has_content),
            keeps_s=READINESS_KEEPS_S,
            within_s=DATABASE_ANSWERS_WITHIN_S,
            monotonic=monotonic,
        )
        self._started = monotonic()
        self._answers: dict[Line, bool] = {}
        self._heartbeats = 0
        self._last_heartbeat: float | None = None
        self._last_pulse: float | None = None
        self._lags: deque[float] = deque(maxlen=PULSES_KEPT)
        self.is_working = False

    async def beat(self) -> None:
        """A heartbeat only when all is done by somebody: the sweep, sending, asking, and Telegram
        knows every bot. Called where the sweep is."""
        lines = self._lines_in_use
        answers = await asyncio.gather(*(_answers(line) for line in lines.values()))
        self._answers = dict(zip(lines.values(), answers, strict=True))
        report = Report(
            {
                "sweep": self._sweep_is_fresh,
                "send": bool(lines)
                and all(self._is_sent_for(o, line) for o, line in lines.items()),
                "poll": all(self._is_asked_for(office_id) for office_id in lines),
                "telegram": bool(answers) and all(answers),
            }
        )
        if not report.is_well:
            log.error("no_heartbeat", failing=report.failing)
            return
        self._heartbeats += 1
        self._last_heartbeat = self._monotonic()
        log.info("heartbeat")
        await self._switch.ping()

    async def pulse(self) -> None:
        """Note that the event loop turns, and how late it is."""
        while True:
            before = self._monotonic()
            await asyncio.sleep(PULSE_S)
            self._last_pulse = self._monotonic()
            self._lags.append(max(0.0, self._last_pulse - before - PULSE_S))

    def live(self) -> Report:
        """This process answers, and its event loop turns."""
        late = self._age(self._last_pulse) > PULSE_IS_LATE_S
        return Report({"loop": self._last_pulse is None or not late})

    async def ready(self) -> Report:
        """It can do its part: reach its database, has texts, is connected, somebody sweeps."""
        database, content = True, False
        try:
            content = await self._content.get()
        except TimeoutError:
            database = False
        except TettpaError as error:
            log.warning("not_ready", error=type(error).__name__)
            database = False
        checks = {"database": database, "content": content}
        if self._role.works:
            checks["sweep"] = self._is_swept
        if self._role.knows_telegram:
            connected = [
                line.is_connected and self._answers.get(line, True)
                for line in self._lines_in_use.values()
            ]
            checks["telegram"] = bool(connected) and all(connected)
        if self._role.works:
            checks["clock"] = self._ticker.clock_state is ClockState.TRUSTED
        return Report(checks)

    def vitals(self) -> Vitals:
        pollers = {o: li.poller for o, li in self._lines.items() if self._holds(poll_of(o))}
        senders = {o: li.sender for o, li in self._lines.items() if self._holds(send_of(o))}
        mailed_at = self._mailer.last_success
        mail_age = None if mailed_at is None else (self._real_now() - mailed_at).total_seconds()
        return Vitals(
            is_working=self.is_working,
            sweep_age_s=self._age(self._ticker.last_sweep),
            heartbeat_age_s=self._age(self._last_heartbeat),
            heartbeats=self._heartbeats,
            mail_age_s=None if mail_age is None else max(0.0, mail_age),
            poll_age_s={o: self._age(p.last_success) for o, p in pollers.items() if p is not None},
            sender_age_s={o: self._age(s.last_turn) for o, s in senders.items() if s is not None},
            is_connected={
                o: not line.is_refused and line.is_connected and self._answers.get(line, True)
                for o, line in self._lines.items()
            },
            clock_state=self._ticker.clock_state,
            storage_queued=self._program.storage.queued,
            loop_lag_s=max(self._lags, default=0.0),
        )

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
    def _lines_in_use(self) -> dict[int, Line]:
        """Without those whose token is refused: one office's trouble must not hide how others are."""
        return {o: line for o, line in self._lines.items() if not line.is_refused}

    @property
    def _sweep_is_fresh(self) -> bool:
        last = self._ticker.last_sweep
        return last is not None and self._monotonic() - last < SWEEP_IS_LATE_S

    @property
    def _is_swept(self) -> bool:
        if self._holds(TICK):
            return self._sweep_is_fresh
        return self._duties.is_held_by_anybody(TICK)

    def _is_sent_for(self, office_id: int, line: Line) -> bool:
        if not self._holds(send_of(office_id)) or line.sender is None:
            return self._duties.is_held_by_anybody(send_of(office_id))
        last = line.sender.last_turn
        return last is not None and self._monotonic() - last < SENDER_IS_LATE_S

    def _is_asked_for(self, office_id: int) -> bool:
        """With a webhook Telegram comes by itself."""
        if self._program.settings.telegram_mode == "webhook":
            return True
        return self._duties.is_held_by_anybody(poll_of(office_id))

    def _holds(self, duty: str) -> bool:
        return self._duties.is_held(duty)

    def _age(self, last: float | None) -> float:
        return max(0.0, self._monotonic() - (self._started if last is None else last))


async def _answers(line: Line) -> bool:
    return line.is_connected and await line.check()
