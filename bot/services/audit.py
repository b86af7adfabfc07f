"""Looks at everything that is open and says what should not be; repairs nothing silently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork

OVERDUE = timedelta(minutes=15)
UNDELIVERED = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be; holds numbers only."""

    office_id: int
    sentence: str


def audit(uow: UnitOfWork) -> list[Finding]:
    """Judge all open cases and expectations; coordinators get a mail per finding and day."""
    findings = look(uow)
    for finding in findings:
        topic = f"audit:{finding.sentence}"[:120]
        tell_coordinators(uow, finding.office_id, topic=topic, sentence=finding.sentence)
    return findings


def look(uow: UnitOfWork) -> list[Finding]:
    """What the auditor finds, of all offices at once: it looks often, and mostly there is nothing."""
    find = uow.measurements
    not_looked_at = find.cases_not_looked_at(due_before=uow.now - OVERDUE)
    unsent = find.expectations_unsent(opened_before=uow.now - UNDELIVERED)
    return [
        *(
            Finding(office_id, f"Case {case_id} was due to be looked at and was not.")
            for office_id, case_id in not_looked_at
        ),
        *(
            Finding(office_id, f"Case {case_id} belongs to somebody who no longer works here.")
            for office_id, case_id in find.cases_of_those_gone()
        ),
        *(
            Finding(office_id, f"Nobody has been told of case {case_id}.")
            for office_id, case_id in find.cases_without_notice()
        ),
        *(
            Finding(
                office_id, f"Expectation {number} has waited for its message to be sent for days."
            )
            for office_id, number in unsent
        ),
    ]
