"""Half days that many Norwegian offices keep, for an office to adopt as exceptions."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.domain.office_hours import HoursOfDay
from bot.domain.public_holidays import easter_sunday


def suggested_exceptions(year: int) -> dict[date, HoursOfDay]:
    """Half days that many Norwegian offices keep, 08:00-12:00, for an office to adopt.

    Wednesday before Easter, 24 and 31 December, where they fall on Monday to Friday: an exception
    on a Saturday would open the office. Nothing applies them by itself.

    Source: docs/rules.md#working-calendar
    """
    days = (easter_sunday(year) - timedelta(days=4), date(year, 12, 24), date(year, 12, 31))
    half_day = HoursOfDay(time(8), time(12))
    return {day: half_day for day in days if day.weekday() < 5}
