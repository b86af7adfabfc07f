"""What a flow names of other flows: modules that run inside it, and answers it waits for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bot.content.findings import Finding, did_you_mean
from bot.content.flow_building import BuiltFlow
from bot.domain.flows import Step

MOST_INSIDE = 3  # modules in modules; deeper, nobody knows any longer where they are


def reference_problems(
    built: Mapping[str, BuiltFlow], flows: Collection[str], session_count: int
) -> Iterator[Finding]:
    """What steps name that lies outside their own flow.

    Args:
        flows: The keys of all modules and check-ins, also of those that could not be read.
        session_count: How many sessions the plan holds; 0 when staff add them by hand.
    """
    inside = {key: _modules_of(flow) for key, flow in built.items()}
    for key, flow in built.items():
        for placed in flow.steps:
            for message, field in _step_problems(key, placed.step, flows, session_count):
                yield flow.document.problem(message, *placed.place, field)
        yield from _nested_problems(flow, inside)


def _step_problems(
    own: str, step: Step, flows: Collection[str], session_count: int
) -> Iterator[tuple[str, str]]:
    """What is wrong, and with which field."""
    module, awaited, number = step.module, step.answer_of, step.programme_session
    if module is not None and f"module:{module}" not in flows:
        known = [key.removeprefix("module:") for key in flows if key.startswith("module:")]
        hint = did_you_mean(module, known) or f"; there are {', '.join(sorted(known))}"
        yield f"there is no module `{module}`{hint}", "module"
    if awaited is not None and awaited not in flows:
        whole = next((key for key in flows if key.partition(":")[2] == awaited), None)
        hint = did_you_mean(awaited, flows) or f"; there are {', '.join(sorted(flows))}"
        hint = hint if whole is None else f"; write `{whole}`"
        yield f"there is no flow `{awaited}`{hint}", "of"
    if awaited == own:
        yield "a flow cannot wait for an answer to itself; name another one", "of"
    if number is not None and 0 < session_count < number:
        yield f"there is no session {number}; the plan has {session_count}", "session"


def _nested_problems(flow: BuiltFlow, inside: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    own = flow.flow.key
    for placed in flow.steps:
        key = f"module:{placed.step.module}"
        if placed.step.module is None or key == own:  # the engine says that itself
            continue
        if (way := _way(key, own, inside, (own,))) is not None:
            shown = " → ".join(f"`{one.removeprefix('module:')}`" for one in (*way, own))
            message = f"modules run inside one another in a circle: {shown}; take one of them out"
            yield flow.document.problem(message, *placed.place, "module")
        elif (depth := 1 + _depth(key, inside, (own,))) > MOST_INSIDE:
            message = (
                f"modules run inside one another {depth} deep; at most {MOST_INSIDE}: "
                "let one follow the other instead"
            )
            yield flow.document.problem(message, *placed.place, "module")


def _modules_of(flow: BuiltFlow) -> frozenset[str]:
    return frozenset(
        f"module:{placed.step.module}" for placed in flow.steps if placed.step.module is not None
    )


def _way(
    start: str, end: str, inside: Mapping[str, frozenset[str]], before: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The modules one inside the other, from the first of `before` to one that holds `end`."""
    here = (*before, start)
    if end in inside.get(start, ()):
        return here
    for following in sorted(inside.get(start, frozenset()) - set(here)):
        if (way := _way(following, end, inside, here)) is not None:
            return way
    return None


def _depth(key: str, inside: Mapping[str, frozenset[str]], before: tuple[str, ...]) -> int:
    """How many modules lie inside one another from here on; what lies in a circle counts once."""
    ahead = inside.get(key, frozenset()) - {*before, key}
    return max((1 + _depth(one, inside, (*before, key)) for one in sorted(ahead)), default=0)
