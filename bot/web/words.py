"""The console's own words, one YAML file per language; missing words are errors, never blanks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from bot.domain.people import LANGUAGES

FOLDER = Path(__file__).parent


class Words:
    """Words of one language by dotted key: `words("case.take")`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """Return the words at `key` with `values` put in. Raises KeyError for an unknown key."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def count(self, key: str, number: int, **values: object) -> str:
        """The words for one or for many: keys `<key>.one` and `<key>.many`."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", number=number, **values)

    def of_code(self, group: str, code: object, **values: object) -> str:
        """Words for a stored code; one that this release has no words for is shown as it is."""
        known = self.texts.get(f"{group}.{code}")
        if known is None:
            return str(code).replace("_", " ")
        return known.format(**values) if values else known

    def has(self, key: str) -> bool:
        return key in self.texts


@cache
def words_in(language: str) -> Words:
    """The words of a language; bokmål for one that the console does not speak."""
    known = language if language in LANGUAGES else "nb"
    loaded = yaml.safe_load((FOLDER / f"words_{known}.yaml").read_text("utf-8"))
    return Words(known, dict(_flat(loaded, "")))


def language_asked_for(accept_language: str) -> str:
    """The language of a browser nobody has signed in with: the first of ours it names."""
    for item in accept_language.split(","):
        code = item.split(";")[0].strip().lower().split("-")[0]
        if code in LANGUAGES:
            return code
        if code == "no":
            return "nb"
    return "nb"


def _flat(tree: Mapping[object, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value).strip()))
    return found
