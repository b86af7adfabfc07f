"""What is due at this moment, and when the next thing is: the whole of the program's timing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.services import occurrences
from bot.services.cases import staffing_changed, sweep_case
from bot.services.ports import UnitOfWork
from bot.services.rules import READ_AHEAD, RULES, WHEN_GIVEN_UP
from bot.services.silence import sweep_expectation

BATCH = 500


@dataclass(frozen=True, slots=True)
class Due:
    """Numbers of what is due, each kind in order of its moment."""

    at: datetime  # the moment that was looked at
    occurrences: tuple[int, ...] = ()
    participant_of: Mapping[int, int] = field(default_factory=dict)  # by occurrence
    expectations: tuple[int, ...] = ()
    cases: tuple[int, ...] = ()
    offices: tuple[int, ...] = ()  # an absence began or ended there

    def occurrences_together(self, most: int) -> Iterator[list[int]]:
        """Those that may fire in one unit: `most` at the most, and one of each participant."""
        waiting: list[list[int]] = []
        place: Counter[int] = Counter()
        for number in self.occurrences:
            participant_id = self.participant_of[number]
            if place[participant_id] == len(waiting):
                waiting.append([])
            waiting[place[participant_id]].append(number)
            place[participant_id] += 1
        for numbers in waiting:
            for first in range(0, len(numbers), most):
                yield numbers[first : first + most]

    @property
    def count(self) -> int:
        return len(self.occurrences) + len(self.expectations) + len(self.cases) + len(self.offices)


def what_is_due(uow: UnitOfWork) -> Due:
    """Everything due at `uow.now`, at most a batch of each kind."""
    swept_at = _staffing_swept_at(uow)
    planned = uow.occurrences.due(uow.now, limit=BATCH)
    return Due(
        at=uow.now,
        occurrences=tuple(o.id for o in planned),
        participant_of={o.id: o.participant_id for o in planned},
        expectations=tuple(e.id for e in uow.expectations.due(uow.now, limit=BATCH)),
        cases=tuple(c.id for c in uow.cases.due(uow.now, limit=BATCH)),
        offices=tuple(uow.absences.offices_changing_between(swept_at, uow.now)),
    )


def next_due_at(uow: UnitOfWork) -> datetime | None:
    """The next moment after now at which anything falls due or may be sent."""
    moments = (
        uow.occurrences.next_due_at(),
        uow.expectations.next_due_at(),
        uow.cases.next_due_at(),
        uow.outbox.next_due_at(after=uow.now),
        uow.notices.next_due_at(after=uow.now),
        uow.absences.next_change_after(uow.now),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def fire_occurrence(uow: UnitOfWork, occurrence_id: int) -> None:
    occurrences.fire(uow, occurrence_id, RULES, WHEN_GIVEN_UP)


def fire_occurrences(uow: UnitOfWork, occurrence_ids: Sequence[int]) -> None:
    """Fire several, each of another participant, in this one unit: all of them or none."""
    occurrences.fire_all(uow, occurrence_ids, RULES, WHEN_GIVEN_UP, READ_AHEAD)


def occurrence_failed(uow: UnitOfWork, occurrence_id: int, error_name: str) -> None:
    """Firing raised: again a little later, or given up."""
    occurrences.record_failure(uow, occurrence_id, error_name, WHEN_GIVEN_UP)


def fire_expectation(uow: UnitOfWork, expectation_id: int) -> None:
    sweep_expectation(uow, expectation_id)


def fire_case(uow: UnitOfWork, case_id: int) -> None:
    sweep_case(uow, case_id)


def fire_office(uow: UnitOfWork, office_id: int) -> None:
    """An absence began or ended: the office's cases look for their owners again."""
    uow.cause = f"staffing:{office_id}:{uow.now:%Y%m%dT%H%M%S}"
    staffing_changed(uow, office_id)


def note_staffing_swept(uow: UnitOfWork, until: datetime) -> None:
    """Absences that began or ended by then are done with: by the moment of the look, not of the note."""
    uow.program_state.write("staffing_swept_at", until.isoformat())


def is_idle(uow: UnitOfWork) -> bool:
    """Nothing waits to be handled, made or sent at this moment."""
    return (
        uow.inbox.pending_count() == 0
        and uow.outbox.is_idle(uow.now)
        and uow.notices.is_idle(uow.now)
        and uow.document_orders.is_idle()
    )


def _staffing_swept_at(uow: UnitOfWork) -> datetime:
    stored = uow.program_state.read("staffing_swept_at")
    return datetime.fromisoformat(stored) if isinstance(stored, str) else uow.now
