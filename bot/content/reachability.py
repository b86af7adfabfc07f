"""Steps of a flow that nobody can come to."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.findings import Finding
from bot.content.flow_building import BuiltFlow
from bot.domain.flows import Flow, Step
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.finish import FINISH


def reachable(flow: Flow) -> frozenset[str]:
    """The keys of the steps that some answers lead to, from the first on."""
    found: set[str] = set()
    ahead = list(flow.steps[:1])
    while ahead:
        step = ahead.pop()
        if step.key not in found:
            found.add(step.key)
            ahead += [after for key in _leads_to(step, flow) if (after := flow.step(key))]
    return frozenset(found)


def reachability_problems(built: BuiltFlow) -> Iterator[Finding]:
    keys = [placed.step.key for placed in built.steps]
    if len(set(keys)) < len(keys) or any(p.step.kind not in KINDS_BY_CODE for p in built.steps):
        return  # said elsewhere; which step is meant cannot be known
    found = reachable(built.flow)
    for placed in built.steps:
        if placed.step.key not in found:
            message = f"nothing leads to step `{placed.name}`; remove it, or lead there with `goto`"
            yield built.document.problem(message, *placed.place)


def _leads_to(step: Step, flow: Flow) -> Iterator[str]:
    yield from step.goto.values()
    if step.kind == FINISH.code:
        return
    # A skipped step, and one whose attempts are used up, go on in written order too.
    goes_on = step.optional or not step.options or any(o not in step.goto for o in step.options)
    following = flow.after(step.key)
    if goes_on and following is not None:
        yield following.key
