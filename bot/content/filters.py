"""The filters that texts may use: their names, what each takes, and the functions per language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.content.filters_of_names import first_name, genitive, names
from bot.content.filters_of_numbers import money, number, plural
from bot.content.filters_of_time import date_long, day_and_month, time_of_day, weekday
from bot.content.filters_of_words import first_upper, lower, trim, upper
from bot.content.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class TextFilter:
    """One filter; `words` names what stands in its brackets, nothing for most.

    `function` takes the value, then the words; with `by_language` it is told `language` too. It
    answers with plain words, never with markup, so that what comes out is escaped like a value,
    and with "" for a value that is not there. A value it cannot read is an `UnreadableValue`.
    """

    function: Callable[..., str]
    words: tuple[str, ...] = ()
    by_language: bool = True


# Named in docs/content.md, each of them.
TEXT_FILTERS: Mapping[str, TextFilter] = {
    "date": TextFilter(day_and_month),
    "date_long": TextFilter(date_long),
    "first_name": TextFilter(first_name, by_language=False),
    "first_upper": TextFilter(first_upper, by_language=False),
    "genitive": TextFilter(genitive),
    "lower": TextFilter(lower, by_language=False),
    "money": TextFilter(money),
    "names": TextFilter(names),
    "number": TextFilter(number),
    "plural": TextFilter(plural, words=("one", "many")),
    "time": TextFilter(time_of_day),
    "trim": TextFilter(trim, by_language=False),
    "upper": TextFilter(upper, by_language=False),
    "weekday": TextFilter(weekday),
}


def filters_in(language: str) -> dict[str, Callable[..., Any]]:
    """Every filter by name, speaking `language`."""
    return {
        name: partial(known.function, language=language) if known.by_language else known.function
        for name, known in TEXT_FILTERS.items()
    }


FILTERS_BY_LANGUAGE: Mapping[str, dict[str, Callable[..., Any]]] = {
    language: filters_in(language) for language in LANGUAGES
}
