"""A line for a staff group as it leaves, and what its fate means for the cases it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case_codes import CaseState
from bot.domain.case_events import NoticeRequest, NoticeWhat
from bot.domain.cases import Case
from bot.domain.errors import NotFound, TextFailed
from bot.domain.escalation import notice_still_wanted
from bot.domain.escalation_reasons import Urgency, escalation_reason
from bot.domain.message_bodies import dump_body
from bot.domain.messages import Body, Notice, NoticeState, OutboxMessage, OutboxState
from bot.domain.people import Office
from bot.domain.plain_text import escape
from bot.domain.staff_group import StaffGroup
from bot.domain.time_words import moment_in_words
from bot.services import cases
from bot.services.case_notices import reminder_number
from bot.services.group_posts import DIGEST, RULES, post_key
from bot.services.group_words import group_words, language_of
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of
from bot.services.staff_channels import staff_channels

# Telegram takes 20 messages a minute per group.
GROUP_PACE = timedelta(seconds=3)
# Far longer than the pace: a moment beyond it was set by a clock that was wrong meanwhile.
LONGEST_PACE = timedelta(minutes=1)
HOPEFUL = (NoticeState.SENT, NoticeState.QUEUED, NoticeState.CLAIMED)
KEYS = {
    NoticeWhat.NEW: "group.case",
    NoticeWhat.MOVED: "group.case_moved",
    NoticeWhat.REPEATED: "group.case_reminder",
}


def last_look(
    uow: UnitOfWork, message: OutboxMessage, *, real_now: datetime
) -> OutboxMessage | None:
    """What goes to a group's chat now, worded as things stand at this moment; None: nothing does.

    Keeps the group's own pace: what comes too early goes back into the queue.
    """
    assert message.chat_id is not None
    group = uow.staff_groups.by_chat(message.chat_id)
    until = group.next_send_at if group is not None else None
    if until is not None and real_now < until <= real_now + LONGEST_PACE:
        _put_back(uow, message, uow.now + (until - real_now))
        return None
    if message.rule in RULES:
        worded = _worded(uow, group, message)
        if worded is None:
            return None
        message = worded
    if group is not None:
        uow.staff_groups.pace(group, real_now + GROUP_PACE)
    return message


def post_sent(uow: UnitOfWork, message: OutboxMessage) -> None:
    """Telegram took it. Where no mail can tell anybody, the clocks of its cases start now."""
    uow.cause = f"group_post:{message.id}"
    for case, number in _told_of(uow, message):
        if not _mail_may_tell(uow, case.id, number):
            _told_in_group(uow, case.id, number)


def post_undelivered(uow: UnitOfWork, message: OutboxMessage) -> None:
    """It reached nobody, or nobody knows. Where no mail can tell anybody either, the cases step on."""
    uow.cause = f"group_post:{message.id}"
    for case, number in _told_of(uow, message):
        if not _mail_may_tell(uow, case.id, number):
            cases.notice_failed(uow, case.id, number)


def mail_failed(uow: UnitOfWork, notice: Notice) -> None:
    """No mail tells of this notice any more: what the group was told counts, or the case steps on."""
    assert notice.case_id is not None
    uow.cause = f"notice:{notice.id}"
    post = _post_about(uow, notice)
    if post is not None and post.state is OutboxState.SENT:
        _told_in_group(uow, notice.case_id, notice.number)
    elif post is None or post.state not in (OutboxState.QUEUED, OutboxState.CLAIMED):
        cases.notice_failed(uow, notice.case_id, notice.number)


def _post_about(uow: UnitOfWork, notice: Notice) -> OutboxMessage | None:
    group = uow.staff_groups.current_of(notice.office_id)
    if group is None or group.chat_id is None or notice.case_id is None:
        return None
    key = post_key(uow, group, notice.case_id, notice.number, notice.is_digest, notice.not_before)
    post = uow.group_posts.by_key(key)
    # A digest's line that left before the notice was asked for does not tell of it.
    is_too_old = (
        post is not None and post.ended_at is not None and post.ended_at < notice.created_at
    )
    return None if is_too_old else post


def _told_in_group(uow: UnitOfWork, case_id: int, number: int) -> None:
    """The notice counts as sent; its mails, which cannot leave, are no longer waited for."""
    for notice in uow.notices.of_case(case_id):
        if notice.number == number and notice.state in (NoticeState.QUEUED, NoticeState.FAILED):
            uow.notices.save(
                replace(
                    notice,
                    state=NoticeState.SENT,
                    reason="told_in_group",
                    sent_at=uow.now,
                    lease_until=None,
                )
            )
    cases.notice_sent(uow, case_id, number)


def _mail_may_tell(uow: UnitOfWork, case_id: int, number: int) -> bool:
    return staff_channels(uow).has_mail and any(
        notice.number == number and notice.state in HOPEFUL
        for notice in uow.notices.of_case(case_id)
    )


def _told_of(uow: UnitOfWork, message: OutboxMessage) -> Iterator[tuple[Case, int]]:
    """The cases a line tells of, with the numbers of the notices it stands for."""
    if message.rule == DIGEST:
        for case in _waiting(uow, message.office_id):
            if case.state is CaseState.OPEN and case.notified_at is None:
                yield case, case.step_notice
        return
    case_id, _, number = message.subject.partition(":")
    try:
        yield uow.cases.get(int(case_id)), int(number)
    except NotFound:  # erased meanwhile
        return


def _waiting(uow: UnitOfWork, office_id: int) -> list[Case]:
    """The digest's cases that wait for somebody: unread, or promised for a moment that has come."""
    return [
        case
        for case in uow.cases.open_of_office(office_id)
        if escalation_reason(case.reason).urgency is Urgency.DIGEST
        and (
            case.notice_not_before <= uow.now
            if case.state is CaseState.OPEN
            else case.next_at is not None and case.next_at <= uow.now
        )
    ]


