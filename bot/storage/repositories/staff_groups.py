"""Repositories of staff groups, and of the messages that are addressed to a group's chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from bot.domain.messages import OutboxMessage, OutboxState
from bot.domain.staff_group import EndedBecause, StaffGroup
from bot.storage.repositories.base import Repository
from bot.storage.tables.messages import outbox
from bot.storage.tables.staff_groups import staff_group as t


class StaffGroups(Repository[StaffGroup]):
    table, record = t, StaffGroup

    def current_of(self, office_id: int) -> StaffGroup | None:
        return self._first(t.c.office_id == office_id, t.c.ended_at.is_(None))

    def by_chat(self, chat_id: int) -> StaffGroup | None:
        return self._first(t.c.chat_id == chat_id, t.c.ended_at.is_(None))

    def by_code(self, office_id: int, code_hash: str) -> StaffGroup | None:
        return self._first(
            t.c.office_id == office_id, t.c.code_hash == code_hash, t.c.ended_at.is_(None)
        )

    def gone_from(self, office_id: int, chat_id: int) -> StaffGroup | None:
        """The newest link that was lost because the chat was no more."""
        found = self._all(
            t.c.office_id == office_id,
            t.c.chat_id == chat_id,
            t.c.ended_because == EndedBecause.GONE.value,
            order=t.c.id.desc(),
            limit=1,
        )
        return found[0] if found else None

    def pace(self, group: StaffGroup, next_send_at: datetime | None) -> None:
        self._db.execute(update(t).where(t.c.id == group.id).values(next_send_at=next_send_at))

    def redeem(self, group: StaffGroup, at: datetime) -> bool:
        done = self._db.execute(
            update(t)
            .where(t.c.id == group.id, t.c.code_hash == group.code_hash, t.c.code_expires_at > at)
            .values(code_hash="", code_expires_at=None)
        )
        return done.rowcount == 1


class GroupPosts(Repository[OutboxMessage]):
    """The outbox, looked at by key and by chat."""

    table, record = outbox, OutboxMessage

    def by_key(self, key: str) -> OutboxMessage | None:
        return self._first(outbox.c.key == key)

    def queued_to(self, office_id: int, chat_id: int) -> list[OutboxMessage]:
        return self._all(
            outbox.c.office_id == office_id,
            outbox.c.chat_id == chat_id,
            outbox.c.state == OutboxState.QUEUED.value,
            order=outbox.c.id,
        )

    def readdress(self, office_id: int, old_chat_id: int, new_chat_id: int) -> int:
        undecided = (OutboxState.QUEUED.value, OutboxState.CLAIMED.value)
        done = self._db.execute(
            update(outbox)
            .where(
                outbox.c.office_id == office_id,
                outbox.c.chat_id == old_chat_id,
                outbox.c.state.in_(undecided),
            )
            .values(chat_id=new_chat_id)
        )
        return done.rowcount
