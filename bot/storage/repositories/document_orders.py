"""The repository of ordered documents: claimed by one maker at a time, with a lease."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from bot.domain.document_orders import TOO_MANY, DocumentOrder, OrderState
from bot.domain.people import AccountStatus
from bot.storage.repositories.base import Repository
from bot.storage.repositories.codes import code
from bot.storage.tables.people import telegram_account as account
from bot.storage.tables.results import document_order as t

# Longer than any lease: what says more was set by a clock that was wrong.
LONGEST_LEASE = timedelta(minutes=5)

_IS_QUEUED = t.c.state == code(OrderState.QUEUED)
_IS_REACHABLE = (
    select(account.c.id)
    .where(
        account.c.participant_id == t.c.participant_id,
        account.c.status == code(AccountStatus.ACTIVE),
    )
    .exists()
)


class DocumentOrders(Repository[DocumentOrder]):
    table, record = t, DocumentOrder

    def add_once(self, order: DocumentOrder) -> DocumentOrder | None:
        return self._add_once(order)

    def by_key(self, key: str) -> DocumentOrder | None:
        return self._first(t.c.key == key)

    def of_participant(self, participant_id: int) -> list[DocumentOrder]:
        return self._all(t.c.participant_id == participant_id, order=t.c.id)

    def queued_of(self, participant_id: int) -> list[DocumentOrder]:
        return self._all(t.c.participant_id == participant_id, _IS_QUEUED, order=t.c.id)

    def all_queued(self) -> list[DocumentOrder]:
        return self._all(_IS_QUEUED, order=t.c.id)

    def count_since(self, participant_id: int, since: datetime) -> int:
        query = select(func.count()).where(
            t.c.participant_id == participant_id, t.c.created_at > since, t.c.reason != TOO_MANY
        )
        count: int = self._db.execute(query).scalar_one()
        return count

    def is_due(self, *, real_now: datetime) -> bool:
        query = select(t.c.id).where(_is_free(real_now), _IS_REACHABLE).limit(1)
        return self._db.execute(query).first() is not None

    def is_idle(self) -> bool:
        query = select(t.c.id).where(_IS_QUEUED, _IS_REACHABLE).limit(1)
        return self._db.execute(query).first() is None

    def claimed_with(self, lease: datetime) -> DocumentOrder | None:
        return self._first(_IS_QUEUED, t.c.lease_until == lease)

    def claim(self, *, real_now: datetime, lease: datetime) -> DocumentOrder | None:
        """Takes what nobody has locked; in READ COMMITTED on PostgreSQL (`StorageThreads.claim`)."""
        oldest = (
            select(t.c.id)
            .where(_is_free(real_now), _IS_REACHABLE)
            .order_by(t.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        number = self._db.execute(oldest).scalar()
        if number is None:
            return None
        # The same question once more, for whoever came between where nothing can be locked.
        taken = self._db.execute(
            update(t)
            .where(t.c.id == number, _is_free(real_now))
            .values(lease_until=lease, attempts=t.c.attempts + 1)
        )
        return self.get(number) if taken.rowcount == 1 else None


def _is_free(real_now: datetime) -> ColumnElement[bool]:
    """Queued, and in nobody's hands nor resting."""
    return and_(
        _IS_QUEUED,
        or_(
            t.c.lease_until.is_(None),
            t.c.lease_until <= real_now,
            t.c.lease_until > real_now + LONGEST_LEASE,
        ),
    )
