"""What an author must mend in a flow, step by step, before it may run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields

from bot.domain.flows import Flow, Step
from bot.domain.profile import is_name
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.wait import duration_problems

FIELDS_OF_EVERY_KIND = frozenset({"key", "kind", "facts", "has_text"})
STEP_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)?")
# As the author writes them, where a field has another name in the code.
WRITTEN_AS = {
    "wait_for": "for",
    "lowest": "from",
    "highest": "to",
    "programme_session": "session",
    "answer_of": "of",
}


def check_flow(flow: Flow) -> tuple[tuple[str, str], ...]:
    """Return (step key, sentence) for every problem; nothing when the flow may run."""
    if not flow.steps:
        return (("", "The flow holds no steps."),)
    return tuple((step.key, sentence) for step in flow.steps for sentence in check_step(step, flow))


def check_step(step: Step, flow: Flow) -> tuple[str, ...]:
    """Return one sentence for each thing wrong with `step`.

    Reasons named under `escalate` and keys under `facts` are not looked up here: the content room
    knows those registers.
    """
    kind = KINDS_BY_CODE.get(step.kind)
    if kind is None:
        known = ", ".join(KINDS_BY_CODE)
        return (f"There is no step kind '{step.kind}'; there are {known}.",)
    return (*_common_problems(step, flow, kind.fields), *kind.validate(step, flow))


def _common_problems(step: Step, flow: Flow, allowed: frozenset[str]) -> Iterator[str]:
    if not STEP_KEY.fullmatch(step.key):
        yield f"Step key '{step.key}' must be of a-z, 0-9 and _, with one dot after a lesson's key."
    if sum(other.key == step.key for other in flow.steps) > 1:
        yield f"Step key '{step.key}' is used more than once."
    if step.max_attempts < 1:
        yield "max_attempts must be at least 1."
    if step.into is not None and not is_name(step.into):
        yield f"into names '{step.into}', which cannot be a name in the profile."
    if step.listens_for is not None:
        yield from duration_problems(step.listens_for)
    for target in step.again.values():
        if (asked := flow.step(target)) is not None and not _asks(asked):
            yield f"again leads to step '{target}', which asks nothing."
    for name in _fields_set(step):
        if name not in allowed | FIELDS_OF_EVERY_KIND:
            article = "An" if step.kind[0] in "aeiou" else "A"
            yield f"{article} {step.kind} step takes no '{WRITTEN_AS.get(name, name)}'."


def _asks(step: Step) -> bool:
    kind = KINDS_BY_CODE.get(step.kind)
    return kind is None or kind.listens_for is not None


def _fields_set(step: Step) -> Iterator[str]:
    for spec in fields(step):
        default = spec.default if spec.default_factory is MISSING else spec.default_factory()
        if getattr(step, spec.name) != default:
            yield spec.name
