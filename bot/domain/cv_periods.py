"""Reading the times people type into a CV, and putting what they did in order."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.cv import Experience, Period
from bot.domain.month_names import MONTH_OF

# A year and a month; 0 where only the year is known.
Moment = tuple[int, int]

_YEAR = r"(?:19|20)\d\d"
_MONTH_WORD = rf"(?:{'|'.join(MONTH_OF)})[a-zæøå]{{0,6}}\.?"
_MOMENT = (
    rf"(?:\d{{1,2}}\.)?(?:0?[1-9]|1[0-2])[./]{_YEAR}"
    rf"|{_YEAR}-(?:0[1-9]|1[0-2])(?!\d)"
    rf"|{_MONTH_WORD}\s+{_YEAR}"
    rf"|{_YEAR}"
)
_NOW = r"nå|no|now|i dag|d\.?d\.?|present|today|fortsatt|framleis|still"
_SINCE = r"siden|sidan|since"
_PERIOD = re.compile(
    rf"(?:(?P<since>{_SINCE})|fra|frå|from)?\s*(?P<start>{_MOMENT})"
    rf"\s*(?P<dash>[-–—]|til|to|until)?\s*(?:(?P<now>{_NOW})|(?P<end>{_MOMENT}))?",
    re.IGNORECASE,
)
_ONE_MOMENT = re.compile(_MOMENT, re.IGNORECASE)
_MAX_TYPED_CHARS = 60


def period_from(text: str) -> Period:
    """Read "2019-2021", "aug 2020 til nå", "siden 2022"; other words stay as they are."""
    typed = " ".join(text.split())[:_MAX_TYPED_CHARS]
    found = _PERIOD.fullmatch(typed)
    if found is None or ((found["now"] or found["end"]) and not found["dash"]):
        return Period(start=typed)
    # "2022 -" means that it goes on.
    open_ended = bool(found["dash"]) and not found["end"]
    return Period(
        start=found["start"],
        end=found["end"] or "",
        ongoing=bool(found["since"] or found["now"]) or open_ended,
    )


def moment_of(text: str) -> Moment | None:
    """The year and month of a text that is nothing else; None for other words."""
    return _read(text.strip()) if _ONE_MOMENT.fullmatch(text.strip()) else None


def newest_first(entries: Iterable[Experience]) -> tuple[Experience, ...]:
    """What goes on comes first, then by the last moment; what has no time keeps its order last."""
    return tuple(sorted(entries, key=_lateness, reverse=True))


def _lateness(entry: Experience) -> tuple[bool, Moment, Moment]:
    first = _first_within(entry.period.start)
    last = _first_within(entry.period.end) or first
    return entry.period.ongoing, last or (0, 0), first or (0, 0)


def _first_within(text: str) -> Moment | None:
    found = _ONE_MOMENT.search(text)
    return _read(found[0]) if found else None


def _read(text: str) -> Moment:
    if text[:3].lower() in MONTH_OF:
        return int(text[-4:]), MONTH_OF[text[:3].lower()]
    numbers = [int(part) for part in re.split(r"[./-]", text)]
    if len(numbers) == 1:
        return numbers[0], 0
    if text[4:5] == "-":
        return numbers[0], numbers[1]
    return numbers[-1], numbers[-2]
