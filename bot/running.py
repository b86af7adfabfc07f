"""`tettpa run`: starts every part in one process, and stops them in order."""

from __future__ import annotations

import asyncio
import signal
import socket
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import structlog
from starlette.applications import Starlette

from bot import failpoints
from bot.app import Program, load_content, open_program
from bot.config import Settings, require
from bot.delivery.inbound import Inbound
from bot.delivery.line import Line
from bot.delivery.telegram_bots import make_telegram_bot
from bot.delivery.webhook import WebhookDoor
from bot.delivery.worker import InboxWorker
from bot.domain.errors import BadSetting, StorageUnavailable, TettpaError
from bot.domain.messages import InboxUpdate
from bot.handlers.dispatch import Dispatcher
from bot.handlers.door import Door
from bot.handlers.routes import make_application
from bot.health import Health
from bot.lines import bot_tokens, doors_of, make_line
from bot.logs import set_up_logging
from bot.notices.mailer import Mailer
from bot.scheduling.clock import Clock, DeclaredClock, MachineClock
from bot.scheduling.clock_guard import ClockGuard
from bot.scheduling.scheduler import Scheduler
from bot.scheduling.ticker import Ticker, read_clock_url
from bot.services.audit import audit
from bot.services.offices import DEFAULT_OFFICE
from bot.services.outage import came_back, highest_clock, last_alive
from bot.services.retention import drop_old_texts
from bot.services.runner_lease import LEASE, give_up_lease, hold_lease
from bot.serving import open_socket, serve, web_application

log = structlog.get_logger(__name__)

TICK_S = 0.5
DECLARED_TICK_S = 0.2
AUDIT_EVERY_S = 300.0
RETENTION_EVERY_S = 3600.0
HEARTBEAT_EVERY_S = 60.0
STOP_WITHIN_S = 6.0


