"""Whether two versions of a flow have the same structure, so that a run can go over to the newer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from bot.domain.flows import Flow, Step

# What says the same thing otherwise, or judges only the answers to come. All the rest is structure:
# a field that a later release adds counts as structure until it is named here.
WORDING = frozenset(
    {
        "facts",
        "file",
        "has_text",
        "image",
        "listens_for",
        "max_attempts",
        "max_chars",
        "place",
        "voice",
    }
)
_STRUCTURE = tuple(field.name for field in fields(Step) if field.name not in WORDING)
_WORDS = {
    "goto": "ways",
    "wait_for": "pause",
    "right": "right answer",
    "escalate": "cases it opens",
}


def structure_differs(before: Flow, after: Flow | None) -> str:
    """Return why a run of `before` cannot go on with `after`, in words; "" when it can.

    It can when the steps are the same in the same order, with the same kinds, options and ways.
    """
    if after is None:
        return "the new version no longer has it"
    old, new = ({step.key: step for step in flow.steps} for flow in (before, after))
    if gone := [key for key in old if key not in new]:
        return f"the new version no longer has {_steps(gone)}"
    if added := [key for key in new if key not in old]:
        return f"the new version adds {_steps(added)}"
    if list(old) != list(new) or before.lessons != after.lessons:
        return "its steps or lessons stand in another order"
    for key, step in old.items():
        if differing := [n for n in _STRUCTURE if _differs(getattr(step, n), getattr(new[key], n))]:
            words = " and ".join(_WORDS.get(name, name.replace("_", " ")) for name in differing)
            return f"step {key} differs in its {words}"
    return ""


def _differs(old: object, new: object) -> bool:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        # The first match wins where a way is chosen by value, so the order counts.
        return list(old.items()) != list(new.items())
    return old != new


def _steps(keys: list[str]) -> str:
    shown = ", ".join(keys[:3])
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return f"{'step' if len(keys) == 1 else 'steps'} {shown}{more}"
