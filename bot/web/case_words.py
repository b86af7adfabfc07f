"""A case in sentences: what is expected next, and what each happening was."""

from __future__ import annotations

from bot.domain.case_codes import CaseState, Step
from bot.domain.cases import Case
from bot.services.console_case import Happening
from bot.services.console_cases import CaseRow
from bot.web.moments import Moments


def expected_next(
    case: Case, *, owner: str, is_mine: bool, goes_to_deputy: bool, t: Moments
) -> str:
    """Who is expected to do what by when."""
    w = t.words
    who = w("case.you_act") if is_mine else owner
    whom = w("case.you_object") if is_mine else owner
    match case.state:
        case CaseState.OPEN if case.step is Step.QUEUE:
            return w("next.queue")
        case CaseState.OPEN if case.notified_at is None and case.notice_not_before > t.now:
            return w("next.notice", who=who, moment=t.moment(case.notice_not_before))
        case CaseState.OPEN if case.next_at is not None and case.next_at <= t.now:
            return w("next.overdue")
        case CaseState.OPEN:
            onward = "next.unread" if goes_to_deputy else "next.unread_queue"
            moment = t.moment(case.next_at) if case.next_at else ""
            return w(onward, whom=whom, moment=moment)
        case CaseState.ACKNOWLEDGED if case.act_by:
            return w("next.act", who=who, whom=whom, moment=t.moment(case.act_by))
        case CaseState.CONTACT_TRIED if case.next_try_at:
            return w("next.try", who=who, whom=whom, moment=t.moment(case.next_try_at))
        case CaseState.SNOOZED if case.snoozed_until:
            return w("next.rest", whom=whom, moment=t.moment(case.snoozed_until))
        case CaseState.CLOSED:
            return w("next.closed", moment=t.moment(case.closed_at or t.now))
        case _:
            return ""


def badge(case: Case, *, urgent: bool, promise_broken: bool) -> str:
    """The code of the one word that a case is marked with."""
    if case.state is not CaseState.OPEN:
        return case.state.value
    if urgent:
        return "urgent"
    return "overdue" if promise_broken else "open"


def row_badge(row: CaseRow, *, urgent: bool) -> str:
    return badge(row.case, urgent=urgent, promise_broken=row.promise_broken)


def told(happening: Happening, t: Moments) -> str:
    """One event as a sentence."""
    w = t.words
    codes = happening.codes
    key = f"event.{happening.kind}"
    if happening.kind in ("moved", "reopened") and w.has(f"{key}.{codes.get('why')}"):
        key = f"{key}.{codes['why']}"
    elif happening.kind == "closed" and not happening.actor:
        key = "event.closed_by_answer"
    elif happening.kind in ("moved", "reopened"):
        key = f"{key}.other"
    elif happening.kind in ("opened", "transferred") and not happening.owner_name:
        key = f"{key}_queue"
    if not w.has(key):
        return w.of_code("event", happening.kind)
    how = codes.get("contacted_how") or codes.get("how", "")
    return w(
        key,
        who=happening.actor,
        owner=happening.owner_name or w("case.queue"),
        moment=t.moment(happening.until) if happening.until else "",
        how=w.of_code("how", how) if how else "",
        result=w.of_code("result", codes.get("result", "")),
        outcome=w.of_code("outcome", codes.get("outcome", "")),
    )
