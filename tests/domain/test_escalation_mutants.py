"""Deliberate mistakes in the rules of a case: the invariant run has to catch every one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.domain import escalation
from bot.domain.case_codes import SYSTEM, dump_moment, load_moment
from bot.domain.case_commands import (
    Acknowledge,
    Close,
    Command,
    FoldSignal,
    NoticeFailed,
    NoticeSent,
    ParticipantAnswered,
    Snooze,
    StaffingChanged,
    TimeDue,
    Transfer,
    TriedContact,
)
from bot.domain.case_events import CaseEvent, CaseEventKind
from bot.domain.cases import Case, CaseState, Step
from bot.domain.staffing import Staffing
from tests.domain.case_host import CALENDAR, Decide
from tests.domain.case_machine import CaseMachine

# The same examples each time, and no shrinking: finding the mistake is enough.
BOUNDED = settings(
    max_examples=150,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
BY_STAFF = (Acknowledge, Close, Snooze, Transfer, TriedContact)
Events = tuple[CaseEvent, ...]


def decide(case: Case | None, command: Command, **given: object) -> Events:
    return escalation.decide(case, command, **given)  # type: ignore[arg-type]


def with_data(event: CaseEvent, **data: object) -> CaseEvent:
    return replace(event, data={**event.data, **data})


def timer_keeps_owner(case: Case | None, command: Command, **given: object) -> Events:
    events = decide(case, command, **given)
    if case is None or not isinstance(command, TimeDue):
        return events
    return tuple(
        with_data(event, owner_id=case.owner_id) if event.kind is CaseEventKind.MOVED else event
        for event in events
    )


def timer_goes_round_without_the_queue(
    case: Case | None, command: Command, **given: object
) -> Events:
    events = decide(case, command, **given)
    if case is None or case.owner_id is None or not isinstance(command, TimeDue):
        return events
    same = {"owner_id": case.owner_id, "step": int(Step.OWNER), "staff_id": case.owner_id}
    return tuple(
        with_data(event, **{name: same[name] for name in same if name in event.data})
        for event in events
    )


def queue_step_is_terminal(case: Case | None, command: Command, **given: object) -> Events:
    if case and case.step is Step.QUEUE and isinstance(command, TimeDue):
        return ()
    return decide(case, command, **given)


def queue_forgets_to_notify(case: Case | None, command: Command, **given: object) -> Events:
    events = decide(case, command, **given)
    if events and events[0].kind is CaseEventKind.REPEATED:
        return events[:1]
    return events


def queue_repeats_monthly(case: Case | None, command: Command, **given: object) -> Events:
    events = decide(case, command, **given)
    if not events or events[0].kind is not CaseEventKind.REPEATED:
        return events
    later = load_moment(events[0].data["next_at"])
    assert later is not None
    return (with_data(events[0], next_at=dump_moment(later + timedelta(days=9))), *events[1:])


def stale_version_accepted(case: Case | None, command: Command, **given: object) -> Events:
    if case and isinstance(command, BY_STAFF):
        command = replace(command, version=case.version)
    return decide(case, command, **given)


def departed_actor_accepted(case: Case | None, command: Command, **given: object) -> Events:
    staffing = given["staffing"]
    assert isinstance(staffing, Staffing)
    if isinstance(command, BY_STAFF):
        members = [replace(member, is_active=True) for member in staffing.members.values()]
        given["staffing"] = Staffing.of(staffing.office_id, members, staffing.absences)
    return decide(case, command, **given)


def system_closes_help(case: Case | None, command: Command, **given: object) -> Events:
    if case and case.state is CaseState.OPEN and isinstance(command, ParticipantAnswered):
        data = {"contacted_how": None, "outcome": "answered", "verdict": None}
        at = given["now"]
        version = case.version + 1
        return (CaseEvent(CaseEventKind.CLOSED, at, SYSTEM, version, data),)  # type: ignore[arg-type]
    return decide(case, command, **given)


def acknowledge_never_expires(case: Case | None, command: Command, **given: object) -> Events:
    if case and case.state is CaseState.ACKNOWLEDGED and isinstance(command, TimeDue):
        return ()
    return decide(case, command, **given)


def absence_is_ignored(case: Case | None, command: Command, **given: object) -> Events:
    if isinstance(command, StaffingChanged):
        return ()
    return decide(case, command, **given)


def undeliverable_notice_is_ignored(case: Case | None, command: Command, **given: object) -> Events:
    if isinstance(command, NoticeFailed):
        return ()
    return decide(case, command, **given)


def new_owner_is_not_told(case: Case | None, command: Command, **given: object) -> Events:
    events = decide(case, command, **given)
    if events and events[0].kind in {CaseEventKind.MOVED, CaseEventKind.REOPENED}:
        return events[:1]
    return events


def repeated_signal_is_folded_again(case: Case | None, command: Command, **given: object) -> Events:
    if case and case.is_open and isinstance(command, FoldSignal) and command.source in case.signals:
        fresh = decide(case, FoldSignal(command.source + ":again"), **given)
        return (with_data(fresh[0], source=command.source), *fresh[1:])
    return decide(case, command, **given)


def clock_starts_before_the_notice(case: Case | None, command: Command, **given: object) -> Events:
    events = decide(case, command, **given)
    if not events or events[0].kind is not CaseEventKind.NOTICE_SENT or case is None:
        return events
    soon = CALENDAR.next_staffed(events[0].at + timedelta(minutes=20))
    return (with_data(events[0], next_at=dump_moment(soon)), *events[1:])


def closed_without_a_result(case: Case | None, command: Command, **given: object) -> Events:
    events = decide(case, command, **given)
    return tuple(
        with_data(event, outcome="") if event.kind is CaseEventKind.CLOSED else event
        for event in events
    )


def first_sending_is_forgotten(case: Case | None, command: Command, **given: object) -> Events:
    """The step has no clock: it waits for a report that it throws away."""
    if case and isinstance(command, NoticeSent):
        return ()
    if case and isinstance(command, TimeDue) and case.notified_at is None:
        return ()
    return decide(case, command, **given)


MISTAKES: dict[Decide, str] = {
    timer_keeps_owner: "8: the notice is for somebody else|3: ",
    timer_goes_round_without_the_queue: "4: not in the queue",
    queue_step_is_terminal: "3: its next moment has passed",
    queue_forgets_to_notify: "4: the queue has stopped repeating",
    queue_repeats_monthly: "3: next looked at in weeks|4: ",
    stale_version_accepted: "6: ",
    departed_actor_accepted: "6: ",
    system_closes_help: "7: the system closed",
    acknowledge_never_expires: "3: its next moment has passed",
    absence_is_ignored: "3: the owner is away",
    undeliverable_notice_is_ignored: "8: the owner's notice never went out",
    new_owner_is_not_told: "8: ",
    repeated_signal_is_folded_again: "1: ",
    clock_starts_before_the_notice: "a step ran out before",
    closed_without_a_result: "7: closed without an outcome",
    first_sending_is_forgotten: "3: its next moment has passed",
}


# A run that finds its mistake ends there, so that the mutants may look for longer; how soon they are
# found changes with every module loaded, for Hypothesis draws constants from them.
PATIENT = settings(BOUNDED, max_examples=600)


def run_with(rules: Decide, bounds: settings = BOUNDED) -> None:
    machine = type("MachineUnderTest", (CaseMachine,), {"decide": staticmethod(rules)})
    run_state_machine_as_test(machine, settings=bounds)


def test_the_true_rules_pass_the_same_run() -> None:
    run_with(escalation.decide)


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [pytest.param(*item, id=item[0].__name__) for item in MISTAKES.items()],
)
def test_the_invariants_catch(mistake: Decide, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        run_with(mistake, PATIENT)
