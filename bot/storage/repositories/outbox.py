"""The durable outbox, which is the ledger of what was sent and held back as well."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update

from bot.domain.messages import Lane, OutboxMessage, OutboxState
from bot.domain.people import AccountStatus
from bot.storage.repositories.base import Repository
from bot.storage.tables.messages import outbox
from bot.storage.tables.people import telegram_account as account

# Far longer than the pace per chat.
LONGEST_PACE = timedelta(minutes=1)
# Waiting to go, or on their way.
UNDECIDED = (OutboxState.QUEUED.value, OutboxState.CLAIMED.value)
REACHED_THEM = (*UNDECIDED, OutboxState.SENT.value, OutboxState.UNKNOWN.value)


class Outbox(Repository[OutboxMessage]):
    table, record = outbox, OutboxMessage

    def add_once(self, message: OutboxMessage) -> OutboxMessage | None:
        return self._add_once(message)

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
        bound = and_(
            account.c.participant_id == outbox.c.participant_id,
            account.c.status == AccountStatus.ACTIVE.value,
        )
        chat = func.coalesce(account.c.chat_id, outbox.c.chat_id)
        place = func.row_number().over(
            partition_by=(outbox.c.office_id, chat),
            order_by=(outbox.c.lane, outbox.c.not_before, outbox.c.id),
        )
        busy_outbox = outbox.alias("busy")
        is_busy = (
            select(busy_outbox.c.id)
            .where(
                busy_outbox.c.state == OutboxState.CLAIMED.value,
                busy_outbox.c.office_id == outbox.c.office_id,
                or_(
                    and_(
                        outbox.c.participant_id.is_not(None),
                        busy_outbox.c.participant_id == outbox.c.participant_id,
                    ),
                    and_(
                        outbox.c.participant_id.is_(None),
                        busy_outbox.c.participant_id.is_(None),
                        busy_outbox.c.chat_id == outbox.c.chat_id,
                    ),
                ),
            )
            .exists()
        )
        ready = (
            select(outbox.c.id, outbox.c.lane, outbox.c.not_before, place.label("place"))
            .select_from(outbox.outerjoin(account, bound))
            .where(
                outbox.c.office_id == office_id,
                outbox.c.state == OutboxState.QUEUED.value,
                outbox.c.not_before <= now,
                or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now),
                or_(
                    account.c.next_send_at.is_(None),
                    account.c.next_send_at <= real_now,
                    # Set by a clock that was wrong meanwhile: it must not silence the chat.
                    account.c.next_send_at > real_now + LONGEST_PACE,
                ),
                or_(outbox.c.participant_id.is_(None), account.c.id.is_not(None)),
                outbox.c.lane <= (Lane.REPLY if only_replies else max(Lane)).value,
                ~is_busy,
            )
            .subquery()
        )
        first = (
            select(ready.c.id)
            .where(ready.c.place == 1)
            .order_by(ready.c.lane, ready.c.not_before, ready.c.id)
            .limit(limit)
        )
        ids = list(self._db.execute(first).scalars())
        if not ids:
            return []
        claimed = set(
            self._db.execute(
                update(outbox)
                .where(outbox.c.id.in_(ids), outbox.c.state == OutboxState.QUEUED.value)
                .values(
                    state=OutboxState.CLAIMED.value,
                    lease_until=lease,
                    attempts=outbox.c.attempts + 1,
                )
                .returning(outbox.c.id)
            ).scalars()
        )
        found = {message.id: message for message in self._all(outbox.c.id.in_(claimed))}
        return [found[message_id] for message_id in ids if message_id in found]

    def expire(self, now: datetime) -> int:
        done = self._db.execute(
            update(outbox)
            .where(outbox.c.state == OutboxState.QUEUED.value, outbox.c.expires_at <= now)
            .values(state=OutboxState.EXPIRED.value, reason="too_late", ended_at=now)
        )
        return done.rowcount

    def with_lease_over(self, real_now: datetime) -> list[OutboxMessage]:
        return self._all(
            outbox.c.state == OutboxState.CLAIMED.value, outbox.c.lease_until <= real_now
        )

    def queued_of(self, participant_id: int, *, subject: str | None = None) -> list[OutboxMessage]:
        where = [
            outbox.c.participant_id == participant_id,
            outbox.c.state == OutboxState.QUEUED.value,
        ]
        if subject is not None:
            where.append(outbox.c.subject == subject)
        return self._all(*where, order=outbox.c.id)

    def of_participant(self, participant_id: int, *, limit: int) -> list[OutboxMessage]:
        newest = self._all(
            outbox.c.participant_id == participant_id, order=outbox.c.id.desc(), limit=limit
        )
        return newest[::-1]

    def initiatives_since(self, participant_id: int, since: datetime) -> int:
        begun = (
            select(outbox.c.rule, outbox.c.subject)
            .where(
                outbox.c.participant_id == participant_id,
                outbox.c.is_initiative.is_(True),
                outbox.c.state.in_(REACHED_THEM),
                outbox.c.created_at >= since,
            )
            .distinct()
            .subquery()
        )
        count: int = self._db.execute(select(func.count()).select_from(begun)).scalar_one()
        return count

    def drop_bodies(self, *, ended_before: datetime) -> int:
        done = self._db.execute(
            update(outbox)
            .where(outbox.c.ended_at < ended_before, outbox.c.body != b"")
            .values(body=b"")
        )
        return done.rowcount

    def next_due_at(self, *, after: datetime) -> datetime | None:
        queued = outbox.c.state == OutboxState.QUEUED.value
        return self._least(outbox.c.not_before, queued, outbox.c.not_before > after)

    def is_idle(self, now: datetime) -> bool:
        """Nothing is on its way, and nothing that could go is waiting."""
        reachable = select(account.c.id).where(
            account.c.participant_id == outbox.c.participant_id,
            account.c.status == AccountStatus.ACTIVE.value,
        )
        waiting = and_(
            outbox.c.state == OutboxState.QUEUED.value,
            outbox.c.not_before <= now,
            or_(outbox.c.participant_id.is_(None), reachable.exists()),
        )
        query = select(outbox.c.id).where(or_(waiting, outbox.c.state == OutboxState.CLAIMED.value))
        return self._db.execute(query.limit(1)).first() is None
