"""Tables of any size for the due sweep: what is planned for later in bulk, and some that is due now."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bot.domain.messages import Lane, OutboxState
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, say_text

# Later by an hour or more, spread over most of a year.
_SPACING_S = 25

_NUMBERS = {
    "sqlite": (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
    ),
    "postgresql": "WITH numbers AS (SELECT generate_series(1, {count}) AS n)",
}
_LATER = {
    "sqlite": f"strftime('%Y-%m-%dT%H:%M:%S.000000Z', :after, '+' || (n * {_SPACING_S}) || ' seconds')",
    "postgresql": f"CAST(:after AS timestamptz) + n * interval '{_SPACING_S} seconds'",
}
_BODY = {"sqlite": "zeroblob(150)", "postgresql": "decode(repeat('00', 150), 'hex')"}

_OCCURRENCES = """
INSERT INTO occurrence
    (office_id, participant_id, rule, subject, key, due_at, state, reason, attempts)
{numbers}
SELECT 1, :first + n % :people, 'check_in', 'check_in:weekly', 'bulk:' || n, {later}, 'pending', '', 0
FROM numbers
"""
_MESSAGES = """
INSERT INTO outbox
    (office_id, participant_id, key, rule, subject, lane, message_class, body, created_at, not_before,
     is_initiative, state, reason, attempts, copies, is_plain)
{numbers}
SELECT 1, :first + n % :people, 'bulk:' || n, 'bulk', '', 2 + n % 2, 'at_most_once', {body}, :created,
    {later}, {false}, 'queued', '', 0, 0, {false}
FROM numbers
"""


def plan_ahead(db: Connection, *, count: int, now: datetime, people: range) -> None:
    """Put `count` occurrences and as many messages of later hours into the tables, in a moment."""
    kind = db.dialect.name
    given = {
        "first": people.start,
        "people": len(people),
        "after": (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S"),
        "created": now.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
    }
    if kind == "postgresql":
        given |= {"after": f"{given['after']}Z"}
    parts = {
        "numbers": _NUMBERS[kind].format(count=count),
        "later": _LATER[kind],
        "body": _BODY[kind],
        "false": "0" if kind == "sqlite" else "false",
    }
    db.execute(text(_OCCURRENCES.format(**parts)), given)
    db.execute(text(_MESSAGES.format(**parts)), given)


def settle(db: Connection) -> None:
    """What a server does by itself within a minute: know how large its tables are."""
    db.execute(text("ANALYZE"))


def make_due(uow: UnitOfWork, people: range) -> None:
    """One message for each of them that may go now."""
    for number in people:
        person = uow.participants.get(number)
        how = Sending(rule="bulk", key=f"due:{number}", lane=Lane.REMINDER)
        say_text(uow, person, "Husk samtalen i morgen klokken ti.", how=how)


def make_occurrences_due(db: Connection, *, count: int, now: datetime) -> None:
    """The first `count` of those planned are due now."""
    db.execute(
        text(f"UPDATE occurrence SET due_at = :now WHERE key IN ({_keys(count)})"),
        {"now": _instant(db, now)},
    )


def put_back(db: Connection) -> None:
    """What was claimed is queued again, as if nothing had been done."""
    db.execute(
        text(
            "UPDATE outbox SET state = :queued, lease_until = NULL, attempts = 0 WHERE state = 'claimed'"
        ),
        {"queued": OutboxState.QUEUED.value},
    )
    db.execute(text("UPDATE telegram_account SET next_send_at = NULL"))


def _keys(count: int) -> str:
    return ", ".join(f"'bulk:{n}'" for n in range(1, count + 1))


def _instant(db: Connection, moment: datetime) -> object:
    return (
        moment if db.dialect.name == "postgresql" else moment.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    )
