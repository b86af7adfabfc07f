"""Attendance as the leader marks it, and what follows a missed session."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import RuleBroken
from bot.domain.messages import Lane, OutboxMessage
from bot.domain.people import Participant, ParticipantStatus, Staff
from bot.domain.planning import (
    Attendance,
    AttendanceStatus,
    Expectation,
    ExpectationState,
    Occurrence,
    ProgrammeSession,
    SessionStatus,
)
from bot.services import occurrences
from bot.services.cases import raise_signal
from bot.services.check_ins import close_expectation
from bot.services.initiative import judge_initiative
from bot.services.ports import UnitOfWork
from bot.services.session_words import session_values
from bot.services.speaking import Choices, Sending, button_rows, calendar_of, say


def mark_attendance(
    uow: UnitOfWork,
    staff: Staff,
    gathering: ProgrammeSession,
    participant_id: int,
    status: AttendanceStatus,
) -> Attendance:
    """Mark one participant at one session; marking again corrects.

    Raises:
        RuleBroken: The session was cancelled, has not begun, or is not the participant's.
    """
    if gathering.status is SessionStatus.CANCELLED:
        raise RuleBroken("The session was cancelled: there is no attendance to mark.")
    if gathering.starts_at > uow.now:
        raise RuleBroken("The session has not begun: mark attendance once it has.")
    known = uow.attendance.of(gathering.id, participant_id)
    if known is None and participant_id not in _expected_there(uow, gathering):
        raise RuleBroken(f"Participant {participant_id} does not belong to session {gathering.id}.")
    marked = Attendance(gathering.id, participant_id, status, staff.id, uow.now)
    if known is None:
        marked = uow.attendance.add(marked)
    else:
        marked = uow.attendance.save(replace(marked, id=known.id))
        if known.status is status:
            return marked
    participant = uow.participants.get(participant_id)
    if status is AttendanceStatus.ABSENT:
        _missed(uow, participant, gathering)
    else:
        _not_missed_after_all(uow, participant, gathering)
    return marked


def _expected_there(uow: UnitOfWork, gathering: ProgrammeSession) -> set[int]:
    """Whose mark it can get. The course ends with its last session, which is marked after that."""
    if gathering.cohort_id is None:
        return {gathering.participant_id or 0}
    return {p.id for p in uow.participants.of_cohort(gathering.cohort_id, only_active=False)}


def _missed(uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession) -> None:
    """First miss without reply: the bot writes, kindly. The second: a human is asked.

    Source: docs/rules.md#quiet
    """
    is_followed_up = (
        participant.status is ParticipantStatus.ACTIVE
        and uow.enrolments.active_of(participant.id) is not None
    )
    if not is_followed_up or _replied(uow, participant, gathering):
        return
    if _missed_before(uow, participant, gathering):
        raise_signal(
            uow,
            participant,
            reason="quiet",
            source=f"missed_session:{participant.id}:{gathering.id}",
        )
        return
    occurrences.plan(
        uow,
        participant,
        rule="missed_session",
        subject=f"session:{gathering.id}",
        revision=f"{uow.now:%Y%m%dT%H%M%S}",
        due_at=uow.now,
    )


def fire_missed_session(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "missed_session": write the friendly note, and wait for a reply."""
    participant = uow.participants.get(occurrence.participant_id)
    gathering = uow.programme_sessions.get(int(occurrence.subject.removeprefix("session:")))
    if uow.enrolments.active_of(participant.id) is None:
        return occurrences.Skipped("enrolment_ended")
    verdict = judge_initiative(
        uow, participant, rule="missed_session", subject=occurrence.subject, key=occurrence.key
    )
    return occurrences.unless_held(verdict, lambda: _write_note(uow, participant, gathering))


def _write_note(uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession) -> None:
    subject = f"session:{gathering.id}"
    expectation_key = f"session_reply:{participant.id}:{gathering.id}"
    if uow.expectations.by_key(expectation_key) is None:
        uow.expectations.add(
            Expectation(
                participant.office_id,
                participant.id,
                "session_reply",
                subject,
                expectation_key,
                uow.now,
            )
        )
    say(
        uow,
        participant,
        "session.missed",
        session_values(uow, participant, gathering),
        how=Sending(
            rule="missed_session",
            subject=subject,
            key=f"missed_session:{participant.id}:{gathering.id}",
            lane=Lane.REMINDER,
            is_initiative=True,
        ),
        choices=Choices(
            "missed_session",
            subject,
            button_rows(uow, participant, ("im_ok",), ("need_help",), ("pause_me",)),
        ),
    )


def missed_note_sent(uow: UnitOfWork, message: OutboxMessage) -> None:
    """The note reached Telegram: the clock of its reply starts."""
    session_id = message.subject.removeprefix("session:")
    expectation = uow.expectations.by_key(f"session_reply:{message.participant_id}:{session_id}")
    if (
        expectation is not None
        and expectation.state is ExpectationState.OPEN
        and expectation.next_at is None
    ):
        quiet = uow.pack(message.office_id).programme.quiet
        due_at = calendar_of(uow, message.office_id).add(uow.now, quiet.missed_session_after)
        uow.expectations.save(replace(expectation, nudged_at=uow.now, next_at=due_at))


def session_reply_due(uow: UnitOfWork, expectation: Expectation) -> None:
    """No reply to the note about a missed session."""
    participant = uow.participants.get(expectation.participant_id)
    close_expectation(uow, expectation, ExpectationState.MISSED, "no_answer")
    raise_signal(uow, participant, reason="quiet", source=f"expectation:{expectation.id}:missed")


def session_replied(uow: UnitOfWork, participant: Participant, session_id: int) -> None:
    """They answered about the session, before or after it: nothing is awaited there any more."""
    expectation = uow.expectations.by_key(f"session_reply:{participant.id}:{session_id}")
    if expectation is not None and expectation.state is ExpectationState.OPEN:
        close_expectation(uow, expectation, ExpectationState.MET, "answered")


def _not_missed_after_all(
    uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession
) -> None:
    subject = f"session:{gathering.id}"
    occurrences.supersede(
        uow, participant.id, rule="missed_session", subject=subject, reason="corrected"
    )
    expectation = uow.expectations.by_key(f"session_reply:{participant.id}:{gathering.id}")
    if expectation is not None and expectation.state is ExpectationState.OPEN:
        close_expectation(uow, expectation, ExpectationState.EXCUSED, "corrected")


def _replied(uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession) -> bool:
    """They had said that they could not come, would be late, or wanted a call."""
    answer = uow.session_answers.of(gathering.id, participant.id)
    return answer is not None and answer.answer.value in ("late", "cannot", "call_me")


def _missed_before(uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession) -> bool:
    earlier = [
        a
        for a in uow.attendance.of_participant(participant.id)
        if a.session_id != gathering.id and a.status is AttendanceStatus.ABSENT
    ]
    return any(
        not _replied(uow, participant, uow.programme_sessions.get(a.session_id)) for a in earlier
    )


def missed_note_undelivered(uow: UnitOfWork, message: OutboxMessage) -> None:
    """The note never surely reached them: not their silence, and no clock runs."""
    session_id = message.subject.removeprefix("session:")
    expectation = uow.expectations.by_key(f"session_reply:{message.participant_id}:{session_id}")
    if expectation is not None and expectation.state is ExpectationState.OPEN:
        close_expectation(uow, expectation, ExpectationState.EXCUSED, "not_delivered")
