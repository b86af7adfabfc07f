"""What can have happened to a case: events of codes and moments, never of people's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.case_codes import Step, dump_moment, load_moment
from bot.domain.escalation_reasons import Urgency


class CaseEventKind(StrEnum):
    OPENED = "opened"
    SIGNAL_FOLDED = "signal_folded"
    NOTICE_NEEDED = "notice_needed"  # the service writes a notice row: see NoticeRequest
    NOTICE_SENT = "notice_sent"
    NOTICE_FAILED = "notice_failed"
    MOVED = "moved"  # OPEN, and now with somebody else or in the queue
    REPEATED = "repeated"  # OPEN in the queue for another working day
    REOPENED = "reopened"  # what was promised did not happen: OPEN again
    ACKNOWLEDGED = "acknowledged"
    CONTACT_TRIED = "contact_tried"
    SNOOZED = "snoozed"
    TRANSFERRED = "transferred"
    PARTICIPANT_ANSWERED = "participant_answered"
    CLOSED = "closed"


# Bookkeeping that changes nothing a person decides upon: a page opened before it is not stale.
BOOKKEEPING = frozenset(
    {
        CaseEventKind.NOTICE_NEEDED,
        CaseEventKind.NOTICE_SENT,
        CaseEventKind.NOTICE_FAILED,
        CaseEventKind.REPEATED,
    }
)


class NoticeWhat(StrEnum):
    NEW = "new"
    MOVED = "moved"
    REPEATED = "repeated"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened; `data` is JSON, its keys by kind stand in docs/cases.md."""

    kind: CaseEventKind
    at: datetime
    actor: str  # "system", "participant" or "staff:<id>"
    version: int
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "at": dump_moment(self.at),
            "actor": self.actor,
            "version": self.version,
            "data": dict(self.data),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CaseEvent:
        return cls(
            CaseEventKind(data["kind"]),
            datetime.fromisoformat(data["at"]),
            data["actor"],
            data["version"],
            dict(data["data"]),
        )


@dataclass(frozen=True, slots=True)
class NoticeRequest:
    """A notice that must exist because of an event; (case, `number`) names it for good.

    `staff_id` None addresses everybody who may take from the team queue. `starts_clock`: once it
    is sent, the case must be told (`NoticeSent`), for the step's clock starts then. `replaces` is
    the number of an earlier notice that this one makes pointless if it is still unsent.
    """

    number: int
    staff_id: int | None
    what: NoticeWhat
    step: Step
    urgency: Urgency
    not_before: datetime
    starts_clock: bool
    replaces: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "staff_id": self.staff_id,
            "what": str(self.what),
            "step": int(self.step),
            "urgency": str(self.urgency),
            "not_before": dump_moment(self.not_before),
            "starts_clock": self.starts_clock,
            "replaces": self.replaces,
        }

    @classmethod
    def from_event(cls, event: CaseEvent) -> NoticeRequest | None:
        """The notice `event` asks for, or None when it asks for none."""
        if event.kind is not CaseEventKind.NOTICE_NEEDED:
            return None
        data = event.data
        not_before = load_moment(data["not_before"])
        assert not_before is not None
        return cls(
            data["number"],
            data["staff_id"],
            NoticeWhat(data["what"]),
            Step(data["step"]),
            Urgency(data["urgency"]),
            not_before,
            data["starts_clock"],
            data["replaces"],
        )
