"""A machine's clock that jumps: our own initiative waits, replies go, and nothing is thrown away."""

from datetime import datetime, timedelta

import pytest

from bot.domain.messages import Lane, OutboxState
from bot.services.cases import raise_signal
from bot.services.clock_mending import mend_what_is_ahead
from bot.services.delivery_results import (
    Claimed,
    claim_messages,
    message_sent,
    not_sent,
    recover_claims,
)
from bot.services.floods import flooded, flooded_until
from bot.services.logins import (
    LINK_KEEPS,
    link_works,
    new_login_link,
    redeem_login_link,
    who_is,
)
from bot.services.notices import claim_mails, mail_delayed, mail_sent, recover_notices
from bot.services.operations import tell_coordinators
from bot.services.outage import note_alive
from bot.services.ports import UnitOfWork
from tests.real_office import NOON, OFFICE, RealOffice


def _settle_all(uow: UnitOfWork) -> None:
    for message in uow.outbox.with_lease_over(NOON + timedelta(days=30), office_id=OFFICE):
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


A_WRONG_DAY = NOON + timedelta(days=1)
WAIT = timedelta(seconds=60)


def tell(office: RealOffice) -> None:
    office.do(tell_coordinators, OFFICE, topic="sample", sentence="A sample.")


def mails(office: RealOffice, real_now: datetime) -> int:
    return len(office.do(claim_mails, real_now=real_now, console_url="https://example.org"))


def test_a_flood_wait_noted_by_a_wrong_clock_lasts_no_longer_than_it_was_told(
    office: RealOffice,
) -> None:
    queued = office.queue(office.amina, "a reply", lane=Lane.REPLY)
    claimed(office)
    office.do(flooded, OFFICE, queued.id, until=A_WRONG_DAY + WAIT, retry_after=WAIT)

    at_noon = office.do(flooded_until, OFFICE, real_now=NOON)
    in_time = office.do(flooded_until, OFFICE, real_now=A_WRONG_DAY + timedelta(seconds=20))
    after_it = office.do(flooded_until, OFFICE, real_now=A_WRONG_DAY + WAIT)

    assert (at_noon, in_time, after_it) == (NOON + WAIT, A_WRONG_DAY + WAIT, None)


def test_a_flood_wait_of_an_earlier_release_is_bounded_too(office: RealOffice) -> None:
    office.do(lambda uow: uow.program_state.write("flood_until:1", A_WRONG_DAY.isoformat()))

    until = office.do(flooded_until, OFFICE, real_now=NOON)

    assert until is not None
    assert until <= NOON + timedelta(hours=1)


@pytest.mark.parametrize("everything", [True, False])
@pytest.mark.parametrize("wrong_by", [timedelta(days=1), timedelta(days=5000)])
def test_a_claim_under_a_wrong_clock_is_recovered_when_it_is_right_again(
    office: RealOffice, everything: bool, wrong_by: timedelta
) -> None:
    queued = office.queue(office.amina, "a reply", lane=Lane.REPLY)
    office.do(claim_messages, OFFICE, real_now=NOON + wrong_by, limit=10)

    office.do(recover_claims, OFFICE, real_now=NOON, everything=everything)

    assert office.message(queued).state is OutboxState.UNKNOWN


def test_what_is_still_on_its_way_is_not_taken_for_lost_when_the_clock_changes(
    office: RealOffice,
) -> None:
    queued = office.queue(office.amina, "a reply", lane=Lane.REPLY)
    claimed(office)

    for wrong in (NOON - timedelta(days=1), A_WRONG_DAY):
        office.do(recover_claims, OFFICE, real_now=wrong, everything=False, in_hand={queued.id})

    assert office.message(queued).state is OutboxState.CLAIMED


@pytest.mark.parametrize("everything", [True, False])
def test_a_mail_claimed_under_a_wrong_clock_goes_when_it_is_right_again(
    office: RealOffice, everything: bool
) -> None:
    tell(office)
    mails(office, NOON + timedelta(days=5000))

    office.do(recover_notices, real_now=NOON, everything=everything)

    assert mails(office, NOON) == 1


