"""A transaction reads some rows once: it must never see what is no longer so."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.app import Program, open_program
from bot.domain.errors import RuleBroken
from bot.domain.people import ParticipantStatus, TelegramAccount
from bot.services.ports import UnitOfWork
from tests.builders import START, Cast, invite_the_cast
from tests.staging import SettableClock, settings_for

AMINA_CHAT = 1001


@pytest.fixture
def program(upgraded_url: str) -> Iterator[Program]:
    with open_program(settings_for(upgraded_url), clock=SettableClock(START)) as opened:
        yield opened


@pytest.fixture
def cast(program: Program) -> Cast:
    made: Cast = program.storage.run_sync(invite_the_cast)
    account = TelegramAccount(1, AMINA_CHAT, made.amina.id, bound_at=START)
    program.storage.run_sync(lambda uow: uow.accounts.add(account))
    return made


def test_a_change_is_seen_by_whoever_reads_next(program: Program, cast: Cast) -> None:
    def change(uow: UnitOfWork) -> tuple[str, str]:
        before = uow.participants.get(cast.amina.id)
        uow.participants.save(replace(before, language="en"))
        return before.language, uow.participants.get(cast.amina.id).language

    assert program.storage.run_sync(change) == ("nb", "en")


def test_a_change_is_seen_in_lists_too(program: Program, cast: Cast) -> None:
    def change(uow: UnitOfWork) -> list[str]:
        uow.staff.of_office(1)
        uow.staff.save(replace(cast.carol, name="Carol Changed"))
        return [person.name for person in uow.staff.of_office(1) if person.id == cast.carol.id]

    assert program.storage.run_sync(change) == ["Carol Changed"]


def test_a_new_row_is_found_after_it_was_looked_for_in_vain(program: Program, cast: Cast) -> None:
    def bind(uow: UnitOfWork) -> tuple[object, int]:
        nobody = uow.accounts.by_chat(1, 4711)
        account = uow.accounts.of_participant(cast.amina.id)
        assert account is not None
        uow.accounts.add(replace(account, chat_id=4711, id=0))
        found = uow.accounts.by_chat(1, 4711)
        return nobody, found.chat_id if found else 0

    assert program.storage.run_sync(bind) == (None, 4711)


def test_what_was_erased_is_not_remembered(program: Program, cast: Cast) -> None:
    def erase(uow: UnitOfWork) -> tuple[object, str]:
        uow.participants.get(cast.amina.id)
        uow.accounts.of_participant(cast.amina.id)
        uow.erasure.erase(cast.amina.id, at=uow.now)
        return (
            uow.accounts.of_participant(cast.amina.id),
            uow.participants.get(cast.amina.id).first_name,
        )

    assert program.storage.run_sync(erase) == (None, "")


def test_what_a_failed_unit_wrote_is_not_remembered(program: Program, cast: Cast) -> None:
    def fail(uow: UnitOfWork) -> None:
        uow.participants.save(
            replace(uow.participants.get(cast.amina.id), status=ParticipantStatus.LEFT)
        )
        raise RuleBroken("sample")

    with pytest.raises(RuleBroken):
        program.storage.run_sync(fail)

    kept = program.storage.run_sync(lambda uow: uow.participants.get(cast.amina.id))
    assert kept.status is cast.amina.status


def test_another_transactions_change_is_seen_by_the_next(program: Program, cast: Cast) -> None:
    program.storage.run_sync(lambda uow: uow.participants.get(cast.amina.id))
    program.storage.run_sync(
        lambda uow: uow.participants.save(
            replace(uow.participants.get(cast.amina.id), preferred_hour=7)
        )
    )

    assert (
        program.storage.read_sync(lambda uow: uow.participants.get(cast.amina.id)).preferred_hour
        == 7
    )
