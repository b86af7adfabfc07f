"""An office, the emulator as Telegram, and a sender that a test can start and stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.sender import Sender
from bot.delivery.telegram_bots import make_telegram_bot
from tests.emulator_process import EmulatorControl, start_emulator
from tests.real_office import AMINA_CHAT, BEN_CHAT, NOON, OFFICE, TOKEN, RealOffice, open_office

Running = Callable[[Awaitable[None]], Awaitable["asyncio.Task[None]"]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RealOffice]:
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def emulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorControl]:
    with start_emulator(tmp_path_factory.mktemp("emulator"), now=NOON, speed=0) as control:
        yield control


@pytest.fixture
def emulator(emulator_process: EmulatorControl) -> EmulatorControl:
    """With the phones of Amina and Ben, who pressed Start; that is confirmed already."""
    emulator_process.reset(now=NOON)
    emulator_process.add_bot(TOKEN, username="sample_bot", name="Tett på")
    for name, chat in (("Amina", AMINA_CHAT), ("Ben", BEN_CHAT)):
        emulator_process.add_phone(name, user_id=chat)
        emulator_process.start(chat)
    confirm_all(emulator_process)
    return emulator_process


def confirm_all(emulator: EmulatorControl) -> None:
    """Empty Telegram's queue."""
    updates = emulator.call(TOKEN, "getUpdates")["result"]
    if updates:
        emulator.call(TOKEN, "getUpdates", offset=updates[-1]["update_id"] + 1)


@asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Run something endless for as long as the block lasts."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class RealTime:
    """The machine's time as the sender sees it; stands until a test moves it."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> Any:
        return self.moment


@pytest.fixture
def real_time() -> RealTime:
    return RealTime()


class SenderRig:
    """Starts senders on one office; each `started` block is one life of the program."""

    def __init__(self, office: RealOffice, emulator: EmulatorControl, real_time: RealTime) -> None:
        self.office, self.emulator, self.real_time = office, emulator, real_time
        self.refused_tokens = 0

    @asynccontextmanager
    async def started(self, telegram_bot: Any = None) -> AsyncIterator[Sender]:
        async with AsyncExitStack() as stack:
            if telegram_bot is None:
                telegram_bot = make_telegram_bot(TOKEN, api_url=self.emulator.api_url)
                await stack.enter_async_context(telegram_bot)
            sender = self.sender(telegram_bot)
            await stack.enter_async_context(running(sender.run()))
            yield sender
            await sender.drain(5)

    def sender(self, telegram_bot: Any) -> Sender:
        return Sender(
            OFFICE,
            telegram_bot,
            self.office.storage,
            rate=100,
            on_token_refused=self._note_refused_token,
            real_now=self.real_time,
        )

    def _note_refused_token(self) -> None:
        self.refused_tokens += 1


@pytest.fixture
def rig(office: RealOffice, emulator: EmulatorControl, real_time: RealTime) -> SenderRig:
    return SenderRig(office, emulator, real_time)
