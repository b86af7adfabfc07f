"""Texts as the layouts take them: printable, breakable, and knowing which way they read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.documents.fonts import unprintable_in
from bot.documents.reading_direction import reads_from_the_right

_BREAK = "\u200b"
_PARTS = re.compile(r"(?<=@)|(?<=\w/)(?=\w)")
_PHONE = re.compile(r"\+\d{1,3}(?: \d{2,3}){1,4}\b|\b\d\d(?: \d\d){3}\b|\b\d{3} \d\d \d{3}\b")
_LONGEST_UNBROKEN = 18
_LONGEST_COMPOUND = 36
_STEP = 6
# Words in Latin letters with a vowel now and then: the typesetter knows how to hyphenate them.
_SYLLABLES = re.compile(
    r"[\W\d]*(?:[^\W\d_aeiouyæøåAEIOUYÆØÅ]{0,6}[aeiouyæøå]){2,}[^\W\d_]{0,6}[\W\d]*"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_WEB = re.compile(r"https://[A-Za-z0-9._~/?#=&%+-]{3,200}")

Said = dict[str, object]


@dataclass
class PageTexts:
    """Turns texts into values for a layout, and remembers which signs had to be left out."""

    left_out: set[str] = field(default_factory=set)

    def said(self, text: str) -> Said:
        """One text, in which a "word" too long for a narrow column may be broken."""
        printable = self._printable(text)
        breakable = _PHONE.sub(
            lambda found: found[0].replace(" ", "\u00a0"),
            " ".join(_breakable(word) for word in printable.split()),
        )
        return {"text": breakable, "right": reads_from_the_right(printable)}

    def name(self, text: str) -> Said:
        """A name, whole or not at all: with letters missing it would be somebody else's."""
        lacks_a_letter = any(sign.isalpha() for sign in unprintable_in(text))
        said = self.said(text)
        return {**said, "text": ""} if lacks_a_letter else said

    def lines(self, text: str) -> list[Said]:
        """Every line that still has something on it."""
        every = [self.said(line) for line in text.split("\n")]
        return [line for line in every if line["text"]]

    def reach(self, text: str) -> Said:
        """A way to reach somebody; addresses can be pressed."""
        printable = self._printable(text)
        is_email, is_web = _EMAIL.fullmatch(printable), _WEB.fullmatch(printable)
        if not (is_email or is_web):
            return {**self.said(text), "pieces": [], "href": None}
        href = f"mailto:{printable}" if is_email else printable
        pieces = [piece for part in _PARTS.split(printable) for piece in _short_pieces(part)]
        return {"text": printable, "right": False, "pieces": pieces, "href": href}

    def _printable(self, text: str) -> str:
        missing = unprintable_in(text)
        self.left_out |= missing
        kept = "".join(sign for sign in text if sign not in missing)
        return "\n".join(" ".join(line.split()) for line in kept.split("\n"))


def _short_pieces(part: str) -> list[str]:
    """A part of an address, cut before its dots if long, and anywhere if it has none."""
    if len(part) <= _LONGEST_UNBROKEN:
        return [part]
    at_dots = re.split(r"(?=\.)", part)
    return [
        piece[at : at + _LONGEST_UNBROKEN]
        for piece in at_dots
        for at in range(0, len(piece), _LONGEST_UNBROKEN)
    ]


def _breakable(word: str) -> str:
    # A hyphen is a place to break already.
    return "".join(_broken(piece) for piece in re.split(r"(?<=-)(?=[^-])", word))


def _broken(piece: str) -> str:
    """A long compound has syllables to break at; what has none may be broken anywhere."""
    longest = _LONGEST_COMPOUND if _SYLLABLES.fullmatch(piece) else _LONGEST_UNBROKEN
    if len(piece) <= longest:
        return piece
    return _BREAK.join(piece[at : at + _STEP] for at in range(0, len(piece), _STEP))
