"""The durable inbox, on both kinds of database."""

from collections.abc import Iterator

import pytest

from bot.app import Program, open_program, upgrade_database
from bot.domain.messages import InboxUpdate
from bot.domain.office_hours import OfficeHours
from bot.services.offices import add_office
from bot.services.ports import UnitOfWork
from tests.builders import START
from tests.staging import SettableClock, settings_for


@pytest.fixture
def program(database_url: str) -> Iterator[Program]:
    settings = settings_for(database_url)
    upgrade_database(settings)
    with open_program(settings, clock=SettableClock(START)) as opened:
        opened.storage.run_sync(add_office, "Naboen", hours=OfficeHours())
        yield opened


def test_an_office_of_its_own_has_its_own_update_ids(program: Program) -> None:
    def store(uow: UnitOfWork) -> list[bool]:
        offices = (1, 2)
        return [uow.inbox.add_once(InboxUpdate(o, 5, 42, START, {})) for o in offices]

    assert program.storage.run_sync(store) == [True, True]


def test_the_oldest_update_of_each_free_chat_can_be_claimed(program: Program) -> None:
    def store(uow: UnitOfWork) -> None:
        for number, chat_id in enumerate((10, 10, 20, 30)):
            uow.inbox.add_once(InboxUpdate(1, number, chat_id, START, {"n": number}))

    program.storage.run_sync(store)

    def claimable(busy: list[tuple[int, int]]) -> list[int]:
        rows = program.storage.read_sync(
            lambda uow: uow.inbox.claimable([1], busy_chats=busy, limit=9)
        )
        return [row.update_id for row in rows]

    assert claimable([]) == [0, 2, 3]
    assert claimable([(1, 10)]) == [2, 3]
    assert (
        program.storage.read_sync(lambda uow: uow.inbox.claimable([2], busy_chats=[], limit=9))
        == []
    )


def test_an_update_that_keeps_failing_is_set_aside_and_the_next_is_taken(
    program: Program,
) -> None:
    def store(uow: UnitOfWork) -> None:
        for number in range(2):
            uow.inbox.add_once(InboxUpdate(1, number, 10, START, {}))

    program.storage.run_sync(store)
    first = program.storage.read_sync(lambda uow: uow.inbox.claimable([1], busy_chats=[], limit=9))[
        0
    ]

    aside = [
        program.storage.run_sync(lambda uow: uow.inbox.record_failure(first.seq, set_aside_after=3))
        for _ in range(3)
    ]

    left = program.storage.read_sync(lambda uow: uow.inbox.claimable([1], busy_chats=[], limit=9))
    assert aside == [False, False, True]
    assert [row.update_id for row in left] == [1]
