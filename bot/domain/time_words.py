"""Moments and days in the words people use, in bokmål, nynorsk and English."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date

from bot.domain.work_calendar import WorkCalendar

_TODAY = {"nb": "i dag", "nn": "i dag", "en": "today"}
_TOMORROW = {"nb": "i morgen", "nn": "i morgon", "en": "tomorrow"}
_AT = {"nb": "kl. {time}", "nn": "kl. {time}", "en": "at {time}"}
_DAY = {"nb": "EEEE d. MMMM", "nn": "EEEE d. MMMM", "en": "EEEE d MMMM"}
_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def time_in_words(at: datetime, *, language: str, calendar: WorkCalendar) -> str:
    """ "10.00" in Norwegian, "10:00" in English; local."""
    return wall_time_in_words(calendar.local(at).time(), language=language)


def wall_time_in_words(wall: time, *, language: str) -> str:
    return wall.strftime("%H:%M" if language == "en" else "%H.%M")


@lru_cache(maxsize=512)  # a whole course hears of one day
def day_in_words(day: date, *, language: str) -> str:
    """ "tirsdag 3. mars", "tysdag 3. mars", "Tuesday 3 March"."""
    return format_date(day, _DAY[language], locale=_LOCALES[language])


def session_day_in_words(at: datetime, *, language: str, calendar: WorkCalendar) -> str:
    return day_in_words(calendar.local(at).date(), language=language)


def moment_in_words(at: datetime, *, now: datetime, language: str, calendar: WorkCalendar) -> str:
    """ "i dag kl. 14.30", "i morgen kl. 08.00", "mandag 9. mars kl. 12.00"; local."""
    day = calendar.local(at).date()
    today = calendar.local(now).date()
    if day == today:
        words = _TODAY[language]
    elif day == today + timedelta(days=1):
        words = _TOMORROW[language]
    else:
        words = day_in_words(day, language=language)
    clock = _AT[language].format(time=time_in_words(at, language=language, calendar=calendar))
    return f"{words} {clock}"
