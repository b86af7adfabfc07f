"""Filters for the names of people and things."""

from __future__ import annotations

import re
import unicodedata

from babel.lists import format_list

from bot.content.filters_reading import LOCALES, UnreadableValue, is_nothing, words_in

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_BETWEEN = re.compile(r"[\n,;]")
_BULLET = "\N{BULLET}"
_PARTS_OF_A_NAME = re.compile(r"[^\W\d_]+")
# Marks that turn the reading direction of whatever follows them.
_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
# Written with an s at the end, or what sounds like one.
_ENDS_IN_S = frozenset("sxz")


def names(value: object, *, language: str) -> str:
    """ "Ada, Bo og Cem", "Ada, Bo and Cem": of a list, or of words with commas or lines between."""
    if is_nothing(value):
        return ""
    if isinstance(value, str):
        parts = _BETWEEN.split(value)
    elif isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        parts = list(value)
    else:
        raise UnreadableValue("names")
    given = [kept for part in parts if (kept := part.strip().removeprefix(_BULLET).strip())]
    return str(format_list(given, style="standard", locale=LOCALES[language]))


def genitive(value: object, *, language: str) -> str:
    """ "Adas", "Hans’", "Max’" in Norwegian; "Ada’s", "Hans’s" in English.

    Norwegian adds s without an apostrophe, and the apostrophe alone after s, x and z, in writing:
    a silent s counts ("Louis’"). Nynorsk writes it the same way where it does not say "til Ada".
    English here adds ’s to every name, as British publishers mostly do.

    Source: https://ntbsprak.com/genitiv/
    """
    if is_nothing(value):
        return ""
    name = words_in(value, name="genitive").strip()
    if language == "en":
        return f"{name}{_APOSTROPHE}s"
    return f"{name}{_APOSTROPHE}" if _last_letter(name) in _ENDS_IN_S else f"{name}s"


def first_name(value: object) -> str:
    """The first of a person's names, tidied: "AMINA eksempel" is "Amina", "anne-lise" "Anne-Lise".

    Small and capital letters mixed are how the person spells it ("McKay") and stay. A name in
    several words is taken to be given name and surname, which is wrong for "Anne Lise".
    """
    if is_nothing(value):
        return ""
    words = words_in(value, name="first_name").split()
    first = "".join(char for char in words[0] if not _is_mark(char))
    if (first.isupper() and len(first) > 1) or first.islower():
        return _PARTS_OF_A_NAME.sub(lambda part: part[0][:1].upper() + part[0][1:].lower(), first)
    return first


def _is_mark(char: str) -> bool:
    # Joiners without width stay: Persian names are spelt with them.
    return unicodedata.category(char) == "Cc" or unicodedata.bidirectional(char) in _TURNS


def _last_letter(name: str) -> str:
    letters = [char for char in unicodedata.normalize("NFD", name) if char.isalpha()]
    return letters[-1].casefold() if letters else ""
