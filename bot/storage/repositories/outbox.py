"""The durable outbox, which is the ledger of what was sent and held back as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, or_, select, update

from bot.domain.messages import GOES_AHEAD, Lane, OutboxMessage, OutboxState
from bot.domain.people import AccountStatus
from bot.storage.among import among
from bot.storage.columns import Instant
from bot.storage.given_rows import given_rows, is_given
from bot.storage.made_once import made_once
from bot.storage.remembered import remembered
from bot.storage.repositories.base import Repository, columns_of
from bot.storage.repositories.codes import code
from bot.storage.repositories.outbox_queue import IS_CLAIMED, IS_QUEUED, QueueWalk
from bot.storage.statements import Statement
from bot.storage.tables.messages import outbox
from bot.storage.tables.people import telegram_account as account

HAS_TEXT = func.length(outbox.c.body) > literal_column("0")
DROPPED_AT_ONCE = 1000
LONGEST_LEASE = timedelta(minutes=5)
# Waiting to go, or on their way.
UNDECIDED = (OutboxState.QUEUED.value, OutboxState.CLAIMED.value)
REACHED_THEM = (*UNDECIDED, OutboxState.SENT.value, OutboxState.UNKNOWN.value)


def _sent(which: Any, at: Any, number: Any) -> Any:
    return (
        update(outbox)
        .where(which, outbox.c.state != code(OutboxState.SENT))
        .values(
            state=OutboxState.SENT.value,
            reason="",
            ended_at=at,
            lease_until=None,
            copies=outbox.c.copies + 1,
            telegram_message_id=number,
        )
    )


def _all_sent() -> Any:
    rows = given_rows(
        {
            "message_id": outbox.c.id,
            "at": outbox.c.ended_at,
            "number": outbox.c.telegram_message_id,
        }
    )
    return _sent(is_given(outbox.c.id, rows, "message_id"), rows.c.at, rows.c.number)


_SENT = Statement(
    lambda _: _sent(outbox.c.id == bindparam("message_id"), bindparam("at"), bindparam("number")),
    for_many=_all_sent,
    which="message_id",
)
_CLAIMED = Statement(
    lambda dialect: (
        update(outbox)
        .where(among(dialect, outbox.c.id, "ids"), IS_QUEUED)
        .values(
            state=OutboxState.CLAIMED.value,
            lease_until=bindparam("lease"),
            attempts=outbox.c.attempts + 1,
            rests_until=None,
        )
        .returning(*columns_of(OutboxMessage, outbox))
    )
)
_EXPIRED = Statement(
    lambda _: (
        update(outbox)
        .where(
            IS_QUEUED,
            outbox.c.office_id == bindparam("of_office"),
            outbox.c.expires_at <= bindparam("now"),
        )
        .values(state=OutboxState.EXPIRED.value, reason="too_late", ended_at=bindparam("now"))
    )
)


_OFFICES_DUE = Statement(
    lambda _: (
        select(outbox.c.office_id)
        .where(
            IS_QUEUED,
            outbox.c.lane.in_([literal_column(str(lane.value)) for lane in Lane]),
            outbox.c.not_before <= bindparam("now", type_=Instant),
            or_(
                outbox.c.rests_until.is_(None),
                outbox.c.rests_until <= bindparam("real_now", type_=Instant),
            ),
        )
        .distinct()
    )
)


class Outbox(Repository[OutboxMessage]):
    table, record = outbox, OutboxMessage

    def add_once(self, message: OutboxMessage) -> OutboxMessage | None:
        is_new = self._is_new.get(message.key)
        if is_new is None:
            return self._add_once(message)
        if not is_new:
            return None
        self._is_new[message.key] = False
        self._store(message, once=False)
        return message

    def read_keys_ahead(self, keys: Sequence[str]) -> None:
        taken = set(self._db.execute(select(outbox.c.key).where(outbox.c.key.in_(keys))).scalars())
        self._is_new.update({key: key not in taken for key in keys})

    @made_once
    def _is_new(self) -> dict[str, bool]:
        return remembered(self._db, "outbox keys")

    def store_once(self, message: OutboxMessage) -> None:
        self._store(message, once=True)

    def claim(
        self,
        office_id: int,
        *,
        now: datetime,
        real_now: datetime,
        lease: datetime,
        limit: int,
        only_replies: bool = False,
    ) -> list[OutboxMessage]:
        """Claim what may go: one per chat, best lane first, oldest first within it."""
        worst = Lane.REPLY if only_replies else max(Lane)
        walk = QueueWalk(self._db, office_id, now=now, real_now=real_now, worst=worst)
        ids = walk.pick(limit)
        if not ids:
            return []
        rows = _CLAIMED.rows(self._db, {"ids": ids, "lease": lease})
        found = {message.id: message for message in map(self._built, rows)}
        return [found[message_id] for message_id in ids if message_id in found]

    def claimed_with(self, lease: datetime, *, office_id: int) -> list[OutboxMessage]:
        return self._all(
            outbox.c.state == OutboxState.CLAIMED.value,
            outbox.c.lease_until == lease,
            outbox.c.office_id == office_id,
            order=(outbox.c.lane, outbox.c.id),
        )

    def mark_sent(self, accepted: Sequence[tuple[int, int | None]], *, at: datetime) -> int:
        many = [
            {"message_id": message_id, "number": number, "at": at}
            for message_id, number in accepted
        ]
        return _SENT.count_many(self._db, many)

    def expire(self, now: datetime, *, office_id: int) -> int:
        """What came too late ends, whether it rests or not."""
        return _EXPIRED.count(self._db, {"of_office": office_id, "now": now})

    def with_lease_over(self, real_now: datetime, *, office_id: int) -> list[OutboxMessage]:
        return self._all(
            outbox.c.state == OutboxState.CLAIMED.value,
            # Longer than any lease: a clock that was wrong meanwhile has set it.
            or_(
                outbox.c.lease_until <= real_now,
                outbox.c.lease_until > real_now + LONGEST_LEASE,
            ),
            outbox.c.office_id == office_id,
        )

    def ahead_of(self, moment: datetime) -> list[OutboxMessage]:
        """Queued in a time after `moment`, or put back until one after it."""
        was_tried = and_(outbox.c.attempts > 0, outbox.c.not_before > moment)
        return self._all(IS_QUEUED, or_(outbox.c.created_at > moment, was_tried))

    def queued_of(self, participant_id: int, *, subject: str | None = None) -> list[OutboxMessage]:
        where = [outbox.c.participant_id == participant_id, IS_QUEUED]
        if subject is not None:
            where.append(outbox.c.subject == subject)
        return self._all(*where, order=outbox.c.id)

    def ours_queued(self, office_id: int, *, before: datetime) -> list[OutboxMessage]:
        is_ours = or_(outbox.c.is_initiative.is_(True), outbox.c.lane >= Lane.REMINDER.value)
        to_people = and_(outbox.c.office_id == office_id, outbox.c.participant_id.is_not(None))
        return self._all(IS_QUEUED, to_people, is_ours, outbox.c.not_before < before)

    def of_participant(self, participant_id: int, *, limit: int) -> list[OutboxMessage]:
        newest = self._all(
            outbox.c.participant_id == participant_id, order=outbox.c.id.desc(), limit=limit
        )
        return newest[::-1]

    def by_question(self, question_id: int) -> OutboxMessage | None:
        return self._first_by(question_id=question_id)

    def initiatives_since(
        self, participant_id: int, since: datetime, *, besides_course: bool = False
    ) -> int:
        others = [outbox.c.rule.not_like("module%")] if besides_course else []
        begun = (
            select(outbox.c.rule, outbox.c.subject)
            .where(
                outbox.c.participant_id == participant_id,
                outbox.c.is_initiative.is_(True),
                outbox.c.state.in_(REACHED_THEM),
                outbox.c.created_at >= since,
                outbox.c.rule != GOES_AHEAD,  # one message with its text
                *others,
            )
            .distinct()
            .subquery()
        )
        count: int = self._db.execute(select(func.count()).select_from(begun)).scalar_one()
        return count

    def drop_bodies(self, *, ended_before: datetime, limit: int = DROPPED_AT_ONCE) -> int:
        """At most `limit` texts, the oldest first."""
        old = (
            select(outbox.c.id)
            .where(outbox.c.ended_at < ended_before, outbox.c.ended_at.is_not(None), HAS_TEXT)
            .order_by(outbox.c.ended_at)
            .limit(limit)
        )
        return self._db.execute(
            update(outbox).where(outbox.c.id.in_(old)).values(body=b"")
        ).rowcount

    def next_due_at(self, *, after: datetime) -> datetime | None:
        # Each lane by itself, as the index has them: what waits for the same hour is not read.
        of_lane = [
            select(func.min(outbox.c.not_before))
            .where(IS_QUEUED, outbox.c.lane == lane.value, outbox.c.not_before > after)
            .scalar_subquery()
            for lane in Lane
        ]
        moments = self._db.execute(select(*of_lane)).one()
        return min((moment for moment in moments if moment is not None), default=None)

    def offices_due(self, now: datetime, *, real_now: datetime) -> list[int]:
        return [row[0] for row in _OFFICES_DUE.rows(self._db, {"now": now, "real_now": real_now})]

    def is_idle(self, now: datetime) -> bool:
        """Nothing is on its way, and nothing that could go is waiting."""
        if self._db.execute(select(outbox.c.id).where(IS_CLAIMED).limit(1)).first() is not None:
            return False
        reachable = select(account.c.id).where(
            account.c.participant_id == outbox.c.participant_id,
            account.c.status == code(AccountStatus.ACTIVE),
        )
        waiting = select(outbox.c.id).where(
            IS_QUEUED,
            outbox.c.lane.in_([lane.value for lane in Lane]),
            outbox.c.not_before <= now,
            or_(outbox.c.participant_id.is_(None), reachable.exists()),
        )
        return self._db.execute(waiting.limit(1)).first() is None
