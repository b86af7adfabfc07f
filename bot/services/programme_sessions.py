"""Plans, moves and cancels sessions and appointments, and tells those concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import NotFound, RuleBroken
from bot.domain.initiative import WORTH_WAKING
from bot.domain.messages import Lane, OutboxState, QuestionState
from bot.domain.people import Participant, ParticipantStatus, Staff
from bot.domain.planning import ProgrammeSession, SessionStatus
from bot.domain.time_words import session_day_in_words, time_in_words
from bot.services.course import plan_module_offers
from bot.services.enrolment_end import plan_enrolment_end
from bot.services.occurrences import supersede
from bot.services.ports import UnitOfWork
from bot.services.run_wakes import sessions_changed
from bot.services.session_reminders import answer_rows, plan_reminders
from bot.services.session_words import session_values
from bot.services.speaking import Choices, Sending, calendar_of, hold_back, say

RULES_ABOUT_SESSIONS = ("session_reminder", "module_offer")


def add_session(
    uow: UnitOfWork,
    *,
    office_id: int,
    starts_at: datetime,
    ends_at: datetime,
    theme: str,
    place: str,
    cohort_id: int | None = None,
    participant_id: int | None = None,
    number: int | None = None,
    announce: bool = True,
) -> ProgrammeSession:
    """Plan a gathering of a cohort or an appointment with one participant.

    Args:
        theme, place: Keys of the content pack, or plain words.
        announce: Tell those concerned now (not while a whole course is laid out).

    Raises:
        RuleBroken: It ends before it starts, has begun already, or names both or neither whom it is for.
    """
    if ends_at <= starts_at:
        raise RuleBroken("A session must end after it starts: give a later end.")
    if (cohort_id is None) == (participant_id is None):
        raise RuleBroken(
            "A session is for one cohort or for one participant: name exactly one of them."
        )
    if announce and starts_at <= uow.now:
        raise RuleBroken("That moment is over: give a start that is still to come.")
    gathering = uow.programme_sessions.add(
        ProgrammeSession(
            office_id=office_id,
            starts_at=starts_at,
            ends_at=ends_at,
            theme=theme,
            place=place,
            cohort_id=cohort_id,
            participant_id=participant_id,
            number=number,
        )
    )
    for participant in concerned(uow, gathering):
        plan_reminders(uow, participant, gathering)
        plan_module_offers(uow, participant, gathering)
        plan_enrolment_end(uow, participant)
        sessions_changed(uow, participant)
        if announce:
            _tell(
                uow,
                participant,
                gathering,
                "session.planned",
                session_values(uow, participant, gathering),
            )
    return gathering


def move_session(
    uow: UnitOfWork,
    session_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    place: str | None = None,
) -> ProgrammeSession:
    """Move a session: what was queued for the old time is superseded, and those concerned are told.

    A move within the day counts as well. Without `ends_at` the length stays.

    Raises:
        RuleBroken: It is cancelled, or the new time is over or empty.
    """
    old = _planned(uow, session_id)
    new = replace(
        old,
        starts_at=starts_at,
        ends_at=ends_at or starts_at + (old.ends_at - old.starts_at),
        place=place or old.place,
        changes=old.changes + 1,
    )
    if new.ends_at <= new.starts_at:
        raise RuleBroken("A session must end after it starts: give a later end.")
    if new.starts_at <= uow.now:
        raise RuleBroken("That moment is over: give a start that is still to come.")
    uow.programme_sessions.save(new)
    if new.starts_at != old.starts_at:
        # Whoever could not come then may well come now, and the other way round: all are asked anew.
        uow.session_answers.forget(old.id)
    calendar = calendar_of(uow, old.office_id)
    for participant in concerned(uow, new):
        _call_off(uow, participant, old, "moved")
        plan_reminders(uow, participant, new)
        plan_module_offers(uow, participant, new)
        plan_enrolment_end(uow, participant)
        sessions_changed(uow, participant)
        values = {
            **session_values(uow, participant, new),
            "old_day": session_day_in_words(
                old.starts_at, language=participant.language, calendar=calendar
            ),
            "old_time": time_in_words(
                old.starts_at, language=participant.language, calendar=calendar
            ),
        }
        _tell(uow, participant, new, "session.moved", values)
    return new


def cancel_session(uow: UnitOfWork, session_id: int) -> ProgrammeSession:
    """Cancel a session: its reminders are superseded, and those concerned are told.

    Raises:
        RuleBroken: It is cancelled already, or has begun.
    """
    old = _planned(uow, session_id)
    if old.starts_at <= uow.now:
        raise RuleBroken("The session has begun: a session can be cancelled until it starts.")
    gone = uow.programme_sessions.save(
        replace(old, status=SessionStatus.CANCELLED, changes=old.changes + 1)
    )
    for participant in concerned(uow, gone):
        _call_off(uow, participant, old, "cancelled")
        plan_enrolment_end(uow, participant)
        sessions_changed(uow, participant)
        _tell(uow, participant, gone, "session.cancelled", session_values(uow, participant, gone))
    return gone


def concerned(uow: UnitOfWork, gathering: ProgrammeSession) -> Sequence[Participant]:
    """Those who are enrolled in the session's cohort, or the one participant it is for."""
    if gathering.participant_id is not None:
        return [uow.participants.get(gathering.participant_id)]
    assert gathering.cohort_id is not None
    return uow.participants.of_cohort(gathering.cohort_id, only_active=True)


