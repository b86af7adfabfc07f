"""The words of the documents themselves, one YAML file per language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from babel.dates import format_date

from bot.documents.reading_direction import reads_from_the_right
from bot.domain.cv import Cv, Period
from bot.domain.cv_periods import moment_of

LANGUAGES = ("nb", "nn", "en")
_FOLDER = Path(__file__).parent
_LONGEST_TOWN = 30
_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_CLASSES_OF_LICENCE = re.compile(r"[A-Z]{1,2}\d?E?(?:(?:,| og | and |\s)+[A-Z]{1,2}\d?E?)*")


class DocumentWords:
    """Words of one language by dotted key, and times as that language writes them."""

    def __init__(self, language: str, texts: Mapping[str, str], months: tuple[str, ...]) -> None:
        self.language = language
        self.texts = texts
        self.months = months

    def __call__(self, key: str, **values: object) -> str:
        """Return the words at `key` with `values` put in. Raises KeyError for an unknown key."""
        text = self.texts[key]
        return text.format(**values) if values else text

    @property
    def tag(self) -> str:
        """The language as Word and PDF name it: "nb-NO", "nn-NO", "en-GB"."""
        return _LOCALES[self.language].replace("_", "-")

    def count(self, key: str, number: int) -> str:
        return self(f"{key}.{'one' if number == 1 else 'many'}", number=number)

    def period(self, period: Period) -> str:
        """ "2019–2021", "aug. 2021 – nå", or what was typed."""
        start, end = self._moment(period.start), self._moment(period.end)
        if period.ongoing:
            end = self("now")
        if not start:
            return "" if period.ongoing else end
        if not end or start == end:
            return start
        if len(start) > 4 and start[-5:] == end[-5:] and moment_of(period.end):
            start = start[:-5]  # "jan.–juni 2023"
        # Years alone stand close; where a part has a space in it the dash has spaces too.
        dash = " – " if " " in start or period.ongoing else "–"
        return f"{start}{dash}{end}"

    def level(self, level: str) -> str:
        return self.texts.get(f"levels.{level}", level)

    def driving_licence(self, typed: str) -> str:
        """ "B" becomes "Klasse B"; other words stand as they are."""
        return self("class", of=typed) if _CLASSES_OF_LICENCE.fullmatch(typed) else typed

    def references_of(self, cv: Cv) -> str:
        """The person's own line, else that references can be given, else nothing."""
        if cv.references or not cv.offers_references:
            return cv.references
        return self("references_on_request")

    def day(self, on: date) -> str:
        return format_date(on, "long", locale=_LOCALES[self.language])

    def day_and_town(self, on: date, town: str) -> str:
        """ "Røros, 22. november 2026"; the day alone where the town would crowd or turn it."""
        if not town or len(town) > _LONGEST_TOWN or reads_from_the_right(town):
            return self.day(on)
        return f"{town}, {self.day(on)}"

    def _moment(self, text: str) -> str:
        moment = moment_of(text)
        if moment is None:
            return text
        year, month = moment
        return f"{self.months[month - 1]} {year}" if month else str(year)


@cache
def words_in(language: str) -> DocumentWords:
    """The words of a language; bokmål for one that we do not write."""
    known = language if language in LANGUAGES else "nb"
    loaded = yaml.safe_load((_FOLDER / f"words_{known}.yaml").read_text("utf-8"))
    months = tuple(loaded.pop("months"))
    return DocumentWords(known, dict(_flat(loaded, "")), months)


def _flat(tree: Mapping[object, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value).strip()))
    return found
