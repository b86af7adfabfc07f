"""What staff may do with a case, who may do it, and the sentences that refuse it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.case_codes import (
    CLOSING_OUTCOMES,
    CONTACT_HOWS,
    CONTACT_RESULTS,
    LONGEST_SNOOZE,
    CaseState,
    Step,
    staff_actor,
)
from bot.domain.case_commands import (
    Acknowledge,
    Close,
    Snooze,
    StaffCommand,
    Transfer,
    TriedContact,
)
from bot.domain.case_decision import Decision
from bot.domain.case_events import CaseEventKind, NoticeWhat
from bot.domain.durations import Duration
from bot.domain.errors import RuleBroken, StaleVersion
from bot.domain.work_calendar import aware_utc


def act(decision: Decision, command: StaffCommand) -> None:
    """Let somebody on staff act: everybody active in the office may, on the version they saw."""
    case = decision.case
    staffing = decision.staffing
    if staffing.office_id != case.office_id or not staffing.is_active(command.staff_id):
        raise RuleBroken("Only people who work at this office can change its cases.")
    if not case.decision_version <= command.version <= case.version:
        raise StaleVersion(
            "This case has changed since you opened it, and nothing was done. "
            "Please look at it again."
        )
    if not case.is_open:
        raise RuleBroken("This case is closed already.")
    match command:
        case Acknowledge():
            _acknowledge(decision, command)
        case TriedContact():
            _tried_contact(decision, command)
        case Snooze():
            _snooze(decision, command)
        case Transfer():
            _transfer(decision, command)
        case Close():
            _close(decision, command)


def _acknowledge(decision: Decision, command: Acknowledge) -> None:
    case = decision.case
    if case.state in {CaseState.ACKNOWLEDGED, CaseState.CONTACT_TRIED}:
        if case.owner_id == command.staff_id:
            raise RuleBroken("You have taken this case already.")
        raise RuleBroken("A colleague has taken this case already; it can be transferred to you.")
    _refuse_the_absent(decision, command.staff_id)
    act_by = decision.calendar.add(decision.now, case.ladder.times.act_within)
    decision.record(
        CaseEventKind.ACKNOWLEDGED,
        staff_actor(command.staff_id),
        owner_id=command.staff_id,
        act_by=act_by,
    )


def _tried_contact(decision: Decision, command: TriedContact) -> None:
    """A colleague's try leaves the case with whoever has taken it; untaken, it is now theirs."""
    case = decision.case
    _check_code(command.how, CONTACT_HOWS, "how you tried")
    _check_code(command.result, CONTACT_RESULTS, "what came of it")
    owner_id = case.owner_id
    if (
        case.state is CaseState.OPEN
        or owner_id is None
        or not decision.staffing.present_at(owner_id, decision.now)
    ):
        _refuse_the_absent(decision, command.staff_id)
        owner_id = command.staff_id
    if command.next_try_at is None:
        next_try_at = decision.calendar.add(decision.now, case.ladder.times.act_within)
    else:
        longest = decision.reason.longest_next_try
        next_try_at = _moment_ahead(decision, command.next_try_at, longest, "The next try")
    decision.record(
        CaseEventKind.CONTACT_TRIED,
        staff_actor(command.staff_id),
        owner_id=owner_id,
        how=command.how,
        result=command.result,
        next_try_at=next_try_at,
    )


def _snooze(decision: Decision, command: Snooze) -> None:
    case = decision.case
    if not decision.reason.snooze_allowed:
        raise RuleBroken("A case of this reason cannot be put off: please take it or transfer it.")
    if case.state is not CaseState.OPEN and case.owner_id != command.staff_id:
        raise RuleBroken("Only the colleague who has taken this case can put it off.")
    _refuse_the_absent(decision, command.staff_id)
    until = _moment_ahead(decision, command.until, LONGEST_SNOOZE, "The new moment")
    decision.record(
        CaseEventKind.SNOOZED,
        staff_actor(command.staff_id),
        owner_id=command.staff_id,
        until=until,
    )


def _transfer(decision: Decision, command: Transfer) -> None:
    """The new owner has not read it: it is OPEN with them, from the beginning of the ladder."""
    case = decision.case
    if command.to is None:
        if case.step is Step.QUEUE and case.state is CaseState.OPEN:
            raise RuleBroken("This case is with the whole team already.")
    elif command.to == case.owner_id:
        raise RuleBroken("This case is with that colleague already.")
    elif not decision.staffing.is_active(command.to):
        raise RuleBroken("Only people who work at this office can be given its cases.")
    elif not decision.staffing.can_be_given_cases_at(command.to, decision.now):
        raise RuleBroken(
            "That colleague is away or cannot be reached by mail; please choose somebody else."
        )
    decision.place(
        CaseEventKind.TRANSFERRED,
        staff_actor(command.staff_id),
        Step.QUEUE if command.to is None else Step.OWNER,
        command.to,
        what=NoticeWhat.MOVED,
        to=command.to,
    )


def _close(decision: Decision, command: Close) -> None:
    _check_code(command.contacted_how, CONTACT_HOWS, "how you were in contact")
    _check_code(command.outcome, CLOSING_OUTCOMES, "what came of it")
    decision.record(
        CaseEventKind.CLOSED,
        staff_actor(command.staff_id),
        contacted_how=command.contacted_how,
        outcome=command.outcome,
        verdict=None if command.verdict is None else str(command.verdict),
    )


def _refuse_the_absent(decision: Decision, staff_id: int) -> None:
    """An open case belongs to somebody who is there."""
    if not decision.staffing.present_at(staff_id, decision.now):
        raise RuleBroken(
            "You are registered as away, so the case would lie with nobody. "
            "End your absence first, or transfer the case."
        )


def _moment_ahead(decision: Decision, moment: datetime, longest: Duration, name: str) -> datetime:
    at = aware_utc(moment)
    if at <= decision.now:
        raise RuleBroken(f"{name} must lie in the future.")
    if at > decision.calendar.add(decision.now, longest):
        raise RuleBroken(f"{name} can be at most {longest} away.")
    return at


def _check_code(code: str, known: tuple[str, ...], asked: str) -> None:
    if code not in known:
        raise RuleBroken(f"Please say {asked}.")
