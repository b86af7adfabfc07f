"""Waiting for something another task or process does: looking again and again, with a deadline."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY_SECONDS = 0.02


async def until(look: Callable[[], T], *, within: float = 15.0) -> T:
    """Return the first truthy thing `look` gives."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {within} s in vain; last seen: {found!r}"
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return found


def wait_until(look: Callable[[], T], *, within: float = 15.0) -> T:
    """The same without an event loop."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {within} s in vain; last seen: {found!r}"
        # Another process does it: nothing in this one can tell us earlier.
        time.sleep(LOOK_EVERY_SECONDS)
    return found
