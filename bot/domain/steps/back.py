"""The step kind "back": where a part ends that a review may have sent somebody through again."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import RunState, Step
from bot.domain.steps.kind import Entered, Passes, StepKind, nothing_to_mend, takes_no_answer
from bot.domain.surroundings import Surroundings


def _enter(_step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    return Passes(to=state.return_to)


BACK = StepKind(
    code="back",
    doc="Returns to the review one came from; otherwise goes straight on.",
    accepts=(),
    fields=frozenset(),
    enter=_enter,
    answer=takes_no_answer,
    validate=nothing_to_mend,
)
