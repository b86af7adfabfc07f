"""Moments and spans as the console says them: local, in words, near ones as today and yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.time_words import day_in_words, moment_in_words, time_in_words
from bot.domain.work_calendar import WorkCalendar
from bot.web.words import Words


@dataclass(frozen=True, slots=True)
class Moments:
    """Says moments as seen from `now` in the office's zone."""

    now: datetime
    calendar: WorkCalendar
    words: Words

    def moment(self, at: datetime) -> str:
        """ "i dag kl. 14.30", "i går kl. 09.00", "tirsdag 3. mars kl. 10.00"; a past year is named."""
        days = self._days_ahead(at)
        if days == -1:
            return self.words("time.yesterday_at", time=self.clock(at))
        if days in (0, 1) or self._is_this_year(at):
            return moment_in_words(
                at, now=self.now, language=self.words.language, calendar=self.calendar
            )
        return self.words("time.day_at", day=self.day(at), time=self.clock(at))

    def day(self, at: datetime) -> str:
        """ "i dag", "i går", "tirsdag 3. mars"."""
        near = {-1: "time.yesterday", 0: "time.today", 1: "time.tomorrow"}.get(self._days_ahead(at))
        return self.words(near) if near else self.date(at)

    def date(self, at: datetime) -> str:
        """ "tirsdag 3. mars", never "i dag"."""
        local = self.calendar.local(at)
        words = day_in_words(local.date(), language=self.words.language)
        return words if self._is_this_year(at) else f"{words} {local.year}"

    def clock(self, at: datetime) -> str:
        return time_in_words(at, language=self.words.language, calendar=self.calendar)

    def ago(self, at: datetime) -> str:
        """How long ago, roughly: "nå nettopp", "for 3 timer siden", "for 2 dager siden"."""
        span = self.now - at
        if span < timedelta(minutes=2):
            return self.words("time.just_now")
        if span < timedelta(hours=1):
            words = self.words.count("time.minutes", int(span.total_seconds() // 60))
        elif self._days_ahead(at) == 0 or span < timedelta(hours=12):
            words = self.words.count("time.hours", int(span.total_seconds() // 3600))
        else:
            words = self.words.count("time.days", max(1, -self._days_ahead(at)))
        return self.words("time.ago", span=words)

    def iso(self, at: datetime) -> str:
        """For the `datetime` attribute of <time>."""
        return at.isoformat(timespec="minutes")

    def form_date(self, at: datetime) -> str:
        """For <input type="date">."""
        return self.calendar.local(at).date().isoformat()

    def form_time(self, at: datetime) -> str:
        return self.calendar.local(at).strftime("%H:%M")

    def _days_ahead(self, at: datetime) -> int:
        return (self.calendar.local(at).date() - self.calendar.local(self.now).date()).days

    def _is_this_year(self, at: datetime) -> bool:
        return self.calendar.local(at).year == self.calendar.local(self.now).year
