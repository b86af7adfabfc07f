"""Norway's public holidays, which move with Easter or stand still."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

# Month and day: New Year, Labour Day, Constitution Day, Christmas and the day after.
_STANDING = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
# Days from Easter Sunday: Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension Day,
# Whit Sunday and Monday.
_MOVING = (-3, -2, 0, 1, 39, 49, 50)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year.

    Source: docs/rules.md#working-calendar
    """
    # The library that knows every country's takes 4 MB in each process; a test compares with it.
    sunday = easter_sunday(year)
    moving = {sunday + timedelta(days=days) for days in _MOVING}
    return frozenset(moving | {date(year, month, day) for month, day in _STANDING})


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar."""
    return easter(year)
