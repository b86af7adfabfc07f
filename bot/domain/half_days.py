"""Half days that many Norwegian offices keep, for an office to adopt as exceptions."""

from __future__ import annotations

from datetime import date, time, timedelta

import holidays

from bot.domain.office_hours import HoursOfDay


def suggested_exceptions(year: int) -> dict[date, HoursOfDay]:
    """Half days that many Norwegian offices keep, 08:00-12:00, for an office to adopt.

    Wednesday before Easter, 24 and 31 December, where they fall on Monday to Friday: an exception
    on a Saturday would open the office. Nothing applies them by itself.

    Source: docs/rules.md#working-calendar
    """
    maundy_thursday = holidays.country_holidays("NO", years=year, language="en_US").get_named(
        "Maundy Thursday"
    )[0]
    days = (maundy_thursday - timedelta(days=1), date(year, 12, 24), date(year, 12, 31))
    half_day = HoursOfDay(time(8), time(12))
    return {day: half_day for day in days if day.weekday() < 5}
