"""Counts and oldest moments over all tables, for measuring the program; nothing about anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from bot.domain.cases import CaseState
from bot.domain.document_orders import OrderState
from bot.domain.messages import InboxState, Lane, NoticeState, OutboxState
from bot.domain.people import AccountStatus
from bot.domain.planning import ExpectationState
from bot.storage.tables.cases import escalation, signal
from bot.storage.tables.messages import inbox, notice, outbox
from bot.storage.tables.people import office, staff
from bot.storage.tables.people import telegram_account as account
from bot.storage.tables.planning import expectation
from bot.storage.tables.results import document_order


def _code(state: str) -> ColumnElement[Any]:
    """A state written into the query itself: only so is a partial index sure to be taken."""
    return literal(state, literal_execute=True)


_IS_OPEN = escalation.c.state != _code(CaseState.CLOSED.value)
_IS_QUEUED = outbox.c.state == _code(OutboxState.QUEUED.value)
# Not the bare column: SQLite would walk the index of offices, through every case there ever was.
_CASE_OFFICE = escalation.c.office_id + literal_column("0")
_NOTICE_IS_QUEUED = notice.c.state == _code(NoticeState.QUEUED.value)
_DOCUMENT_IS_QUEUED = document_order.c.state == _code(OrderState.QUEUED.value)


def _is_reachable(participant_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(
        account.c.participant_id == participant_id,
        account.c.status == AccountStatus.ACTIVE.value,
    )


class MeasurementFinder:
    """Every question is answered from an index that holds only what is still to be done."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def pending_updates(self) -> tuple[int, datetime | None]:
        """How many, and when the oldest came."""
        pending = inbox.c.state == _code(InboxState.PENDING.value)
        return self._count_and_least(inbox.c.received_at, pending)

    def set_aside_updates(self) -> int:
        set_aside = inbox.c.state == _code(InboxState.SET_ASIDE.value)
        return self._count_and_least(inbox.c.received_at, set_aside)[0]

    def queued_messages(self) -> dict[Lane, int]:
        query = select(outbox.c.lane, func.count()).where(_IS_QUEUED).group_by(outbox.c.lane)
        return {Lane(lane): count for lane, count in self._db.execute(query)}

    def claimed_messages(self) -> int:
        claimed = outbox.c.state == _code(OutboxState.CLAIMED.value)
        count: int = self._db.execute(select(func.count()).where(claimed)).scalar_one()
        return count

    def due_messages_since(self, now: datetime) -> dict[Lane, datetime]:
        """Since when each lane's oldest could have gone; who cannot be reached waits for ever."""
        reachable = _is_reachable(outbox.c.participant_id)
        query = (
            select(outbox.c.lane, func.min(outbox.c.not_before))
            .where(
                _IS_QUEUED,
                # Each lane from its beginning: what waits for a later hour is not read.
                outbox.c.lane.in_([lane.value for lane in Lane]),
                outbox.c.not_before <= now,
                or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now),
                or_(outbox.c.participant_id.is_(None), reachable),
            )
            .group_by(outbox.c.lane)
        )
        return {Lane(lane): moment for lane, moment in self._db.execute(query)}

    def outcomes_since(self, since: datetime) -> dict[OutboxState, int]:
        query = (
            select(outbox.c.state, func.count())
            .where(outbox.c.ended_at >= since)
            .group_by(outbox.c.state)
        )
        return {OutboxState(state): count for state, count in self._db.execute(query)}

    def queued_notices(self) -> int:
        return self._count_and_least(notice.c.not_before, _NOTICE_IS_QUEUED)[0]

    def due_notices_since(self, now: datetime) -> datetime | None:
        due = and_(_NOTICE_IS_QUEUED, notice.c.not_before <= now)
        return self._count_and_least(notice.c.not_before, due)[1]

    def queued_documents(self) -> int:
        return self._count_and_least(document_order.c.created_at, _DOCUMENT_IS_QUEUED)[0]

    def due_documents_since(self) -> datetime | None:
        """Since when the oldest is wanted; who cannot be reached waits for ever."""
        due = and_(_DOCUMENT_IS_QUEUED, _is_reachable(document_order.c.participant_id))
        return self._count_and_least(document_order.c.created_at, due)[1]

    def open_cases(self) -> dict[tuple[str, CaseState], int]:
        """By reason and state."""
        query = (
            select(escalation.c.reason, escalation.c.state, func.count())
            .where(_IS_OPEN)
            .group_by(escalation.c.reason, escalation.c.state)
        )
        rows = self._db.execute(query)
        return {(reason, CaseState(state)): count for reason, state, count in rows}

    def cases_past_deadline(self, now: datetime) -> dict[int, int]:
        """By office: somebody had to have acted by now, and nobody and nothing did."""
        query = (
            select(_CASE_OFFICE, func.count())
            .where(_IS_OPEN, escalation.c.next_at < now)
            .group_by(_CASE_OFFICE)
        )
        return {o: int(count) for o, count in self._db.execute(query)}

    def unowned_cases(self) -> dict[int, tuple[int, datetime]]:
        """By office, those in the team queue: how many, and when the oldest was opened."""
        return self._by_office(escalation.c.opened_at, escalation.c.owner_id.is_(None))

    def untold_cases(self, now: datetime) -> dict[int, tuple[int, datetime]]:
        """By office, untaken cases of which no notice was ever sent: how many, and since when.

        One whose notice waits for a later moment (the digest) is as it should be. The moment is
        when the first notice could have gone; without any notice, when the case was opened.
        """
        of_case = notice.c.case_id == escalation.c.id
        told = exists().where(of_case, notice.c.state == NoticeState.SENT.value)
        waits = exists().where(of_case, _NOTICE_IS_QUEUED, notice.c.not_before > now)
        first = select(func.min(notice.c.not_before)).where(of_case).scalar_subquery()
        since = func.coalesce(first, escalation.c.opened_at)
        untaken = escalation.c.state == CaseState.OPEN.value
        return self._by_office(since, untaken, ~told, ~waits)

    def notified_since(self, since: datetime) -> list[tuple[str, datetime, datetime]]:
        """Of cases opened since: the reason, the first signal, and when the first notice was sent.

        Those nobody was told of are left out; `untold_cases` has them.
        """
        began = select(func.min(signal.c.at)).where(signal.c.case_id == escalation.c.id)
        told = select(func.min(notice.c.sent_at)).where(notice.c.case_id == escalation.c.id)
        query = select(
            escalation.c.reason,
            func.coalesce(began.scalar_subquery(), escalation.c.opened_at),
            told.scalar_subquery(),
        ).where(escalation.c.opened_at >= since)
        rows = self._db.execute(query)
        return [(reason, at, sent_at) for reason, at, sent_at in rows if sent_at is not None]

    def offices_without_content(self) -> int:
        query = select(func.count()).where(office.c.content_version_id.is_(None))
        count: int = self._db.execute(query).scalar_one()
        return count

    def cases_not_looked_at(self, *, due_before: datetime) -> list[tuple[int, int]]:
        never = escalation.c.next_at.is_(None)
        return self._open_cases(or_(never, escalation.c.next_at < due_before))

    def cases_of_those_gone(self) -> list[tuple[int, int]]:
        works_here = exists().where(
            staff.c.id == escalation.c.owner_id,
            staff.c.office_id == escalation.c.office_id,
            staff.c.departed_at.is_(None),
        )
        return self._open_cases(escalation.c.owner_id.is_not(None), ~works_here)

    def cases_without_notice(self) -> list[tuple[int, int]]:
        return self._open_cases(~exists().where(notice.c.case_id == escalation.c.id))

    def expectations_unsent(self, *, opened_before: datetime) -> list[tuple[int, int]]:
        query = (
            select(expectation.c.office_id, expectation.c.id)
            .where(
                expectation.c.state == _code(ExpectationState.OPEN.value),
                expectation.c.next_at.is_(None),
                expectation.c.opened_at < opened_before,
            )
            .order_by(expectation.c.id)
        )
        return [(row.office_id, row.id) for row in self._db.execute(query)]

    def _open_cases(self, *where: ColumnElement[bool]) -> list[tuple[int, int]]:
        query = select(escalation.c.office_id, escalation.c.id).where(_IS_OPEN, *where)
        return sorted((row.office_id, row.id) for row in self._db.execute(query))

    def _count_and_least(
        self, column: ColumnElement[datetime], where: ColumnElement[bool]
    ) -> tuple[int, datetime | None]:
        count, least = self._db.execute(select(func.count(), func.min(column)).where(where)).one()
        return count, least

    def _by_office(
        self, moment: ColumnElement[datetime], *where: ColumnElement[bool]
    ) -> dict[int, tuple[int, datetime]]:
        query = (
            select(_CASE_OFFICE, func.count(), func.min(moment))
            .where(_IS_OPEN, *where)
            .group_by(_CASE_OFFICE)
        )
        return {o: (count, least) for o, count, least in self._db.execute(query)}
