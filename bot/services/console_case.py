"""One case as its page shows it: why, what happened, and what the asker may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.case_codes import LONGEST_SNOOZE, CaseState, load_moment, staff_actor
from bot.domain.case_events import BOOKKEEPING, CaseEvent, CaseEventKind
from bot.domain.cases import Case
from bot.domain.errors import NotFound
from bot.domain.escalation_reasons import EscalationReason, escalation_reason
from bot.domain.people import Participant, Staff
from bot.domain.signals import CaseNote
from bot.services.cases import case_for
from bot.services.console_cases import (
    Need,
    Whose,
    goes_to_deputy,
    is_urgent,
    need_of,
    promise_broken,
    whose_is,
)
from bot.services.console_desk import names_of_staff
from bot.services.console_signals import signal_code
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of
from bot.services.staffing import staffing_of

# Sent notices are told; that one was asked for is the program's own bookkeeping.
UNTOLD = frozenset({CaseEventKind.NOTICE_NEEDED})


@dataclass(frozen=True, slots=True)
class SignalView:
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One event in codes, moments and names; `note` is what its actor wrote then.

    `actor` is a name, or "" for the program and the participant (`by_participant`).
    """

    kind: str
    at: datetime
    actor: str
    version: int
    by_participant: bool = False
    owner_name: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """`colleagues` are those who can be given the case now; `default_next_try` is what an empty
    "next try" means. `goes_to_deputy` tells where it goes unread: else to the team queue."""

    case: Case
    participant: Participant
    owner_name: str
    deputy_name: str
    goes_to_deputy: bool
    caseworker_name: str
    signals: tuple[SignalView, ...]
    history: tuple[Happening, ...]
    need: Need
    whose: Whose
    promise_broken: bool
    urgent: bool
    may_take: bool
    may_snooze: bool
    may_queue: bool
    colleagues: tuple[Staff, ...]
    default_next_try: datetime
    latest_next_try: datetime
    latest_snooze: datetime
    other_cases: tuple[Case, ...]


def case_page(uow: UnitOfWork, staff: Staff, case_id: int) -> CasePage:
    """Raises NotFound, also for another office's case."""
    case = case_for(uow, staff, case_id)
    names = names_of_staff(uow, staff.office_id)
    calendar = calendar_of(uow, staff.office_id)
    staffing = staffing_of(uow, staff.office_id)
    reason = _reason(case)
    participant = uow.participants.get(case.participant_id)
    broken = promise_broken(uow, case)
    is_taken = case.state in {CaseState.ACKNOWLEDGED, CaseState.CONTACT_TRIED}
    may_put_off = case.state is CaseState.OPEN or case.owner_id == staff.id
    longest_try = reason.longest_next_try if reason else LONGEST_SNOOZE
    return CasePage(
        case=case,
        participant=participant,
        owner_name=names.get(case.owner_id, "") if case.owner_id else "",
        deputy_name=names.get(case.ladder.deputy_id, "") if case.ladder.deputy_id else "",
        goes_to_deputy=goes_to_deputy(case, staffing, uow.now),
        caseworker_name=names.get(participant.caseworker_id, ""),
        signals=tuple(
            SignalView(signal_code(uow, s.source, case.reason), s.at)
            for s in uow.signals.of_case(case.id)
        ),
        history=history_of(uow.cases.events_of(case.id), uow.case_notes.of_case(case.id), names),
        need=need_of(case, uow.now, calendar, promise_broken=broken),
        whose=whose_is(case, staff),
        promise_broken=broken,
        urgent=is_urgent(case),
        may_take=case.is_open and not is_taken,
        may_snooze=case.is_open and reason is not None and reason.snooze_allowed and may_put_off,
        may_queue=case.owner_id is not None or case.state is not CaseState.OPEN,
        colleagues=tuple(
            person
            for person in uow.staff.of_office(staff.office_id)
            if person.id != case.owner_id and staffing.can_be_given_cases_at(person.id, uow.now)
        ),
        default_next_try=calendar.add(uow.now, case.ladder.times.act_within),
        latest_next_try=calendar.add(uow.now, longest_try),
        latest_snooze=calendar.add(uow.now, LONGEST_SNOOZE),
        other_cases=tuple(c for c in uow.cases.of_participant(participant.id) if c.id != case.id),
    )


def history_of(
    events: list[CaseEvent], notes: list[CaseNote], names: Mapping[int, str]
) -> tuple[Happening, ...]:
    """Events, oldest first, each with the note its actor wrote with it."""
    told = [event for event in events if event.kind not in UNTOLD]
    happenings = [_happening(event, names) for event in told]
    for note in notes:
        author = staff_actor(note.staff_id)
        for index in range(len(told) - 1, -1, -1):
            if told[index].actor == author and told[index].at == note.at:
                happenings[index] = replace(happenings[index], note=note.text)
                break
        else:
            name = names.get(note.staff_id, "")
            happenings.append(Happening("note", note.at, name, 0, note=note.text))
    return tuple(sorted(happenings, key=lambda happening: happening.at))


def changes_since(page: CasePage, version: int) -> tuple[Happening, ...]:
    """What people should know about that happened after the version they had seen."""
    bookkeeping = {kind.value for kind in BOOKKEEPING}
    return tuple(h for h in page.history if h.version > version and h.kind not in bookkeeping)


def _happening(event: CaseEvent, names: Mapping[int, str]) -> Happening:
    data = event.data
    who, _, number = event.actor.partition(":")
    actor = names.get(int(number), "") if who == "staff" else ""
    owner_id = data.get("owner_id")
    moments = [data.get(name) for name in ("act_by", "next_try_at", "until")]
    until = next((moment for moment in moments if moment), None)
    codes = ("why", "how", "result", "contacted_how", "outcome", "verdict")
    return Happening(
        kind=event.kind.value,
        at=event.at,
        actor=actor,
        version=event.version,
        by_participant=who == "participant",
        owner_name=names.get(owner_id, "") if isinstance(owner_id, int) else "",
        codes={name: str(data[name]) for name in codes if data.get(name)},
        until=load_moment(until),
    )


def _reason(case: Case) -> EscalationReason | None:
    try:
        return escalation_reason(case.reason)
    except NotFound:
        return None
