"""What became of a message is known to the sender before it is on record."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.delivery import sender as sender_module
from bot.domain.errors import StorageUnavailable
from bot.domain.messages import OutboxState
from bot.services.delivery_results import Accepted
from tests.delivery.conftest import SenderRig
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, RealOffice
from tests.waiting import until


async def test_what_telegram_took_while_the_disk_was_full_is_marked_once_there_is_room(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = sender_module._mark_sent, []

    def full_at_first(uow: Any, accepted: Sequence[Accepted]) -> None:
        tries.append(len(accepted))
        if len(tries) <= 3:
            raise StorageUnavailable("sample")
        real(uow, accepted)

    monkeypatch.setattr(sender_module, "_mark_sent", full_at_first)
    monkeypatch.setattr(sender_module, "RECORD_AGAIN_S", 0.01)
    queued = office.queue(office.amina, "Hei")

    async with rig.started():
        await until(lambda: office.message(queued).state is OutboxState.SENT)

    assert tries == [1, 1, 1, 1]
    assert emulator.texts(AMINA_CHAT) == ["Hei"]


async def test_one_message_whose_outcome_cannot_be_recorded_stops_nobody_else(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sender_module._mark_sent

    def fails_for_one(uow: Any, accepted: Sequence[Accepted]) -> None:
        if bad.id in [one.message_id for one in accepted]:
            raise ValueError("sample")
        real(uow, accepted)

    monkeypatch.setattr(sender_module, "_mark_sent", fails_for_one)
    bad = office.queue(office.amina, "en")
    good = office.queue(office.ben, "Ben")

    async with rig.started() as sender:
        await until(lambda: office.message(good).state is OutboxState.SENT)
        await until(lambda: emulator.texts(AMINA_CHAT) == ["en"] and not sender._sending)

    # The class rule decides about it when its lease is over.
    assert office.message(bad).state is OutboxState.CLAIMED
