"""Repositories of cases with their events, of signals, notes and notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from bot.domain.case_events import CaseEvent
from bot.domain.cases import Case
from bot.domain.errors import NotFound, StaleVersion
from bot.domain.messages import Notice, NoticeState
from bot.domain.signals import CaseNote, Signal
from bot.storage.ahead import Ahead
from bot.storage.among import among
from bot.storage.faults import noticing_races
from bot.storage.repositories.base import Repository
from bot.storage.statements import Statement
from bot.storage.tables import cases as t
from bot.storage.tables.messages import notice

# Longer than any lease or pause of a mail: what says more was set by a clock that was wrong.
LONGEST_PAUSE = timedelta(minutes=30)

# Asked at everything a participant writes; nearly always there is none.
_OPEN_OF = Statement(
    lambda _: (
        select(t.escalation.c.id, t.escalation.c.folded, t.escalation.c.reason)
        .where(
            t.escalation.c.participant_id == bindparam("participant_id"),
            t.escalation.c.state != "closed",
        )
        .order_by(t.escalation.c.id)
    )
)
_OPEN_OF_MANY = Statement(
    lambda dialect: (
        select(
            t.escalation.c.participant_id,
            t.escalation.c.id,
            t.escalation.c.folded,
            t.escalation.c.reason,
        )
        .where(
            among(dialect, t.escalation.c.participant_id, "participants"),
            t.escalation.c.state != literal_column("'closed'"),
        )
        .order_by(t.escalation.c.id)
    )
)
_OpenCase = tuple[int, Any, str]  # its number, the folded row, its reason


class Cases:
    """A case is its events; the folded row beside them is what lists and sweeps look at."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._ahead: Ahead[tuple[int, _OpenCase]] = Ahead(db, "open cases")

    def get(self, case_id: int) -> Case:
        found = self._where(t.escalation.c.id == case_id)
        if not found:
            raise NotFound(f"There is no case with number {case_id}.")
        return found[0]

    def open_of(self, participant_id: int, reason: str | None = None) -> list[Case]:
        ahead = self._ahead.of(participant_id)
        asked = {"participant_id": participant_id}
        rows = _OPEN_OF.rows(self._db, asked) if ahead is None else [row for _, row in ahead]
        return [
            replace(Case.from_json(folded), id=case_id)
            for case_id, folded, its_reason in rows
            if reason in (None, its_reason)
        ]

    def read_ahead(self, participants: Sequence[int]) -> None:
        found = _OPEN_OF_MANY.rows(self._db, {"participants": list(participants)})
        rows = ((row[0], (row[1], row[2], row[3])) for row in found)
        self._ahead.keep(participants, rows, of=lambda one: one[0])

    def open_of_office(self, office_id: int) -> list[Case]:
        return self._where(t.escalation.c.office_id == office_id, t.escalation.c.state != "closed")

    def of_participant(self, participant_id: int) -> list[Case]:
        return self._where(t.escalation.c.participant_id == participant_id)

    def recent(self, participant_id: int, reason: str, *, since: datetime) -> list[Case]:
        return self._where(
            t.escalation.c.participant_id == participant_id,
            t.escalation.c.reason == reason,
            t.escalation.c.opened_at >= since,
        )

    def store(self, case: Case, events: Sequence[CaseEvent]) -> Case:
        self._ahead.drop(case.participant_id)
        is_new = case.id == 0
        if is_new:
            values = self._values(case)
            with noticing_races():
                result = self._db.execute(insert(t.escalation).values(values))
            assert result.inserted_primary_key is not None
            case = replace(case, id=result.inserted_primary_key[0])
        # Compare and set: whoever folded on an older version loses, and changes nothing.
        seen = case.version if is_new else events[0].version - 1
        done = self._db.execute(
            update(t.escalation)
            .where(t.escalation.c.id == case.id, t.escalation.c.version == seen)
            .values(self._values(case))
        )
        if done.rowcount != 1:
            raise StaleVersion("Somebody changed the case in the meantime: look at it again.")
        for event in events:
            self._db.execute(
                insert(t.case_event).values(
                    case_id=case.id, version=event.version, event=event.to_json(), at=event.at
                )
            )
        return case

    def events_of(self, case_id: int) -> list[CaseEvent]:
        query = select(t.case_event.c.event).where(t.case_event.c.case_id == case_id)
        rows = self._db.execute(query.order_by(t.case_event.c.version)).scalars()
        return [CaseEvent.from_json(row) for row in rows]

    def due(self, now: datetime, *, limit: int) -> list[Case]:
        query = (
            select(t.escalation)
            .where(t.escalation.c.state != "closed", t.escalation.c.next_at <= now)
            .order_by(t.escalation.c.next_at, t.escalation.c.id)
            .limit(limit)
        )
        return [self._case(row) for row in self._db.execute(query).mappings()]

    def next_due_at(self) -> datetime | None:
        least: datetime | None = self._db.execute(
            select(func.min(t.escalation.c.next_at)).where(t.escalation.c.state != "closed")
        ).scalar()
        return least

    def _where(self, *where: ColumnElement[bool]) -> list[Case]:
        query = select(t.escalation).where(*where).order_by(t.escalation.c.id)
        return [self._case(row) for row in self._db.execute(query).mappings()]

    @staticmethod
    def _case(row: object) -> Case:
        return replace(Case.from_json(row["folded"]), id=row["id"])  # type: ignore[index]

    @staticmethod
    def _values(case: Case) -> dict[str, object]:
        return {
            "office_id": case.office_id,
            "participant_id": case.participant_id,
            "reason": case.reason,
            "state": case.state.value,
            "owner_id": case.owner_id,
            "version": case.version,
            "opened_at": case.opened_at,
            "next_at": case.next_at,
            "closed_at": case.closed_at,
            "folded": case.to_json(),
        }


