"""The durable inbox, on both kinds of database."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from bot.app import Program, open_program, upgrade_database
from bot.domain.messages import InboxUpdate, Taken
from bot.domain.office_hours import OfficeHours
from bot.services.offices import add_office
from bot.services.ports import UnitOfWork
from tests.builders import START
from tests.staging import SettableClock, settings_for


@pytest.fixture
def program(upgraded_url: str) -> Iterator[Program]:
    with open_program(settings_for(upgraded_url), clock=SettableClock(START)) as opened:
        opened.storage.run_sync(add_office, "Naboen", hours=OfficeHours())
        yield opened


def test_an_office_of_its_own_has_its_own_update_ids(program: Program) -> None:
    def store(uow: UnitOfWork) -> list[bool]:
        offices = (1, 2)
        return [uow.inbox.add_once(InboxUpdate(o, 5, 42, START, {})) for o in offices]

    assert program.storage.run_sync(store) == [True, True]


def test_of_many_updates_only_new_ones_are_stored(program: Program) -> None:
    def store(uow: UnitOfWork, *numbers: int) -> int:
        return uow.inbox.add_all_once(
            [InboxUpdate(1, n, 42, START, {"n": n}) for n in numbers], repeated_since=lambda: START
        )

    first = program.storage.run_sync(store, 5, 6)
    second = program.storage.run_sync(store, 6, 7, 7)

    assert (first, second) == (2, 1)
    assert program.storage.read_sync(lambda uow: uow.inbox.pending_count()) == 3


DAY = timedelta(days=1)


def taken_in(program: Program, *updates: InboxUpdate, since: datetime = START) -> int:
    def store(uow: UnitOfWork) -> int:
        return uow.inbox.add_all_once(updates, repeated_since=lambda: since)

    return program.storage.run_sync(store)


def test_an_id_known_from_long_ago_is_another_update(program: Program) -> None:
    long_ago, now = InboxUpdate(1, 5, 42, START, {"n": 1}), START + 8 * DAY
    taken_in(program, long_ago)

    new = taken_in(program, InboxUpdate(1, 5, 42, now, {"n": 2}), since=now - 3 * DAY)
    repeated = taken_in(program, InboxUpdate(1, 5, 42, now, {"n": 2}), since=now - 3 * DAY)

    assert (new, repeated) == (1, 0)
    assert program.storage.read_sync(lambda uow: uow.inbox.pending_count()) == 2


def test_an_id_known_from_another_chat_is_another_update(program: Program) -> None:
    theirs = {"chat": 42}
    taken_in(program, InboxUpdate(1, 5, 42, START, theirs), InboxUpdate(1, 6, 42, START, theirs))

    others = [InboxUpdate(1, 6, 42, START, theirs), InboxUpdate(1, 5, 43, START, {"chat": 43})]
    new, repeated = taken_in(program, *others), taken_in(program, *others)

    assert (new, repeated) == (1, 0)
    assert program.storage.read_sync(lambda uow: uow.inbox.pending_count()) == 3


def test_what_comes_word_for_word_is_a_repetition_however_long_ago_the_clock_says_it_was(
    program: Program,
) -> None:
    stored = InboxUpdate(1, 5, 42, START, {"n": 1})
    taken_in(program, stored)

    assert taken_in(program, stored, since=START + 8 * DAY) == 0


def test_an_id_that_comes_twice_at_once_is_stored_once_whatever_its_chat(program: Program) -> None:
    twice = [InboxUpdate(1, 5, 42, START, {}), InboxUpdate(1, 5, 43, START, {})]

    new = taken_in(program, *twice)

    assert (new, [one.chat_id for one in claim(program)]) == (1, [42])


OURS, THEIRS = 7, 8


def take(
    program: Program,
    *,
    offices: tuple[int, ...] = (1,),
    holder: int = OURS,
    busy: Sequence[tuple[int, int]] = (),
    limit: int = 9,
) -> Taken:
    return asyncio.run(
        program.storage.claim(
            lambda uow: uow.inbox.claim(offices, holder=holder, busy_chats=busy, limit=limit)
        )
    )


def claim(program: Program, **more: Any) -> list[InboxUpdate]:
    return [*take(program, **more).updates]


def ids(updates: Sequence[InboxUpdate]) -> list[int]:
    return [update.update_id for update in updates]


def put(program: Program, *chats: int, office: int = 1) -> None:
    def store(uow: UnitOfWork) -> None:
        for number, chat_id in enumerate(chats):
            uow.inbox.add_once(InboxUpdate(office, number, chat_id, START, {"n": number}))

    program.storage.run_sync(store)


def test_the_oldest_update_of_each_free_chat_can_be_claimed(program: Program) -> None:
    put(program, 10, 10, 20, 30)

    assert ids(claim(program)) == [0, 2, 3]
    assert ids(claim(program, busy=[(1, 10)])) == [2, 3]
    assert claim(program, offices=(2,)) == []


def test_a_claim_tells_whether_there_may_be_more(program: Program) -> None:
    put(program, 10, 20, 30)

    found = [take(program, limit=limit).there_is_more for limit in (2, 3, 4)]

    assert found == [True, True, False]
    assert take(program, offices=(2,)) == Taken()


def test_a_claim_tells_whether_others_wait_in_the_chats_it_took(program: Program) -> None:
    put(program, 10, 20, 20)

    first, both = take(program, limit=1), take(program)

    assert [update.chat_id for update in both.updates] == [10, 20]
    assert (first.others_wait, both.others_wait) == (False, True)


def test_behind_what_somebody_else_is_just_taking_there_may_be_more(postgresql_url: str) -> None:
    settings = settings_for(postgresql_url)
    upgrade_database(settings)
    with open_program(settings, clock=SettableClock(START)) as program:
        put(program, 10, 20)
        with psycopg.connect(postgresql_url) as other:
            other.execute("SELECT seq FROM inbox WHERE chat_id = 10 FOR UPDATE")

            taken = take(program)

    assert ([update.chat_id for update in taken.updates], taken.there_is_more) == ([20], True)


def test_a_chat_in_another_process_hands_is_left_alone_until_it_is_given_back(
    program: Program,
) -> None:
    put(program, 10, 10, 20)

    theirs = claim(program, holder=THEIRS, limit=1)
    ours = claim(program)
    again = claim(program)
    freed = program.storage.run_sync(lambda uow: uow.inbox.give_back(THEIRS))
    after = claim(program)

    assert ids(theirs) == [0]
    assert ids(ours) == [2]
    assert ids(again) == [2]
    assert freed == 1
    assert ids(after) == [0, 2]


def test_no_offices_crowd_goes_before_anothers_first(program: Program) -> None:
    put(program, *range(100, 150))
    put(program, 7, office=2)

    claimed = claim(program, offices=(1, 2), limit=4)

    assert sorted(update.office_id for update in claimed) == [1, 1, 1, 2]


def test_what_is_processed_meanwhile_is_not_claimed(program: Program) -> None:
    put(program, 10, 10)
    first = claim(program)[0]

    program.storage.run_sync(
        lambda uow: uow.inbox.mark_processed(first.seq, uow.now, drop_payload=False)
    )

    assert ids(claim(program)) == [1]


def test_what_a_process_that_is_no_more_had_in_hand_is_free_again(program: Program) -> None:
    put(program, 10, 20)
    claim(program, holder=THEIRS)

    absent = _look(program, set())
    _look(program, absent)

    assert ids(claim(program)) == [0, 1]


@pytest.mark.parametrize("upgraded_url", ["postgresql"], indirect=True)
def test_one_that_is_not_seen_for_a_moment_keeps_what_it_has_in_hand(program: Program) -> None:
    put(program, 10)
    claim(program, holder=THEIRS)

    absent = _look(program, set())

    assert absent == {THEIRS}
    assert ids(claim(program)) == []


def _look(program: Program, absent_before: set[int]) -> set[int]:
    return program.storage.run_sync(
        lambda uow: uow.inbox.give_back_abandoned(OURS, absent_before=absent_before)
    )


def test_an_update_that_keeps_failing_is_set_aside_and_the_next_is_taken(
    program: Program,
) -> None:
    put(program, 10, 10)
    first = claim(program)[0]

    aside = [
        program.storage.run_sync(lambda uow: uow.inbox.record_failure(first.seq, set_aside_after=3))
        for _ in range(3)
    ]

    assert aside == [False, False, True]
    assert ids(claim(program)) == [1]
