"""Measures silence where no single question does: never started, no sign of life, what is awaited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.messages import OutboxState, Question
from bot.domain.people import Participant, ParticipantStatus
from bot.domain.planning import Expectation, ExpectationState, Occurrence, SessionStatus
from bot.domain.rehearsal import is_rehearsed
from bot.services import occurrences
from bot.services.attendance import session_reply_due
from bot.services.cases import participant_answered, raise_signal
from bot.services.check_ins import check_in_due, close_expectation
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of

# Kinds of questions that we ask of our own accord; the others belong to menus people open.
ASKED_BY_US = frozenset({"run", "course_offer", "missed_session", "session"})
LOOK_BACK = 200  # messages; more than anybody gets in the days that silence takes

# One function per kind of expectation; the sweep loops, it never branches on a kind.
EXPECTATION_DUE: Mapping[str, Callable[[UnitOfWork, Expectation], None]] = {
    "check_in": check_in_due,
    "session_reply": session_reply_due,
}


def sweep_expectation(uow: UnitOfWork, expectation_id: int) -> None:
    """The moment of one expectation has come."""
    expectation = uow.expectations.get(expectation_id)
    is_due = expectation.next_at is not None and expectation.next_at <= uow.now
    if expectation.state is ExpectationState.OPEN and is_due:
        uow.cause = f"expectation:{expectation_id}:{expectation.next_at:%Y%m%dT%H%M%S}"
        EXPECTATION_DUE[expectation.kind](uow, expectation)


def sign_of_life(uow: UnitOfWork, participant: Participant) -> Participant:
    """Anything the participant does (never what we or staff send). Returns the record as it is now."""
    current = uow.participants.get(participant.id)
    return uow.participants.save(replace(current, last_sign_of_life_at=uow.now))


def wrote_something(uow: UnitOfWork, participant: Participant, *, at: datetime) -> None:
    """A free text: somebody reads it, so nothing they were asked before it counts as silence.

    Args:
        at: When it was written, to the second: a text that comes late answers nothing asked since.
    """
    for expectation in uow.expectations.open_of(participant.id):
        if expectation.opened_at < at + timedelta(seconds=1):
            close_expectation(uow, expectation, ExpectationState.MET, "wrote_instead")
    participant_answered(uow, participant)


def plan_never_started(uow: UnitOfWork, participant: Participant) -> None:
    programme = uow.pack(participant.office_id).programme
    due_at = calendar_of(uow, participant.office_id).add(
        uow.now, programme.quiet.never_started_after
    )
    occurrences.plan(
        uow,
        participant,
        rule="never_started",
        subject="start",
        revision=f"{uow.now:%Y%m%dT%H%M%S}",
        due_at=due_at,
    )


def fire_never_started(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "never_started": invited, and never came further."""
    participant = uow.participants.get(occurrence.participant_id)
    if participant.status is not ParticipantStatus.INVITED:
        return occurrences.Skipped("started")
    raise_signal(uow, participant, reason="quiet", source=occurrence.key)
    return occurrences.Done()


def plan_no_sign_of_life(uow: UnitOfWork, participant: Participant) -> None:
    """One lazy timer per participant: when due it looks at the last sign of life and waits on."""
    quiet = uow.pack(participant.office_id).programme.quiet
    occurrences.plan(
        uow,
        participant,
        rule="no_sign_of_life",
        subject="life",
        revision=f"{uow.now:%Y%m%dT%H%M%S}",
        due_at=calendar_of(uow, participant.office_id).add(uow.now, quiet.no_sign_of_life_after),
    )


def fire_no_sign_of_life(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "no_sign_of_life": silent for long while something of ours awaits an answer."""
    participant = uow.participants.get(occurrence.participant_id)
    if (
        participant.status is not ParticipantStatus.ACTIVE
        or uow.enrolments.active_of(participant.id) is None
    ):
        return occurrences.Skipped("not_followed_up_here")
    quiet = uow.pack(participant.office_id).programme.quiet
    calendar = calendar_of(uow, participant.office_id)
    last = participant.last_sign_of_life_at or participant.invited_at
    if last > uow.now:  # under a wrong clock
        last = uow.now
        if participant.last_sign_of_life_at is not None:
            uow.participants.save(replace(participant, last_sign_of_life_at=last))
    silent_since = calendar.add(last, quiet.no_sign_of_life_after)
    if silent_since > uow.now:
        return occurrences.Postponed(silent_since, "sign_of_life")
    if _awaits_an_answer(uow, participant):
        # The source names the last sign of life: one silence, one signal, however often we look.
        raise_signal(
            uow,
            participant,
            reason="quiet",
            source=f"no_sign_of_life:{participant.id}:{last:%Y%m%dT%H%M%S}",
        )
    return occurrences.Postponed(calendar.add(uow.now, quiet.no_sign_of_life_after), "looked")


def _awaits_an_answer(uow: UnitOfWork, participant: Participant) -> bool:
    """Whether something of ours that surely reached them still waits for their answer.

    A question about a session that is over waits for nothing, nor does a menu they left open or
    what was only tried out.
    """
    if any(e.next_at is not None for e in uow.expectations.open_of(participant.id)):
        return True
    messages = uow.outbox.of_participant(participant.id, limit=LOOK_BACK)
    arrived = {m.question_id for m in messages if m.state is OutboxState.SENT}
    return any(
        question.id in arrived and question.kind in ASKED_BY_US and not _is_over(uow, question)
        for question in uow.questions.open_of(participant.id)
    )


def _is_over(uow: UnitOfWork, question: Question) -> bool:
    if question.kind == "run":
        run = uow.runs.by_question(question.id)
        return run is not None and is_rehearsed(run)
    if question.kind != "session":
        return False
    gathering = uow.programme_sessions.get(int(question.subject.removeprefix("session:")))
    return gathering.status is SessionStatus.CANCELLED or gathering.ends_at <= uow.now
