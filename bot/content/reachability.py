"""Where the steps of a flow lead: steps nobody can come to, and circles in which nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from bot.content.findings import Finding
from bot.content.flow_building import BuiltFlow, PlacedStep
from bot.domain.flows import Flow, Step
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.back import BACK
from bot.domain.steps.branch import BRANCH, GIVEN, MISSING
from bot.domain.steps.finish import FINISH
from bot.domain.steps.review import REVIEW
from bot.domain.steps.scale import SCALE, scale_options


def is_followable(built: BuiltFlow) -> bool:
    """Whether it is known which step is which; what is wrong is said elsewhere."""
    keys = [placed.step.key for placed in built.steps]
    kinds = {placed.step.kind for placed in built.steps}
    targets = {to for p in built.steps for to in (*p.step.goto.values(), *p.step.again.values())}
    return len(set(keys)) == len(keys) and kinds <= KINDS_BY_CODE.keys() and targets <= set(keys)


def reachable(
    flow: Flow, start: str | None = None, ways: Mapping[str, tuple[str, ...]] | None = None
) -> frozenset[str]:
    """The keys of the steps that some answers lead to, from `start` or the first step on.

    `ways` are those of `ways_of`, for who asks often.
    """
    ways = ways_of(flow) if ways is None else ways
    found: set[str] = set()
    ahead = [start] if start is not None else [step.key for step in flow.steps[:1]]
    while ahead:
        key = ahead.pop()
        if key in ways and key not in found:
            found.add(key)
            ahead += ways[key]
    return frozenset(found)


def ways_of(flow: Flow, *, with_again: bool = True) -> dict[str, tuple[str, ...]]:
    """For each step the keys of all that may come next.

    What a review asks `again` leads nowhere from there: the run comes back at once.
    """
    reviews = tuple(step.key for step in flow.steps if step.kind == REVIEW.code)
    following = [step.key for step in flow.steps[1:]]
    return {
        step.key: tuple(_ways(step, after, reviews, with_again=with_again))
        for step, after in zip_longest(flow.steps, following)
    }


def reachability_problems(built: BuiltFlow) -> Iterator[Finding]:
    if not is_followable(built):
        return
    ways = ways_of(built.flow)
    found = reachable(built.flow, ways=ways)
    circle = _circle_without_a_question(built.flow, ways)
    before: Step | None = None
    for placed in built.steps:
        # Of several in a row the first is told: where it gets a way, the others have one.
        follows = before is not None and placed.step.key in ways[before.key]
        if placed.step.key not in found and not (follows and before and before.key not in found):
            message = f"nothing leads to step `{placed.name}`; remove it, or lead there with `goto`"
            yield built.document.problem(message, *placed.place)
        before = placed.step
        if circle and placed.step.key == circle[0]:
            named = " → ".join(f"`{key}`" for key in (*circle, circle[0]))
            message = f"the steps {named} lead in a circle without asking anything; ask in between"
            yield built.document.problem(message, *placed.place)
        yield from _ways_back(built, placed, ways)


def _ways_back(
    built: BuiltFlow, placed: PlacedStep, ways: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """A part that a review sends to must come back, or the rest of the flow is skipped."""
    if placed.step.kind != REVIEW.code:
        return
    for option, target in placed.step.goto.items():
        ahead = reachable(built.flow, target, ways)
        if not ahead or placed.step.key in ahead:
            continue
        message = f"no way leads back from step `{target}`; end that part with a `back` step"
        yield built.document.problem(message, *placed.place, "goto", option)


def _ways(
    step: Step, following: str | None, reviews: tuple[str, ...], *, with_again: bool
) -> Iterator[str]:
    yield from step.goto.values()
    if with_again:
        yield from step.again.values()
    if step.kind == FINISH.code:
        return
    if step.kind == BACK.code:
        yield from reviews
    if following is not None and _may_go_straight_on(step):
        yield following


def _may_go_straight_on(step: Step) -> bool:
    # A skipped step, and one whose attempts are used up, go on in written order too.
    if step.optional:
        return True
    if step.kind == BRANCH.code:
        return not {GIVEN, MISSING} <= step.goto.keys()
    options = scale_options(step) if step.kind == SCALE.code else step.options
    leads = {*step.goto, *step.again}
    return not options or any(option not in leads for option in options)


def _circle_without_a_question(
    flow: Flow, all_ways: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The keys of such a circle, or nothing. A pause is no question: it would write for ever."""
    asks = {step.key for step in flow.steps if KINDS_BY_CODE[step.kind].listens_for is not None}
    ways = {
        start: [key for key in following if key not in asks]
        for start, following in all_ways.items()
        if start not in asks
    }
    done: set[str] = set()
    for start in ways:
        circle = _circle_from(start, ways, done)
        if circle:
            return circle
    return ()


def _circle_from(start: str, ways: dict[str, list[str]], done: set[str]) -> tuple[str, ...]:
    """Walk on from `start` in depth; what is `done` leads into no circle."""
    path: list[tuple[str, Iterator[str]]] = [(start, iter(ways.get(start, ())))]
    on_path = [start]
    while path:
        key, ahead = path[-1]
        following = next((k for k in ahead if k in ways and k not in done), None)
        if following is None:
            done.add(key)
            path.pop()
            on_path.pop()
        elif following in on_path:
            return tuple(on_path[on_path.index(following) :])
        else:
            path.append((following, iter(ways[following])))
            on_path.append(following)
    return ()
