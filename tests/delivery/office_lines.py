"""A switchboard on a real office and the emulator, whose offices' bots a test changes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any, ClassVar

import pytest

from bot import switchboard as switchboard_module
from bot.app import Program
from bot.config import load_settings
from bot.delivery import sender as sender_module
from bot.delivery.inbound import Inbound
from bot.delivery.telegram_bots import TelegramBot, make_telegram_bot
from bot.domain.messages import MessageClass
from bot.domain.office_hours import OfficeHours
from bot.domain.people import Role
from bot.duties import SoleDuties, poll_of, send_of
from bot.handlers.door import Door
from bot.roles import ROLES
from bot.services.offices import add_office, add_staff, set_token
from bot.services.ports import UnitOfWork
from bot.services.speaking import say_to_chat
from bot.switchboard import Switchboard
from tests.emulator_process import EmulatorControl
from tests.real_office import OFFICE, TOKEN, RealOffice
from tests.waiting import until

FIRST_TOKEN = "200300400:sample-token-of-the-second-office-0"
NEXT_TOKEN = "300400500:sample-token-of-the-second-office-1"
OMAR_CHAT = 2001


class NotedDuties(SoleDuties):
    """Everything is ours, and what happens to it is written down."""

    def __init__(self) -> None:
        self.wanted: set[str] = set()
        self.let_go_of: list[str] = []
        self.let_go_too_early: list[str] = []  # it might be taken again at once
        self.are_lost = asyncio.Event()

    def want(self, *duties: str) -> None:
        self.wanted.update(duties)

    def forgo(self, duty: str) -> None:
        self.wanted.discard(duty)

    async def let_go(self, duty: str) -> None:
        self.let_go_of.append(duty)
        if duty in self.wanted:
            self.let_go_too_early.append(duty)

    async def until_held(self, duty: str) -> None:
        if self.are_lost.is_set():
            await asyncio.Event().wait()

    async def until_lost(self, duty: str) -> None:
        await self.are_lost.wait()


class CountingSwitchboard(Switchboard):
    """Counts its looks at the tokens."""

    looks = 0

    async def look(self) -> None:
        await super().look()
        self.looks += 1


class Board:
    """A switchboard on a real office and the emulator; looks when a test says so."""

    def __init__(self, office: RealOffice, emulator: EmulatorControl, **settings: str) -> None:
        self.office, self.emulator = office, emulator
        self.duties = NotedDuties()
        self.faults: list[BaseException] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self._causes = count()
        given = load_settings(env_file=None, telegram_api_url=emulator.api_url, **settings)
        program = office.program
        known = {"telegram_api_url": emulator.api_url, "telegram_token": TOKEN, "send_rate": 200.0}
        known |= {name: getattr(given, name) for name in settings}
        self.switchboard = CountingSwitchboard(
            Program(
                settings=program.settings.model_copy(update=known),
                clock=program.clock,
                storage=program.storage,
                keys=program.keys,
            ),
            role=ROLES["all"],
            duties=self.duties,
            inbound=Inbound(office.storage, on_stored=lambda: None),
            door=Door(office.storage, wake_sender=lambda: None),
            start=self._start,
        )

    @property
    def looks(self) -> int:
        return self.switchboard.looks

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.faults.append(error)

    def add_office(self, token: str = "") -> int:
        """An office beside the first one, with the content that has."""

        def add(uow: UnitOfWork) -> int:
            content = uow.offices.get(OFFICE).content_version_id
            added = add_office(uow, "Sandvik", hours=OfficeHours(), telegram_token=token)
            add_staff(
                uow,
                office_id=added.id,
                name="Dag Sample",
                email="dag@example.org",
                role=Role.COORDINATOR,
            )
            return uow.offices.save(replace(added, content_version_id=content)).id

        return self.office.do(add)

    def give(self, office_id: int, token: str) -> None:
        self.office.do(set_token, office_id, token)

    def queue(self, office_id: int, text: str) -> None:
        """A question for Omar: one that is counted as lost is asked once more."""

        def say(uow: Any) -> None:
            uow.cause = f"sample:{next(self._causes)}"
            say_to_chat(uow, office_id, OMAR_CHAT, text)
            (queued,) = [one for one in uow.outbox._all() if one.key.startswith(f"{uow.cause}:")]
            uow.outbox.save(replace(queued, message_class=MessageClass.AT_LEAST_ONCE))

        self.office.do(say)
        self.switchboard.senders[office_id].wake()

    async def connected(self, office_id: int) -> None:
        await until(
            lambda: (
                office_id in self.switchboard.connected()
                and send_of(office_id) in self.duties.wanted
            )
        )

    async def ended(self, office_id: int) -> None:
        """Its line has come to rest, and no other took its place."""
        board = self.switchboard
        await until(lambda: office_id not in board.lines and office_id not in board._ending)
        assert {send_of(office_id), poll_of(office_id)} <= set(self.duties.let_go_of)

    def texts(self, token: str) -> list[str]:
        """What Omar got from this bot."""
        shown = self.emulator.get(f"phones/{OMAR_CHAT}", bot=token)
        return [one["text"] for one in shown["messages"] if one["from"] == "bot"]

    def mails(self) -> list[int]:
        """The offices whose coordinators were told of something."""
        return [notice.office_id for notice in self.office.rows("notices")]


@asynccontextmanager
async def running(board: Board) -> AsyncIterator[Board]:
    """The switchboard at work for as long as the block lasts."""
    task = asyncio.create_task(board.switchboard.run())
    try:
        await board.connected(OFFICE)
        yield board
    finally:
        task.cancel()
        await asyncio.wait({task})
        await board.switchboard.close()
        _, late = await asyncio.wait(board.tasks, timeout=2)
    assert (board.faults, late) == ([], set())


@pytest.fixture
def omar(emulator: EmulatorControl) -> EmulatorControl:
    """With two bots more, and Omar, who has spoken with both."""
    emulator.add_bot(FIRST_TOKEN, username="first_bot")
    emulator.add_bot(NEXT_TOKEN, username="next_bot")
    emulator.add_phone("Omar", user_id=OMAR_CHAT, bot=FIRST_TOKEN)
    for token in (FIRST_TOKEN, NEXT_TOKEN):
        emulator.post(f"phones/{OMAR_CHAT}/start", {"bot": token})
    return emulator


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "HANDING_OVER_S", 0.0)
    monkeypatch.setattr(switchboard_module, "LOOK_EVERY_S", 0.02)


class GatedBot(TelegramBot):
    """Sends when a test opens the gate."""

    gates: ClassVar[dict[str, asyncio.Event]] = {}
    sending: ClassVar[list[str]] = []

    async def call(self, method: str, **parameters: object) -> Any:
        if method == "sendMessage" and (gate := self.gates.get(self.token)) is not None:
            self.sending.append(str(parameters["text"]))
            await gate.wait()
        return await super().call(method, **parameters)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Holds up what the first of the two bots sends."""
    gate = asyncio.Event()

    def made(token: str, **how: Any) -> TelegramBot:
        bot = make_telegram_bot(token, **how)
        bot.__class__ = GatedBot
        return bot

    monkeypatch.setattr(GatedBot, "gates", {FIRST_TOKEN: gate})
    monkeypatch.setattr(GatedBot, "sending", [])
    monkeypatch.setattr(switchboard_module, "make_telegram_bot", made)
    return gate
