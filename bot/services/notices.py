"""Mails to staff: what is due becomes mails, digests are gathered, and results are recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.case_events import CaseEvent, CaseEventKind, NoticeRequest
from bot.domain.errors import TextFailed
from bot.domain.escalation import notice_still_wanted
from bot.domain.messages import Notice, NoticeState
from bot.domain.people import Staff
from bot.domain.time_words import moment_in_words
from bot.services import cases
from bot.services.case_notices import reminder_number
from bot.services.cases import staffing_changed
from bot.services.group_results import mail_failed
from bot.services.logins import LINK_KEEPS, new_login_link
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of

LEASE = timedelta(seconds=120)
MAX_BACKOFF = timedelta(minutes=10)
MAX_URGENT_BACKOFF = timedelta(seconds=60)  # somebody may be waiting for a human right now
BATCH = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, and the notices it delivers."""

    notice_ids: tuple[int, ...]
    to: str
    subject: str
    text: str


def claim_mails(uow: UnitOfWork, *, real_now: datetime, console_url: str) -> list[Mail]:
    """Claim the notices that are due and word them; a person's digest notices become one mail."""
    lease = real_now + LEASE
    # A claim that went unheard: what it took is ours.
    claimed = uow.notices.claimed_with(lease) if uow.may_be_done else []
    claimed = claimed or uow.notices.claim(now=uow.now, real_now=real_now, lease=lease, limit=BATCH)
    wanted = [notice for notice in claimed if _is_still_wanted(uow, notice)]
    groups: list[list[Notice]] = [[notice] for notice in wanted if not notice.is_digest]
    by_staff: dict[int, list[Notice]] = {}
    for notice in wanted:
        if notice.is_digest:
            by_staff.setdefault(notice.staff_id, []).append(notice)
    mails = []
    for notices in (*groups, *by_staff.values()):
        word = _digest if notices[0].is_digest else _single
        try:
            mails.append(word(uow, notices, console_url))
        except TextFailed as failure:
            _text_failed(uow, notices, failure)
    return mails


def _text_failed(uow: UnitOfWork, notices: Sequence[Notice], failure: TextFailed) -> None:
    """One text fails: all other mails go, its cases step on, and the coordinators are told."""
    for notice in notices:
        uow.notices.save(
            replace(notice, state=NoticeState.FAILED, reason="text_failed", lease_until=None)
        )
        if notice.case_id is not None:
            mail_failed(uow, notice)
    if notices[0].kind != "operations":
        tell_coordinators(
            uow, notices[0].office_id, topic=f"notice:{notices[0].kind}", sentence=str(failure)
        )


def mail_sent(uow: UnitOfWork, notice_ids: Sequence[int]) -> None:
    """It left our hands: the clocks of the cases it tells of start now."""
    for notice_id in notice_ids:
        notice = uow.notices.get(notice_id)
        if notice.state is not NoticeState.CLAIMED:
            continue
        uow.notices.save(
            replace(notice, state=NoticeState.SENT, sent_at=uow.now, lease_until=None, reason="")
        )
        staff = uow.staff.get(notice.staff_id)
        if staff.mail_failed_at is not None:
            uow.staff.save(replace(staff, mail_failed_at=None))
        if notice.case_id is not None:
            uow.cause = f"notice:{notice.id}"
            cases.notice_sent(uow, notice.case_id, notice.number)


def mail_delayed(
    uow: UnitOfWork, notice_ids: Sequence[int], *, reason: str, real_now: datetime
) -> None:
    """The mail server did not take it now: again a little later. The case itself waits for no mail."""
    for notice_id in notice_ids:
        notice = uow.notices.get(notice_id)
        if notice.state is NoticeState.CLAIMED:
            most = MAX_BACKOFF if notice.is_digest else MAX_URGENT_BACKOFF
            pause = min(timedelta(seconds=2.0 ** min(notice.attempts, 10)), most)
            uow.notices.save(
                replace(
                    notice, state=NoticeState.QUEUED, reason=reason, lease_until=real_now + pause
                )
            )


def mail_refused(uow: UnitOfWork, notice_ids: Sequence[int], *, reason: str) -> None:
    """The address does not work: the case steps on at once, and the person has no channel any more."""
    for notice_id in notice_ids:
        notice = uow.notices.get(notice_id)
        if notice.state is not NoticeState.CLAIMED:
            continue
        uow.notices.save(replace(notice, state=NoticeState.FAILED, reason=reason, lease_until=None))
        staff = uow.staff.get(notice.staff_id)
        if staff.mail_failed_at is None:
            uow.staff.save(replace(staff, mail_failed_at=uow.now))
            staffing_changed(uow, staff.office_id)
        if notice.case_id is not None and not _others_have_it(uow, notice):
            mail_failed(uow, notice)


