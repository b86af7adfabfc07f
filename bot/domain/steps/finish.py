"""The step kind "finish": the run is over, with an outcome that reports can count."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import Say
from bot.domain.steps.kind import CODE, Ends, Entered, StepKind, takes_no_answer
from bot.domain.surroundings import Surroundings


def _enter(step: Step, _state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    return Ends(step.outcome, (Say(step.key),) if step.has_text else ())


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if CODE.fullmatch(step.outcome):
        return ()
    return (f"Outcome '{step.outcome}' must be 1 to 24 of a-z, 0-9 and _.",)


FINISH = StepKind(
    code="finish",
    doc="Ends the flow with an outcome.",
    accepts=(),
    fields=frozenset({"outcome"}),
    enter=_enter,
    answer=takes_no_answer,
    validate=_validate,
)
