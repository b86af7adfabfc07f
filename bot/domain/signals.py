"""Signals that may open a case, and the notes people write in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signal:
    """A fact with a unique source; it belongs to one case or to one recorded suppression."""

    office_id: int
    participant_id: int
    reason: str
    source: str
    at: datetime
    case_id: int | None = None
    suppressed_because: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class CaseNote:
    """What somebody on staff wrote about a case; sealed with the participant's key."""

    case_id: int
    participant_id: int
    staff_id: int
    at: datetime
    text: str
    id: int = 0