def session_for(uow: UnitOfWork, staff: Staff, session_id: int) -> ProgrammeSession:
    """The session, if it belongs to the asker's office. Raises NotFound."""
    gathering = uow.programme_sessions.get(session_id)
    if gathering.office_id != staff.office_id:
        raise NotFound(f"There is no session with number {session_id}.")
    return gathering


def _planned(uow: UnitOfWork, session_id: int) -> ProgrammeSession:
    gathering = uow.programme_sessions.get(session_id)
    if gathering.status is SessionStatus.CANCELLED:
        raise RuleBroken(f"Session {session_id} is cancelled: plan a new one instead.")
    return gathering


def _call_off(uow: UnitOfWork, participant: Participant, old: ProgrammeSession, why: str) -> None:
    """Supersede what is planned and queued about the old time, and its open questions."""
    subject = f"session:{old.id}"
    for rule in RULES_ABOUT_SESSIONS:
        supersede(uow, participant.id, rule=rule, subject=subject, reason=f"session_{why}")
    for queued in uow.outbox.queued_of(participant.id, subject=subject):
        uow.outbox.save(
            replace(queued, state=OutboxState.SUPERSEDED, reason=f"session_{why}", ended_at=uow.now)
        )
    for question in uow.questions.about(participant.id, "session", subject):
        uow.questions.save(replace(question, state=QuestionState.CLOSED))


def _tell(
    uow: UnitOfWork,
    participant: Participant,
    gathering: ProgrammeSession,
    key: str,
    values: dict[str, object],
) -> None:
    """A change reaches people at once in allowed hours, else when those begin; never after the session."""
    if participant.status is not ParticipantStatus.ACTIVE:
        return
    calendar = calendar_of(uow, gathering.office_id)
    unique = f"session_change:{participant.id}:{gathering.id}:{gathering.changes}:{key}"
    not_before = calendar.next_allowed(uow.now)
    if gathering.starts_at - not_before < WORTH_WAKING:
        not_before = uow.now
    if gathering.ends_at <= uow.now:
        hold_back(
            uow,
            participant,
            rule="session_change",
            subject=f"session:{gathering.id}",
            key=unique,
            reason="over",
        )
        return
    how = Sending(
        rule="session_change",
        subject=f"session:{gathering.id}",
        key=unique,
        lane=Lane.REMINDER,
        not_before=not_before,
        expires_at=gathering.ends_at,
    )
    choices = None
    if gathering.status is SessionStatus.PLANNED:
        rows = answer_rows(uow, participant, gathering)
        choices = Choices("session", f"session:{gathering.id}", rows)
    say(uow, participant, key, values, how=how, choices=choices)
