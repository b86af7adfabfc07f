"""How the program's work stands, in numbers: queues, ages, outcomes and cases; nothing about anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.domain.cases import CaseState
from bot.domain.messages import Lane, OutboxState
from bot.services.offices import DEFAULT_OFFICE
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of

OUTCOMES_OF = timedelta(hours=24)
NOTIFIED_OF = timedelta(days=7)
# What may have become of a message that was really sent out; the rest never left.
OUTCOMES = (OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.FAILED)
# Working time is not counted further back: after a month the figure says nothing more.
LONGEST_WAIT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Measurements:
    """All of one moment. Ages are seconds since something became due; 0 when nothing is.

    Mappings with plain numbers as keys are by office; offices with nothing to tell are left out.
    """

    updates_pending: int
    updates_set_aside: int
    messages_queued: Mapping[Lane, int]
    messages_claimed: int
    message_ages: Mapping[Lane, float]
    notices_queued: int
    documents_queued: int
    # By kind: "update", "occurrence", "expectation", "case", "outbox", "notice", "document".
    ages: Mapping[str, float]
    outcomes: Mapping[OutboxState, int]  # of the last 24 hours
    cases_open: Mapping[tuple[str, CaseState], int]  # by reason and state
    cases_past_deadline: Mapping[int, int]
    cases_unowned: Mapping[int, int]
    unowned_for_working_s: Mapping[int, float]  # the oldest, in the office's staffed time
    cases_untold: Mapping[int, int]
    untold_for_s: Mapping[int, float]
    notified_p95_s: Mapping[str, float]  # by reason, of the last 7 days: from signal to notice
    offices_without_content: int

    @property
    def unknown_share(self) -> float:
        """Of the messages that left in the last 24 hours, the share nobody knows to have arrived."""
        left = sum(self.outcomes[outcome] for outcome in OUTCOMES)
        return self.outcomes[OutboxState.UNKNOWN] / left if left else 0.0


def measure(uow: UnitOfWork) -> Measurements:
    """Measure everything in this one unit."""
    find = uow.measurements
    pending, oldest_update = find.pending_updates()
    queued = find.queued_messages()
    message_ages = {lane: _age(uow, at) for lane, at in find.due_messages_since(uow.now).items()}
    outcomes = find.outcomes_since(uow.now - OUTCOMES_OF)
    unowned = find.unowned_cases()
    untold = find.untold_cases(uow.now)
    return Measurements(
        updates_pending=pending,
        updates_set_aside=find.set_aside_updates(),
        messages_queued={lane: queued.get(lane, 0) for lane in Lane},
        messages_claimed=find.claimed_messages(),
        message_ages={lane: message_ages.get(lane, 0.0) for lane in Lane},
        notices_queued=find.queued_notices(),
        documents_queued=find.queued_documents(),
        ages={
            "update": _age(uow, oldest_update),
            "occurrence": _age(uow, uow.occurrences.next_due_at()),
            "expectation": _age(uow, uow.expectations.next_due_at()),
            "case": _age(uow, uow.cases.next_due_at()),
            "outbox": max(message_ages.values(), default=0.0),
            "notice": _age(uow, find.due_notices_since(uow.now)),
            "document": _age(uow, find.due_documents_since()),
        },
        outcomes={outcome: outcomes.get(outcome, 0) for outcome in OUTCOMES},
        cases_open=find.open_cases(),
        cases_past_deadline=find.cases_past_deadline(uow.now),
        cases_unowned={office_id: count for office_id, (count, _) in unowned.items()},
        unowned_for_working_s={
            office_id: _working_age(uow, office_id, since)
            for office_id, (_, since) in unowned.items()
        },
        cases_untold={office_id: count for office_id, (count, _) in untold.items()},
        untold_for_s={office_id: _age(uow, since) for office_id, (_, since) in untold.items()},
        notified_p95_s=_p95_by_reason(find.notified_since(uow.now - NOTIFIED_OF)),
        offices_without_content=find.offices_without_content(),
    )


def has_content(uow: UnitOfWork) -> bool:
    """Whether the first office has texts to speak with; without them nothing can be answered."""
    return uow.offices.get(DEFAULT_OFFICE).content_version_id is not None


def _age(uow: UnitOfWork, since: datetime | None) -> float:
    """What falls due in the future is 0 old."""
    return 0.0 if since is None else max(0.0, (uow.now - since).total_seconds())


def _p95_by_reason(told: Iterable[tuple[str, datetime, datetime]]) -> dict[str, float]:
    """Seconds within which 95 of 100 cases reached somebody on staff, by nearest rank."""
    seconds: dict[str, list[float]] = {}
    for reason, began_at, told_at in told:
        taken = max(0.0, (told_at - began_at).total_seconds())
        seconds.setdefault(reason, []).append(taken)
    return {reason: sorted(taken)[ceil(0.95 * len(taken)) - 1] for reason, taken in seconds.items()}


def _working_age(uow: UnitOfWork, office_id: int, since: datetime) -> float:
    since = min(max(since, uow.now - LONGEST_WAIT), uow.now)
    return calendar_of(uow, office_id).working_minutes_between(since, uow.now) * 60
