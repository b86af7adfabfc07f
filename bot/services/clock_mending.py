"""What was written while the machine's clock was ahead: it must not wait for a time that is not now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.case_codes import Step
from bot.domain.case_commands import NoticeSent, TimeDue
from bot.domain.messages import Notice, OutboxMessage
from bot.services.cases import apply
from bot.services.outage import CLOCK_AHEAD
from bot.services.plan_mending import mend_plans
from bot.services.ports import UnitOfWork


def mend_what_is_ahead(uow: UnitOfWork) -> int:
    """Move into the present what was written in a time that is still to come; how many rows.

    Only while the clock is trusted. What was planned for later keeps its distance from the moment at
    which it was planned; what was put back after a failure goes at once, as any pause is short.
    """
    horizon = uow.now + CLOCK_AHEAD
    messages, notices = uow.outbox.ahead_of(horizon), uow.notices.ahead_of(horizon)
    for message in messages:
        uow.outbox.save(_message_now(message, uow.now))
    for notice in notices:
        uow.notices.save(_notice_now(notice, uow.now))
    waiting = _mend_silence(uow, horizon) + _mend_cases(uow, horizon) + mend_plans(uow)
    return len(messages) + len(notices) + waiting


def _message_now(message: OutboxMessage, now: datetime) -> OutboxMessage:
    if message.attempts > 0:
        return replace(message, created_at=min(message.created_at, now), not_before=now)
    ahead = message.created_at - now
    expires_at = message.expires_at - ahead if message.expires_at is not None else None
    return replace(
        message, created_at=now, not_before=message.not_before - ahead, expires_at=expires_at
    )


def _notice_now(notice: Notice, now: datetime) -> Notice:
    return replace(notice, created_at=now, not_before=notice.not_before - (notice.created_at - now))


def _mend_silence(uow: UnitOfWork, horizon: datetime) -> int:
    """Clocks of silence that began in the future."""
    count = 0
    for expectation in uow.expectations.all_open():
        if expectation.opened_at <= horizon:
            continue
        ahead = expectation.opened_at - uow.now
        next_at = expectation.next_at - ahead if expectation.next_at is not None else None
        uow.expectations.save(replace(expectation, opened_at=uow.now, next_at=next_at))
        count += 1
    return count


def _mend_cases(uow: UnitOfWork, horizon: datetime) -> int:
    """Cases whose step began when somebody was told, in the future, or that came to the queue then."""
    count = 0
    for office in uow.offices.all():
        for case in uow.cases.open_of_office(office.id):
            uow.cause = f"clock_mended:{case.id}"
            after = case
            if case.notified_at is not None and case.notified_at > horizon:
                after = apply(uow, case, NoticeSent(case.step_notice))
            elif case.step is Step.QUEUE and case.next_at is not None and case.next_at > horizon:
                # Does nothing unless it would repeat later than any that came there by now.
                after = apply(uow, case, TimeDue())
            count += after.version > case.version
    return count
