"""Everything about one participant that their page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import run_state
from bot.domain.cases import Case
from bot.domain.errors import NotFound, TextFailed
from bot.domain.messages import Run
from bot.domain.people import AccountStatus, Participant, Staff
from bot.domain.planning import (
    AnswerCode,
    AttendanceStatus,
    Cohort,
    EnrolmentStatus,
    ExpectationState,
    ProgrammeSession,
)
from bot.domain.uploads import read_upload
from bot.services.console_conversation import Conversation, conversation_of
from bot.services.console_desk import names_of_staff
from bot.services.course import lessons_done
from bot.services.participants import participant_for
from bot.services.ports import UnitOfWork
from bot.services.session_words import place_name, theme_name

LINES_AT_FIRST = 40
LINES_AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class CheckInView:
    """A check-in that was asked; `awaited` says how the waiting ended."""

    title: str
    asked_at: datetime
    answers: tuple[str, ...]
    awaited: ExpectationState | None


@dataclass(frozen=True, slots=True)
class ModuleView:
    title: str
    lessons: int
    done: int
    status: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionView:
    gathering: ProgrammeSession
    theme: str
    place: str
    answer: AnswerCode | None
    attendance: AttendanceStatus | None


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    """`chat` is None while no chat is bound; `enrolment` None when there never was one."""

    participant: Participant
    caseworker_name: str
    cohort: Cohort | None
    enrolment: EnrolmentStatus | None
    chat: AccountStatus | None
    code_expires_at: datetime | None
    conversation: Conversation
    unread: int
    check_ins: tuple[CheckInView, ...]
    modules: tuple[ModuleView, ...]
    sessions: tuple[SessionView, ...]
    cases: tuple[Case, ...]


def participant_page(
    uow: UnitOfWork, staff: Staff, participant_id: int, *, whole: bool = False
) -> ParticipantPage:
    """Raises NotFound, also for another office's participant."""
    participant = participant_for(uow, staff, participant_id)
    names = names_of_staff(uow, staff.office_id)
    enrolment = uow.enrolments.latest_of(participant.id)
    cohort_id = enrolment.cohort_id if enrolment else None
    account = uow.accounts.of_participant(participant.id)
    invitations = [i for i in uow.invitations.open_of(participant.id) if i.expires_at > uow.now]
    runs = uow.runs.of_participant(participant.id)
    return ParticipantPage(
        participant=participant,
        caseworker_name=names.get(participant.caseworker_id, ""),
        cohort=uow.cohorts.get(cohort_id) if cohort_id else None,
        enrolment=enrolment.status if enrolment else None,
        chat=account.status if account else None,
        code_expires_at=invitations[-1].expires_at if invitations else None,
        conversation=conversation_of(
            uow, participant, names, limit=LINES_AT_MOST if whole else LINES_AT_FIRST
        ),
        unread=len(uow.free_texts.unseen_of_participant(participant.id)),
        check_ins=tuple(
            _check_in(uow, run, staff.language)
            for run in reversed(runs)
            if run.flow_key.startswith("check_in:")
        ),
        modules=tuple(
            _module(uow, run, staff.language) for run in runs if run.flow_key.startswith("module:")
        ),
        sessions=sessions_of(uow, participant, cohort_id, staff.language),
        cases=tuple(
            sorted(uow.cases.of_participant(participant.id), key=lambda c: (not c.is_open, -c.id))
        ),
    )


def sessions_of(
    uow: UnitOfWork, participant: Participant, cohort_id: int | None, language: str
) -> tuple[SessionView, ...]:
    answers = {a.session_id: a.answer for a in uow.session_answers.of_participant(participant.id)}
    marks = {a.session_id: a.status for a in uow.attendance.of_participant(participant.id)}
    return tuple(
        SessionView(
            gathering=gathering,
            theme=theme_name(uow, gathering, language),
            place=place_name(uow, gathering, language),
            answer=answers.get(gathering.id),
            attendance=marks.get(gathering.id),
        )
        for gathering in uow.programme_sessions.of_participant(participant.id, cohort_id)
    )


def _check_in(uow: UnitOfWork, run: Run, language: str) -> CheckInView:
    pack = uow.pack_version(run.content_version_id)
    given = run_state.load(run.state).answers if run.state else {}
    answers = []
    for step_key, value in given.items():
        try:
            answers.append(pack.option_label(run.flow_key, step_key, value, language))
        except (TextFailed, KeyError, NotFound):
            upload = read_upload(value)
            answers.append(upload.filename if upload else value)
    expectation = uow.expectations.by_key(f"check_in:{run.participant_id}:{run.id}")
    return CheckInView(
        title=pack.flow_title(run.flow_key, language),
        asked_at=run.started_at,
        answers=tuple(answers),
        awaited=expectation.state if expectation else None,
    )


def _module(uow: UnitOfWork, run: Run, language: str) -> ModuleView:
    pack = uow.pack_version(run.content_version_id)
    flow = pack.flows[run.flow_key]
    return ModuleView(
        title=pack.flow_title(run.flow_key, language),
        lessons=len(flow.lessons),
        done=lessons_done(flow, run) if run.state else 0,
        status=run.status,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )
