"""The step kind "branch": the way on depends on an earlier answer or on the profile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation

from bot.domain.flows import Flow, RunState, Step
from bot.domain.profile import Profile, is_name
from bot.domain.steps.choose_several import SEPARATOR
from bot.domain.steps.kind import CODE, Entered, Passes, StepKind, takes_no_answer
from bot.domain.surroundings import Surroundings

GIVEN = "given"
MISSING = "missing"
PROFILE = "profile."
_RANGE = re.compile(r"(\d+)?-(\d+)?", re.ASCII)


def _enter(step: Step, state: RunState, _now: datetime, around: Surroundings) -> Entered:
    values = _values(step.by or "", state, around.profile)
    return Passes(to=next((to for case, to in step.goto.items() if _is_case(case, values)), None))


def _values(by: str, state: RunState, profile: Profile) -> tuple[str, ...]:
    """What there is to compare: nothing, one answer, or several chosen options."""
    if not by.startswith(PROFILE):
        return _split(state.answers.get(by, ""))
    value = profile.get(by.removeprefix(PROFILE), "")
    return _split(value) if isinstance(value, str) else (str(len(value)),)


def _split(value: str) -> tuple[str, ...]:
    if not value:
        return ()
    pieces = tuple(value.split(SEPARATOR))
    # Words with a comma in them are one answer.
    return pieces if all(CODE.fullmatch(piece) for piece in pieces) else (value,)


def _is_case(case: str, values: tuple[str, ...]) -> bool:
    if case in (GIVEN, MISSING):
        return bool(values) == (case == GIVEN)
    if case in values:
        return True
    bounds = _RANGE.fullmatch(case)
    return bounds is not None and any(_is_between(value, bounds) for value in values)


def _is_between(value: str, bounds: re.Match[str]) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    lowest, highest = bounds.groups()
    return (
        number.is_finite()
        and (lowest is None or number >= int(lowest))
        and (highest is None or number <= int(highest))
    )


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step, flow))


def _problems(step: Step, flow: Flow) -> Iterator[str]:
    if step.by is None:
        yield "A branch step needs 'by': an earlier step, or profile. and a name."
    elif step.by.startswith(PROFILE):
        if not is_name(step.by.removeprefix(PROFILE)):
            yield f"by names '{step.by}', which cannot be a name in the profile."
    elif (asked := flow.step(step.by)) is None:
        yield f"by names step '{step.by}', which the flow does not hold."
    elif asked.into is not None:
        yield (
            f"by names step '{step.by}', whose answer is in the profile: "
            f"write 'profile.{asked.into}'."
        )
    if not step.goto:
        yield "A branch step needs 'goto': where each value leads."
    for case, target in step.goto.items():
        if case == "-" or not (CODE.fullmatch(case) or _RANGE.fullmatch(case)):
            yield (
                f"goto names '{case}', which is no option, no range such as '1-3' or '4-', "
                f"and neither {GIVEN} nor {MISSING}."
            )
        if flow.step(target) is None:
            yield f"goto leads to step '{target}', which the flow does not hold."


BRANCH = StepKind(
    code="branch",
    doc="Chooses the way on by an earlier answer or by the profile; says nothing.",
    accepts=(),
    fields=frozenset({"by", "goto"}),
    enter=_enter,
    answer=takes_no_answer,
    validate=_validate,
)
