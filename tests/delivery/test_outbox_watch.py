"""One look for all bots: those with something due are woken, the others are left asleep."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import outbox_watch
from bot.delivery.outbox_watch import OutboxWatch
from bot.domain.errors import StorageUnavailable
from bot.domain.office_hours import OfficeHours
from bot.services.offices import add_office
from tests.delivery.conftest import running
from tests.real_office import NOON, OFFICE, RealOffice
from tests.waiting import until

REAL = NOON


class SleepingSender:
    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_watch, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(outbox_watch, "TROUBLE_REST_S", 0.01)


def watch(office: RealOffice, senders: dict[int, Any]) -> OutboxWatch:
    return OutboxWatch(office.storage, senders)


async def test_only_the_sender_with_something_due_is_woken(office: RealOffice) -> None:
    office.do(add_office, "Naboen", hours=OfficeHours())
    senders = {OFFICE: SleepingSender(), 2: SleepingSender()}
    office.queue(office.amina, "Hei")

    async with running(watch(office, senders).run()):
        await until(lambda: senders[OFFICE].woken)

    assert senders[2].woken == 0


def test_what_is_for_later_or_rests_wakes_nobody(office: RealOffice) -> None:
    message = office.queue(office.amina, "Hei")

    def due() -> list[int]:
        return office.storage.read_sync(lambda uow: uow.outbox.offices_due(NOON, real_now=REAL))

    at_once = due()
    later = office.storage.read_sync(
        lambda uow: uow.outbox.offices_due(NOON - timedelta(days=1), real_now=REAL)
    )

    assert message
    assert at_once == [OFFICE]
    assert later == []


async def test_a_single_sender_is_woken_without_a_look(office: RealOffice) -> None:
    sender = SleepingSender()

    watch(office, {OFFICE: sender}).wake()

    assert sender.woken == 1


async def test_a_database_that_is_away_for_a_moment_ends_nothing() -> None:
    sender = SleepingSender()

    class Storage:
        looks = 0

        async def read(self, *_: Any) -> list[int]:
            self.looks += 1
            if self.looks == 1:
                raise StorageUnavailable("sample")
            return [OFFICE]

    async with running(OutboxWatch(Storage(), {OFFICE: sender}).run()):  # type: ignore[arg-type,dict-item]
        await asyncio.wait_for(until(lambda: sender.woken), 10)
