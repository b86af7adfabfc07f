"""How events make a case: folding one event in, and replaying all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.case_codes import CaseState, Step, Verdict, load_moment
from bot.domain.case_events import BOOKKEEPING, CaseEvent, CaseEventKind
from bot.domain.cases import Case, Ladder

_OPEN_AGAIN: dict[str, Any] = {
    "state": CaseState.OPEN,
    "notified_at": None,
    "act_by": None,
    "next_try_at": None,
    "snoozed_until": None,
}
_HUMAN_ACTED: dict[str, Any] = {"handovers": 0, "answered_at": None, "signalled_at": None}


def evolve(case: Case | None, event: CaseEvent) -> Case:
    """Return the case as it is after `event`.

    Raises:
        ValueError: the event does not follow the last one: the history has a hole.
    """
    if case is None:
        if event.kind is not CaseEventKind.OPENED or event.version != 1:
            raise ValueError("The history of a case begins with its opening, version 1.")
        return _opened(event)
    if event.version != case.version + 1:
        raise ValueError(f"Event {event.version} does not follow version {case.version}.")
    decided = case.decision_version if event.kind in BOOKKEEPING else event.version
    changes = _changes(case, event)
    return replace(case, version=event.version, decision_version=decided, **changes)


def replay(events: Iterable[CaseEvent]) -> Case:
    """Rebuild a case from its whole history, oldest event first.

    `id` is 0: a case gets its number when it is stored.
    """
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    if case is None:
        raise ValueError("A case without events does not exist.")
    return case


def _opened(event: CaseEvent) -> Case:
    data = event.data
    return Case(
        id=0,
        office_id=data["office_id"],
        participant_id=data["participant_id"],
        reason=data["reason"],
        state=CaseState.OPEN,
        step=Step(data["step"]),
        owner_id=data["owner_id"],
        ladder=Ladder.from_json(data["ladder"]),
        version=event.version,
        decision_version=event.version,
        opened_at=event.at,
        notice_not_before=_moment(data, "not_before"),
        next_at=_moment(data, "next_at"),
        signals=(data["source"],),
        recurrence_of=data["recurrence_of"],
        recurrence_number=data["recurrence_number"],
    )


def _changes(case: Case, event: CaseEvent) -> dict[str, Any]:
    fold = _FOLDS.get(event.kind)
    if fold is None:
        raise ValueError(f"A case cannot be {event.kind} twice.")
    return fold(case, event)


def _signal_folded(case: Case, event: CaseEvent) -> dict[str, Any]:
    told = event.at if event.data["owner_told"] else case.signalled_at
    return {"signals": (*case.signals, event.data["source"]), "signalled_at": told}


def _notice_needed(_: Case, event: CaseEvent) -> dict[str, Any]:
    number = event.data["number"]
    return {"notices": number} | ({"step_notice": number} if event.data["starts_clock"] else {})


def _notice_sent(_: Case, event: CaseEvent) -> dict[str, Any]:
    return {"notified_at": event.at, "next_at": _moment(event.data, "next_at")}


def _notice_failed(*_: object) -> dict[str, Any]:
    return {}  # what follows from it is an event of its own


def _placed(_: Case, event: CaseEvent) -> dict[str, Any]:
    """OPEN with somebody, or in the queue, and a notice about it still to be sent."""
    return _OPEN_AGAIN | {
        "step": Step(event.data["step"]),
        "owner_id": event.data["owner_id"],
        "notice_not_before": _moment(event.data, "not_before"),
        "next_at": _moment(event.data, "next_at"),
    }


def _moved(case: Case, event: CaseEvent) -> dict[str, Any]:
    return _placed(case, event) | {"handovers": event.data["handovers"]}


def _transferred(case: Case, event: CaseEvent) -> dict[str, Any]:
    to = event.data["to"]
    ladder = case.ladder if to is None else replace(case.ladder, owner_id=to)
    return _placed(case, event) | _HUMAN_ACTED | {"ladder": ladder}


def _acknowledged(_: Case, event: CaseEvent) -> dict[str, Any]:
    return _taken(event, CaseState.ACKNOWLEDGED, act_by=_moment(event.data, "act_by"))


def _contact_tried(_: Case, event: CaseEvent) -> dict[str, Any]:
    next_try_at = _moment(event.data, "next_try_at")
    how = {"contacted_how": event.data["how"]}
    return _taken(event, CaseState.CONTACT_TRIED, next_try_at=next_try_at) | how


def _snoozed(_: Case, event: CaseEvent) -> dict[str, Any]:
    return _taken(event, CaseState.SNOOZED, snoozed_until=_moment(event.data, "until"))


def _participant_answered(_: Case, event: CaseEvent) -> dict[str, Any]:
    return {"answered_at": event.at}


def _closed(_: Case, event: CaseEvent) -> dict[str, Any]:
    verdict = event.data["verdict"]
    return {
        "state": CaseState.CLOSED,
        "next_at": None,
        "contacted_how": event.data["contacted_how"],
        "outcome": event.data["outcome"],
        "verdict": None if verdict is None else Verdict(verdict),
        "closed_at": event.at,
        "closed_by": event.actor,
    }


def _taken(event: CaseEvent, state: CaseState, **until: datetime) -> dict[str, Any]:
    """Somebody has it in hand until the one moment in `until`, when the sweep looks again."""
    (next_at,) = until.values()
    owner = {"state": state, "owner_id": event.data["owner_id"], "next_at": next_at}
    return _OPEN_AGAIN | _HUMAN_ACTED | until | owner


def _moment(data: Mapping[str, Any], name: str) -> datetime:
    moment = load_moment(data[name])
    if moment is None:
        raise ValueError(f"The event lacks the moment {name}.")
    return moment


_FOLDS: Mapping[CaseEventKind, Callable[[Case, CaseEvent], dict[str, Any]]] = {
    CaseEventKind.SIGNAL_FOLDED: _signal_folded,
    CaseEventKind.NOTICE_NEEDED: _notice_needed,
    CaseEventKind.NOTICE_SENT: _notice_sent,
    CaseEventKind.NOTICE_FAILED: _notice_failed,
    CaseEventKind.MOVED: _moved,
    CaseEventKind.REPEATED: _placed,
    CaseEventKind.REOPENED: _placed,
    CaseEventKind.TRANSFERRED: _transferred,
    CaseEventKind.ACKNOWLEDGED: _acknowledged,
    CaseEventKind.CONTACT_TRIED: _contact_tried,
    CaseEventKind.SNOOZED: _snoozed,
    CaseEventKind.PARTICIPANT_ANSWERED: _participant_answered,
    CaseEventKind.CLOSED: _closed,
}
