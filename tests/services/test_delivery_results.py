"""What became of messages: claims, leases, classes, pace, and senders that died."""

from datetime import datetime, timedelta

import pytest

from bot.domain.message_bodies import load_body
from bot.domain.messages import MessageClass, OutboxMessage, OutboxState
from bot.domain.plain_text import utf16_units, without_markup
from bot.services.delivery_results import (
    Claimed,
    claim_messages,
    message_sent,
    not_sent,
    outcome_unknown,
    recover_claims,
    refused,
    send_as_plain_text,
)
from bot.services.floods import flooded, flooded_until
from bot.services.inbox import store_updates
from bot.services.notices import claim_mails, mail_sent, recover_notices
from bot.services.ports import UnitOfWork
from bot.services.speaking import say_text
from tests.builders import oslo
from tests.rehearsal import CONSOLE, Rehearsal

FRIDAY = oslo("2026-11-06 12:00")
REAL = oslo("2026-11-21 09:00")


def _claim(rehearsal: Rehearsal, *, at: datetime = REAL, limit: int = 99) -> list[Claimed]:
    return rehearsal.run(claim_messages, 1, real_now=at, limit=limit)


def _row(rehearsal: Rehearsal, message_id: int) -> OutboxMessage:
    return rehearsal.read(lambda uow: uow.outbox.get(message_id))


def _a_reminder_and_a_question(rehearsal: Rehearsal) -> None:
    """Amina's check-in and nothing else is queued; Ben gets his reminder of an earlier day."""
    rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(FRIDAY)