def run_program(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        BadSetting, BadContent, StorageUnavailable: Before anything starts.
    """
    require(settings, "telegram_token", "secret_key")
    load_content(settings)
    failpoints.arm(settings.failpoints)
    set_up_logging(form=settings.log_format)
    listening = open_socket(settings.host, settings.port)
    try:
        asyncio.run(_run(settings, listening))
    finally:
        listening.close()


async def _run(settings: Settings, listening: socket.socket) -> None:
    clock = await _make_clock(settings)
    with open_program(settings, clock=clock) as program:
        await Running(program, listening).until_stopped()


async def _make_clock(settings: Settings) -> Clock:
    if not settings.clock_url:
        return MachineClock()
    try:
        async with httpx.AsyncClient(timeout=5.0) as http:
            return DeclaredClock(await read_clock_url(http, settings.clock_url))
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise BadSetting(
            f"TETTPA_CLOCK_URL: {settings.clock_url} tells no time ({type(error).__name__}); "
            "start the emulator first, or take the setting away."
        ) from None


class Running:
    """All parts of one process, wired together."""

    def __init__(self, program: Program, listening: socket.socket) -> None:
        self._program = program
        self._settings = program.settings
        self._storage = program.storage
        self._clock = program.clock
        self._listening = listening
        self._holder = uuid.uuid4().hex
        self._stop = asyncio.Event()
        self._fault: BaseException | None = None
        self._is_clock_silent = False
        self._lines: dict[int, Line] = {}
        self._dispatchers: dict[int, Dispatcher] = {}
        self._mailer = Mailer(
            self._storage,
            smtp_url=self._settings.smtp_url,
            mail_from=self._settings.mail_from,
            console_url=self._settings.public_url,
            now=self._clock.now,
        )
        self._door = Door(self._storage, wake_sender=self._wake)
        self._worker = InboxWorker(self._storage, self._handle, offices=self._connected)
        self._inbound = Inbound(self._storage, on_stored=self._worker.wake)
        self._ticker = Ticker(self._storage, self._clock, wake=self._wake)
        self._health = Health(self._program, self._lines, self._ticker, self._mailer)

    async def until_stopped(self) -> None:
        """Start in order, run, stop in order. Raises what made it stop, if something did."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        server = asyncio.create_task(serve(self._web(), self._listening))
        pulse = asyncio.create_task(self._health.pulse())
        try:
            if await self._stand_by():
                await self._work(server)
        finally:
            pulse.cancel()
            server.cancel()
            with suppress(asyncio.CancelledError):
                await server
            await self._storage.run(give_up_lease, self._holder)
        if self._fault is not None:
            raise self._fault

    async def _work(self, server: asyncio.Task[None]) -> None:
        self._health.is_working = True
        await self._prepare()
        await self._make_lines()
        scheduler = self._schedule()
        parts = [
            server,
            asyncio.create_task(self._worker.run()),
            asyncio.create_task(self._mailer.run()),
            asyncio.create_task(self._keep_lease()),
            *(asyncio.create_task(self._hold_line(o, line)) for o, line in self._lines.items()),
            asyncio.create_task(self._tell_running()),
        ]
        for part in parts:
            part.add_done_callback(self._part_ended)
        await self._stop.wait()
        log.info("stopping")
        scheduler.stop()
        for part in parts[1:]:
            part.cancel()
        await asyncio.gather(*parts[1:], return_exceptions=True)
        try:
            async with asyncio.timeout(STOP_WITHIN_S + 1):
                await self._worker.drain(STOP_WITHIN_S / 2)
                for line in self._lines.values():
                    await line.sender.drain(STOP_WITHIN_S / 2)
                await self._door.drain(0.5)
        finally:
            for line in self._lines.values():
                await line.close()

    async def _tell_running(self) -> None:
        await self._lines[DEFAULT_OFFICE].until_connected()
        log.info("running", address=self._settings.public_url)

    def _part_ended(self, part: asyncio.Task[None]) -> None:
        """A part that ends by an error takes the program down, loudly, to be started anew."""
        if part.cancelled() or part.exception() is None:
            return
        error = part.exception()
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        # What we raise on purpose says it all in its one sentence.
        trace = None if isinstance(error, TettpaError) else error
        log.error("part_failed", error=type(error).__name__, exc_info=trace)
        self._fault = self._fault or error
        self._stop.set()

    async def _stand_by(self) -> bool:
        """Wait for the lease; False when told to stop meanwhile."""
        said = False
        while not self._stop.is_set():
            if await self._storage.run(hold_lease, self._holder, real_now=datetime.now(UTC)):
                return True
            if not said:
                log.warning("standing_by", reason="another process runs on this database")
                said = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), 1.0)
        return False

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            try:
                ours = await self._storage.run(hold_lease, self._holder, real_now=datetime.now(UTC))
            except StorageUnavailable as error:
                # A full disk passes. What takes nothing from us lets nobody take over either.
                log.error("lease_not_renewed", error=str(error))
                continue
            if not ours:
                raise BadSetting("Another process took over this database: this one stops.")

    async def _prepare(self) -> None:
        alive = await self._storage.read(last_alive)
        highest = await self._storage.read(highest_clock)
        self._ticker.guard = ClockGuard(highest=None if self._clock.is_declared else highest)
        if alive is not None and not self._clock.is_declared:
            await self._storage.run(came_back, alive)

    async def _make_lines(self) -> None:
        tokens: dict[int, str] = await self._storage.read(bot_tokens, self._settings.telegram_token)
        for office_id, token in tokens.items():
            telegram_bot = make_telegram_bot(token, api_url=self._settings.telegram_api_url)
            self._dispatchers[office_id] = Dispatcher(
                make_application(telegram_bot, self._door), self._door
            )
            self._lines[office_id] = make_line(
                self._program, self._inbound, office_id, token, telegram_bot
            )

    async def _hold_line(self, office_id: int, line: Line) -> None:
        """One office's bad token is that office's trouble; the default office's stops the program."""
        try:
            await line.run()
        except* BadSetting as errors:
            if office_id == DEFAULT_OFFICE:
                raise errors.exceptions[0] from None
            log.error("line_closed", office=office_id)
            self._health.give_up(office_id)
            await self._inbound.tell_token_refused(office_id)

    def _schedule(self) -> Scheduler:
        scheduler = Scheduler()
        if self._clock.is_declared:
            scheduler.every(DECLARED_TICK_S, self._follow_clock, name="tick")
        else:
            scheduler.every(TICK_S, self._ticker.tick, name="tick")
        scheduler.every(AUDIT_EVERY_S, self._audit, name="audit")
        scheduler.every(RETENTION_EVERY_S, self._drop_old_texts, name="retention")
        scheduler.every(HEARTBEAT_EVERY_S, self._health.beat, name="heartbeat")
        scheduler.start()
        return scheduler

    async def _follow_clock(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=5.0) as http:
                target = await read_clock_url(http, self._settings.clock_url)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            if not self._is_clock_silent:  # asked five times a second: each change is told once
                log.warning("clock_url_silent", error=type(error).__name__)
            self._is_clock_silent = True
            return
        if self._is_clock_silent:
            log.info("clock_url_speaks")
        self._is_clock_silent = False
        await self._ticker.play_to(target)

    async def _audit(self) -> None:
        findings = await self._storage.run(audit)
        log.info("audit", findings=len(findings))

    async def _drop_old_texts(self) -> None:
        log.info("retention", rows=await self._storage.run(drop_old_texts))

    async def _handle(self, row: InboxUpdate) -> None:
        await self._dispatchers[row.office_id].handle(row)

    def _connected(self) -> list[int]:
        return [office_id for office_id, line in self._lines.items() if line.is_connected]

    def _wake(self) -> None:
        for line in self._lines.values():
            line.sender.wake()
        self._mailer.wake()

    def _web(self) -> Starlette:
        settings = self._settings
        doors: dict[int, WebhookDoor] = {}
        if settings.telegram_mode == "webhook":
            tokens = self._storage.read_sync(bot_tokens, settings.telegram_token)
            doors = doors_of(settings, tokens)
        return web_application(
            self._program, health=self._health, inbound=self._inbound, webhook_doors=doors
        )
