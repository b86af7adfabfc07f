"""Finding help numbers in texts, so that none is given which nobody has verified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_GAP = r"[ \u00a0\u202f.-]?"
# Norwegian shapes: 113, 116 117, 08588, 800 33 321, 22 40 00 40. Four digits are years and times.
_NUMBER = re.compile(
    rf"""(?<![\w.,:/+-])(?:\+47{_GAP}|0047{_GAP})?(?:
        116{_GAP}\d{{3}}
      | \d{{3}}{_GAP}\d{{2}}{_GAP}\d{{3}}
      | \d{{8}}
      | \d{{2}}(?P<gap>[ \u00a0\u202f.-])\d{{2}}(?P=gap)\d{{2}}(?P=gap)\d{{2}}
      | 0\d{{4}}
      | 1[01]\d
    )(?![\w/:]|[.,]\d|[ \u00a0\u202f]?(?:\d|%|kr\b|kroner|krone|NOK|timer|timar|hours|dager|dagar
        |days|minutt|minutes|prosent|percent|per\ cent|meter|km|år|years|sider|pages))""",
    re.VERBOSE,
)


def unregistered(text: str, registered: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield (row from 0, the number as written) for each number not among `registered`."""
    if _NUMBER.search(text) is None:  # nearly always, and a pack has thousands of texts
        return
    known = {_digits(number) for number in registered}
    for found in _NUMBER.finditer(text):
        if _digits(found[0]) not in known:
            yield text.count("\n", 0, found.start()), found[0]


def _digits(number: str) -> str:
    """The digits without Norway's prefix, so that spellings compare equal."""
    bare = re.sub(r"\D", "", number)
    return re.sub(r"^(?:00)?47(?=\d{8}$)", "", bare)