class Signals(Repository[Signal]):
    table, record = t.signal, Signal

    def by_source(self, source: str) -> Signal | None:
        return self._first(t.signal.c.source == source)

    def of_case(self, case_id: int) -> list[Signal]:
        return self._all(t.signal.c.case_id == case_id, order=t.signal.c.id)

    def of_participant(self, participant_id: int) -> list[Signal]:
        return self._all(t.signal.c.participant_id == participant_id, order=t.signal.c.id)


class CaseNotes(Repository[CaseNote]):
    table, record = t.case_note, CaseNote

    def of_case(self, case_id: int) -> list[CaseNote]:
        return self._all(t.case_note.c.case_id == case_id, order=t.case_note.c.id)


class Notices(Repository[Notice]):
    table, record = notice, Notice

    def store_once(self, new: Notice) -> None:
        self._store(new, once=True)

    def claimed_with(self, lease: datetime) -> list[Notice]:
        return self._all(
            notice.c.state == NoticeState.CLAIMED.value,
            notice.c.lease_until == lease,
            order=(notice.c.is_digest, notice.c.not_before, notice.c.id),
        )

    def claim(
        self, *, now: datetime, real_now: datetime, lease: datetime, limit: int
    ) -> list[Notice]:
        ready = (
            select(notice.c.id)
            .where(
                notice.c.state == NoticeState.QUEUED.value,
                notice.c.not_before <= now,
                # A mail that failed for a while carries its own pause in the lease.
                or_(
                    notice.c.lease_until.is_(None),
                    notice.c.lease_until <= real_now,
                    notice.c.lease_until > real_now + LONGEST_PAUSE,
                ),
            )
            .order_by(notice.c.is_digest, notice.c.not_before, notice.c.id)
            .limit(limit)
        )
        ids = list(self._db.execute(ready).scalars())
        if not ids:
            return []
        claimed = self._db.execute(
            update(notice)
            .where(notice.c.id.in_(ids), notice.c.state == NoticeState.QUEUED.value)
            .values(
                state=NoticeState.CLAIMED.value, lease_until=lease, attempts=notice.c.attempts + 1
            )
            .returning(notice.c.id)
        )
        return self._all(notice.c.id.in_(set(claimed.scalars())), order=notice.c.id)

    def with_lease_over(self, real_now: datetime) -> list[Notice]:
        return self._all(
            notice.c.state == NoticeState.CLAIMED.value,
            or_(
                notice.c.lease_until <= real_now,
                notice.c.lease_until > real_now + LONGEST_PAUSE,
            ),
        )

    def ahead_of(self, moment: datetime) -> list[Notice]:
        """Queued in a time after `moment`."""
        return self._all(notice.c.state == NoticeState.QUEUED.value, notice.c.created_at > moment)

    def queued_of_case(self, case_id: int) -> list[Notice]:
        return self._all(notice.c.case_id == case_id, notice.c.state == NoticeState.QUEUED.value)

    def of_case(self, case_id: int) -> list[Notice]:
        return self._all(notice.c.case_id == case_id, order=notice.c.id)

    def next_due_at(self, *, after: datetime) -> datetime | None:
        queued = notice.c.state == NoticeState.QUEUED.value
        return self._least(notice.c.not_before, queued, notice.c.not_before > after)

    def is_idle(self, now: datetime) -> bool:
        waiting = or_(
            notice.c.state == NoticeState.CLAIMED.value,
            (notice.c.state == NoticeState.QUEUED.value)
            & (notice.c.not_before <= now)
            & (notice.c.attempts == 0),
        )
        return self._db.execute(select(notice.c.id).where(waiting).limit(1)).first() is None
