"""Turns what a case asks for into notice rows, one per person on staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.case_events import NoticeRequest, NoticeWhat
from bot.domain.cases import Case
from bot.domain.escalation_reasons import Urgency, escalation_reason
from bot.domain.messages import Notice, NoticeState
from bot.services.group_posts import queue_post
from bot.services.ports import UnitOfWork
from bot.services.staffing import team_of


def write_notices(uow: UnitOfWork, case: Case, requests: Sequence[NoticeRequest]) -> None:
    """Write the rows; a notice to the team queue goes to everybody who can be reached.

    An office's staff group, if it has one, hears of it besides, whoever is addressed.
    """
    for request in requests:
        if request.replaces is not None:
            _drop(uow, case, request.replaces)
        people = (
            [request.staff_id] if request.staff_id is not None else team_of(uow, case.office_id)
        )
        for staff_id in people:
            uow.notices.store_once(_row(uow, case, request, staff_id))
        if not people:
            _nobody_to_tell(uow, case, request)
        queue_post(uow, case, request)


def reminder_number(uow: UnitOfWork, case_id: int, number: int) -> int:
    """Which of the case's reminders a notice is: those that it is new or has moved do not count."""
    asked = (NoticeRequest.from_event(event) for event in uow.cases.events_of(case_id))
    reminders = [
        request.number for request in asked if request and request.what is NoticeWhat.REPEATED
    ]
    return max(1, sum(reminder <= number for reminder in reminders))


def _row(uow: UnitOfWork, case: Case, request: NoticeRequest, staff_id: int) -> Notice:
    return Notice(
        office_id=case.office_id,
        staff_id=staff_id,
        case_id=case.id,
        participant_id=case.participant_id,
        key=f"case:{case.id}:{request.number}:{staff_id}",
        kind=escalation_reason(case.reason).notice_templates[request.what.value],
        created_at=uow.now,
        not_before=request.not_before,
        step=int(request.step),
        number=request.number,
        is_digest=request.urgency is Urgency.DIGEST,
        context={**request.to_json(), "in_queue": request.staff_id is None},
    )


def _drop(uow: UnitOfWork, case: Case, number: int) -> None:
    for notice in uow.notices.queued_of_case(case.id):
        if notice.number == number:
            uow.notices.save(replace(notice, state=NoticeState.OBSOLETE, reason="replaced"))


def _nobody_to_tell(uow: UnitOfWork, case: Case, request: NoticeRequest) -> None:
    """An office without one reachable person: the row says so, and /healthz counts the case."""
    staff = uow.staff.of_office(case.office_id)
    if staff:
        row = _row(uow, case, request, staff[0].id)
        uow.notices.store_once(replace(row, state=NoticeState.FAILED, reason="nobody_reachable"))
