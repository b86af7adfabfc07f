"""The record of a case (an escalation) and of its ladder, and their JSON forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from bot.domain.case_codes import CaseState, Step, Verdict, dump_moment, load_moment
from bot.domain.case_events import CaseEvent
from bot.domain.durations import Duration
from bot.domain.programme import LadderTimes

__all__ = ["Case", "CaseEvent", "CaseState", "Ladder", "Step", "Verdict"]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom the case goes to and how long it waits there, as snapshotted at opening.

    Only a transfer changes it afterwards: the person it went to takes the owner's rung.
    """

    owner_id: int | None
    deputy_id: int | None
    times: LadderTimes

    def rung(self, step: Step) -> int | None:
        return {Step.OWNER: self.owner_id, Step.DEPUTY: self.deputy_id}.get(step)

    def to_json(self) -> dict[str, Any]:
        return {
            "owner_id": self.owner_id,
            "deputy_id": self.deputy_id,
            "times": {
                "owner": str(self.times.owner),
                "deputy": str(self.times.deputy),
                "act_within": str(self.times.act_within),
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Ladder:
        times = {name: Duration.parse(text) for name, text in data["times"].items()}
        return cls(data["owner_id"], data["deputy_id"], LadderTimes(**times))


@dataclass(frozen=True, slots=True)
class Case:
    """One case as its events have made it; see docs/cases.md.

    `id` is 0 until stored. `owner_id` None means the team queue. `version` counts events;
    `decision_version` is the version at which something a person decides upon last changed, so
    that a notice going out meanwhile does not make their page stale. `step_notice` is the number
    of the notice whose sending starts the step's clock, `notice_not_before` its earliest moment,
    `notified_at` when it was sent (None: not yet). `next_at` is when the sweep must look next;
    None only when CLOSED. `handovers` counts owners lost to absence or departure since a human
    last acted. `answered_at` and `signalled_at`: since a human last acted, the owner has been told
    that the participant wrote, or that another signal came.
    """

    id: int
    office_id: int
    participant_id: int
    reason: str
    state: CaseState
    step: Step
    owner_id: int | None
    ladder: Ladder
    version: int
    decision_version: int
    opened_at: datetime
    notice_not_before: datetime
    next_at: datetime | None
    signals: tuple[str, ...] = ()  # source ids, in order of arrival
    recurrence_of: int | None = None
    recurrence_number: int = 1
    notices: int = 0  # how many were asked for; the last one's number
    step_notice: int = 0
    notified_at: datetime | None = None
    handovers: int = 0
    act_by: datetime | None = None
    next_try_at: datetime | None = None
    snoozed_until: datetime | None = None
    answered_at: datetime | None = None
    signalled_at: datetime | None = None
    contacted_how: str | None = None
    outcome: str | None = None
    verdict: Verdict | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Not closed: in this sense ACKNOWLEDGED, CONTACT_TRIED and SNOOZED are open too."""
        return self.state is not CaseState.CLOSED

    @property
    def signal_count(self) -> int:
        return len(self.signals)

    def to_json(self) -> dict[str, Any]:
        data = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: dump_moment(value) if isinstance(value, datetime) else value
            for name, value in data.items()
        } | {
            "state": str(self.state),
            "step": int(self.step),
            "ladder": self.ladder.to_json(),
            "signals": list(self.signals),
            "verdict": None if self.verdict is None else str(self.verdict),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Case:
        values: dict[str, Any] = dict(data)
        for name in _MOMENTS:
            values[name] = load_moment(values[name])
        values["state"] = CaseState(values["state"])
        values["step"] = Step(values["step"])
        values["ladder"] = Ladder.from_json(values["ladder"])
        values["signals"] = tuple(values["signals"])
        values["verdict"] = None if values["verdict"] is None else Verdict(values["verdict"])
        return cls(**values)


_MOMENTS = (
    "opened_at",
    "notice_not_before",
    "next_at",
    "notified_at",
    "act_by",
    "next_try_at",
    "snoozed_until",
    "answered_at",
    "signalled_at",
    "closed_at",
)
