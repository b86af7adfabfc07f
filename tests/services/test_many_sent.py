"""Many messages that Telegram took, marked at once."""

from datetime import timedelta

from bot.domain.messages import OutboxMessage, OutboxState
from bot.services.delivery_results import Accepted, claim_messages, messages_sent
from tests.builders import oslo
from tests.rehearsal import Rehearsal

FRIDAY = oslo("2026-11-06 12:00")
REAL = oslo("2026-11-21 09:00")


def _row(rehearsal: Rehearsal, message_id: int) -> OutboxMessage:
    return rehearsal.read(lambda uow: uow.outbox.get(message_id))


def test_many_are_marked_as_one_by_one(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()
    rehearsal.telegram_is_up = False
    phone.write("Min uke")
    other.write("Min uke")
    claims = rehearsal.run(claim_messages, 1, real_now=REAL, limit=99)

    accepted = [Accepted(c.message.id, c.message.rule, 70 + n) for n, c in enumerate(claims)]
    rehearsal.run(messages_sent, accepted)

    rows = [_row(rehearsal, claim.message.id) for claim in claims]
    assert [row.telegram_message_id for row in rows] == [70, 71]
    assert {(r.state, r.copies, r.lease_until) for r in rows} == {(OutboxState.SENT, 1, None)}
    assert all(row.ended_at is not None for row in rows)


def test_what_is_marked_already_counts_no_second_copy(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    phone.write("Min uke")
    (claim,) = rehearsal.run(claim_messages, 1, real_now=REAL, limit=1)

    for number in (70, 71):
        rehearsal.run(messages_sent, [Accepted(claim.message.id, claim.message.rule, number)])

    row = _row(rehearsal, claim.message.id)
    assert (row.copies, row.telegram_message_id) == (1, 70)


def test_a_check_in_among_them_starts_its_clock(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(FRIDAY)
    claims = rehearsal.run(claim_messages, 1, real_now=REAL, limit=99)

    rehearsal.run(messages_sent, [Accepted(c.message.id, c.message.rule, 70) for c in claims])

    waiting = rehearsal.read(lambda uow: uow.expectations.all_open())
    assert "check_in" in [c.message.rule for c in claims]
    assert [e.next_at is not None for e in waiting if e.kind == "check_in"] == [True]
