"""Erasing a participant from the main database; destroying their key reaches the copies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Delete, delete, select, update

from bot.storage.remembered import forget_remembered
from bot.storage.tables import cases, people, planning, results
from bot.storage.tables import messages as t
from bot.storage.tables.people import participant


class Erasure:
    """Deletes everything about one participant but the bare row that tells it happened."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def erase(self, participant_id: int, *, at: datetime) -> int:
        mine = select(cases.escalation.c.id).where(
            cases.escalation.c.participant_id == participant_id
        )
        case_events = delete(cases.case_event).where(cases.case_event.c.case_id.in_(mine))
        # A mail about a case that is gone leads nowhere; others go out without naming whom.
        case_notices = delete(t.notice).where(t.notice.c.case_id.in_(mine))
        kept_notices = (
            update(t.notice)
            .where(t.notice.c.participant_id == participant_id)
            .values(participant_id=None)
        )
        own_sessions = select(planning.programme_session.c.id).where(
            planning.programme_session.c.participant_id == participant_id
        )
        count = 0
        for statement in (case_notices, kept_notices, case_events, *self._chat(participant_id)):
            count += self._db.execute(statement).rowcount
        for table in (
            cases.case_note,
            cases.signal,
            cases.escalation,
            t.free_text,
            results.document_order,
            results.profile_value,
            t.run,
            t.outbox,
            t.question,
            t.inbox,
            planning.expectation,
            planning.occurrence,
            planning.attendance,
            planning.session_answer,
        ):
            count += self._db.execute(
                delete(table).where(table.c.participant_id == participant_id)
            ).rowcount
        for table in (planning.attendance, planning.session_answer):
            self._db.execute(delete(table).where(table.c.session_id.in_(own_sessions)))
        for table in (
            planning.programme_session,
            planning.enrolment,
            people.telegram_account,
            people.invitation,
        ):
            count += self._db.execute(
                delete(table).where(table.c.participant_id == participant_id)
            ).rowcount
        self._db.execute(
            update(participant)
            .where(participant.c.id == participant_id)
            .values(
                status="erased",
                first_name=b"",
                last_name=b"",
                preferred_hour=None,
                paused_until=None,
                human_until=None,
                last_sign_of_life_at=None,
                ended_at=at,
            )
        )
        forget_remembered(self._db)
        return count

    def key_ids(self) -> list[str]:
        mine = select(participant.c.key_id).where(participant.c.status == "erased")
        return list(self._db.execute(mine.order_by(participant.c.id)).scalars())

    @staticmethod
    def _chat(participant_id: int) -> tuple[Delete, ...]:
        """What was said in their chats before they were bound, and what is on its way to nobody."""
        accounts = select(people.telegram_account).where(
            people.telegram_account.c.participant_id == participant_id
        )
        chats = accounts.with_only_columns(people.telegram_account.c.chat_id)
        offices = accounts.with_only_columns(people.telegram_account.c.office_id)
        return tuple(
            delete(table).where(table.c.chat_id.in_(chats), table.c.office_id.in_(offices), *only)
            for table, only in (
                (people.code_attempts, ()),
                (t.outbox, (t.outbox.c.participant_id.is_(None), t.outbox.c.ended_at.is_not(None))),
                (t.inbox, (t.inbox.c.participant_id.is_(None), t.inbox.c.state != "pending")),
            )
        )
