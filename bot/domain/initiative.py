"""Whether the program may write to a participant on its own initiative now, later, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.people import Participant, ParticipantStatus
from bot.domain.work_calendar import WorkCalendar

# What is over, or begins, so soon after the morning is worth waking somebody for; the rest can wait.
WORTH_WAKING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Go:
    """Send now."""


@dataclass(frozen=True, slots=True)
class Later:
    """Try again at `at` (aware UTC); `reason` goes into the ledger."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class No:
    """Do not send this one at all; `reason` goes into the ledger."""

    reason: str


Verdict = Go | Later | No


def may_write(
    participant: Participant,
    now: datetime,
    *,
    calendar: WorkCalendar,
    wrote_today: bool,
    counts: bool = True,
) -> Verdict:
    """Judge a message of our own initiative (session reminders have their own, weaker rule).

    Args:
        wrote_today: The office's number of messages of our own initiative was reached on `now`'s local day.
        counts: Whether the one-a-day rule applies to this message.

    Source: docs/rules.md#one-message-a-day, #allowed-hours, #pause
    """
    if participant.status is not ParticipantStatus.ACTIVE:
        return No(f"participant_{participant.status.value}")
    if participant.is_paused(now):
        return No("paused")
    if participant.human_until is not None and participant.human_until > now:
        return Later(calendar.next_allowed(participant.human_until), "a_human_is_writing")
    if not calendar.is_allowed(now):
        return Later(calendar.next_allowed(now), "outside_allowed_hours")
    if counts and wrote_today:
        return Later(_tomorrow(participant, now, calendar), "one_message_a_day")
    return Go()


def may_remind(participant: Participant, now: datetime, *, calendar: WorkCalendar) -> Verdict:
    """Judge a session reminder: neither a pause nor the one-a-day rule holds it, quiet hours do."""
    if participant.status is not ParticipantStatus.ACTIVE:
        return No(f"participant_{participant.status.value}")
    if not calendar.is_allowed(now):
        return Later(calendar.next_allowed(now), "outside_allowed_hours")
    return Go()


def start_of_day(now: datetime, calendar: WorkCalendar) -> datetime:
    return calendar.instant(calendar.local(now).date(), time(0))


def _tomorrow(participant: Participant, now: datetime, calendar: WorkCalendar) -> datetime:
    day = calendar.local(now).date() + timedelta(days=1)
    hour = participant.preferred_hour
    return calendar.next_allowed(calendar.instant(day, time(hour if hour is not None else 0)))
