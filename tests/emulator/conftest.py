"""One emulator process for all of these tests, emptied before each, its clock standing still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.emulator_process import EmulatorControl, start_emulator

START = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TOKEN = "100200300:sample-token-of-the-rehearsal-bot-0"


@pytest.fixture(scope="session")
def emulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorControl]:
    with start_emulator(tmp_path_factory.mktemp("emulator"), now=START, speed=0) as control:
        yield control


@pytest.fixture
def emulator(emulator_process: EmulatorControl) -> EmulatorControl:
    emulator_process.reset(now=START)
    emulator_process.add_bot(TOKEN, username="sample_bot", name="Tett på")
    return emulator_process


@pytest.fixture
def amina(emulator: EmulatorControl) -> int:
    """A phone that pressed Start; the update about it is already confirmed."""
    phone = emulator.add_phone("Amina")
    emulator.start(phone)
    emulator.call(TOKEN, "getUpdates", offset=-1)
    updates = emulator.call(TOKEN, "getUpdates")["result"]
    emulator.call(TOKEN, "getUpdates", offset=updates[-1]["update_id"] + 1)
    return phone