def _worded(
    uow: UnitOfWork, group: StaffGroup | None, message: OutboxMessage
) -> OutboxMessage | None:
    """The line's words; without any it ends here, on record, and no case is told: claims do not wait."""
    words = None
    if group is not None:
        words = _digest(uow, message) if message.rule == DIGEST else _notice(uow, message)
    if words is not None:
        return uow.outbox.save(replace(message, body=dump_body(Body(words))))
    uow.outbox.save(
        replace(
            message,
            state=OutboxState.SUPERSEDED,
            reason="group_unlinked" if group is None else "no_longer_wanted",
            ended_at=uow.now,
            lease_until=None,
        )
    )
    return None


def _digest(uow: UnitOfWork, message: OutboxMessage) -> str | None:
    count = len(_waiting(uow, message.office_id))
    if count == 0:
        return None
    link = f"{staff_channels(uow).console_url}/cases"
    return _said(uow, uow.offices.get(message.office_id), "group.digest", link, count=count)


def _notice(uow: UnitOfWork, message: OutboxMessage) -> str | None:
    for case, number in _told_of(uow, message):
        requests = map(NoticeRequest.from_event, uow.cases.events_of(case.id))
        request = next(one for one in requests if one is not None and one.number == number)
        if not notice_still_wanted(case, request):
            return None
        office = uow.offices.get(case.office_id)
        act_by = moment_in_words(
            case.next_at or uow.now,
            now=uow.now,
            language=language_of(uow, office.id),
            calendar=calendar_of(uow, office.id),
        )
        return _said(
            uow,
            office,
            KEYS[request.what],
            f"{staff_channels(uow).console_url}/cases/{case.id}",
            count=1,
            reason=case.reason,
            number=reminder_number(uow, case.id, number),
            in_queue=request.staff_id is None,
            act_by=act_by,
        )
    return None


def _said(uow: UnitOfWork, office: Office, key: str, link: str, **values: object) -> str:
    """A text that fails costs its words, not the case: the link alone goes, and coordinators hear."""
    try:
        return group_words(uow, office, key, link=link, **values)
    except TextFailed as failure:
        tell_coordinators(uow, office.id, topic=f"notice:{key}", sentence=str(failure))
        return escape(link)


def _put_back(uow: UnitOfWork, message: OutboxMessage, not_before: datetime) -> None:
    uow.outbox.save(
        replace(
            message,
            state=OutboxState.QUEUED,
            not_before=not_before,
            lease_until=None,
            # One stays as the mark of what was put back: set by a wrong clock, that moment is mended.
            attempts=max(1, message.attempts - 1),
        )
    )