def recover_notices(uow: UnitOfWork, *, real_now: datetime, everything: bool) -> int:
    """A mailer died in the middle: a mail may come twice, an escalation may not be missed."""
    horizon = real_now + timedelta(days=365) if everything else real_now
    found = uow.notices.with_lease_over(horizon)
    for notice in found:
        uow.notices.save(replace(notice, state=NoticeState.QUEUED, lease_until=None))
    return len(found)


def _others_have_it(uow: UnitOfWork, failed: Notice) -> bool:
    """A notice to the team queue goes to several; it failed only when it reached nobody."""
    assert failed.case_id is not None
    hopeful = (NoticeState.SENT, NoticeState.QUEUED, NoticeState.CLAIMED)
    return any(
        other.number == failed.number and other.id != failed.id and other.state in hopeful
        for other in uow.notices.of_case(failed.case_id)
    )


def _is_still_wanted(uow: UnitOfWork, notice: Notice) -> bool:
    """Judged at the last moment: a case taken meanwhile needs no mail that it is new."""
    if notice.case_id is None:
        return True
    case = uow.cases.get(notice.case_id)
    asked = CaseEvent(
        CaseEventKind.NOTICE_NEEDED, notice.created_at, "system", 0, notice.context or {}
    )
    request = NoticeRequest.from_event(asked)
    assert request is not None
    if notice_still_wanted(case, request):
        return True
    uow.notices.save(
        replace(notice, state=NoticeState.OBSOLETE, reason="no_longer_wanted", lease_until=None)
    )
    return False


def _single(uow: UnitOfWork, notices: Sequence[Notice], console_url: str) -> Mail:
    notice = notices[0]
    staff = uow.staff.get(notice.staff_id)
    return _worded(uow, staff, notice.kind, _values(uow, notice, staff, console_url), (notice.id,))


def _digest(uow: UnitOfWork, notices: Sequence[Notice], console_url: str) -> Mail:
    staff = uow.staff.get(notices[0].staff_id)
    ids = tuple(notice.id for notice in notices)
    about_cases = {notice.case_id for notice in notices if notice.case_id is not None}
    if about_cases:
        values: dict[str, object] = {"count": len(about_cases), "link": f"{console_url}/cases"}
        return _worded(uow, staff, "digest", values, ids)
    people = {notice.participant_id for notice in notices}
    one = next(iter(people)) if len(people) == 1 else None
    link = f"{console_url}/participants/{one}" if one else f"{console_url}/cases"
    return _worded(uow, staff, "new_text", {"count": len(people), "link": link}, ids)


def _values(uow: UnitOfWork, notice: Notice, staff: Staff, console_url: str) -> dict[str, object]:
    values: dict[str, object] = {"count": 1, **(notice.context or {})}
    if notice.case_id is not None:
        case = uow.cases.get(notice.case_id)
        values["number"] = reminder_number(uow, notice.case_id, notice.number)
        act_by = case.next_at or uow.now
        values["reason"] = case.reason
        values["link"] = f"{console_url}/cases/{case.id}"
        values["act_by"] = moment_in_words(
            act_by,
            now=uow.now,
            language=staff.language,
            calendar=calendar_of(uow, staff.office_id),
        )
    elif notice.kind == "login":
        values["link"] = f"{console_url}/login/{new_login_link(uow, staff, keeps=LINK_KEEPS)}"
    elif notice.participant_id is not None:
        values["link"] = f"{console_url}/participants/{notice.participant_id}"
    else:
        values["link"] = f"{console_url}/cases"
    return values


def _worded(
    uow: UnitOfWork, staff: Staff, kind: str, values: dict[str, object], ids: tuple[int, ...]
) -> Mail:
    office = uow.offices.get(staff.office_id)
    pack = uow.pack(office.id)
    context = {**values, "office": {"name": office.name}, "staff": {"first_name": staff.first_name}}
    return Mail(
        ids,
        staff.email,
        pack.notice(f"{kind}.subject", staff.language, context),
        pack.notice(f"{kind}.body", staff.language, context),
    )
