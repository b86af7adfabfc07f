"""Times what staff and operators look at: the console's pages, the audit, the measurements."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks.bulk.shape import FIRST_OFFICE
from benchmarks.table import median
from bot.app import Program
from bot.domain.people import Role, Staff
from bot.services.audit import audit
from bot.services.console_case import case_page
from bot.services.console_cases import open_cases
from bot.services.console_cohorts import cohort_list, cohort_page, session_page
from bot.services.console_participant import participant_page
from bot.services.console_participants import find_participants
from bot.services.measurements import measure

TIMES = 5


def page_times(program: Program) -> dict[str, float]:
    """Median seconds of each page for one office, as its coordinator opens it again and again."""
    storage = program.storage
    staff: Staff = storage.read_sync(_coordinator)
    participant, cohort, gathering, case = storage.read_sync(_places, staff)
    pages: dict[str, Callable[..., Any]] = {
        "open cases": lambda uow: open_cases(uow, staff),
        "participants": lambda uow: find_participants(uow, staff),
        "participant": lambda uow: participant_page(uow, staff, participant),
        "participant, whole": lambda uow: participant_page(uow, staff, participant, whole=True),
        "cohorts": lambda uow: cohort_list(uow, staff),
        "cohort": lambda uow: cohort_page(uow, staff, cohort),
        "session": lambda uow: session_page(uow, staff, gathering),
        "case": lambda uow: case_page(uow, staff, case),
    }
    return {name: median(_times(storage.read_sync, page)) for name, page in pages.items()}


def audit_times(program: Program) -> list[float]:
    return _times(program.storage.run_sync, audit)


def measurement_times(program: Program) -> list[float]:
    return _times(program.storage.read_sync, measure)


def _times(how: Callable[..., Any], what: Callable[..., Any]) -> list[float]:
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        how(what)
        found.append(time.perf_counter() - began)
    return found


def _coordinator(uow: Any) -> Staff:
    staff: list[Staff] = uow.staff.of_office(FIRST_OFFICE)
    return next(person for person in staff if person.role is Role.COORDINATOR)


def _places(uow: Any, staff: Staff) -> tuple[int, int, int, int]:
    cohort = uow.cohorts.of_office(staff.office_id)[0]
    case = uow.cases.open_of_office(staff.office_id)[0]
    gathering = uow.programme_sessions.of_cohort(cohort.id)[0]
    return case.participant_id, cohort.id, gathering.id, case.id
