"""Asks the rules whether to write to a participant now, and records what was held back."""

from __future__ import annotations

from bot.domain.initiative import Go, Later, No, Verdict, may_write, start_of_day
from bot.domain.people import Participant
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of, hold_back, unreachable_because

COURSE = "module"  # how the rules of lessons and of their offers begin


def judge_initiative(
    uow: UnitOfWork,
    participant: Participant,
    *,
    rule: str,
    subject: str,
    key: str,
    counts: bool = True,
) -> Verdict:
    """Go, or why not; a Later or No is on the participant's page at once.

    Args:
        key: The unique key the message would have; the record of holding it back is keyed beside it.
    """
    unreachable = unreachable_because(uow, participant)
    if unreachable:
        verdict: Verdict = No(unreachable)
        record_verdict(uow, participant, verdict, rule=rule, subject=subject, key=key)
        return verdict
    calendar = calendar_of(uow, participant.office_id)
    bound = None if calendar.hours.is_round_the_clock else calendar.hours.messages_per_day
    wrote_today = False
    if bound is not None:
        today = start_of_day(uow.now, calendar)
        # A lesson that came first must not hold back a check-in or a word after a missed session.
        begun = uow.outbox.initiatives_since(
            participant.id, today, besides_course=not rule.startswith(COURSE)
        )
        wrote_today = begun >= bound
    verdict = may_write(
        participant, uow.now, calendar=calendar, wrote_today=wrote_today, counts=counts
    )
    record_verdict(uow, participant, verdict, rule=rule, subject=subject, key=key)
    return verdict


def record_verdict(
    uow: UnitOfWork,
    participant: Participant,
    verdict: Verdict,
    *,
    rule: str,
    subject: str,
    key: str,
) -> None:
    """Put a Later or No into the ledger; a Go leaves its own row when the message is queued."""
    match verdict:
        case Go():
            pass
        case Later(at=at, reason=reason):
            held = f"{key}:later:{at:%Y%m%dT%H%M%S}"
            words = f"{reason}_until:{at:%Y-%m-%dT%H:%MZ}"
            hold_back(uow, participant, rule=rule, subject=subject, key=held, reason=words)
        case No(reason=reason):
            hold_back(uow, participant, rule=rule, subject=subject, key=f"{key}:no", reason=reason)
