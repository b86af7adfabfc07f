"""The step kind "say": a text, and straight on."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Say, Step
from bot.domain.steps.kind import MAX_STEPS_PER_INPUT, Entered, Passes, StepKind, takes_no_answer
from bot.domain.work_calendar import WorkCalendar

# One step fewer than the bound, so that the question which ends the row still fits in.
MAX_IN_A_ROW = MAX_STEPS_PER_INPUT - 1


def _enter(step: Step, _state: RunState, _now: datetime, _calendar: WorkCalendar) -> Entered:
    return Passes((Say(step.key),))


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    in_a_row = 0
    for other in flow.steps:
        in_a_row = in_a_row + 1 if other.kind == SAY.code else 0
        # Told once, at the step that is one too many.
        if other.key == step.key and in_a_row == MAX_IN_A_ROW + 1:
            return (
                f"More than {MAX_IN_A_ROW} say steps stand in a row: "
                "put a question or a wait between them.",
            )
    return ()


SAY = StepKind(
    code="say",
    doc="Sends a text and goes straight on.",
    accepts=(),
    fields=frozenset(),
    enter=_enter,
    answer=takes_no_answer,
    validate=_validate,
)
