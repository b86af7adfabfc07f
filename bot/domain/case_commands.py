"""What can be asked of a case: by the passing of time, by the service, by staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.case_codes import Verdict

# --- from the service and the sweep -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """Open a case for the signal whose unique source is `source` ("check_in:7:missed").

    `by_participant`: they pressed or wrote something just now. `recent_count` and `last_case_id`
    tell of earlier cases of this participant and reason inside `case_codes.RECURRENCE_WINDOW`.

    Without `deputy_id` the owner's standing deputy takes the second rung.
    """

    office_id: int
    participant_id: int
    reason: str
    source: str
    owner_id: int | None
    deputy_id: int | None = None
    by_participant: bool = False
    recent_count: int = 0
    last_case_id: int | None = None


@dataclass(frozen=True, slots=True)
class FoldSignal:
    """Another signal of the same participant and reason."""

    source: str
    by_participant: bool = False


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """Notice `number` left our hands at `now`."""

    number: int


@dataclass(frozen=True, slots=True)
class NoticeFailed:
    """Notice `number` can never be delivered (for the queue: to nobody at all)."""

    number: int


@dataclass(frozen=True, slots=True)
class TimeDue:
    """The sweep looks; harmless when nothing is due."""


@dataclass(frozen=True, slots=True)
class StaffingChanged:
    """An absence began or ended, somebody left, or lost their last working channel."""


@dataclass(frozen=True, slots=True)
class ParticipantAnswered:
    """The awaited answer or a free text came (not /start, a menu tap or an unblocking)."""


# --- from staff: each names the version they saw ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """I take it."""

    staff_id: int
    version: int


@dataclass(frozen=True, slots=True)
class TriedContact:
    """I tried; again at `next_try_at` (None: within the ladder's `act_within`)."""

    staff_id: int
    version: int
    how: str
    result: str
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snooze:
    staff_id: int
    version: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Transfer:
    """Give it to a colleague, or to the team queue (`to` None)."""

    staff_id: int
    version: int
    to: int | None


@dataclass(frozen=True, slots=True)
class Close:
    staff_id: int
    version: int
    contacted_how: str
    outcome: str
    verdict: Verdict | None = None


StaffCommand = Acknowledge | TriedContact | Snooze | Transfer | Close
Command = (
    Open
    | FoldSignal
    | NoticeSent
    | NoticeFailed
    | TimeDue
    | StaffingChanged
    | ParticipantAnswered
    | StaffCommand
)
