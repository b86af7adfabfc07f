"""Ends enrolments properly: after the last session no check-in is asked and no silence is measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.messages import Lane, OutboxState
from bot.domain.people import Participant
from bot.domain.planning import (
    Enrolment,
    EnrolmentStatus,
    ExpectationState,
    Occurrence,
    SessionStatus,
)
from bot.services import occurrences
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, calendar_of, say

# What still may be sent after the enrolment: appointments have reminders of their own.
ENDING_RULES = ("check_in", "module_offer", "no_sign_of_life", "run_wake", "nudge", "never_started")


def plan_enrolment_end(uow: UnitOfWork, participant: Participant) -> None:
    """(Re)plan the end of a cohort enrolment for when its last planned session is over."""
    enrolment = uow.enrolments.active_of(participant.id)
    if enrolment is None or enrolment.cohort_id is None:
        return
    ends_at = _last_session_ends_at(uow, enrolment.cohort_id)
    occurrences.supersede(uow, participant.id, rule="enrolment_end", reason="sessions_changed")
    if ends_at is not None:
        occurrences.plan(
            uow,
            participant,
            rule="enrolment_end",
            subject=f"enrolment:{enrolment.id}",
            revision=f"{ends_at:%Y%m%dT%H%M%S}~{uow.cause}",
            due_at=ends_at,
        )


def fire_enrolment_end(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "enrolment_end": the course is over, unless a later session was added meanwhile."""
    enrolment = uow.enrolments.get(int(occurrence.subject.removeprefix("enrolment:")))
    if enrolment.status is not EnrolmentStatus.ACTIVE or enrolment.cohort_id is None:
        return occurrences.Skipped("ended_already")
    ends_at = _last_session_ends_at(uow, enrolment.cohort_id)
    if ends_at is not None and ends_at > uow.now:
        return occurrences.Postponed(ends_at, "later_session")
    participant = uow.participants.get(enrolment.participant_id)
    end_enrolment(uow, participant, enrolment, EnrolmentStatus.COMPLETED)
    calendar = calendar_of(uow, participant.office_id)
    programme = uow.pack(participant.office_id).programme
    say(
        uow,
        participant,
        "enrolment.ended",
        {"programme": programme.name.get(participant.language) or programme.name["nb"]},
        how=Sending(
            rule="enrolment_end",
            subject=f"enrolment:{enrolment.id}",
            key=f"enrolment_end:{participant.id}:{enrolment.id}",
            lane=Lane.REMINDER,
            not_before=calendar.next_allowed(uow.now),
        ),
    )
    _end_cohort_if_empty(uow, enrolment.cohort_id)
    return occurrences.Done()


def end_enrolment(
    uow: UnitOfWork, participant: Participant, enrolment: Enrolment, status: EnrolmentStatus
) -> None:
    """End it with all it waits for: expectations excused, rules superseded, queued initiative dropped."""
    uow.enrolments.save(replace(enrolment, status=status, ended_at=uow.now))
    reason = f"enrolment_{status.value}"
    excuse_expectations(uow, participant.id, reason)
    for rule in ENDING_RULES:
        occurrences.supersede(uow, participant.id, rule=rule, reason=reason)
    for queued in uow.outbox.queued_of(participant.id):
        if queued.is_initiative:
            uow.outbox.save(
                replace(queued, state=OutboxState.SUPERSEDED, reason=reason, ended_at=uow.now)
            )


def excuse_expectations(uow: UnitOfWork, participant_id: int, reason: str) -> None:
    for expectation in uow.expectations.open_of(participant_id):
        uow.expectations.save(
            replace(
                expectation,
                state=ExpectationState.EXCUSED,
                next_at=None,
                closed_at=uow.now,
                reason=reason,
            )
        )


def _last_session_ends_at(uow: UnitOfWork, cohort_id: int) -> datetime | None:
    planned = [
        s for s in uow.programme_sessions.of_cohort(cohort_id) if s.status is SessionStatus.PLANNED
    ]
    return max((s.ends_at for s in planned), default=None)


def _end_cohort_if_empty(uow: UnitOfWork, cohort_id: int) -> None:
    if not uow.enrolments.active_in(cohort_id):
        uow.cohorts.save(replace(uow.cohorts.get(cohort_id), ended_at=uow.now))
