"""How lines begin: heard as soon as may be, whatever else is to be told, and however many there are."""

import asyncio
from itertools import count
from typing import Any

import pytest

from bot import lines as lines_module
from bot import switchboard as switchboard_module
from bot.delivery.line import Commands, Line
from bot.delivery.telegram_bots import TelegramBot, make_telegram_bot
from bot.domain.errors import StorageUnavailable
from bot.domain.people import LANGUAGES
from bot.lines import described_commands
from bot.services.ports import UnitOfWork
from tests.delivery.office_lines import (
    FIRST_TOKEN,
    OMAR_CHAT,
    Board,
    impatient,
    omar,
    running,
)
from tests.emulator_process import EmulatorControl
from tests.real_office import OFFICE, RealOffice
from tests.waiting import until

__all__ = ["impatient", "omar"]

pytestmark = pytest.mark.usefixtures("impatient")


async def test_a_bot_hears_before_its_commands_are_told(
    office: RealOffice, omar: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_tell = asyncio.Event()
    tell_commands = Line.tell_commands

    async def told_late(line: Line) -> None:
        await may_tell.wait()
        await tell_commands(line)

    monkeypatch.setattr(Line, "tell_commands", told_late)
    async with running(Board(office, omar)) as board:
        added = board.add_office(FIRST_TOKEN)
        omar.post(f"phones/{OMAR_CHAT}/text", {"text": "Hei", "bot": FIRST_TOKEN})
        await until(lambda: [row for row in office.rows("inbox") if row.office_id == added])
        told_before = omar.requests(method="setMyCommands")
        may_tell.set()
        await until(lambda: len(omar.requests(method="setMyCommands")) == 2 * len(LANGUAGES) + 2)

    assert told_before == []


async def test_commands_are_told_although_the_database_was_away_when_they_were_looked_up(
    office: RealOffice, omar: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups: list[int] = []

    def away_at_first(uow: UnitOfWork, office_id: int) -> Commands:
        lookups.append(office_id)
        if len(lookups) == 1:
            raise StorageUnavailable("The database is away.")
        return described_commands(uow, office_id)

    monkeypatch.setattr(lines_module, "described_commands", away_at_first)
    async with running(Board(office, omar)):
        await until(lambda: omar.requests(method="setMyCommands"))

    assert lookups == [OFFICE, OFFICE]


async def test_between_the_beginnings_of_two_lines_the_others_have_their_turn(
    office: RealOffice, omar: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, turn_at_beginning = count(), list[int]()

    async def take_turns() -> None:
        while True:
            next(turns)
            await asyncio.sleep(0)

    def begun(token: str, **how: Any) -> TelegramBot:
        turn_at_beginning.append(next(turns))
        return make_telegram_bot(token, **how)

    board = Board(office, omar)
    board.add_office(FIRST_TOKEN)
    monkeypatch.setattr(switchboard_module, "make_telegram_bot", begun)
    taking_turns = asyncio.create_task(take_turns())

    async with running(board):
        await until(lambda: len(turn_at_beginning) == 2)
    taking_turns.cancel()

    earlier, later = turn_at_beginning
    assert later > earlier + 1
