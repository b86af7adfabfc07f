"""Row 14: what falls due while nothing can be done stands in the figures for monitoring."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta

from benchmarks.faults.installation import Installation
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import NotInTime, Process, until
from benchmarks.faults.signs import figures
from benchmarks.faults.stage import check_in_on, opened, people_of
from bot.services.cases import raise_signal
from bot.services.ports import UnitOfWork

SOON = timedelta(seconds=5)  # once all is put in
REMINDED, ASKED, CALLS, CALLED = 0, -3, -2, -1  # whoever is to be answered writes nothing
OF_KINDS = ("case", "notice", "occurrence", "outbox")
AGE, PAST_DEADLINE = "oldest_due_age_seconds", ("cases_past_deadline", 'office="1"')
UNSENT = ("outbox_oldest_due_age_seconds", 'lane="reminder"')


def falls_due_soon(place: Installation) -> datetime:
    """A case, its mail, a question and a reminder, all at one moment; when that is."""
    within = place.do(_time_of_a_case)
    soon = place.program_now() + SOON
    with opened(place.url, at=soon - within) as program:
        program.storage.run_sync(_case, soon)
    place.do(lambda uow: check_in_on(uow, people_of(uow)[ASKED], soon))
    place.queue([(REMINDED, "fell due meanwhile")], after=soon - place.program_now())
    return soon


def _time_of_a_case(uow: UnitOfWork) -> timedelta:
    """How long a call for help may wait until its mail has left."""
    case = raise_signal(uow, people_of(uow)[CALLED], reason="help", source="rehearsed")
    assert case is not None
    assert case.next_at is not None
    return case.next_at - uow.now


def _case(uow: UnitOfWork, soon: datetime) -> None:
    case = raise_signal(uow, people_of(uow)[CALLS], reason="help", source="rehearsed: unseen")
    assert case is not None
    for notice in uow.notices.queued_of_case(case.id):
        uow.notices.save(replace(notice, not_before=soon))


def must_be_seen(place: Installation, process: Process, soon: datetime, outcome: Outcome) -> None:
    """Once it is due: how old it is, and that somebody had to have acted."""
    time.sleep(max(0.0, (soon - place.program_now()).total_seconds()))
    wanted = {UNSENT, PAST_DEADLINE, *((AGE, f'kind="{kind}"') for kind in OF_KINDS)}
    try:
        until(lambda: wanted <= _overdue(process), "what is overdue is seen", within_s=2)
    except NotInTime:
        unseen = sorted(wanted - _overdue(process))
        outcome.must_in_time(False, f"overdue, and no figure says so: {unseen}")


def wait_caught_up(process: Process) -> None:
    until(lambda: not _overdue(process), "nothing is overdue by the figures")


def _overdue(process: Process) -> set[tuple[str, str]]:
    return {
        (name, labels)
        for (name, labels), value in figures(process).items()
        if name in (AGE, UNSENT[0], PAST_DEADLINE[0]) and value > 0
    }
