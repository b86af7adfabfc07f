"""A programme as its content pack describes it: sessions, reminders, check-ins, thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from bot.domain.durations import Duration

Localised = Mapping[str, str]  # language code -> words


@dataclass(frozen=True, slots=True)
class Place:
    key: str
    name: Localised
    address: str = ""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One gathering in the plan: week 1 is the week the cohort starts in; weekday 0 is Monday."""

    number: int
    week: int
    weekday: int
    start_time: time
    end_time: time
    theme: str
    place: str


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """Either the wall-clock `at_time` on the evening `days_before`, or `lead` before the start."""

    key: str
    days_before: int | None = None
    at_time: time | None = None
    lead: Duration | None = None


@dataclass(frozen=True, slots=True)
class CheckInPlan:
    """When the check-in is asked: every `weekday` at `at_time`, or `every` duration after enrolment.

    Exactly one of (weekday and at_time) and every is set.
    """

    key: str
    weekday: int | None
    at_time: time | None
    every: Duration | None
    nudge_after: Duration
    missed_after: Duration


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """The module is offered once session `after_session` has ended (0: when the participant starts)."""

    key: str
    after_session: int


@dataclass(frozen=True, slots=True)
class QuietRules:
    never_started_after: Duration
    no_sign_of_life_after: Duration
    missed_session_after: Duration


@dataclass(frozen=True, slots=True)
class LadderTimes:
    """How long a case waits with its owner, then with the deputy; `act_within` after "I take it"."""

    owner: Duration
    deputy: Duration
    act_within: Duration


@dataclass(frozen=True, slots=True)
class Programme:
    key: str
    name: Localised
    sessions: tuple[PlannedSession, ...]
    themes: Mapping[str, Localised]
    places: Mapping[str, Place]
    reminders: tuple[ReminderRule, ...]
    check_in: CheckInPlan
    modules: tuple[ModulePlan, ...]
    quiet: QuietRules
    ladders: Mapping[str, LadderTimes] = field(default_factory=dict)
