"""Signals into cases, and everything that happens to a case: the rules are in domain/escalation."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.case_codes import RECURRENCE_WINDOW
from bot.domain.case_commands import (
    Acknowledge,
    Close,
    Command,
    FoldSignal,
    NoticeFailed,
    NoticeSent,
    Open,
    ParticipantAnswered,
    Snooze,
    StaffCommand,
    StaffingChanged,
    TimeDue,
    Transfer,
    TriedContact,
)
from bot.domain.case_events import NoticeRequest
from bot.domain.cases import Case
from bot.domain.errors import NotFound
from bot.domain.escalation import decide, evolve
from bot.domain.escalation_reasons import escalation_reason
from bot.domain.messages import Lane, NoticeState
from bot.domain.people import Participant, ParticipantStatus, Staff
from bot.domain.programme import LadderTimes
from bot.domain.signals import CaseNote, Signal
from bot.services.case_notices import write_notices
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, calendar_of, say
from bot.services.staffing import staffing_of

SUPPRESSED_STATUSES = (ParticipantStatus.LEFT, ParticipantStatus.DECLINED, ParticipantStatus.ERASED)


def raise_signal(
    uow: UnitOfWork,
    participant: Participant,
    *,
    reason: str,
    source: str,
    by_participant: bool = False,
) -> Case | None:
    """Record a signal: it opens a case, joins the open one, or is suppressed with a reason on record.

    Returns:
        The case it belongs to, or None when it was suppressed or is a repetition of a suppressed one.
    """
    known = uow.signals.by_source(source)
    if known is not None:
        return None if known.case_id is None else uow.cases.get(known.case_id)
    signal = Signal(participant.office_id, participant.id, reason, source, uow.now)
    because = _suppressed_because(uow, participant, reason)
    if because:
        uow.signals.add(replace(signal, suppressed_because=because))
        return None
    open_case = next(iter(uow.cases.open_of(participant.id, reason)), None)
    if open_case is None:
        since = calendar_of(uow, participant.office_id).take_away(uow.now, RECURRENCE_WINDOW)
        recent = uow.cases.recent(participant.id, reason, since=since)
        command: Command = Open(
            office_id=participant.office_id,
            participant_id=participant.id,
            reason=reason,
            source=source,
            owner_id=participant.caseworker_id,
            by_participant=by_participant,
            recent_count=len(recent),
            last_case_id=recent[-1].id if recent else None,
        )
    else:
        command = FoldSignal(source, by_participant=by_participant)
    case = apply(uow, open_case, command, times=_times(uow, participant.office_id, reason))
    uow.signals.add(replace(signal, case_id=case.id))
    return case


def apply(
    uow: UnitOfWork, case: Case | None, command: Command, *, times: LadderTimes | None = None
) -> Case:
    """Decide, evolve, store the events and the notices they ask for. Raises RuleBroken, StaleVersion."""
    office_id = case.office_id if case is not None else command.office_id  # type: ignore[union-attr]
    events = decide(
        case,
        command,
        now=uow.now,
        calendar=calendar_of(uow, office_id),
        staffing=staffing_of(uow, office_id),
        times=times,
    )
    if not events:
        assert case is not None
        return case
    after = case
    for event in events:
        after = evolve(after, event)
    assert after is not None
    stored = uow.cases.store(after, events)
    write_notices(uow, stored, [r for r in map(NoticeRequest.from_event, events) if r is not None])
    if stored.state != (case.state if case else None) and not stored.is_open:
        _drop_queued_notices(uow, stored)
    return stored


def sweep_case(uow: UnitOfWork, case_id: int) -> None:
    """The case's next moment has come."""
    case = uow.cases.get(case_id)
    if case.is_open and case.next_at is not None and case.next_at <= uow.now:
        uow.cause = f"case:{case_id}:{case.version}"
        apply(uow, case, TimeDue())


def staffing_changed(uow: UnitOfWork, office_id: int) -> None:
    """Somebody went away, came back or left: every open case of the office looks again at once."""
    for case in uow.cases.open_of_office(office_id):
        apply(uow, case, StaffingChanged())


def notice_sent(uow: UnitOfWork, case_id: int, number: int) -> None:
    case = uow.cases.get(case_id)
    if case.is_open:
        apply(uow, case, NoticeSent(number))


def notice_failed(uow: UnitOfWork, case_id: int, number: int) -> None:
    case = uow.cases.get(case_id)
    if case.is_open:
        apply(uow, case, NoticeFailed(number))


def participant_answered(uow: UnitOfWork, participant: Participant) -> None:
    """The awaited answer or a free text came: quiet cases close or their owners are told."""
    for case in uow.cases.open_of(participant.id, "quiet"):
        apply(uow, case, ParticipantAnswered())


def act_on_case(
    uow: UnitOfWork, staff: Staff, case_id: int, command: StaffCommand, *, note: str = ""
) -> Case:
    """What somebody on staff does in a case. Raises NotFound, RuleBroken, StaleVersion."""
    case = case_for(uow, staff, case_id)
    uow.cause = f"case:{case_id}:{case.version}"
    after = apply(uow, case, command)
    if note.strip():
        uow.case_notes.add(CaseNote(case.id, case.participant_id, staff.id, uow.now, note.strip()))
    participant = uow.participants.get(case.participant_id)
    if isinstance(command, Acknowledge):
        _tell_seen(uow, participant, staff, after)
    return after


def case_for(uow: UnitOfWork, staff: Staff, case_id: int) -> Case:
    """The case, if it belongs to the asker's office. Raises NotFound."""
    case = uow.cases.get(case_id)
    if case.office_id != staff.office_id:
        raise NotFound(f"There is no case with number {case_id}.")
    return case


def _tell_seen(uow: UnitOfWork, participant: Participant, staff: Staff, case: Case) -> None:
    """Once a human has seen what the participant asked for, the participant is told, once."""
    if escalation_reason(case.reason).participant_is_told:
        how = Sending(
            rule="case_seen",
            subject=f"case:{case.id}",
            key=f"case_seen:{participant.id}:{case.id}:{staff.id}",
            lane=Lane.REPLY,
        )
        say(uow, participant, "case.seen", {"seen_by": staff.first_name}, how=how)


def _suppressed_because(uow: UnitOfWork, participant: Participant, reason: str) -> str:
    if participant.status in SUPPRESSED_STATUSES:
        return f"participant_{participant.status.value}"
    if reason != "quiet":
        return ""
    if participant.is_paused(uow.now):
        return "paused"
    if (
        participant.status is ParticipantStatus.ACTIVE
        and uow.enrolments.active_of(participant.id) is None
    ):
        return "enrolment_ended"
    return ""


def _times(uow: UnitOfWork, office_id: int, reason: str) -> LadderTimes:
    return uow.pack(office_id).programme.ladders.get(reason) or escalation_reason(reason).times


def _drop_queued_notices(uow: UnitOfWork, case: Case) -> None:
    for notice in uow.notices.queued_of_case(case.id):
        if notice.kind != "participant_answered":
            uow.notices.save(replace(notice, state=NoticeState.OBSOLETE, reason="case_closed"))


__all__ = [
    "Acknowledge",
    "Close",
    "Snooze",
    "Transfer",
    "TriedContact",
    "act_on_case",
    "apply",
    "case_for",
    "notice_failed",
    "notice_sent",
    "participant_answered",
    "raise_signal",
    "staffing_changed",
    "sweep_case",
]
