"""A programme as its content pack describes it: sessions, reminders, check-ins, thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from bot.domain.durations import Duration

Localised = Mapping[str, str]  # language code -> words


@dataclass(frozen=True, slots=True)
class MapPoint:
    """Degrees north and east (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    key: str
    name: Localised
    address: str = ""
    map: MapPoint | None = None


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One gathering in the plan: week 1 is the week the cohort starts in; weekday 0 is Monday.

    `kind` is "" where the theme says it all; sessions of one theme are of one kind.
    """

    number: int
    week: int
    weekday: int
    start_time: time
    end_time: time
    theme: str
    place: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """Either the wall-clock `at_time` on the day `days_before`, or `lead` before the start.

    `kinds` are the kinds of sessions it is for; empty means every session.
    """

    key: str
    days_before: int | None = None
    at_time: time | None = None
    lead: Duration | None = None
    kinds: frozenset[str] = frozenset()


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

    def kind_of(self, theme: str) -> str:
        """The kind of a session with this theme: the plan's word for it, or the theme itself.

        By the theme, which every stored session has: so a session that was moved, or that staff
        added by hand, is of the same kind as those of the plan.
        """
        return next((s.kind for s in self.sessions if s.theme == theme and s.kind), theme)

    def reminders_of(self, theme: str) -> tuple[ReminderRule, ...]:
        """The reminders of a session with this theme."""
        kind = self.kind_of(theme)
        return tuple(rule for rule in self.reminders if not rule.kinds or kind in rule.kinds)
