"""What the engine is told of the world around a run: the calendar, the profile, the sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.profile import ProfileValue
from bot.domain.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class SessionTime:
    """A session the participant is to come to; instants are aware, in any zone."""

    number: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`sessions` are the planned ones, ended or not; `modules_done` are keys such as "cv".

    A host may leave out what no step of the flow looks at (`Flow.kinds`).
    """

    calendar: WorkCalendar
    profile: Mapping[str, ProfileValue] = field(default_factory=dict)
    sessions: tuple[SessionTime, ...] = ()
    modules_done: frozenset[str] = frozenset()
