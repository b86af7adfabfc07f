"""A participant's own values by name: words, or lists of records such as jobs; pure.

They are the participant's: exported with their data, deleted when they say so, and shown to nobody
else. Documents are made from them (docs/results.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.run_events import AnswerGiven, ProfileForgotten, ProfileKept, ProfileSet, RunEvent

ProfileValue = str | tuple[Mapping[str, str], ...]
Profile = Mapping[str, ProfileValue]

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# "{{ profile.items }}" would find the method, not the value.
RESERVED_NAMES = frozenset(dir(dict))
MOST_RECORDS = 30


def is_name(name: str) -> bool:
    """Whether a value of the profile may be called so."""
    return bool(NAME.fullmatch(name)) and name not in RESERVED_NAMES


def profile_after(profile: Profile, event: RunEvent) -> Profile:
    """Return the profile after the event; `profile` itself when the event leaves it alone."""
    match event:
        case ProfileSet(name=name, value=value):
            return _with(profile, name, value)
        case AnswerGiven(into=str() as name, value=value):
            return _with(profile, name, value)
        case ProfileKept(name=name, record=record):
            # The newest are kept: they are what somebody is writing just now.
            return {**profile, name: (*records(profile, name), dict(record))[-MOST_RECORDS:]}
        case ProfileForgotten(name=name, last_only=True):
            return _with(profile, name, records(profile, name)[:-1])
        case ProfileForgotten(name=name):
            return _with(profile, name, "")
        case _:
            return profile


def records(profile: Profile, name: str) -> tuple[Mapping[str, str], ...]:
    """Return the list, or nothing where there is none (or where words stand under that name)."""
    value = profile.get(name, ())
    return () if isinstance(value, str) else value


def words(profile: Profile, name: str) -> str:
    """Return the words, or "" where there are none (or where a list stands under that name)."""
    value = profile.get(name, "")
    return value if isinstance(value, str) else ""


def _with(profile: Profile, name: str, value: ProfileValue) -> Profile:
    if value:
        return {**profile, name: value}
    return {known: kept for known, kept in profile.items() if known != name}
