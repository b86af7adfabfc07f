"""The words of the documents: the same keys in every language, and times as each writes them."""

from __future__ import annotations

import re

import pytest

from bot.documents.words import LANGUAGES, words_in
from bot.domain.cv_periods import period_from


def places_in(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_places(language: str) -> None:
    original, other = words_in("nb").texts, words_in(language).texts

    assert set(other) == set(original)
    assert [key for key in original if places_in(original[key]) != places_in(other[key])] == []
    assert all(other.values())
    assert len(words_in(language).months) == 12


@pytest.mark.parametrize(
    ("typed", "nb", "en"),
    [
        ("2019-2021", "2019–2021", "2019–2021"),
        ("aug 2020 til nå", "aug. 2020 – nå", "Aug 2020 – now"),
        ("03/2021", "mars 2021", "Mar 2021"),
        ("01.08.2021 - 31.12.2021", "aug.–des. 2021", "Aug–Dec 2021"),
        ("siden 2022", "2022 – nå", "2022 – now"),
        ("sidan 2022", "2022 – nå", "2022 – now"),
        ("2022 -", "2022 – nå", "2022 – now"),
        ("from May 2019 to June 2020", "mai 2019 – juni 2020", "May 2019 – June 2020"),
        ("2020 - 2020", "2020", "2020"),
        ("sommeren 2021", "sommeren 2021", "sommeren 2021"),
        ("", "", ""),
    ],
)
def test_times_are_written_as_the_language_writes_them(typed: str, nb: str, en: str) -> None:
    period = period_from(typed)

    assert words_in("nb").period(period) == nb
    assert words_in("en").period(period) == en