def test_a_message_is_claimed_once_and_one_per_chat_at_a_time(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()
    rehearsal.telegram_is_up = False
    phone.write("Min uke")
    other.write("Min uke")

    first, second = _claim(rehearsal), _claim(rehearsal, at=REAL + timedelta(minutes=1))

    assert sorted(claimed.chat_id for claimed in first) == [phone.chat_id, other.chat_id]
    assert second == []
    for claimed in first:
        rehearsal.run(message_sent, claimed.message.id, 1)
    third = _claim(rehearsal, at=REAL + timedelta(minutes=1))
    assert len(third) == 2
    assert {c.message.id for c in third}.isdisjoint({c.message.id for c in first})


def test_the_pace_of_a_chat_is_kept_in_the_database(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    phone.write("Min uke")
    for claimed in _claim(rehearsal):
        rehearsal.run(message_sent, claimed.message.id, 1)

    too_soon = _claim(rehearsal, at=REAL + timedelta(milliseconds=900))
    in_time = _claim(rehearsal, at=REAL + timedelta(seconds=1))

    assert too_soon == []
    assert len(in_time) == 1


def test_a_question_of_unknown_outcome_is_asked_once_more_and_a_reminder_is_not(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.amina_starts()
    rehearsal.ben_starts()
    rehearsal.wind_to(oslo("2026-11-02 17:59"))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    reminder = _claim(rehearsal)[0].message

    rehearsal.run(outcome_unknown, reminder.id, "read_timeout")

    stored = _row(rehearsal, reminder.id)
    assert stored.message_class is MessageClass.AT_MOST_ONCE
    assert (stored.state, stored.copies) == (OutboxState.UNKNOWN, 1)


def test_recovering_after_a_crash_follows_the_class_of_each_message(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.ben_starts()
    _a_reminder_and_a_question(rehearsal)
    phone.write("Min uke")
    claimed = {c.message.message_class: c.message.id for c in _claim(rehearsal)}

    within_lease = rehearsal.run(recover_claims, 1, real_now=REAL, everything=False)
    recovered = rehearsal.run(recover_claims, 1, real_now=REAL, everything=True)

    question = _row(rehearsal, claimed[MessageClass.AT_LEAST_ONCE])
    reply = _row(rehearsal, claimed[MessageClass.AT_MOST_ONCE])
    assert (within_lease, recovered) == (0, 2)
    assert (question.state, question.copies) == (OutboxState.QUEUED, 1)
    assert (reply.state, reply.reason) == (OutboxState.UNKNOWN, "sender_died")


def test_a_lease_that_ran_out_is_recovered_while_running(rehearsal: Rehearsal) -> None:
    _a_reminder_and_a_question(rehearsal)
    _claim(rehearsal)

    count = rehearsal.run(recover_claims, 1, real_now=REAL + timedelta(minutes=2), everything=False)

    assert count == 1


def test_what_surely_was_not_sent_goes_again_and_an_early_429_is_remembered(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    phone.write("Hei på dere alle sammen der")
    message = _claim(rehearsal)[0].message

    until = REAL + timedelta(seconds=60)
    rehearsal.run(flooded, 1, message.id, until=until, retry_after=timedelta(seconds=60))
    rehearsal.restart()

    stored = _row(rehearsal, message.id)
    assert rehearsal.read(flooded_until, 1, real_now=REAL) == until
    assert (stored.state, stored.copies) == (OutboxState.QUEUED, 0)
    assert stored.not_before == rehearsal.now + timedelta(seconds=60)


def test_a_result_that_comes_twice_or_for_no_claim_changes_nothing(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    phone.write("Hei på dere alle sammen der")
    message = _claim(rehearsal)[0].message
    rehearsal.run(message_sent, message.id, 77)
    before = _row(rehearsal, message.id)

    rehearsal.run(message_sent, message.id, 78)
    rehearsal.run(outcome_unknown, message.id, "late")
    rehearsal.run(not_sent, message.id, "late")
    rehearsal.run(refused, message.id, "late")

    assert _row(rehearsal, message.id) == before
    assert before.telegram_message_id == 77


def test_bad_markup_goes_once_more_as_plain_text_and_the_authors_are_told(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    phone.write("Hei på dere alle sammen der")
    message = _claim(rehearsal)[0].message

    rehearsal.run(send_as_plain_text, message.id, "can't parse entities")
    again = _claim(rehearsal, at=REAL + timedelta(seconds=5))[0].message
    rehearsal.run(send_as_plain_text, message.id, "can't parse entities")
    rehearsal.settle()

    assert again.is_plain
    assert (_row(rehearsal, message.id).state) is OutboxState.FAILED
    assert len(rehearsal.mails_to(rehearsal.cast.dana.email)) == 1


def test_a_text_too_long_for_a_message_goes_without_its_middle_and_the_authors_are_told(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    too_long = f"<b>Begynner</b> {'😀 litt &amp; mer ' * 400} Stemmer det?"
    rehearsal.run(_say, too_long)
    message = _claim(rehearsal)[0].message

    rehearsal.run(refused, message.id, "Bad Request: message is too long")
    again = _claim(rehearsal, at=REAL + timedelta(seconds=5))[0].message
    rehearsal.settle()

    shown = without_markup(load_body(again.body).text)
    assert again.id == message.id
    assert shown.startswith("Begynner 😀 litt & mer")
    assert " […]\n\n" in shown
    assert shown.endswith("Stemmer det?")
    assert load_body(again.body).own_from == 0
    assert 4000 < utf16_units(shown) <= 4096
    (mail,) = rehearsal.mails_to(rehearsal.cast.dana.email)
    assert "message is too long" in mail.text
    assert "goes out without its middle" in mail.text


def test_a_text_that_is_refused_and_not_too_long_has_failed(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    rehearsal.run(_say, "<i>&amp;</i>" * 4096)
    message = _claim(rehearsal)[0].message

    rehearsal.run(refused, message.id, "Bad Request: something else")

    assert _row(rehearsal, message.id).state is OutboxState.FAILED


def _say(uow: UnitOfWork, text: str) -> None:
    uow.cause = "a test"
    say_text(uow, uow.participants.of_office(1)[0], text, own_from=9)


def test_a_mailer_that_died_sends_its_mails_again(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    phone.write("Jeg trenger hjelp")
    claimed = rehearsal.run(claim_mails, real_now=REAL, console_url=CONSOLE)

    meanwhile = rehearsal.run(claim_mails, real_now=REAL, console_url=CONSOLE)
    rehearsal.run(recover_notices, real_now=REAL, everything=True)
    again = rehearsal.run(claim_mails, real_now=REAL, console_url=CONSOLE)
    rehearsal.run(mail_sent, again[0].notice_ids)

    assert len(claimed) == len(again) == 1
    assert meanwhile == []
    assert claimed[0].text == again[0].text


def test_an_update_that_telegram_repeats_is_stored_once(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    raw = {"update_id": 7, "message": {"chat": {"id": 42}, "text": "hei"}}
    other = {"update_id": 3, "message": {"chat": {"id": 42}, "text": "ids may restart lower"}}

    counts = [
        rehearsal.run(store_updates, 1, updates).new
        for updates in ([raw], [raw, raw], [other, raw])
    ]

    assert counts == [1, 0, 1]
    assert rehearsal.read(lambda uow: uow.inbox.pending_count()) == 2


def test_an_update_is_processed_by_one_unit_only(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    raw = {"update_id": 7, "message": {"chat": {"id": 42}, "text": "hei"}}
    rehearsal.run(store_updates, 1, [raw])
    taken = rehearsal.run(lambda uow: uow.inbox.claim([1], holder=1, busy_chats=[], limit=9))
    (row,) = taken.updates

    done = [
        rehearsal.run(lambda uow: uow.inbox.mark_processed(row.seq, uow.now, drop_payload=True))
        for _ in range(2)
    ]

    assert done == [True, False]


@pytest.mark.parametrize("bad", [{}, {"update_id": "7"}, {"update_id": True}, {"update_id": 2**63}])
def test_an_update_without_a_number_is_dropped_and_told(
    rehearsal: Rehearsal, bad: dict[str, object]
) -> None:
    stored = rehearsal.run(store_updates, 1, [bad])
    rehearsal.settle()

    assert stored.new == 0
    assert len(rehearsal.mails_to(rehearsal.cast.dana.email)) == 1
