"""Puts what an office's staff group is to be told into the outbox: a line per notice, one per digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case_events import NoticeRequest, NoticeWhat
from bot.domain.cases import Case
from bot.domain.escalation_reasons import Urgency
from bot.domain.message_bodies import dump_body
from bot.domain.messages import Body, Lane, MessageClass, OutboxMessage
from bot.domain.office_hours import OfficeHours
from bot.domain.staff_group import StaffGroup
from bot.domain.work_calendar import WorkCalendar
from bot.services.ports import UnitOfWork

NOTICE, DIGEST = "group_notice", "group_digest"
RULES = (NOTICE, DIGEST)
# A digest that could not be sent all day says nothing new next to the next one.
DIGEST_KEEPS = timedelta(hours=12)


def queue_post(uow: UnitOfWork, case: Case, request: NoticeRequest) -> None:
    """One line for the office's group about this notice, or about the digest it belongs to.

    The words are put in when the line leaves (group_results.last_look): by then somebody may have
    taken the case. That an answer came in a case that is taken concerns its owner alone.
    """
    group = uow.staff_groups.current_of(case.office_id)
    if group is None or group.chat_id is None or request.what is NoticeWhat.ANSWERED:
        return
    is_digest = request.urgency is Urgency.DIGEST
    key = post_key(uow, group, case.id, request.number, is_digest, request.not_before)
    rule, _, subject = key.partition(":")
    uow.outbox.store_once(
        replace(
            _empty(uow, group, key),
            rule=rule,
            subject=subject,
            not_before=request.not_before,
            expires_at=request.not_before + DIGEST_KEEPS if rule == DIGEST else None,
        )
    )


def post_key(
    uow: UnitOfWork,
    group: StaffGroup,
    case_id: int,
    number: int,
    is_digest: bool,
    not_before: datetime,
) -> str:
    """Which line tells of a notice; an office without a digest hears of every notice by itself."""
    hours = OfficeHours.from_json(uow.offices.get(group.office_id).hours)
    if not is_digest or hours.digest_at is None:
        return f"{NOTICE}:{case_id}:{number}"
    return f"{DIGEST}:{group.id}:{WorkCalendar(hours).local(not_before):%Y-%m-%d}"


def answer_group(
    uow: UnitOfWork, office_id: int, chat_id: int, text: str, *, key: str = ""
) -> None:
    """Answer somebody in a group; with a key, once for all."""
    message = _empty(uow, StaffGroup(office_id, uow.now, chat_id=chat_id), "")
    uow.outbox.store_once(
        replace(
            message,
            key=key or f"{uow.cause}:{uow.next_slot()}",
            rule="group",
            lane=Lane.REPLY,
            message_class=MessageClass.AT_MOST_ONCE,
            body=dump_body(Body(text)),
            expires_at=uow.now + timedelta(hours=1),
        )
    )


def _empty(uow: UnitOfWork, group: StaffGroup, key: str) -> OutboxMessage:
    return OutboxMessage(
        office_id=group.office_id,
        participant_id=None,
        chat_id=group.chat_id,
        key=key,
        rule="",
        subject="",
        lane=Lane.URGENT,
        message_class=MessageClass.AT_LEAST_ONCE,
        body=dump_body(Body("")),
        created_at=uow.now,
        not_before=uow.now,
    )
