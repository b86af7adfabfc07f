"""A person's own short words as one clean line, for labels, names and titles in documents."""

from __future__ import annotations

import unicodedata

from bot.domain.errors import RuleBroken

# Joiners shape letters in Persian and many Indian scripts; other format characters could turn
# the reading direction of what stands beside them.
_JOINERS = {"\u200c", "\u200d"}
_DROPPED = {"Cf", "Cc", "Cs", "Co", "Cn"}
_SPACES = {"Zs", "Zl", "Zp"}
_MOST_MARKS = 3  # on one letter, as vowels and tones need; towers of them run into other lines


def one_line(words: str, *, max_chars: int) -> str:
    """Return the words on one line, composed (NFC), without control characters or stray marks.

    Raises:
        RuleBroken: They are longer than `max_chars`.
    """
    kept = []
    for char in unicodedata.normalize("NFC", words):
        category = unicodedata.category(char)
        if category in _SPACES or char in "\t\n\r\v\f":
            kept.append(" ")
        elif category not in _DROPPED or char in _JOINERS:
            kept.append(char)
    line = without_stray_marks(" ".join("".join(kept).split()))
    if len(line) > max_chars:
        raise RuleBroken(f"These words are longer than {max_chars} characters; shorten them.")
    return line


def without_stray_marks(line: str) -> str:
    """The line without accents and joiners that stand on no letter, or accents by more than three.

    Such are what an emoji leaves behind, and what makes a word reach into the lines around it.
    """
    kept: list[str] = []
    room = 0
    for char in line:
        if unicodedata.category(char).startswith("M"):
            room -= 1
        elif char in _JOINERS:
            if kept and kept[-1] not in {" ", *_JOINERS}:
                kept.append(char)
            continue
        else:
            room = 0 if char == " " else _MOST_MARKS
        if room >= 0:
            kept.append(char)
    return " ".join("".join(kept).split())
