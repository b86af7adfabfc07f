"""The order of the tests in a run with several workers: what takes long begins first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# Stories of programs that are started, killed and upgraded: seconds each, up to half a minute.
LONG = ("tests/journeys/", "tests/faults/", "tests/migrations/")


def is_long(test: str) -> bool:
    """Whether the test of this node id takes long."""
    return test.startswith(LONG)


def dealt_out(long: Sequence[T], short: Sequence[T], workers: int) -> list[T]:
    """Every test once, so that a run ends with short ones and no worker waits for another.

    pytest-xdist first gives each worker an equal stretch of the list. The long ones open all
    stretches but the last: three stories at once would be too much for two processors, and their
    programs too slow for each other.
    """
    tests, rest = len(long) + len(short), iter(short)
    busy = max(1, workers - 1)
    order: list[T] = []
    for worker in range(workers):
        stretch = (tests - len(order)) // (workers - worker)
        first = long[worker::busy] if worker < busy else []
        order += first
        order += islice(rest, max(0, stretch - len(first)))
    return [*order, *rest]
