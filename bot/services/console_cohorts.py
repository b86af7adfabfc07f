"""Cohorts and their sessions with answers and attendance, as the console shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import NotFound
from bot.domain.people import Participant, Staff
from bot.domain.planning import (
    AnswerCode,
    AttendanceStatus,
    Cohort,
    ProgrammeSession,
    SessionStatus,
)
from bot.services.console_desk import names_of_staff
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import concerned, session_for
from bot.services.session_words import place_name, theme_name


@dataclass(frozen=True, slots=True)
class CohortRow:
    cohort: Cohort
    leader_name: str
    participants: int
    sessions: int
    sessions_over: int
    next_session: ProgrammeSession | None
    next_theme: str


@dataclass(frozen=True, slots=True)
class GatheringRow:
    """A session with who answered what: names by answer code, "none" for those who have not."""

    gathering: ProgrammeSession
    theme: str
    place: str
    answers: dict[str, tuple[str, ...]]
    attendance: dict[str, int]
    is_over: bool
    needs_marking: bool


@dataclass(frozen=True, slots=True)
class CohortPage:
    cohort: Cohort
    leader_name: str
    participants: tuple[Participant, ...]
    rows: tuple[GatheringRow, ...]
    next_id: int | None


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    participant: Participant
    answer: AnswerCode | None
    attendance: AttendanceStatus | None
    marked_by_name: str


@dataclass(frozen=True, slots=True)
class SessionPage:
    """`may_mark`: it has begun; `may_move` and `may_cancel` as the rules have them."""

    gathering: ProgrammeSession
    cohort: Cohort | None
    theme: str
    place: str
    attendees: tuple[AttendeeRow, ...]
    may_mark: bool
    may_move: bool
    may_cancel: bool


def cohort_list(uow: UnitOfWork, staff: Staff) -> tuple[CohortRow, ...]:
    names = names_of_staff(uow, staff.office_id)
    return tuple(
        _cohort_row(uow, cohort, names.get(cohort.leader_id, ""), staff.language)
        for cohort in uow.cohorts.of_office(staff.office_id)
    )


def cohort_page(uow: UnitOfWork, staff: Staff, cohort_id: int) -> CohortPage:
    """Raises NotFound, also for another office's cohort."""
    cohort = uow.cohorts.get(cohort_id)
    if cohort.office_id != staff.office_id:
        raise NotFound(f"There is no cohort with number {cohort_id}.")
    participants = uow.participants.of_cohort(cohort_id, only_active=cohort.ended_at is None)
    gatherings = uow.programme_sessions.of_cohort(cohort_id)
    upcoming = _next(gatherings, uow)
    return CohortPage(
        cohort=cohort,
        leader_name=names_of_staff(uow, staff.office_id).get(cohort.leader_id, ""),
        participants=tuple(sorted(participants, key=lambda p: p.full_name.casefold())),
        rows=tuple(_gathering_row(uow, g, participants, staff.language) for g in gatherings),
        next_id=upcoming.id if upcoming else None,
    )


def session_page(uow: UnitOfWork, staff: Staff, session_id: int) -> SessionPage:
    """Raises NotFound, also for another office's session."""
    gathering = session_for(uow, staff, session_id)
    names = names_of_staff(uow, staff.office_id)
    answers = {a.participant_id: a.answer for a in uow.session_answers.of_session(session_id)}
    marks = {a.participant_id: a for a in uow.attendance.of_session(session_id)}
    people = {p.id: p for p in concerned(uow, gathering)}
    for participant_id in marks:  # those who have left since, but were marked
        if participant_id not in people:
            people[participant_id] = uow.participants.get(participant_id)
    is_planned = gathering.status is SessionStatus.PLANNED
    has_begun = gathering.starts_at <= uow.now
    return SessionPage(
        gathering=gathering,
        cohort=uow.cohorts.get(gathering.cohort_id) if gathering.cohort_id else None,
        theme=theme_name(uow, gathering, staff.language),
        place=place_name(uow, gathering, staff.language),
        attendees=tuple(
            AttendeeRow(
                participant=participant,
                answer=answers.get(participant.id),
                attendance=marks[participant.id].status if participant.id in marks else None,
                marked_by_name=names.get(marks[participant.id].marked_by, "")
                if participant.id in marks
                else "",
            )
            for participant in sorted(people.values(), key=lambda p: p.full_name.casefold())
        ),
        may_mark=is_planned and has_begun,
        may_move=is_planned and not has_begun,
        may_cancel=is_planned and not has_begun,
    )


def _cohort_row(uow: UnitOfWork, cohort: Cohort, leader_name: str, language: str) -> CohortRow:
    gatherings = [
        g for g in uow.programme_sessions.of_cohort(cohort.id) if g.status is SessionStatus.PLANNED
    ]
    upcoming = _next(gatherings, uow)
    return CohortRow(
        cohort=cohort,
        leader_name=leader_name,
        participants=len(uow.enrolments.active_in(cohort.id)),
        sessions=len(gatherings),
        sessions_over=sum(g.ends_at <= uow.now for g in gatherings),
        next_session=upcoming,
        next_theme=theme_name(uow, upcoming, language) if upcoming else "",
    )


def _gathering_row(
    uow: UnitOfWork,
    gathering: ProgrammeSession,
    participants: Sequence[Participant],
    language: str,
) -> GatheringRow:
    answered = {
        a.participant_id: a.answer.value for a in uow.session_answers.of_session(gathering.id)
    }
    by_answer: dict[str, tuple[str, ...]] = {}
    for code in (*(answer.value for answer in AnswerCode), "none"):
        names = [p.full_name for p in participants if answered.get(p.id, "none") == code]
        by_answer[code] = tuple(sorted(names, key=str.casefold))
    marks = uow.attendance.of_session(gathering.id)
    counts = {s.value: sum(mark.status is s for mark in marks) for s in AttendanceStatus}
    is_over = gathering.ends_at <= uow.now
    is_planned = gathering.status is SessionStatus.PLANNED
    return GatheringRow(
        gathering=gathering,
        theme=theme_name(uow, gathering, language),
        place=place_name(uow, gathering, language),
        answers=by_answer,
        attendance=counts,
        is_over=is_over,
        needs_marking=is_planned and is_over and bool(participants) and not marks,
    )


def _next(gatherings: Sequence[ProgrammeSession], uow: UnitOfWork) -> ProgrammeSession | None:
    """The session under way or the next to come."""
    ahead = [g for g in gatherings if g.status is SessionStatus.PLANNED and g.ends_at > uow.now]
    return min(ahead, key=lambda g: g.starts_at, default=None)
