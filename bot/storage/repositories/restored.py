"""What only a restore asks of the database: rows of all offices, and changes in bulk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, inspect, select, update

from bot.domain.messages import Notice, NoticeState, OutboxMessage, OutboxState
from bot.storage.repositories.cases import Notices
from bot.storage.repositories.outbox import Outbox
from bot.storage.tables import cases, messages, people
from bot.storage.vault import Vault

# Larger than what any office asks between two backups; see `leave_question_gap`.
QUESTION_GAP = 1_000_000
# What people do and what is done for them: the newest of these tells how new a database is.
_SIGNS = (
    messages.inbox.c.received_at,
    messages.outbox.c.created_at,
    messages.free_text.c.at,
    messages.question.c.answered_at,
    messages.content_version.c.published_at,
    people.participant.c.invited_at,
    people.login.c.created_at,
    cases.case_event.c.at,
)


class Restored:
    """Fits `RestoredStore` in services/restoring.py."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._outbox = Outbox(db, vault)
        self._notices = Notices(db, vault)

    def undecided_messages(self) -> Sequence[OutboxMessage]:
        undecided = (OutboxState.QUEUED.value, OutboxState.CLAIMED.value)
        table = messages.outbox
        return self._outbox._all(table.c.state.in_(undecided), order=table.c.id)

    def undecided_notices(self) -> Sequence[Notice]:
        undecided = (NoticeState.QUEUED.value, NoticeState.CLAIMED.value)
        table = messages.notice
        return self._notices._all(table.c.state.in_(undecided), order=table.c.id)

    def end_logins(self, at: datetime) -> int:
        logins, links = people.login, people.login_link
        ended = self._db.execute(
            update(logins).where(logins.c.ended_at.is_(None)).values(ended_at=at)
        )
        self._db.execute(
            update(links)
            .where(links.c.redeemed_at.is_(None), links.c.expires_at > at)
            .values(expires_at=at)
        )
        return ended.rowcount

    def participants_with(self, key_ids: Collection[str]) -> Sequence[int]:
        table = people.participant
        query = select(table.c.id, table.c.key_id).where(table.c.status != "erased")
        return [
            row.id for row in self._db.execute(query.order_by(table.c.id)) if row.key_id in key_ids
        ]

    def leave_question_gap(self, at: datetime) -> None:
        """A row far above the last one: buttons out there still name numbers of the lost time."""
        question, participant = messages.question, people.participant
        top: int = self._db.execute(select(func.coalesce(func.max(question.c.id), 0))).scalar_one()
        somebody = self._db.execute(
            select(participant.c.id, participant.c.office_id).where(
                participant.c.status != "erased"
            )
        ).first()
        if somebody is None:
            return
        self._db.execute(
            insert(question).values(
                id=top + QUESTION_GAP,
                office_id=somebody.office_id,
                participant_id=somebody.id,
                kind="restored",
                subject="",
                options=[],
                asked_at=at,
                state="closed",
                accepts_text=False,
            )
        )
        if self._db.dialect.name == "postgresql":
            counter = func.pg_get_serial_sequence("question", "id")
            self._db.execute(select(func.setval(counter, top + QUESTION_GAP)))


def newest_moment(db: Connection) -> datetime | None:
    """When the newest thing happened that a restore would take away; None in an empty database."""
    known = set(inspect(db).get_table_names())
    found = [
        db.execute(select(func.max(column))).scalar()
        for column in _SIGNS
        if column.table.name in known
    ]
    return max((moment for moment in found if moment is not None), default=None)


def key_ids_in_use(db: Connection) -> set[str]:
    """The keys without which what people wrote cannot be read."""
    of_offices = select(people.office.c.key_id)
    of_people = select(people.participant.c.key_id).where(people.participant.c.status != "erased")
    return set(db.execute(of_offices.union(of_people)).scalars())