def test_the_pause_of_a_mail_that_failed_under_a_wrong_clock_ends_with_it(
    office: RealOffice,
) -> None:
    tell(office)
    mails(office, A_WRONG_DAY)
    (notice,) = office.rows("notices")
    office.do(mail_delayed, [notice.id], reason="busy", real_now=A_WRONG_DAY)

    again = mails(office, NOON)

    assert again == 1


def test_a_pause_noted_by_a_right_clock_is_kept(office: RealOffice) -> None:
    tell(office)
    mails(office, NOON)
    (notice,) = office.rows("notices")
    office.do(mail_delayed, [notice.id], reason="busy", real_now=NOON)

    at_once, later = mails(office, NOON), mails(office, NOON + timedelta(seconds=3))

    assert (at_once, later) == (0, 1)


def test_what_was_written_under_a_wrong_clock_goes_when_it_is_right_again(
    office: RealOffice,
) -> None:
    office.clock.moment = A_WRONG_DAY
    fresh = office.queue(office.amina, "a reply", lane=Lane.REPLY, rule="fresh")
    tonight = office.queue(
        office.ben,
        "tonight",
        not_before=A_WRONG_DAY + timedelta(hours=8),
        expires_at=A_WRONG_DAY + timedelta(hours=9),
    )
    tell(office)
    office.clock.moment = NOON

    office.do(mend_what_is_ahead)

    ours = office.message(tonight)
    assert claimed(office) == ["fresh"]
    assert mails(office, NOON) == 1
    assert (ours.not_before, ours.expires_at) == (
        NOON + timedelta(hours=8),
        NOON + timedelta(hours=9),
    )
    assert office.message(fresh).created_at == NOON


def test_a_retry_noted_by_a_wrong_clock_does_not_wait_for_it(office: RealOffice) -> None:
    queued = office.queue(office.amina, "a reply", lane=Lane.REPLY)
    claimed(office)
    office.clock.moment = A_WRONG_DAY
    office.do(not_sent, queued.id, "connect_error")
    office.clock.moment = NOON + timedelta(seconds=10)

    office.do(mend_what_is_ahead)

    assert claimed(office) == ["sample"]


def test_what_is_planned_for_later_stays_planned(office: RealOffice) -> None:
    planned = office.queue(office.amina, "in a week", not_before=NOON + timedelta(days=7))

    office.do(mend_what_is_ahead)

    assert office.message(planned) == planned


def help_and_mail(uow: UnitOfWork, participant_id: int) -> None:
    """Somebody calls for help, and the mail about it leaves."""
    who = uow.participants.get(participant_id)
    raise_signal(uow, who, reason="help", source=f"sample:{participant_id}")
    for mail in claim_mails(uow, real_now=uow.now, console_url="https://example.org"):
        mail_sent(uow, mail.notice_ids)


def next_look(office: RealOffice, participant_id: int) -> datetime | None:
    (case,) = office.do(lambda uow: uow.cases.open_of(participant_id))
    looked: datetime | None = case.next_at
    return looked


def test_a_case_told_of_under_a_wrong_clock_moves_on_as_if_it_had_been_right(
    office: RealOffice,
) -> None:
    office.do(help_and_mail, office.ben.id)
    office.clock.moment = A_WRONG_DAY
    office.do(help_and_mail, office.amina.id)
    office.clock.moment = NOON

    office.do(mend_what_is_ahead)

    assert next_look(office, office.amina.id) == next_look(office, office.ben.id)


def test_sign_in_links_and_logins_of_a_wrong_clock_do_not_outlive_it(office: RealOffice) -> None:
    office.clock.moment = A_WRONG_DAY
    unused = office.do(new_login_link, office.carol, keeps=LINK_KEEPS)
    used = office.do(new_login_link, office.carol, keeps=LINK_KEEPS)
    signed_in = office.do(redeem_login_link, used)
    assert signed_in is not None
    works_there = office.do(who_is, signed_in.cookie)
    office.clock.moment = NOON

    found = (
        office.do(link_works, unused),
        office.do(redeem_login_link, unused),
        office.do(who_is, signed_in.cookie),
    )

    assert works_there is not None
    assert found == (False, None, None)
