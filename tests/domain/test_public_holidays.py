"""Norway's public holidays, compared with a library that knows every country's."""

from datetime import date

import holidays
import pytest

from bot.domain.public_holidays import easter_sunday, public_holidays


def test_public_holidays_are_those_of_the_holidays_library() -> None:
    years = range(1948, 2101)  # as far as the library knows; 1 and 17 May came in 1947

    computed = {year: public_holidays(year) for year in years}

    assert computed == {
        year: frozenset(holidays.country_holidays("NO", years=year, expand=False)) for year in years
    }


@pytest.mark.parametrize(
    "easter",
    [
        pytest.param(date(1818, 3, 22), id="the earliest there can be"),
        pytest.param(date(1943, 4, 25), id="the latest there can be"),
        pytest.param(date(1954, 4, 18), id="the rule's second exception"),
        pytest.param(date(1981, 4, 19), id="the rule's first exception"),
        pytest.param(date(2026, 4, 5), id="an ordinary year"),
    ],
)
def test_easter_falls_where_the_church_says(easter: date) -> None:
    assert easter_sunday(easter.year) == easter
