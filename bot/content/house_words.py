"""Words that participant texts do not use, in each language, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HouseWord:
    """`may_be_denied`: a sentence that says never or not may name it ("skriv aldri …")."""

    pattern: re.Pattern[str]
    remedy: str
    may_be_denied: bool = False


def _word(pattern: str, remedy: str, *, may_be_denied: bool = False) -> HouseWord:
    compiled = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    return HouseWord(compiled, remedy, may_be_denied)


_LEGAL_BASIS = "following up does not rest on consent; ask `Vil du være med?` instead"
_NOT_A_CASE = "write to the person as `du`; otherwise say participant"
_NEVER_ASKED = "never ask for it here"
_NO_HEALTH = "health is not asked about or told here"
_NO_THREATS = "no text threatens with money or sanctions"

HOUSE_WORDS: dict[str, tuple[HouseWord, ...]] = {
    "nb": (
        _word(r"samtykke\w*", _LEGAL_BASIS),
        # "du bruker" is a verb and fine; these forms are the noun.
        _word(r"brukeren|brukere|brukerne|brukers|(?:en|hver|ny) bruker", _NOT_A_CASE),
        _word(r"klient(?:en|er|ene)?", _NOT_A_CASE),
        _word(r"(?:fødsels|person)numm?er\w*|bankid", _NEVER_ASKED, may_be_denied=True),
        _word(r"diagnose\w*", _NO_HEALTH, may_be_denied=True),
        _word(r"sanksjon\w*|trekk i (?:ytelse|stønad)\w*", _NO_THREATS),
        _word(
            r"mister? (?:\w+ ){0,2}(?:ytelse|stønad|dagpenge)\w*", _NO_THREATS, may_be_denied=True
        ),
    ),
    "nn": (
        _word(r"samtykk\w*", _LEGAL_BASIS),
        _word(r"brukaren|brukarar|brukarane|(?:ein|kvar|ny) brukar", _NOT_A_CASE),
        _word(r"klient(?:en|ar|ane)?", _NOT_A_CASE),
        _word(r"(?:fødsels|person)numm?er\w*|bankid", _NEVER_ASKED, may_be_denied=True),
        _word(r"diagnos\w*", _NO_HEALTH, may_be_denied=True),
        _word(r"sanksjon\w*|trekk i (?:yting|stønad)\w*", _NO_THREATS),
        _word(r"mistar? (?:\w+ ){0,2}(?:yting|stønad|dagpeng)\w*", _NO_THREATS, may_be_denied=True),
    ),
    "en": (
        _word(r"consent\w*", _LEGAL_BASIS),
        _word(r"users?|clients?|customers?", _NOT_A_CASE),
        _word(
            r"national (?:id(?:entity)?|identification)(?: number)?|birth number|bankid",
            _NEVER_ASKED,
            may_be_denied=True,
        ),
        _word(r"diagnos\w*", _NO_HEALTH, may_be_denied=True),
        _word(r"sanction\w*", _NO_THREATS),
        _word(r"lose (?:\w+ ){0,2}(?:benefit|allowance)s?", _NO_THREATS, may_be_denied=True),
    ),
}

_DENIAL = re.compile(
    r"(?<!\w)(?:aldri|ikke|ikkje|ingen|never|not|no|don't|cannot|won't)(?!\w)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")


def words_to_avoid(text: str, language: str) -> Iterator[tuple[int, str, str]]:
    """Yield (row from 0, the word as written, what to do) for every house word in `text`."""
    for row, line in enumerate(text.split("\n")):
        for sentence in _SENTENCE_END.split(line):
            for word in HOUSE_WORDS.get(language, ()):
                found = word.pattern.search(sentence)
                if found and not (word.may_be_denied and _DENIAL.search(sentence)):
                    yield row, found[0], word.remedy
