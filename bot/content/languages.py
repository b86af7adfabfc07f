"""The languages of a pack, and what stands in when one lacks a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

LANGUAGES = ("nb", "nn", "en")
ORIGINAL = "nb"
# Nynorsk readers read bokmål, so a missing nynorsk text is worth a warning; others are errors.
MAY_FALL_BACK = frozenset({"nn"})

T = TypeVar("T")


def in_language(texts: Mapping[str, T], language: str) -> T | None:
    """The text in `language`, else the original: late or plain words beat none."""
    found = texts.get(language)
    return texts.get(ORIGINAL) if found is None else found
