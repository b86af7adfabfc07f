"""The lines of one process: one per office with a token, kept as the stored tokens say while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog

from bot.app import Program
from bot.content.message_samples import SAMPLES_BY_MESSAGE
from bot.delivery.inbound import Inbound
from bot.delivery.line import Line
from bot.delivery.sender import TIME_LIMIT_S, Sender
from bot.delivery.telegram_bots import make_telegram_bot
from bot.delivery.webhook import WebhookDoor
from bot.domain.errors import BadSetting, StorageUnavailable
from bot.domain.messages import InboxUpdate
from bot.duties import Duties, poll_of, send_of, while_held
from bot.handlers.dispatch import Dispatcher
from bot.handlers.door import Door
from bot.handlers.routes import make_routes
from bot.lines import bot_tokens, doors_of, make_line
from bot.roles import Role
from bot.services.offices import DEFAULT_OFFICE

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 3.0
# A message on its way when the process stops may take so long; the rest is recovered as unknown.
STOPPING_DRAINS_FOR_S = 3.0
HANDING_BACK_S = 0.3

Start = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Switchboard:
    """Opens a line for a new token, and ends the line of one that is gone or was replaced.

    A line ends as a process does: it rests, what it sends comes to its end and onto the record, and
    only then are its duties free and is the office's next line opened. `lines`, `senders` and
    `doors` are by office, and change as offices do.
    """

    def __init__(
        self,
        program: Program,
        *,
        role: Role,
        duties: Duties,
        inbound: Inbound,
        door: Door,
        start: Start,
    ) -> None:
        """`start` makes a task whose failure takes the program down."""
        self._program = program
        self._settings = program.settings
        self._storage = program.storage
        self._role = role
        self._duties = duties
        self._inbound = inbound
        self._door = door
        samples = SAMPLES_BY_MESSAGE if program.settings.rehearsal else None
        self._routes = make_routes(door, samples=samples)  # one table for all lines
        self._start = start
        self.lines: dict[int, Line] = {}
        self.senders: dict[int, Sender] = {}
        self.doors: dict[int, WebhookDoor] = {}  # empty without a webhook
        self._tokens: dict[int, str] = {}  # what each line was made with
        self._dispatchers: dict[int, Dispatcher] = {}
        self._holding: dict[int, asyncio.Task[None]] = {}
        self._ending: dict[int, asyncio.Task[None]] = {}
        self._has_looked = asyncio.Event()
        self._look_now = asyncio.Event()
        self._stopping = asyncio.Event()

    def open_doors(self) -> None:
        """Let Telegram in before anything else works: what it brings is stored all the same."""
        if self._hears_webhook:
            self._set_doors(self._storage.read_sync(bot_tokens, self._settings.telegram_token))

    async def run(self) -> None:
        """Keep the lines as the stored tokens say until cancelled; then let all of them rest."""
        if not self._role.knows_telegram:
            return
        try:
            while True:
                self._look_now.clear()
                try:
                    await self.look()
                except StorageUnavailable as error:
                    log.error("tokens_unreadable", error=str(error))
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._look_now.wait()
        finally:
            await self._rest()

    async def look(self) -> None:
        """Begin and end lines as the stored tokens say now. Raises StorageUnavailable."""
        tokens = await self._stored_tokens()
        if self._hears_webhook:
            self._set_doors(tokens)
        for office_id, token in list(self._tokens.items()):
            if tokens.get(office_id) != token:
                self._end(office_id)
        for office_id, token in tokens.items():
            if office_id not in self._tokens and office_id not in self._ending:
                self._begin(office_id, token)
                # With hundreds of bots the first need not wait for the last to be made.
                await asyncio.sleep(0)
        self._has_looked.set()

    async def until_connected(self, office_id: int) -> None:
        """For an office that surely has a line, as the default one."""
        await self._has_looked.wait()
        await self.lines[office_id].until_connected()

    def connected(self) -> list[int]:
        """The offices whose bots are connected: what came for them can be handled."""
        return [office_id for office_id, line in self.lines.items() if line.is_connected]

    async def handle(self, row: InboxUpdate) -> None:
        """Dispatch an update; one in hand also after its office's line has ended."""
        await self._dispatchers[row.office_id].handle(row)

    async def close(self) -> None:
        """Let go of all connections to Telegram; for when nothing is sent any more."""
        for line in self.lines.values():
            await line.close()

    async def _stored_tokens(self) -> dict[int, str]:
        found: dict[int, str] = await self._storage.read(bot_tokens, self._settings.telegram_token)
        return found

    @property
    def _hears_webhook(self) -> bool:
        return self._role.ingests and self._settings.telegram_mode == "webhook"

    def _set_doors(self, tokens: dict[int, str]) -> None:
        wanted = doors_of(self._settings, tokens)
        for office_id in self.doors.keys() - wanted.keys():
            del self.doors[office_id]
        self.doors.update(wanted)

    def _begin(self, office_id: int, token: str) -> None:
        telegram_bot = make_telegram_bot(token, api_url=self._settings.telegram_api_url)
        self._dispatchers[office_id] = Dispatcher(telegram_bot, self._routes, self._door)
        line = self.lines[office_id] = make_line(
            self._program,
            self._inbound,
            office_id,
            token,
            telegram_bot,
            role=self._role,
            duties=self._duties,
        )
        if line.sender is not None:
            self.senders[office_id] = line.sender
        self._tokens[office_id] = token
        self._holding[office_id] = self._start(self._hold(office_id, token, line))
        if self._has_looked.is_set():
            log.info("line_begun", office=office_id)

    def _end(self, office_id: int) -> None:
        log.info("line_ending", office=office_id)
        line, holding = self.lines.pop(office_id), self._holding.pop(office_id)
        self.senders.pop(office_id, None)
        del self._tokens[office_id]
        self._ending[office_id] = self._start(self._put_down(office_id, line, holding))

    async def _put_down(self, office_id: int, line: Line, holding: asyncio.Task[None]) -> None:
        """The office's next line waits for this: its sender would take what is on its way for lost."""
        try:
            holding.cancel()
            await asyncio.wait({holding})
            if line.sender is not None:
                await self._let_end(line.sender)
            for duty in (send_of(office_id), poll_of(office_id)):
                self._duties.forgo(duty)
                await self._duties.let_go(duty)
            await line.leave()
        finally:
            await line.close()
            del self._ending[office_id]
            self._look_now.set()
            log.info("line_ended", office=office_id)

    async def _let_end(self, sender: Sender) -> None:
        """All that is on its way comes to its end; when the process stops meanwhile, most of it."""
        ending = asyncio.ensure_future(sender.drain(TIME_LIMIT_S))
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ending.done():
            await asyncio.wait({ending}, timeout=STOPPING_DRAINS_FOR_S)

    async def _hold(self, office_id: int, token: str, line: Line) -> None:
        """One office's bad token is that office's trouble; the default office's stops the program."""
        try:
            await self._patiently(office_id, line.connect)
            async with asyncio.TaskGroup() as tasks:
                for duty, work in self._work_of(office_id, line):
                    self._duties.want(duty)
                    rest = self._resting(office_id, line, duty)
                    tasks.create_task(while_held(self._duties, duty, work, at_rest=rest))
                tasks.create_task(self._patiently(office_id, line.tell_commands))
        except* BadSetting as errors:
            self._duties.forgo(send_of(office_id))
            self._duties.forgo(poll_of(office_id))
            if office_id == DEFAULT_OFFICE:
                raise errors.exceptions[0] from None
            log.error("line_closed", office=office_id)
            await self._tell_refused(office_id, token)

    async def _patiently(self, office_id: int, work: Callable[[], Awaitable[None]]) -> None:
        """Again and again while the database does not answer; raises what else `work` raises."""
        while True:
            try:
                return await work()
            except StorageUnavailable as error:
                log.error("line_waits", office=office_id, error=str(error))
                await asyncio.sleep(LOOK_EVERY_S)

    @staticmethod
    def _work_of(
        office_id: int, line: Line
    ) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        work: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = []
        if line.sender is not None:
            work.append((send_of(office_id), line.sender.run))
        if line.poller is not None:
            work.append((poll_of(office_id), line.poll))
        return work

    def _resting(
        self, office_id: int, line: Line, duty: str
    ) -> Callable[[], Coroutine[Any, Any, None]]:
        async def rest() -> None:
            is_over = self.lines.get(office_id) is not line
            if line.sender is not None and duty == send_of(office_id):
                if is_over:
                    await self._let_end(line.sender)
                else:
                    await line.sender.drain(STOPPING_DRAINS_FOR_S)
            if is_over or line.is_refused:
                self._duties.forgo(duty)  # before it is let go, or we might take it again

        return rest

    async def _tell_refused(self, office_id: int, token: str) -> None:
        """Unless the token was replaced meanwhile, which we may not have seen yet."""
        try:
            tokens = await self._stored_tokens()
            if tokens.get(office_id) == token:
                await self._inbound.tell_token_refused(office_id)
        except StorageUnavailable as error:
            log.error("refusal_not_told", office=office_id, error=str(error))

    async def _rest(self) -> None:
        """Each line lets its duties go as soon as it rests, so that others go on without a gap."""
        self._stopping.set()
        for task in self._holding.values():
            task.cancel()
        if resting := {*self._holding.values(), *self._ending.values()}:
            await asyncio.wait(resting, timeout=STOPPING_DRAINS_FOR_S + HANDING_BACK_S)
