"""The state of a run as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.errors import NaiveDatetime
from bot.domain.flows import RunState, RunStatus


def dump(state: RunState) -> dict[str, object]:
    """Return what `load` needs, in JSON's own types.

    Raises:
        NaiveDatetime: `wake_at` has no zone.
    """
    return {
        "flow_key": state.flow_key,
        "step_key": state.step_key,
        "status": state.status.value,
        "instance": state.instance,
        "attempts": state.attempts,
        "answers": dict(state.answers),
        "wake_at": None if state.wake_at is None else _written(state.wake_at),
        "outcome": state.outcome,
        "partial": list(state.partial),
        "return_to": state.return_to,
        "return_after": state.return_after,
        "outer_returns": [list(outer) for outer in state.outer_returns],
        "wakes": state.wakes,
    }


def load(stored: Mapping[str, object]) -> RunState:
    """Return the state that `dump` wrote.

    Unknown keys are passed over and missing ones take their defaults, so that two releases can
    work on one database while it is upgraded.

    Raises:
        ValueError: A value is not of the kind `dump` writes.
    """
    flow_key = _words(stored, "flow_key")
    answers = stored.get("answers", {})
    partial = stored.get("partial", [])
    if flow_key is None or not isinstance(answers, Mapping) or not isinstance(partial, list):
        raise ValueError("A run needs a flow_key, a mapping of answers, and its pieces in a list.")
    wake_at = _words(stored, "wake_at")
    return RunState(
        flow_key=flow_key,
        step_key=_words(stored, "step_key"),
        status=RunStatus(_words(stored, "status") or RunStatus.NEW),
        instance=_number(stored, "instance"),
        attempts=_number(stored, "attempts"),
        answers={str(key): str(value) for key, value in answers.items()},
        wake_at=None if wake_at is None else _instant(wake_at),
        outcome=_words(stored, "outcome"),
        partial=tuple(str(piece) for piece in partial),
        return_to=_words(stored, "return_to"),
        return_after=_words(stored, "return_after"),
        outer_returns=_returns(stored, "outer_returns"),
        wakes=_number(stored, "wakes"),
    )


def _written(at: datetime) -> str:
    if at.tzinfo is None:
        raise NaiveDatetime("A run's wake_at has no zone: give an aware datetime.")
    return at.astimezone(UTC).isoformat()


def _instant(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError("A run's wake_at must carry its zone.")
    return at.astimezone(UTC)


def _words(stored: Mapping[str, object], name: str) -> str | None:
    value = stored.get(name)
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"A run's {name} must be words.")


def _returns(stored: Mapping[str, object], name: str) -> tuple[tuple[str, str | None], ...]:
    value = stored.get(name, [])
    found: list[tuple[str, str | None]] = []
    for pair in value if isinstance(value, list) else [value]:
        match pair:
            case [str(review), (str() | None) as after]:
                found.append((review, after))
            case _:
                raise ValueError(f"A run's {name} must be pairs of words, the second perhaps none.")
    return tuple(found)


def _number(stored: Mapping[str, object], name: str) -> int:
    value = stored.get(name, 0)
    if isinstance(value, int):
        return value
    raise ValueError(f"A run's {name} must be a whole number.")
