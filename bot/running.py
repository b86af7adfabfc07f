"""`tettpa run`: starts the parts that a process's role asks for, and stops them in order."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog
from starlette.applications import Starlette

from bot import failpoints
from bot.app import Program, load_content, open_program
from bot.clockwork import Clockwork, make_clock
from bot.config import Settings, require
from bot.content.pack import Pack
from bot.delivery.inbound import Inbound
from bot.delivery.outbox_watch import OutboxWatch
from bot.delivery.worker import InboxWorker
from bot.document_maker import DocumentMaker
from bot.domain.errors import TettpaError
from bot.duties import MAIL, TICK, while_held
from bot.handlers.dispatch import Gatherer
from bot.handlers.door import Door
from bot.health import Health
from bot.logs import set_up_logging
from bot.neighbours import INBOX, OUTBOX, Neighbours
from bot.notices.mailer import Mailer
from bot.roles import Role, role_for
from bot.scheduling.ticker import Ticker
from bot.services.offices import DEFAULT_OFFICE
from bot.serving import open_socket, serve, web_application
from bot.standing_by import RunnerLease
from bot.switchboard import Switchboard

log = structlog.get_logger(__name__)

STOP_WITHIN_S = 6.0


def run_program(settings: Settings, *, role_name: str = "all") -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        BadSetting, BadContent, StorageUnavailable: Before anything starts.
    """
    role = role_for(role_name, settings)
    require(settings, *(["telegram_token"] if role.knows_telegram else []), "secret_key")
    pack = load_content(settings)
    failpoints.arm(settings.failpoints)
    set_up_logging(form=settings.log_format)
    listening = open_socket(settings.host, settings.port)
    try:
        asyncio.run(_run(settings, listening, role, pack))
    finally:
        listening.close()


async def _run(settings: Settings, listening: socket.socket, role: Role, pack: Pack) -> None:
    clock = await make_clock(settings)
    with open_program(settings, clock=clock, pack=pack) as program:
        await Running(program, listening, role).until_stopped()


class Running:
    """All parts of one process, wired together."""

    def __init__(self, program: Program, listening: socket.socket, role: Role) -> None:
        self._program = program
        self._settings = program.settings
        self._storage = program.storage
        self._listening = listening
        self._role = role
        self._holder = secrets.randbelow(2**31 - 1) + 1
        self._stop = asyncio.Event()
        self._fault: BaseException | None = None
        self._neighbours = Neighbours(program, holder=self._holder, on_ring=self._heard)
        self._duties = self._neighbours.duties
        has_neighbours = self._neighbours.are_welcome
        self._lease = None if has_neighbours else RunnerLease(self._storage, self._holder)
        self._mailer = Mailer(
            self._storage,
            smtp_url=self._settings.smtp_url,
            mail_from=self._settings.mail_from,
            console_url=self._settings.public_url,
            now=program.clock.now,
        )
        self._door = Door(self._storage, wake_sender=self._something_to_send)
        self._inbound = Inbound(self._storage, on_stored=self._something_came)
        self._switchboard = Switchboard(
            program,
            role=role,
            duties=self._duties,
            inbound=self._inbound,
            door=self._door,
            start=self._start,
        )
        self._worker = InboxWorker(
            self._storage,
            self._switchboard.handle,
            offices=self._switchboard.connected,
            gatherer=Gatherer(self._door),
            holder=self._holder,
            life=lambda: self._duties.life,
        )
        self._watch = OutboxWatch(self._storage, self._switchboard.senders)
        self._documents = DocumentMaker(self._storage, on_made=self._something_to_send)
        ticker = Ticker(self._storage, program.clock, wake=self._something_to_send)
        self._health = Health(
            self._program,
            self._switchboard.lines,
            ticker,
            self._mailer,
            role=role,
            duties=self._duties,
        )
        self._clockwork = Clockwork(program, ticker, self._duties, beat=self._health.beat)

    async def until_stopped(self) -> None:
        """Start in order, run, stop in order. Raises what made it stop, if something did."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        server = asyncio.create_task(serve(self._web(), self._listening))
        pulse = asyncio.create_task(self._health.pulse())
        try:
            if self._lease is None or await self._lease.until_ours(self._stop):
                await self._work(server)
        finally:
            pulse.cancel()
            server.cancel()
            with suppress(asyncio.CancelledError):
                await server
            await self._neighbours.leave()
            if self._lease is not None:
                await self._lease.give_up()
        if self._fault is not None:
            raise self._fault

    async def _work(self, server: asyncio.Task[None]) -> None:
        self._health.is_working = True
        self._want_duties()
        neighbours = [self._start(part) for part in self._neighbours.parts()]
        server.add_done_callback(self._part_ended)
        self._start(self._storage.open_connections())
        parts = [] if self._lease is None else [self._start(self._lease.keep())]
        if self._role.works:
            parts += await self._start_clockwork()
            parts.append(self._start(self._worker.run()))
            parts.append(self._start(self._watch.run()))
            parts.append(self._start(self._documents.run()))
            parts.append(self._start(self._send_mails()))
        parts.append(self._start(self._switchboard.run()))
        parts.append(self._start(self._tell_running()))
        await self._stop.wait()
        log.info("stopping")
        # Each part lets its duty go as soon as it rests, so that others go on without a gap.
        for part in parts:
            part.cancel()
        try:
            async with asyncio.timeout(STOP_WITHIN_S + 1):
                await asyncio.gather(*parts, return_exceptions=True)
                if self._role.works:
                    await self._worker.drain(STOP_WITHIN_S / 2)
                await self._door.drain(0.5)
        finally:
            for part in neighbours:
                part.cancel()
            await self._switchboard.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._part_ended)
        return task

    async def _start_clockwork(self) -> list[asyncio.Task[None]]:
        """An outage is looked back at before anything that came meanwhile is handled."""
        task = self._start(while_held(self._duties, TICK, self._clockwork.run))
        await self._neighbours.first_answer(self._stop)
        prepared = asyncio.ensure_future(self._clockwork.is_prepared.wait())
        while self._duties.is_held(TICK) and not (prepared.done() or self._stop.is_set()):
            await asyncio.wait({prepared, task}, timeout=0.2)
            if task.done():
                break
        prepared.cancel()
        return [task, self._start(self._clockwork.follow())]

    def _want_duties(self) -> None:
        """Those of an office come with its line: who cannot reach Telegram must not keep others from it."""
        if self._role.works:
            self._duties.want(TICK)
            if self._settings.smtp_url:
                self._duties.want(MAIL)

    async def _send_mails(self) -> None:
        if self._settings.smtp_url:
            await while_held(self._duties, MAIL, self._mailer.run)
        else:
            await self._mailer.run()  # says what is missing

    async def _tell_running(self) -> None:
        if self._role.knows_telegram:
            await self._switchboard.until_connected(DEFAULT_OFFICE)
        log.info("running", role=self._role.name, address=self._settings.public_url)

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

    def _something_came(self) -> None:
        self._worker.wake()
        self._neighbours.ring(INBOX)

    def _something_to_send(self) -> None:
        self._watch.wake()
        self._mailer.wake()
        self._documents.wake()
        self._neighbours.ring(OUTBOX)

    def _heard(self, topic: str) -> None:
        if topic == INBOX:
            self._worker.wake()
        else:
            self._watch.wake()
            self._mailer.wake()
            self._documents.wake()

    def _web(self) -> Starlette:
        self._switchboard.open_doors()
        return web_application(
            self._program,
            health=self._health,
            inbound=self._inbound,
            webhook_doors=self._switchboard.doors,
            shows_console=self._role.shows_console,
        )
