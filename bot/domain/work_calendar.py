"""An office's calendar: local time, staffed and allowed hours, and arithmetic in working time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.durations import Duration, Unit
from bot.domain.errors import NaiveDatetime, RuleBroken
from bot.domain.office_hours import HoursOfDay, OfficeHours

__all__ = ["HoursOfDay", "OfficeHours", "WorkCalendar", "aware_utc"]

_ONE_DAY = timedelta(days=1)
_MOST_IDLE_DAYS = 60  # an office closed for longer has a mistake in its settings

# How long before closing a message moved back into allowed hours falls. At the closing edge itself
# the sender would already hold it, and a whole cohort's messages take minutes to go out.
# Source: docs/rules.md#reminders
CLOSING_MARGIN = timedelta(minutes=15)

Window = tuple[datetime, datetime]  # half-open, aware UTC


def aware_utc(at: datetime) -> datetime:
    """Return `at` in UTC, so that differences are elapsed time whatever the clocks do.

    Raises:
        NaiveDatetime: `at` has no zone.
    """
    if at.utcoffset() is None:
        raise NaiveDatetime(f"The moment {at.isoformat()} has no zone: give an aware datetime.")
    return at.astimezone(UTC)


class WorkCalendar:
    """Answers questions about one office's time.

    Moments may come in any zone and are given back as aware UTC. Windows are half-open: at 15:30
    an office staffed 08:00-15:30 is closed. They are measured in elapsed time, so a night watch
    works 9 hours instead of 8 when the clocks go back.

    Raises:
        NaiveDatetime: From every method that is given a moment without a zone.
        RuleBroken: From methods that look for staffed time, when 60 days hold none.

    Source: docs/rules.md#working-calendar
    """

    def __init__(self, hours: OfficeHours) -> None:
        self.hours = hours
        self._zone = hours.zone
        # Asked again and again for the same days.
        self._staffed: dict[date, Window | None] = {}
        self._allowed: dict[date, Window | None] = {}

    def local(self, at: datetime) -> datetime:
        """Return `at` on the office's wall clock."""
        return aware_utc(at).astimezone(self._zone)

    def instant(self, day: date, wall: time) -> datetime:
        """Return the moment the office's clock shows `wall` on `day`.

        A time the clocks skip (02:30 on the last Sunday of March) shifts forward by what was
        skipped (03:30); of a time they show twice it is the first.
        """
        naive = datetime.combine(day, wall.replace(tzinfo=None, fold=0))
        return naive.replace(tzinfo=self._zone).astimezone(UTC)

    # --- staffed hours ---------------------------------------------------------------------------

    @property
    def working_day_length(self) -> timedelta:
        """One working day: as long as an ordinary staffed day."""
        return self.hours.staffed.length

    def is_working_day(self, day: date) -> bool:
        return self.hours.staffed_on(day) is not None

    def is_staffed(self, at: datetime) -> bool:
        moment = aware_utc(at)
        today = self.local(moment).date()
        near = (self._staffed_window(today + shift * _ONE_DAY) for shift in (-1, 0, 1))
        return any(window[0] <= moment < window[1] for window in near if window)

    def next_staffed(self, at: datetime) -> datetime:
        """Return `at` itself when staffed, otherwise the next opening."""
        moment = aware_utc(at)
        opens, _ = next(self._staffed_windows(moment))
        return max(opens, moment)

    def add(self, at: datetime, duration: Duration) -> datetime:
        """Return `at` plus `duration`.

        Working units count staffed time only (`add_working_time`). Seconds, minutes and hours are
        elapsed time. Days and weeks keep the wall clock, also across a clock change.
        """
        moment = aware_utc(at)
        match duration.unit:
            case Unit.WORKING_HOURS:
                return self.add_working_time(moment, duration.amount * timedelta(hours=1))
            case Unit.WORKING_DAYS:
                return self.add_working_time(moment, duration.amount * self.working_day_length)
            case Unit.DAYS | Unit.WEEKS:
                return self._move_days(moment, duration.elapsed.days)
            case _:
                return moment + duration.elapsed

    def take_away(self, at: datetime, duration: Duration) -> datetime:
        """Return `at` minus `duration`; days and weeks keep the wall clock.

        Raises:
            RuleBroken: `duration` is working time, which is only counted forwards.
        """
        moment = aware_utc(at)
        if duration.unit in {Unit.DAYS, Unit.WEEKS}:
            return self._move_days(moment, -duration.elapsed.days)
        return moment - duration.elapsed

    def add_working_time(self, at: datetime, span: timedelta) -> datetime:
        """Return the staffed moment at which `span` of staffed time has passed since `at`.

        Counting starts at `next_staffed(at)`. The answer is always a moment somebody is there: time
        that runs out at closing ends at the next opening, so that 7 h 30 min after Monday 08:00 is
        Tuesday 08:00 and one working day keeps the wall clock over ordinary days. (Were it Monday
        15:30, adding nothing to it would move it to Tuesday, and adding in two parts would differ
        from adding at once.) Nothing added gives `next_staffed(at)`.

        Raises:
            RuleBroken: `span` is negative, or 60 days hold no staffed time.
        """
        moment = aware_utc(at)
        if span < timedelta(0):
            raise RuleBroken("Working time is only counted forwards: give a span of 0 or more.")
        left = span
        for opens, closes in self._staffed_windows(moment):
            start = max(opens, moment)
            if left < closes - start:
                return start + left
            left -= closes - start
        raise AssertionError("the windows of an office never end")  # pragma: no cover

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """Return the staffed time from `a` to `b`, exact; negative when `b` comes first."""
        start, end = aware_utc(a), aware_utc(b)
        if end < start:
            return -self.working_time_between(end, start)
        total = timedelta(0)
        day = self.local(start).date() - _ONE_DAY
        last = self.local(end).date() + _ONE_DAY
        while day <= last:
            window = self._staffed_window(day)
            if window:
                total += max(min(window[1], end) - max(window[0], start), timedelta(0))
            day += _ONE_DAY
        return total

    def working_minutes_between(self, a: datetime, b: datetime) -> float:
        """Return `working_time_between` in minutes; seconds show as a fraction."""
        return self.working_time_between(a, b) / timedelta(minutes=1)

    # --- allowed hours ---------------------------------------------------------------------------

    def is_allowed(self, at: datetime) -> bool:
        """Whether we may write to a participant of our own accord; every day counts alike."""
        moment = aware_utc(at)
        return any(opens <= moment < closes for opens, closes in self._allowed_windows(moment))

    def next_allowed(self, at: datetime) -> datetime:
        """Return `at` itself when allowed, otherwise when allowed hours next begin."""
        moment = aware_utc(at)
        return next(
            max(opens, moment) for opens, closes in self._allowed_windows(moment) if closes > moment
        )

    def last_allowed(self, at: datetime) -> datetime:
        """Return `at` itself when allowed, otherwise a quarter of an hour before they last ended.

        Shorter allowed hours than that give their beginning.
        """
        moment = aware_utc(at)
        begun = [window for window in self._allowed_windows(moment) if window[0] <= moment]
        opens, closes = begun[-1]
        return moment if moment < closes else max(opens, closes - CLOSING_MARGIN)

    def next_digest(self, at: datetime) -> datetime:
        """Return the first `digest_at` of a working day at or after `at`; `at` when there is none.

        An office that is there round the clock has no morning to gather for: `at` too.

        Source: docs/rules.md#staffed-hours
        """
        moment = aware_utc(at)
        if self.hours.digest_at is None or self.hours.is_round_the_clock:
            return moment
        today = self.local(moment).date()
        for ahead in range(_MOST_IDLE_DAYS + 1):
            day = today + ahead * _ONE_DAY
            digest = self.instant(day, self.hours.digest_at)
            if digest >= moment and self.is_working_day(day):
                return digest
        raise _never_staffed(moment)

    # --- inside ----------------------------------------------------------------------------------

    def _move_days(self, moment: datetime, days: int) -> datetime:
        if days == 0:  # also the second of two equal wall-clock times stays what it is
            return moment
        here = self.local(moment)
        return self.instant(here.date() + days * _ONE_DAY, here.time())

    def _window(self, day: date, hours: HoursOfDay) -> Window | None:
        opens = self.instant(day, hours.opens)
        if hours.closes is None:
            closes = self.instant(day + _ONE_DAY, time(0))
        else:
            closes = self.instant(day, hours.closes)
        # Hours that open inside the skipped hour of March may have nothing left that day.
        return (opens, closes) if opens < closes else None

    def _staffed_window(self, day: date) -> Window | None:
        if day not in self._staffed:
            hours = self.hours.staffed_on(day)
            self._staffed[day] = self._window(day, hours) if hours else None
        return self._staffed[day]

    def _staffed_windows(self, moment: datetime) -> Iterator[Window]:
        """The staffed windows that end after `moment`, in order and without end."""
        # From the day before: some zones change their clocks at midnight, back into yesterday.
        day = self.local(moment).date() - _ONE_DAY
        idle_days = -1
        while idle_days <= _MOST_IDLE_DAYS:
            window = self._staffed_window(day)
            if window and window[1] > moment:
                yield window
                idle_days = 0
            else:
                idle_days += 1
            day += _ONE_DAY
        raise _never_staffed(day)

    def _allowed_windows(self, moment: datetime) -> list[Window]:
        """Those of the days around `moment`, in order."""
        today = self.local(moment).date()
        # Two days each way: one of them may be empty where the clocks skip an hour.
        near = (self._allowed_window(today + ahead * _ONE_DAY) for ahead in _NEAR)
        return [window for window in near if window]

    def _allowed_window(self, day: date) -> Window | None:
        if day not in self._allowed:
            self._allowed[day] = self._window(day, self.hours.allowed)
        return self._allowed[day]


_NEAR = range(-2, 3)


def _never_staffed(day: date) -> RuleBroken:
    return RuleBroken(
        f"The office has no staffed time in the {_MOST_IDLE_DAYS} days around {day:%Y-%m-%d}: "
        'set its working days and staffed hours with "tettpa office set".'
    )
