"""Repositories of cohorts, sessions, attendance, occurrences and expectations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, literal_column, or_, select, update

from bot.domain.planning import (
    Attendance,
    Cohort,
    Enrolment,
    Expectation,
    Occurrence,
    OccurrenceState,
    ProgrammeSession,
    SessionAnswer,
)
from bot.storage.ahead import Ahead
from bot.storage.among import among
from bot.storage.made_once import made_once
from bot.storage.repositories.base import Repository, columns_of
from bot.storage.statements import Statement
from bot.storage.tables import planning as t

# Written into the query: only so are their partial indexes sure to be taken.
IS_PENDING = t.occurrence.c.state == literal_column("'pending'")
IS_ACTIVE = t.enrolment.c.status == literal_column("'active'")
IS_OPEN = t.expectation.c.state == literal_column("'open'")


class Cohorts(Repository[Cohort]):
    table, record = t.cohort, Cohort

    def of_office(self, office_id: int) -> list[Cohort]:
        return self._all(
            t.cohort.c.office_id == office_id, order=(t.cohort.c.starts_on, t.cohort.c.id)
        )


class Enrolments(Repository[Enrolment]):
    table, record = t.enrolment, Enrolment
    remembers = True

    def read_ahead(self, participants: Sequence[int]) -> None:
        theirs = t.enrolment.c.participant_id.in_(participants)
        active = {one.participant_id: one for one in self._all(theirs, IS_ACTIVE)}
        for number in participants:
            # As `active_of` asks.
            asked = ("participant_id", "status"), (number, "active"), (), 1
            self._remembered[asked] = [active[number]] if number in active else []

    def active_of(self, participant_id: int) -> Enrolment | None:
        return self._first_by(participant_id=participant_id, status="active")

    def latest_of(self, participant_id: int) -> Enrolment | None:
        found = self._all(
            t.enrolment.c.participant_id == participant_id, order=t.enrolment.c.id.desc(), limit=1
        )
        return found[0] if found else None

    def active_in(self, cohort_id: int) -> list[Enrolment]:
        return self._all(t.enrolment.c.cohort_id == cohort_id, t.enrolment.c.status == "active")

    def active_of_office(self, office_id: int) -> list[Enrolment]:
        return self._all(t.enrolment.c.office_id == office_id, t.enrolment.c.status == "active")


class ProgrammeSessions(Repository[ProgrammeSession]):
    table, record = t.programme_session, ProgrammeSession
    remembers = True

    def read_ahead(self, ids: Sequence[int]) -> None:
        self._keep_by_number(self._read_numbered(set(ids)))

    def of_cohort(self, cohort_id: int) -> list[ProgrammeSession]:
        return self._all(
            t.programme_session.c.cohort_id == cohort_id, order=t.programme_session.c.starts_at
        )

    def of_participant(self, participant_id: int, cohort_id: int | None) -> list[ProgrammeSession]:
        own = t.programme_session.c.participant_id == participant_id
        where = own if cohort_id is None else or_(own, t.programme_session.c.cohort_id == cohort_id)
        return self._all(where, order=t.programme_session.c.starts_at)


class SessionAnswers(Repository[SessionAnswer]):
    table, record = t.session_answer, SessionAnswer
    remembers = True

    def read_ahead(self, asked: Sequence[tuple[int, int]]) -> None:
        of_sessions = t.session_answer.c.session_id.in_({session_id for session_id, _ in asked})
        of_people = t.session_answer.c.participant_id.in_({person for _, person in asked})
        given = {(a.session_id, a.participant_id): a for a in self._all(of_sessions, of_people)}
        for pair in asked:
            # As `of` asks.
            question = ("session_id", "participant_id"), pair, (), 1
            self._remembered[question] = [given[pair]] if pair in given else []

    def of(self, session_id: int, participant_id: int) -> SessionAnswer | None:
        return self._first_by(session_id=session_id, participant_id=participant_id)

    def of_session(self, session_id: int) -> list[SessionAnswer]:
        return self._all(t.session_answer.c.session_id == session_id)

    def of_participant(self, participant_id: int) -> list[SessionAnswer]:
        return self._all(t.session_answer.c.participant_id == participant_id)

    def forget(self, session_id: int) -> int:
        self._forget_all()
        answers = delete(t.session_answer).where(t.session_answer.c.session_id == session_id)
        return self._db.execute(answers).rowcount


class AttendanceMarks(Repository[Attendance]):
    table, record = t.attendance, Attendance

    def of(self, session_id: int, participant_id: int) -> Attendance | None:
        return self._first(
            t.attendance.c.session_id == session_id, t.attendance.c.participant_id == participant_id
        )

    def of_session(self, session_id: int) -> list[Attendance]:
        return self._all(t.attendance.c.session_id == session_id)

    def of_participant(self, participant_id: int) -> list[Attendance]:
        return self._all(t.attendance.c.participant_id == participant_id)


class Occurrences(Repository[Occurrence]):
    table, record = t.occurrence, Occurrence

    def add_once(self, occurrence: Occurrence) -> bool:
        return self._add_once(occurrence) is not None

    def by_key(self, key: str) -> Occurrence | None:
        return self._first_by(key=key)

    def numbered(self, numbers: Sequence[int]) -> dict[int, Occurrence]:
        return {found.id: found for found in self._read_numbered(numbers)}

    def mark_done(self, numbers: Sequence[int], *, at: datetime) -> None:
        if numbers:
            done = update(t.occurrence).where(t.occurrence.c.id.in_(numbers))
            state = OccurrenceState.DONE.value
            self._db.execute(done.values(state=state, reason="", ended_at=at))

    def pending_of(self, participant_id: int, rule: str | None = None) -> list[Occurrence]:
        where = [t.occurrence.c.participant_id == participant_id, t.occurrence.c.state == "pending"]
        if rule is not None:
            where.append(t.occurrence.c.rule == rule)
        return self._all(*where, order=t.occurrence.c.due_at)

    def pending_by_rules(self, rules: Sequence[str]) -> list[Occurrence]:
        return self._all(t.occurrence.c.rule.in_(rules), t.occurrence.c.state == "pending")

    def pending_after(self, at: datetime, rules: Sequence[str]) -> list[Occurrence]:
        return self._all(
            IS_PENDING,
            t.occurrence.c.due_at > at,
            t.occurrence.c.rule.in_(rules),
            order=(t.occurrence.c.due_at, t.occurrence.c.id),
        )

    def due(self, now: datetime, *, limit: int) -> list[Occurrence]:
        return self._all(
            IS_PENDING,
            t.occurrence.c.due_at <= now,
            order=(t.occurrence.c.due_at, t.occurrence.c.id),
            limit=limit,
        )

    def next_due_at(self) -> datetime | None:
        return self._least(t.occurrence.c.due_at, IS_PENDING)


_OPEN_OF_MANY = Statement(
    lambda dialect: select(*columns_of(Expectation, t.expectation)).where(
        among(dialect, t.expectation.c.participant_id, "participants"), IS_OPEN
    )
)


class Expectations(Repository[Expectation]):
    table, record = t.expectation, Expectation

    @made_once
    def _ahead(self) -> Ahead[Expectation]:
        return Ahead(self._db, "open expectations")

    def read_ahead(self, participants: Sequence[int]) -> None:
        rows = _OPEN_OF_MANY.rows(self._db, {"participants": list(participants)})
        found = [self._built(row) for row in rows]
        self._ahead.keep(participants, found, of=lambda one: one.participant_id)

    def _forget(self, record: Expectation | None = None) -> None:
        self._ahead.drop(record.participant_id if record else None)

    def by_key(self, key: str) -> Expectation | None:
        return self._first(t.expectation.c.key == key)

    def open_of(self, participant_id: int) -> list[Expectation]:
        if (ahead := self._ahead.of(participant_id)) is not None:
            return ahead
        return self._all_by(participant_id=participant_id, state="open")

    def all_open(self) -> list[Expectation]:
        return self._all(t.expectation.c.state == "open")

    def due(self, now: datetime, *, limit: int) -> list[Expectation]:
        return self._all(
            IS_OPEN,
            t.expectation.c.next_at <= now,
            order=(t.expectation.c.next_at, t.expectation.c.id),
            limit=limit,
        )

    def next_due_at(self) -> datetime | None:
        return self._least(t.expectation.c.next_at, IS_OPEN)
