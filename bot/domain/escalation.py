"""The rules of a case: what follows when something happens to it, as pure functions."""

from __future__ import annotations

from datetime import datetime

from bot.domain import case_staff_acts as staff_acts
from bot.domain.case_codes import (
    ANSWERED,
    PARTICIPANT,
    RECURRENCE_STARTS_WITH_DEPUTY,
    SYSTEM,
    CaseState,
    Step,
)
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
    StaffingChanged,
    TimeDue,
    Transfer,
    TriedContact,
)
from bot.domain.case_decision import Decision
from bot.domain.case_events import CaseEvent, CaseEventKind, NoticeRequest, NoticeWhat
from bot.domain.case_history import evolve, replay
from bot.domain.cases import Case, Ladder
from bot.domain.errors import RuleBroken
from bot.domain.escalation_reasons import escalation_reason
from bot.domain.programme import LadderTimes
from bot.domain.staffing import Staffing
from bot.domain.work_calendar import WorkCalendar, aware_utc

__all__ = ["decide", "evolve", "needs_look", "notice_still_wanted", "replay"]

# An unread case is handed on for absence once; losing a second owner too, it goes to the queue,
# so that a string of absences cannot keep it from being read.
MOST_HANDOVERS = 1


def decide(
    case: Case | None,
    command: Command,
    *,
    now: datetime,
    calendar: WorkCalendar,
    staffing: Staffing,
    times: LadderTimes | None = None,
) -> tuple[CaseEvent, ...]:
    """Return what happens to `case` (None: there is none yet) because of `command`, oldest first.

    No events means that nothing changes: a repeated signal, a notice of a step long past, a sweep
    with nothing due. `times` are the programme's ladder for the reason, used by `Open` only (None:
    the reason's own); an open case keeps the ladder it was opened with.

    Raises:
        StaleVersion: the case changed since the person looked at it.
        RuleBroken: forbidden; the text may be shown to whoever asked.
        NaiveDatetime: a moment has no zone.

    Source: docs/cases.md
    """
    at = aware_utc(now)
    if case is None:
        if not isinstance(command, Open):
            raise RuleBroken("There is no such case.")
        return _open(command, at, calendar, staffing, times)
    decision = Decision(case, at, calendar, staffing)
    match command:
        case Acknowledge() | TriedContact() | Snooze() | Transfer() | Close():
            staff_acts.act(decision, command)
        case Open() | FoldSignal():
            _fold_signal(decision, command)
        case _ if not case.is_open:
            pass
        case NoticeSent():
            _notice_sent(decision, command.number)
        case NoticeFailed():
            _notice_failed(decision, command.number)
        case TimeDue():
            _time_due(decision)
        case StaffingChanged():
            _staffing_changed(decision)
        case ParticipantAnswered():
            _participant_answered(decision)
    return tuple(decision.events)


def needs_look(case: Case, *, now: datetime, staffing: Staffing) -> bool:
    """Whether a sweep at `now` (`TimeDue`) would change something: for sweeps and the auditor."""
    if not case.is_open or case.next_at is None:
        return False
    return case.next_at <= now or not _owner_can_keep(case, now, staffing)


def notice_still_wanted(case: Case, notice: NoticeRequest) -> bool:
    """Whether an unsent notice still tells its reader something true."""
    if not case.is_open:
        return False
    if notice.starts_clock:
        return case.state is CaseState.OPEN and notice.number == case.step_notice
    return case.owner_id == notice.staff_id


def _open(
    command: Open,
    now: datetime,
    calendar: WorkCalendar,
    staffing: Staffing,
    times: LadderTimes | None,
) -> tuple[CaseEvent, ...]:
    reason = escalation_reason(command.reason)
    if reason.retired:
        raise RuleBroken(f'The escalation reason "{reason.code}" is retired and opens no cases.')
    deputy_id = command.deputy_id
    if deputy_id is None and command.owner_id is not None:
        deputy_id = staffing.standing_deputy(command.owner_id)
    ladder = Ladder(command.owner_id, deputy_id, times or reason.times)
    number = command.recent_count + 1
    begin = Step.DEPUTY if number >= RECURRENCE_STARTS_WITH_DEPUTY else Step.OWNER
    decision = Decision(None, now, calendar, staffing, ladder=ladder, reason=reason)
    step, owner_id = decision.landing(begin)
    decision.place(
        CaseEventKind.OPENED,
        PARTICIPANT if command.by_participant else SYSTEM,
        step,
        owner_id,
        what=NoticeWhat.NEW,
        office_id=command.office_id,
        participant_id=command.participant_id,
        reason=reason.code,
        source=command.source,
        ladder=ladder.to_json(),
        recurrence_of=command.last_case_id if command.recent_count else None,
        recurrence_number=number,
    )
    return tuple(decision.events)


def _fold_signal(decision: Decision, command: Open | FoldSignal) -> None:
    """One case at most per participant and reason: what comes meanwhile is folded into it.

    While nobody has taken it the owner already has a notice and its clock runs on; whoever has
    taken it is told once.
    """
    case = decision.case
    if command.source in case.signals:
        return
    if not case.is_open:
        raise RuleBroken("This case is closed: a new signal opens a new one.")
    taken = case.state in {CaseState.ACKNOWLEDGED, CaseState.CONTACT_TRIED}
    tell = taken and case.signalled_at is None
    actor = PARTICIPANT if command.by_participant else SYSTEM
    decision.record(CaseEventKind.SIGNAL_FOLDED, actor, source=command.source, owner_told=tell)
    if tell:
        decision.ask_for_notice(NoticeWhat.REPEATED)


