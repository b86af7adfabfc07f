"""The durable inbox: raw updates, deduplicated by the ids seen, taken oldest first per chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_, update

from bot.domain.messages import InboxState, InboxUpdate
from bot.storage.repositories.base import Repository
from bot.storage.tables.messages import inbox


class Inbox(Repository[InboxUpdate]):
    table, record = inbox, InboxUpdate
    id_column = "seq"

    def add_once(self, new: InboxUpdate) -> bool:
        return self._add_once(new) is not None

    def claimable(
        self, offices: Sequence[int], *, busy_chats: Sequence[tuple[int, int]], limit: int
    ) -> list[InboxUpdate]:
        oldest = (
            select(func.min(inbox.c.seq).label("seq"))
            .where(inbox.c.state == InboxState.PENDING.value, inbox.c.office_id.in_(offices))
            .group_by(inbox.c.office_id, inbox.c.chat_id)
        )
        if busy_chats:
            oldest = oldest.where(
                tuple_(inbox.c.office_id, inbox.c.chat_id).not_in(list(busy_chats))
            )
        oldest_rows = oldest.order_by(func.min(inbox.c.seq)).limit(limit).subquery()
        return self._rows(
            select(inbox).where(inbox.c.seq.in_(select(oldest_rows.c.seq))).order_by(inbox.c.seq)
        )

    def mark_processed(self, seq: int, at: datetime, *, drop_payload: bool) -> bool:
        values: dict[str, Any] = {"state": InboxState.PROCESSED.value, "processed_at": at}
        if drop_payload:
            values["payload"] = b""
        done = self._db.execute(
            update(inbox)
            .where(inbox.c.seq == seq, inbox.c.state == InboxState.PENDING.value)
            .values(values)
        )
        return done.rowcount == 1

    def record_failure(self, seq: int, *, set_aside_after: int) -> bool:
        current = self.get(seq)
        attempts = current.attempts + 1
        is_over = attempts >= set_aside_after
        state = InboxState.SET_ASIDE if is_over else current.state
        self._db.execute(
            update(inbox).where(inbox.c.seq == seq).values(attempts=attempts, state=state.value)
        )
        return is_over

    def drop_payloads(self, *, received_before: datetime) -> int:
        done = self._db.execute(
            update(inbox)
            .where(
                inbox.c.received_at < received_before,
                inbox.c.state != InboxState.PENDING.value,
                inbox.c.payload != b"",
            )
            .values(payload=b"")
        )
        return done.rowcount

    def pending_count(self) -> int:
        query = select(func.count()).where(inbox.c.state == InboxState.PENDING.value)
        count: int = self._db.execute(query).scalar_one()
        return count
