"""A participant's plan ("this week I will contact … on … at …"), as their profile holds it; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.own_words import one_line
from bot.domain.profile import Profile, words

OPEN = "open"  # plan_state; the others are "done" and "dropped"
MAX_WHO_CHARS = 60
MAX_AT_CHARS = 30
# A plan whose day went by longer ago is the next check-in's matter alone.
MENTIONED_FOR = timedelta(days=7)

_CLOCK = re.compile(r"(?:kl\.?\s*)?([0-9]{1,2})(?:[.:]([0-9]{2}))?", re.IGNORECASE)
_ANY_LENGTH = 10**6
_END_MARKS = ".,;:!? "


@dataclass(frozen=True, slots=True)
class Plan:
    """An open plan, seen from `today` (the office's date).

    Attributes:
        who: Whom they will contact, in their own words on one line; not empty, never escaped.
        on: The day; None when the profile holds none that can be read.
        at: When on that day, in their own words; may be "".
    """

    who: str
    on: date | None
    at: str
    today: date

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask how it went. A plan without a day can be asked about at once."""
        return self.on is None or self.on <= self.today

    @property
    def is_worth_mentioning(self) -> bool:
        """Whether a reminder may speak of it."""
        return self.on is not None and self.on >= self.today - MENTIONED_FOR

    @property
    def at_is_a_clock_time(self) -> bool:
        """Whether `at` is one time of day ("10", "10:30", "kl. 10") rather than other words."""
        clock = _CLOCK.fullmatch(self.at)
        return clock is not None and int(clock[1]) < 24 and int(clock[2] or 0) < 60


def open_plan(profile: Profile, today: date) -> Plan | None:
    """Return the plan that is neither done nor dropped, or None."""
    who = _shortened(words(profile, "plan_who"), MAX_WHO_CHARS)
    if words(profile, "plan_state") != OPEN or not who:
        return None
    at = _shortened(words(profile, "plan_at"), MAX_AT_CHARS)
    return Plan(who, _day(words(profile, "plan_on")), at, today)


def _shortened(value: str, max_chars: int) -> str:
    # Words that end a sentence of their own would end ours too early.
    line = one_line(value, max_chars=_ANY_LENGTH).rstrip(_END_MARKS)
    return line if len(line) <= max_chars else f"{line[: max_chars - 1].rstrip()}…"


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
