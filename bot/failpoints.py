"""Named points at which a rehearsed death may strike; nothing happens until a setting arms them."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable

from bot.domain.errors import BadSetting

# In the order in which an answer passes them, and then the reply.
NAMES = ("fetched", "inserted", "committed", "handled", "claimed", "accepted", "marked")


def _nothing(name: str) -> None:
    """What every point costs while no rehearsal runs."""


# Called as `failpoints.passing("claimed")`, so that `arm` can swap it.
passing: Callable[[str], None] = _nothing


def parse(setting: str) -> dict[str, int]:
    """Read "claimed=kill@3,fetched=kill": the process kills itself at the third pass, or the first.

    Raises:
        BadSetting: One sentence.
    """
    wanted: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in setting.split(","))):
        name, _, deed = part.partition("=")
        what, _, number = deed.partition("@")
        if name not in NAMES or what != "kill" or not (number or "1").isdecimal():
            raise BadSetting(
                f'TETTPA_FAILPOINTS: "{part}" is not a point; write it like claimed=kill@3 '
                f"(points: {', '.join(NAMES)})."
            )
        wanted[name] = max(1, int(number or 1))
    return wanted


def arm(setting: str) -> None:
    """Let the process die at the points named, or never again when none is."""
    global passing  # noqa: PLW0603 (the one switch)
    wanted = parse(setting)
    passes: Counter[str] = Counter()

    def die_at(name: str) -> None:
        passes[name] += 1
        if passes[name] == wanted.get(name):
            os.kill(os.getpid(), signal.SIGKILL)

    passing = die_at if wanted else _nothing
