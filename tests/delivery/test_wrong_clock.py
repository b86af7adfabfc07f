"""A machine's clock that jumps: our own initiative waits, replies go, and nothing is thrown away."""

from datetime import timedelta

import pytest

from bot.domain.messages import Lane, OutboxState
from bot.services.delivery_results import Claimed, claim_messages, message_sent
from bot.services.outage import note_alive
from bot.services.ports import UnitOfWork
from tests.real_office import NOON, OFFICE, RealOffice


def _settle_all(uow: UnitOfWork) -> None:
    for message in uow.outbox.with_lease_over(NOON + timedelta(days=30)):
        message_sent(uow, message.id, 1)


def claimed(office: RealOffice, *, guards_clock: bool = True) -> list[str]:
    found: list[Claimed] = office.do(
        claim_messages,
        OFFICE,
        real_now=office.clock.now(),
        limit=10,
        guards_clock=guards_clock,
    )
    return [claim.message.rule for claim in found]


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=-1)])
def test_while_the_clock_is_not_plausible_only_replies_go(
    office: RealOffice, jump: timedelta
) -> None:
    office.do(note_alive)
    office.clock.moment = NOON + jump
    office.queue(office.amina, "a reminder", rule="reminder")
    office.queue(office.ben, "a reply", rule="answer", lane=Lane.REPLY)

    found = claimed(office)

    assert found == ["answer"]


def test_a_jump_does_not_make_what_waits_expire(office: RealOffice) -> None:
    office.do(note_alive)
    waiting = office.queue(office.amina, "tonight", expires_at=NOON + timedelta(hours=9))
    office.clock.moment = NOON + timedelta(days=1)

    claimed(office)

    assert office.message(waiting).state is OutboxState.QUEUED


def test_once_the_clock_is_noted_as_trusted_everything_goes(office: RealOffice) -> None:
    office.do(note_alive)
    office.clock.moment = NOON + timedelta(days=1)
    office.queue(office.amina, "a reminder", rule="reminder")
    office.do(note_alive)

    found = claimed(office)

    assert found == ["reminder"]


def test_a_declared_clock_is_believed(office: RealOffice) -> None:
    office.do(note_alive)
    office.clock.moment = NOON + timedelta(days=14)
    office.queue(office.amina, "a reminder", rule="reminder")

    found = claimed(office, guards_clock=False)

    assert found == ["reminder"]


def test_a_reply_under_a_wrong_clock_does_not_silence_the_chat_for_a_day(
    office: RealOffice,
) -> None:
    office.do(note_alive)
    office.clock.moment = NOON + timedelta(days=1)
    office.queue(office.amina, "a reply", rule="first", lane=Lane.REPLY)
    first = claimed(office)
    office.clock.moment = NOON
    office.do(_settle_all)
    office.queue(office.amina, "another", rule="second", lane=Lane.REPLY)

    second = claimed(office)

    assert (first, second) == (["first"], ["second"])
