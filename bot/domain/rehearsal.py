"""What of a content pack can be rehearsed, and which part somebody means by what they typed; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot.domain.errors import NotFound
from bot.domain.flows import Flow
from bot.domain.messages import Run

REHEARSED = "rehearsal:"  # how the subject of a rehearsed run begins


class PartKind(StrEnum):
    FLOW = "flow"
    MESSAGE = "message"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Part:
    """A flow, a single message or a notice; `step_key` is where in a flow to begin (None: at its start)."""

    kind: PartKind
    key: str
    step_key: str | None = None


def is_rehearsed(run: Run) -> bool:
    """Whether somebody tries the flow out: it is no part of the course, and nothing awaits its answers."""
    return run.subject.startswith(REHEARSED)


def short_keys(flows: Mapping[str, Flow]) -> dict[str, tuple[str, ...]]:
    """Return per flow what can be typed for it: "cv" for the whole, then its lessons ("cv.about").

    A check-in that is called like a module keeps its whole key.
    """
    found: dict[str, tuple[str, ...]] = {}
    for key, flow in flows.items():
        kind, _, bare = key.partition(":")
        name = key if kind != "module" and f"module:{bare}" in flows else bare
        found[key] = (name, *(f"{name}.{lesson}" for lesson in flow.lessons))
    return found


def find_part(
    typed: str,
    flows: Mapping[str, Flow],
    *,
    messages: Collection[str],
    notices: Collection[str] = (),
) -> Part:
    """Return what `typed` names: "cv", "module:cv", "cv.about", "check_in:weekly", a message's key.

    A step's key ("cv.about.name") begins there.

    Raises:
        NotFound: One sentence, with the nearest key there is.
    """
    known = _names(flows)
    for key in messages:
        known.setdefault(key, Part(PartKind.MESSAGE, key))
    for key in notices:
        known.setdefault(key, Part(PartKind.NOTICE, key))
    part = known.get(typed)
    if part is None:
        close = get_close_matches(typed, list(known), n=1, cutoff=0.6)
        hint = f'did you mean "{close[0]}"?' if close else "name a module, lesson or message."
        raise NotFound(f'The content has nothing called "{typed}": {hint}')
    return part


def _names(flows: Mapping[str, Flow]) -> dict[str, Part]:
    shown = short_keys(flows)
    names: dict[str, Part] = {}
    for key, flow in flows.items():
        for name in (shown[key][0], key):
            names[name] = Part(PartKind.FLOW, key)
            for step in reversed(flow.steps):
                names[f"{name}.{step.key}"] = Part(PartKind.FLOW, key, step.key)
                lesson = step.key.partition(".")[0]
                if lesson in flow.lessons:  # the first step of each lesson is written last
                    names[f"{name}.{lesson}"] = Part(PartKind.FLOW, key, step.key)
    return names
