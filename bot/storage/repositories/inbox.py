"""The durable inbox: raw updates, deduplicated by the ids seen, taken oldest first per chat."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, or_, select, text, tuple_, update

from bot.domain.messages import InboxState, InboxUpdate
from bot.storage.advisory_locks import living_processes_sql
from bot.storage.repositories.base import Repository
from bot.storage.statements import Statement
from bot.storage.tables.messages import inbox

# As its index says it, or retention would look through all updates there ever were.
HAS_PAYLOAD = text("length(payload) > 0")
DROPPED_AT_ONCE = 1000


def _processed(**more: Any) -> Statement:
    return Statement(
        lambda _: (
            update(inbox)
            .where(inbox.c.seq == bindparam("number"), inbox.c.state == InboxState.PENDING.value)
            .values(state=InboxState.PROCESSED.value, processed_at=bindparam("at"), **more)
        )
    )


_PROCESSED, _PROCESSED_AND_DROPPED = _processed(), _processed(payload=b"")


class Inbox(Repository[InboxUpdate]):
    table, record = inbox, InboxUpdate
    id_column = "seq"

    def add_once(self, new: InboxUpdate) -> bool:
        return self._add_once(new) is not None

    def add_all_once(self, new: Sequence[InboxUpdate]) -> int:
        self._vault.fetch_keys(self._db, [update.participant_id for update in new])
        return self._add_all_once(new)

    def claim(
        self,
        offices: Sequence[int],
        *,
        holder: int,
        busy_chats: Sequence[tuple[int, int]],
        limit: int,
    ) -> list[InboxUpdate]:
        """Runs in READ COMMITTED on PostgreSQL: a row that somebody else took meanwhile is looked at
        again, and left (see `StorageThreads.claim`)."""
        chat = tuple_(inbox.c.office_id, inbox.c.chat_id)
        pending = inbox.c.state == InboxState.PENDING.value
        free = or_(inbox.c.holder.is_(None), inbox.c.holder == holder)
        others = select(inbox.c.office_id, inbox.c.chat_id).where(
            pending, inbox.c.holder.is_not(None), inbox.c.holder != holder
        )
        oldest = (
            select(inbox.c.office_id, func.min(inbox.c.seq).label("seq"))
            .where(pending, inbox.c.office_id.in_(offices), chat.not_in(others))
            .group_by(inbox.c.office_id, inbox.c.chat_id)
        )
        if busy_chats:
            oldest = oldest.where(chat.not_in(list(busy_chats)))
        first = oldest.subquery()
        place = func.row_number().over(partition_by=first.c.office_id, order_by=first.c.seq)
        ranked = select(first.c.seq, place.label("place")).subquery()
        best = select(ranked.c.seq).order_by(ranked.c.place, ranked.c.seq).limit(limit)
        mine = (
            select(inbox.c.seq)
            .where(inbox.c.seq.in_(best.scalar_subquery()), pending, free)
            .with_for_update(skip_locked=True)
        )
        taken = set(
            self._db.execute(
                update(inbox)
                .where(inbox.c.seq.in_(mine))
                .values(holder=holder)
                .returning(inbox.c.seq)
            ).scalars()
        )
        if not taken:
            return []
        return self._rows(select(inbox).where(inbox.c.seq.in_(taken)).order_by(inbox.c.seq))

    def give_back(self, holder: int) -> int:
        return self._free(inbox.c.holder == holder)

    def give_back_abandoned(self, holder: int, *, absent_before: Collection[int]) -> set[int]:
        """Frees what those hold who are absent now and were before; who is absent now.

        Twice, for a process that lives may be without its connection for a moment.
        """
        if self._db.dialect.name == "sqlite":  # one process works at a time
            self._free(inbox.c.holder != holder)
            return set()
        query, parameters = living_processes_sql()
        living = text(query).bindparams(**parameters).columns(objid=BigInteger).subquery()
        pending = inbox.c.state == InboxState.PENDING.value
        holders = select(inbox.c.holder).where(pending, inbox.c.holder.is_not(None)).distinct()
        gone = holders.where(inbox.c.holder.not_in(select(living.c.objid)))
        absent = set(self._db.execute(gone).scalars())
        if again := absent & set(absent_before):
            self._free(inbox.c.holder.in_(again))
        return absent - again

    def _free(self, which: ColumnElement[bool]) -> int:
        pending = inbox.c.state == InboxState.PENDING.value
        in_hand = inbox.c.holder.is_not(None)
        done = self._db.execute(update(inbox).where(pending, in_hand, which).values(holder=None))
        return done.rowcount

    def mark_processed(self, seq: int, at: datetime, *, drop_payload: bool) -> bool:
        statement = _PROCESSED_AND_DROPPED if drop_payload else _PROCESSED
        return statement.count(self._db, {"number": seq, "at": at}) == 1

    def record_failure(self, seq: int, *, set_aside_after: int) -> bool:
        current = self.get(seq)
        attempts = current.attempts + 1
        is_over = attempts >= set_aside_after
        state = InboxState.SET_ASIDE if is_over else current.state
        self._db.execute(
            update(inbox).where(inbox.c.seq == seq).values(attempts=attempts, state=state.value)
        )
        return is_over

    def drop_payloads_of(self, participant_id: int) -> int:
        return self._db.execute(
            update(inbox)
            .where(
                inbox.c.participant_id == participant_id,
                inbox.c.state == InboxState.PROCESSED.value,
                HAS_PAYLOAD,
            )
            .values(payload=b"")
        ).rowcount

    def drop_payloads(self, *, received_before: datetime, limit: int = DROPPED_AT_ONCE) -> int:
        """At most `limit` payloads, the oldest first."""
        old = (
            select(inbox.c.seq)
            .where(
                inbox.c.received_at < received_before,
                inbox.c.state != InboxState.PENDING.value,
                HAS_PAYLOAD,
            )
            .order_by(inbox.c.received_at)
            .limit(limit)
        )
        return self._db.execute(
            update(inbox).where(inbox.c.seq.in_(old)).values(payload=b"")
        ).rowcount

    def pending_count(self) -> int:
        query = select(func.count()).where(inbox.c.state == InboxState.PENDING.value)
        count: int = self._db.execute(query).scalar_one()
        return count
