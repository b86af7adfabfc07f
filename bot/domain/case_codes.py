"""The codes a case and its events are written in: states, steps, how, result, outcome, actors."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum, StrEnum

from bot.domain.durations import Duration, Unit


class CaseState(StrEnum):
    OPEN = "open"  # nobody has taken it
    ACKNOWLEDGED = "acknowledged"  # somebody will act before `act_by`
    CONTACT_TRIED = "contact_tried"  # again at `next_try_at`
    SNOOZED = "snoozed"  # rests until `snoozed_until`
    CLOSED = "closed"


class Step(IntEnum):
    """Where on the ladder an OPEN case stands."""

    OWNER = 0
    DEPUTY = 1
    QUEUE = 2  # everybody of the office; the last step, and it repeats


class Verdict(StrEnum):
    """What a closer says of the alarm itself; coordinators tune thresholds by it."""

    USEFUL = "useful"
    NOISE = "noise"


CONTACT_HOWS = ("phone", "in_person", "sms", "letter", "chat", "other")
CONTACT_RESULTS = ("no_answer", "left_message", "wrong_number", "asked_to_wait", "other")
CLOSING_OUTCOMES = (
    "reached_ok",
    "reached_needs_follow_up",
    "other_channel",
    "not_reached_handed_over",
    "mistake",
)
ANSWERED = "answered"  # the one outcome with which the system closes

LONGEST_SNOOZE = Duration(5, Unit.WORKING_DAYS)  # docs/rules.md#snooze
RECURRENCE_WINDOW = Duration(14, Unit.DAYS)  # docs/rules.md#recurrence
RECURRENCE_STARTS_WITH_DEPUTY = 3  # the third case of one reason inside the window

SYSTEM = "system"
PARTICIPANT = "participant"


def staff_actor(staff_id: int) -> str:
    return f"staff:{staff_id}"


def dump_moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def load_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
