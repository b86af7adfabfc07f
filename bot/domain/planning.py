"""Cohorts, enrolments, sessions, attendance, and everything timed about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Cohort:
    office_id: int
    name: str
    programme_key: str
    leader_id: int
    starts_on: date
    created_at: datetime
    ended_at: datetime | None = None
    id: int = 0


class EnrolmentStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A participant in a cohort, or in individual follow-up (`cohort_id` None)."""

    office_id: int
    participant_id: int
    cohort_id: int | None
    started_at: datetime
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE
    ended_at: datetime | None = None
    id: int = 0


class SessionStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProgrammeSession:
    """A gathering of a cohort, or an appointment with one participant.

    `theme` and `place` are keys of the content pack, or plain words when the pack has no such key.
    """

    office_id: int
    starts_at: datetime
    ends_at: datetime
    theme: str
    place: str
    cohort_id: int | None = None
    participant_id: int | None = None
    number: int | None = None
    status: SessionStatus = SessionStatus.PLANNED
    changes: int = 0  # counts moves; part of the keys of what is sent about it
    id: int = 0

    @property
    def is_appointment(self) -> bool:
        return self.participant_id is not None


class AnswerCode(StrEnum):
    COMING = "coming"
    LATE = "late"
    CANNOT = "cannot"
    CALL_ME = "call_me"


@dataclass(frozen=True, slots=True)
class SessionAnswer:
    """What a participant answered about a session; the latest counts."""

    session_id: int
    participant_id: int
    answer: AnswerCode
    answered_at: datetime
    id: int = 0


class AttendanceStatus(StrEnum):
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Marked by the leader; attendance that nobody marked is not absence."""

    session_id: int
    participant_id: int
    status: AttendanceStatus
    marked_by: int
    marked_at: datetime
    id: int = 0


class OccurrenceState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One timed thing about a participant: `rule` says which function fires it at `due_at`."""

    office_id: int
    participant_id: int
    rule: str
    subject: str
    key: str  # unique: rule:participant:subject:revision:slot
    due_at: datetime
    expires_at: datetime | None = None
    state: OccurrenceState = OccurrenceState.PENDING
    reason: str = ""
    attempts: int = 0
    ended_at: datetime | None = None
    id: int = 0


class ExpectationState(StrEnum):
    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something we wait for from a participant.

    Its clock starts when our message was sent: until then `next_at` is None. `nudged_at` is set when
    the nudge was sent; then `next_at` is the moment it counts as missed.
    """

    office_id: int
    participant_id: int
    kind: str  # "check_in" | "session_reply"
    subject: str
    key: str
    opened_at: datetime
    state: ExpectationState = ExpectationState.OPEN
    next_at: datetime | None = None
    nudged_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str = ""
    id: int = 0
