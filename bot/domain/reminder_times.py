"""When participants are reminded of a programme session, and when weekly things fall due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bot.domain.errors import RuleBroken
from bot.domain.programme import ReminderRule
from bot.domain.work_calendar import WorkCalendar, aware_utc


def reminder_due_at(
    rule: ReminderRule, starts_at: datetime, *, calendar: WorkCalendar, merges: bool = False
) -> datetime | None:
    """Return when to remind participants of a programme session.

    Outside allowed hours it moves back into them: a reminder may come early, never late.

    Args:
        rule: `days_before` and `at_time` is that wall time, that many local dates earlier; `lead`
            is elapsed time before the start (days and weeks keep the wall clock).
        starts_at: Aware, any zone.
        merges: Another reminder goes out the evening before, so a `lead` reminder that would fall
            before allowed hours begin is left out instead of coming the evening before as well.

    Returns:
        An aware UTC datetime, or None when no reminder is sent: merged, or it would fall when the
        programme session has begun.

    Raises:
        NaiveDatetime: `starts_at` has no zone.
        RuleBroken: The rule is of neither kind, of both, or its lead is working time.

    Source: docs/rules.md#reminders
    """
    starts_at = aware_utc(starts_at)
    if rule.lead is not None and rule.days_before is None and rule.at_time is None:
        wished_at = calendar.take_away(starts_at, rule.lead)
        if merges and _is_before_opening(wished_at, calendar):
            return None
    elif rule.lead is None and rule.days_before is not None and rule.at_time is not None:
        day = calendar.local(starts_at).date() - timedelta(days=rule.days_before)
        wished_at = calendar.instant(day, rule.at_time)
    else:
        raise RuleBroken(
            f'Reminder "{rule.key}" needs either days_before and at_time, or lead alone.'
        )
    due_at = calendar.last_allowed(wished_at)
    return due_at if due_at < starts_at else None


def merges_into_evening(rule: ReminderRule, rules: Iterable[ReminderRule]) -> bool:
    """Whether another of `rules` reminds on the day before (give the answer as `merges`).

    One that came a week before is no reason to say nothing at the end.
    """
    return any(other.key != rule.key and other.days_before == 1 for other in rules)


def reminder_revision(starts_at: datetime, calendar: WorkCalendar) -> str:
    """Return the schedule revision that reminders of this start carry in their unique keys.

    The local date and wall time, such as "2026-03-03T10:00": two different starts never share one,
    so a programme session moved within its day gets its new reminders and the old are superseded.
    """
    here = calendar.local(starts_at)
    whole_minute = here.second == 0 and here.microsecond == 0
    words = here.replace(tzinfo=None).isoformat(timespec="minutes" if whole_minute else "auto")
    # In October one hour comes twice; the second time round needs a name of its own.
    return f"{words} again" if here.fold else words


def next_weekly(weekday: int, at_time: time, after: datetime, calendar: WorkCalendar) -> datetime:
    """Return the first `at_time` on a `weekday` (Monday is 0) strictly after `after`, aware UTC.

    Raises:
        NaiveDatetime: `after` has no zone.
        RuleBroken: `weekday` is not 0 to 6.
    """
    if not 0 <= weekday <= 6:
        raise RuleBroken(f"A weekday is 0 (Monday) to 6 (Sunday), not {weekday}.")
    here = calendar.local(after)
    day = here.date() + timedelta(days=(weekday - here.weekday()) % 7)
    due_at = calendar.instant(day, at_time)
    if due_at <= aware_utc(after):
        due_at = calendar.instant(day + timedelta(days=7), at_time)
    return due_at


def _is_before_opening(at: datetime, calendar: WorkCalendar) -> bool:
    opens_at = calendar.instant(calendar.local(at).date(), calendar.hours.allowed.opens)
    return at < opens_at
