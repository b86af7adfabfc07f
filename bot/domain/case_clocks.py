"""When a case's notices may go, when its steps run out, and when its queue repeats."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.domain.case_codes import Step
from bot.domain.cases import Case, Ladder
from bot.domain.durations import Duration, Unit
from bot.domain.escalation_reasons import EscalationReason, Urgency
from bot.domain.work_calendar import WorkCalendar

# A sweep or a mail that comes this little late counts as having come when it should. Without it
# the digest of 09:00:05 would end its working day at 09:00:05 and miss the next digest by five
# seconds, so that every step took two days.
ON_TIME_WITHIN = timedelta(hours=1)


def wait_of(ladder: Ladder, step: Step) -> Duration:
    """How long a case waits unread on a step; the queue repeats every working day."""
    waits = {Step.OWNER: ladder.times.owner, Step.DEPUTY: ladder.times.deputy}
    return waits.get(step, Duration(1, Unit.WORKING_DAYS))


def notice_not_before(
    reason: EscalationReason,
    *,
    now: datetime,
    due_at: datetime | None,
    repeats: bool,
    calendar: WorkCalendar,
) -> datetime:
    """Return the earliest moment a notice may be sent.

    A digest notice goes with the owner's next digest, counted from `due_at` (when the clock that
    caused it ran out) if that was just now; so it may lie a little in the past. What is urgent
    goes at once, but a repetition waits for somebody to be there.
    """
    if reason.urgency is Urgency.DIGEST:
        just_now = due_at is not None and timedelta(0) <= now - due_at <= ON_TIME_WITHIN
        return calendar.next_digest(due_at if just_now and due_at is not None else now)
    return calendar.next_staffed(now) if repeats else now


def look_again_at(
    ladder: Ladder, step: Step, *, now: datetime, not_before: datetime, calendar: WorkCalendar
) -> datetime:
    """Return when to look at a step whose notice is not sent yet; always after `now`.

    The step's own clock starts only when the notice is sent. Should that never be reported, the
    case is looked at when the wait would be over had the notice gone at `not_before`, and an hour
    from now at the earliest: a notice unsent for a whole wait counts as undeliverable. The queue
    repeats at the start of the next working day whether or not its notice went out.
    """
    begins = max(now, not_before)
    if step is Step.QUEUE:
        return _next_working_day(begins, calendar)
    return max(calendar.add(begins, wait_of(ladder, step)), now + ON_TIME_WITHIN)


def step_ends_at(
    case: Case, reason: EscalationReason, *, sent_at: datetime, calendar: WorkCalendar
) -> datetime:
    """Return when the step is over whose notice was sent at `sent_at`.

    A digest of 09:00 starts its clock at 09:00, though its mails take a while to leave.
    """
    if case.step is Step.QUEUE and case.next_at is not None:
        # Placed by a clock that was ahead, it would repeat too late.
        return min(case.next_at, _next_working_day(sent_at, calendar))
    wait = wait_of(case.ladder, case.step)
    late_by = sent_at - case.notice_not_before
    if reason.urgency is Urgency.DIGEST and timedelta(0) <= late_by <= ON_TIME_WITHIN:
        ends_at = calendar.add(case.notice_not_before, wait)
        if ends_at > sent_at:
            return ends_at
    return calendar.add(sent_at, wait)


def is_ahead(
    case: Case, reason: EscalationReason, *, now: datetime, calendar: WorkCalendar
) -> bool:
    """Whether a case in the queue would repeat later than any could that came there by now."""
    if case.step is not Step.QUEUE or case.next_at is None:
        return False
    not_before = notice_not_before(reason, now=now, due_at=None, repeats=True, calendar=calendar)
    return case.next_at > look_again_at(
        case.ladder, case.step, now=now, not_before=not_before, calendar=calendar
    )


def _next_working_day(at: datetime, calendar: WorkCalendar) -> datetime:
    """The local midnight that begins the next working day: before any digest of that day.

    Adding a working day's length instead would skip a day after every short one.
    """
    tomorrow = calendar.local(at).date() + timedelta(days=1)
    opens = calendar.next_staffed(calendar.instant(tomorrow, time(0)))
    return calendar.instant(calendar.local(opens).date(), time(0))