def _notice_sent(decision: Decision, number: int) -> None:
    case = decision.case
    # A moment still to come was noted by a clock that was wrong: the step's clock starts anew.
    is_news = case.notified_at is None or case.notified_at > decision.now
    if case.state is CaseState.OPEN and number == case.step_notice and is_news:
        ends_at = decision.step_ends_at()
        decision.record(CaseEventKind.NOTICE_SENT, SYSTEM, number=number, next_at=ends_at)


def _notice_failed(decision: Decision, number: int) -> None:
    """Steps now, also when the bounce comes after the sending; the queue just repeats in time."""
    case = decision.case
    if case.state is CaseState.OPEN and number == case.step_notice:
        decision.record(CaseEventKind.NOTICE_FAILED, SYSTEM, number=number)
        if case.step is not Step.QUEUE:
            _step_on(decision, why="notice_failed", due_at=None)


def _time_due(decision: Decision) -> None:
    case, now = decision.case, decision.now
    if case.state is CaseState.OPEN and decision.is_ahead():
        # A clock that was wrong brought it there: it repeats as if it had come there now.
        _repeat(decision, due_at=None)
    elif case.next_at is None or now < case.next_at:
        # Level-triggered: an absence that began unnoticed is caught by any later sweep.
        if not _owner_can_keep(case, now, decision.staffing):
            _staffing_changed(decision)
    elif case.state is not CaseState.OPEN:
        _reopen(decision, why=f"{case.state}_expired", due_at=case.next_at)
    elif case.step is Step.QUEUE:
        _repeat(decision, due_at=case.next_at)
    else:
        why = "notice_unsent" if case.notified_at is None else "unread"
        _step_on(decision, why=why, due_at=case.next_at)


def _repeat(decision: Decision, *, due_at: datetime | None) -> None:
    decision.place(
        CaseEventKind.REPEATED,
        SYSTEM,
        Step.QUEUE,
        None,
        what=NoticeWhat.REPEATED,
        due_at=due_at,
    )


def _step_on(decision: Decision, *, why: str, due_at: datetime | None) -> None:
    case = decision.case
    step, owner_id = decision.landing(Step(case.step + 1), passing_over=case.owner_id)
    _move(decision, step, owner_id, why=why, due_at=due_at, handovers=case.handovers)


def _move(
    decision: Decision,
    step: Step,
    owner_id: int | None,
    *,
    why: str,
    due_at: datetime | None,
    handovers: int,
) -> None:
    decision.place(
        CaseEventKind.MOVED,
        SYSTEM,
        step,
        owner_id,
        what=NoticeWhat.MOVED,
        due_at=due_at,
        why=why,
        handovers=handovers,
    )


def _reopen(decision: Decision, *, why: str, due_at: datetime | None) -> None:
    """Taken is not done: what was promised and did not happen is unread again, from step 0."""
    before = decision.case.owner_id
    step, owner_id = decision.landing(Step.OWNER)
    what = NoticeWhat.REPEATED if owner_id == before else NoticeWhat.MOVED
    decision.place(
        CaseEventKind.REOPENED, SYSTEM, step, owner_id, what=what, due_at=due_at, why=why
    )


def _staffing_changed(decision: Decision) -> None:
    """Re-resolve the owner at once. What is in the queue stays there, for all to take.

    Somebody who comes back gets their unread cases back only while the stand-in has not been
    told of them: otherwise every return would start the wait anew.
    """
    case, now = decision.case, decision.now
    can_keep = _owner_can_keep(case, now, decision.staffing)
    if case.state is not CaseState.OPEN:
        if not can_keep:
            _reopen(decision, why="owner_away", due_at=None)
        return
    if case.step is Step.QUEUE:
        return
    first = decision.landing(Step.OWNER)[1] if case.step is Step.DEPUTY else None
    step, owner_id = decision.landing(case.step, passing_over=first)
    handed_round = case.handovers >= MOST_HANDOVERS
    if can_keep:
        if owner_id is None or owner_id == case.owner_id or case.notified_at or handed_round:
            return
    elif handed_round:
        step, owner_id = Step.QUEUE, None
    why = "owner_back" if can_keep else "owner_away"
    _move(decision, step, owner_id, why=why, due_at=None, handovers=case.handovers + 1)


def _owner_can_keep(case: Case, now: datetime, staffing: Staffing) -> bool:
    """Present; and while unread either told already or within reach of a notice."""
    if case.owner_id is None:
        return case.state is CaseState.OPEN and case.step is Step.QUEUE
    if case.state is CaseState.OPEN and case.notified_at is None:
        return staffing.can_be_given_cases_at(case.owner_id, now)
    return staffing.present_at(case.owner_id, now)


def _participant_answered(decision: Decision) -> None:
    """The only thing the system ever closes is silence that has ended before anybody took it."""
    case = decision.case
    if not decision.reason.system_may_close_on_answer:
        return
    if case.state is CaseState.OPEN:
        decision.record(
            CaseEventKind.CLOSED, SYSTEM, contacted_how=None, outcome=ANSWERED, verdict=None
        )
    elif case.answered_at is None:
        decision.record(CaseEventKind.PARTICIPANT_ANSWERED, PARTICIPANT)
        decision.ask_for_notice(NoticeWhat.ANSWERED)
