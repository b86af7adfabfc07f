"""Which button somebody clearly typed out: its number, its words, or its words with a slip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Alike enough to be a slip of the thumb, and far enough from the next button to be sure.
ALIKE_PERCENT = 86.0
AHEAD_PERCENT = 10.0
FEWEST_CHARS_FOR_A_SLIP = 4
# "Kan" is not a misspelt "Kan ikke".
NEGATIONS = frozenset({"ikke", "ikkje", "nei", "ingen", "aldri", "not", "no", "never", "cannot"})
_NEGATED = re.compile(r"(?<!\w)(?:can|don|won|isn)['’]?t(?!\w)")

Labels = Sequence[tuple[str, str]]


def option_typed(words: str, labels: Labels, *, exactly: bool = False) -> str | None:
    """Return the option that `words` clearly mean, or None: then they are words for a human.

    Args:
        labels: Option and its button's words, in the order of the buttons.
        exactly: For answers that cannot be taken back: only the button's own words count.
    """
    typed = _plain(words)
    if not typed:
        return None
    plain = [(option, _plain(label)) for option, label in labels]
    same = [option for option, label in plain if label == typed]
    if len(same) == 1 or exactly:
        return same[0] if len(same) == 1 else None
    if typed.isdecimal() and typed.isascii():
        return plain[int(typed) - 1][0] if typed in _numbers(plain) else None
    # "Ja, gjerne" is "ja" to most people.
    short = [
        option
        for option, label in labels
        if "," in label and _plain(label.partition(",")[0]) == typed
    ]
    if len(short) == 1:
        return short[0]
    return _slip(typed, plain)


def _slip(typed: str, plain: Labels) -> str | None:
    if len(typed) < FEWEST_CHARS_FOR_A_SLIP:
        return None
    # Most people tap: three megabytes for the first who types something like a button's words.
    from rapidfuzz import fuzz

    alike = sorted(
        ((fuzz.ratio(typed, label), option, label) for option, label in plain), reverse=True
    )
    best = alike[0] if alike else None
    if best is None or best[0] < ALIKE_PERCENT or _negations(typed) != _negations(best[2]):
        return None
    is_sure = len(alike) == 1 or best[0] - alike[1][0] >= AHEAD_PERCENT
    return best[1] if is_sure else None


def _numbers(plain: Labels) -> frozenset[str]:
    return frozenset(str(number) for number in range(1, len(plain) + 1))


def _plain(words: str) -> str:
    """Small letters and digits with single blanks between; signs, emoji and blanks at the ends go."""
    kept = "".join(
        char if char.isalnum() or char in "'’" or unicodedata.category(char) == "Mn" else " "
        for char in unicodedata.normalize("NFC", words).casefold()
    )
    return " ".join(kept.split())


def _negations(plain: str) -> int:
    """How many words say no; dialects of "not" count as one."""
    said = sum(word in NEGATIONS for word in plain.split())
    return said + len(_NEGATED.findall(plain))
