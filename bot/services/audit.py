"""Looks at everything that is open and says what should not be; repairs nothing silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.cases import Case
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.staffing import staffing_of

OVERDUE = timedelta(minutes=15)
UNDELIVERED = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be; holds numbers only."""

    office_id: int
    sentence: str


def audit(uow: UnitOfWork) -> list[Finding]:
    """Judge all open cases and expectations; coordinators get a mail per finding and day."""
    findings: list[Finding] = []
    for office in uow.offices.all():
        staffing = staffing_of(uow, office.id)
        for case in uow.cases.open_of_office(office.id):
            findings += [Finding(office.id, s) for s in _about(uow, case, staffing.is_active)]
    for expectation in uow.expectations.all_open():
        if expectation.next_at is None and uow.now - expectation.opened_at > UNDELIVERED:
            sentence = (
                f"Expectation {expectation.id} has waited for its message to be sent for days."
            )
            findings.append(Finding(expectation.office_id, sentence))
    for finding in findings:
        topic = f"audit:{finding.sentence}"[:120]
        tell_coordinators(uow, finding.office_id, topic=topic, sentence=finding.sentence)
    return findings


def _about(uow: UnitOfWork, case: Case, is_active: Callable[[int], bool]) -> list[str]:
    found = []
    if case.next_at is None or uow.now - case.next_at > OVERDUE:
        found.append(f"Case {case.id} was due to be looked at and was not.")
    if case.owner_id is not None and not is_active(case.owner_id):
        found.append(f"Case {case.id} belongs to somebody who no longer works here.")
    if not uow.notices.of_case(case.id):
        found.append(f"Nobody has been told of case {case.id}.")
    return found
