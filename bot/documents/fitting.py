"""Fitting a document on one page: first smaller type, then less text, never a second page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.documents.page_setting import pages_needed
from bot.domain.errors import DocumentFailed

Values = Mapping[str, object]
CutT = TypeVar("CutT")


@dataclass(frozen=True, slots=True)
class Look:
    """`size` is the type's in points, `air` a factor on what stands between lines and parts."""

    size: float
    air: float


# Airy for a short document; the last is as small as print may be and still be read with ease.
LOOKS = (
    Look(12, 2.1),
    Look(11.5, 1.8),
    Look(11, 1.5),
    Look(10.5, 1.3),
    Look(10, 1.1),
    Look(10, 1.0),
    Look(9.5, 0.9),
    Look(9, 0.8),
    Look(8.5, 0.7),
)
# What is shortened stands in a type that is not tiny too, and takes the room that is left.
_LOOK_WHEN_CUT = Look(9, 0.8)
_LOOKS_FOR_THE_REST = (Look(9.5, 1.1), Look(9.5, 0.95), Look(9, 1.0))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Values that take one page."""

    values: Values
    shortened: bool


def fitted(layout: str, build: Callable[[CutT, Look], Values], cuts: Sequence[CutT]) -> Fitted:
    """Return the roomiest values that take one page. A dozen trials at most.

    Args:
        build: Makes the layout's values from a cut and a look.
        cuts: From everything to the least; the first shortens nothing.

    Raises:
        DocumentFailed: Even the least takes more than a page.
    """
    whole = [(cuts[0], look) for look in LOOKS]
    if (found := _first_that_fits(layout, build, whole)) is not None:
        return Fitted(build(*found), shortened=False)
    shorter = [(cut, _LOOK_WHEN_CUT) for cut in cuts[1:]] + [(cuts[-1], LOOKS[-1])]
    if (found := _first_that_fits(layout, build, shorter)) is None:
        raise DocumentFailed(
            "The texts are too long for one page: shorten the longest and try again"
        )
    cut, look = found
    if look == _LOOK_WHEN_CUT:
        roomier = (build(cut, one) for one in _LOOKS_FOR_THE_REST)
        best = next((one for one in roomier if pages_needed(layout, one) == 1), None)
        if best is not None:
            return Fitted(best, shortened=True)
    return Fitted(build(cut, look), shortened=True)


def _first_that_fits(
    layout: str,
    build: Callable[[CutT, Look], Values],
    candidates: Sequence[tuple[CutT, Look]],
) -> tuple[CutT, Look] | None:
    """Each takes less room than the one before, so the middle tells about a half."""
    at = bisect_left(candidates, True, key=lambda one: pages_needed(layout, build(*one)) == 1)
    return candidates[at] if at < len(candidates) else None
