"""Which way a text reads: from the left, or from the right as Arabic and Hebrew do."""

from __future__ import annotations

import unicodedata
from itertools import groupby

_RIGHT = {"R", "AL"}
_STRONG = {"L", *_RIGHT}


def reads_from_the_right(text: str) -> bool:
    """Whether its first letter with a direction of its own reads from the right."""
    directions = (unicodedata.bidirectional(sign) for sign in text)
    return next((one in _RIGHT for one in directions if one in _STRONG), False)


def runs_by_direction(text: str) -> list[tuple[str, bool]]:
    """Cut a text into runs of one direction; signs without one stay with those before them."""
    marked: list[tuple[str, bool]] = []
    right = reads_from_the_right(text)
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction in _STRONG:
            right = direction in _RIGHT
        elif direction in {"EN", "AN"}:
            right = False  # numbers read from the left within either
        marked.append((sign, right))
    return [
        ("".join(sign for sign, _ in signs), right)
        for right, signs in groupby(marked, key=lambda pair: pair[1])
    ]
