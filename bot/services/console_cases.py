"""The office's open cases, ordered by who needs a human today, and the texts nobody has read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.domain.case_codes import CaseState, Step
from bot.domain.case_events import CaseEventKind
from bot.domain.cases import Case
from bot.domain.errors import NotFound
from bot.domain.escalation_reasons import Urgency, escalation_reason
from bot.domain.people import Participant, Staff
from bot.domain.staffing import Staffing
from bot.domain.work_calendar import WorkCalendar
from bot.services.console_desk import names_of_staff
from bot.services.console_signals import signal_code
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of
from bot.services.staffing import staffing_of

PLACING = frozenset(
    {
        CaseEventKind.OPENED,
        CaseEventKind.MOVED,
        CaseEventKind.REPEATED,
        CaseEventKind.REOPENED,
        CaseEventKind.TRANSFERRED,
    }
)


class Need(IntEnum):
    """When a case needs a human."""

    NOW = 0  # unread and urgent, or what was promised did not happen
    TODAY = 1
    LATER = 2  # somebody has promised a later day


class Whose(IntEnum):
    MINE = 0
    QUEUE = 1
    COLLEAGUE = 2


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case as the list shows it. `signal` is the code of the newest signal."""

    case: Case
    participant_name: str
    owner_name: str
    signal: str
    need: Need
    whose: Whose
    promise_broken: bool
    goes_to_deputy: bool


@dataclass(frozen=True, slots=True)
class UnreadTexts:
    """What one participant wrote and nobody has marked as read."""

    participant_id: int
    participant_name: str
    count: int
    latest_at: datetime
    excerpt: str
    kind: str


@dataclass(frozen=True, slots=True)
class CaseList:
    rows: tuple[CaseRow, ...]
    unread: tuple[UnreadTexts, ...]


def open_cases(uow: UnitOfWork, staff: Staff) -> CaseList:
    """The open cases of the asker's office and its unread texts.

    Ordered by need, urgent reasons first, broken promises next; then own cases, the queue's and
    colleagues'; then the moment that comes first, and age.
    """
    names = names_of_staff(uow, staff.office_id)
    calendar = calendar_of(uow, staff.office_id)
    staffing = staffing_of(uow, staff.office_id)
    known: dict[int, Participant] = {}

    def participant(participant_id: int) -> Participant:
        if participant_id not in known:
            known[participant_id] = uow.participants.get(participant_id)
        return known[participant_id]

    rows = []
    for case in uow.cases.open_of_office(staff.office_id):
        broken = promise_broken(uow, case)
        rows.append(
            CaseRow(
                case=case,
                participant_name=participant(case.participant_id).full_name,
                owner_name=names.get(case.owner_id, "") if case.owner_id else "",
                signal=signal_code(uow, case.signals[-1], case.reason),
                need=need_of(case, uow.now, calendar, promise_broken=broken),
                whose=whose_is(case, staff),
                promise_broken=broken,
                goes_to_deputy=goes_to_deputy(case, staffing, uow.now),
            )
        )
    rows.sort(key=_order)
    return CaseList(tuple(rows), _unread(uow, staff, participant))


def promise_broken(uow: UnitOfWork, case: Case) -> bool:
    """Whether it lies unread because what a human had promised did not happen."""
    if case.state is not CaseState.OPEN:
        return False
    for event in reversed(uow.cases.events_of(case.id)):
        if event.kind in PLACING and event.kind is not CaseEventKind.REPEATED:
            why = str(event.data.get("why", ""))
            return event.kind is CaseEventKind.REOPENED and why.endswith("_expired")
    return False


def goes_to_deputy(case: Case, staffing: Staffing, now: datetime) -> bool:
    """Whether the case, left unread, goes on to a deputy who has not had it; else to the queue."""
    if case.step is not Step.OWNER:
        return False
    acts = staffing.resolve(case.ladder.rung(Step.DEPUTY), now)
    return acts is not None and acts != case.owner_id


def need_of(case: Case, now: datetime, calendar: WorkCalendar, *, promise_broken: bool) -> Need:
    if case.state is CaseState.OPEN:
        return Need.NOW if promise_broken or is_urgent(case) else Need.TODAY
    promised = case.act_by or case.next_try_at or case.snoozed_until or now
    if promised <= now:
        return Need.NOW
    answered = case.answered_at is not None or case.signalled_at is not None
    is_today = calendar.local(promised).date() <= calendar.local(now).date()
    return Need.TODAY if answered or is_today else Need.LATER


def is_urgent(case: Case) -> bool:
    try:
        return escalation_reason(case.reason).urgency is Urgency.AT_ONCE
    except NotFound:  # a reason of a newer release: better too high than overlooked
        return True


def whose_is(case: Case, staff: Staff) -> Whose:
    if case.owner_id is None:
        return Whose.QUEUE
    return Whose.MINE if case.owner_id == staff.id else Whose.COLLEAGUE


def _order(row: CaseRow) -> tuple[object, ...]:
    case = row.case
    return (
        row.need,
        not is_urgent(case),
        not row.promise_broken,
        row.whose,
        case.next_at or case.opened_at,
        case.opened_at,
        case.id,
    )


def _unread(
    uow: UnitOfWork, staff: Staff, participant: Callable[[int], Participant]
) -> tuple[UnreadTexts, ...]:
    found: dict[int, UnreadTexts] = {}
    for text in uow.free_texts.unseen_of_office(staff.office_id):
        earlier = found.get(text.participant_id)
        found[text.participant_id] = UnreadTexts(
            participant_id=text.participant_id,
            participant_name=participant(text.participant_id).full_name,
            count=(earlier.count if earlier else 0) + 1,
            latest_at=text.at,
            excerpt=text.text,
            kind=text.kind,
        )
    return tuple(sorted(found.values(), key=lambda item: item.latest_at))
