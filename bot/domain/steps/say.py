"""The step kind "say": a text, alone or with a picture, a file, a voice or a place; and on."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import Say
from bot.domain.steps.kind import (
    MAX_STEPS_PER_INPUT,
    Entered,
    Passes,
    StepKind,
    takes_no_answer,
)
from bot.domain.surroundings import Surroundings

# One step fewer than the bound, so that the question which ends the row still fits in.
MAX_IN_A_ROW = MAX_STEPS_PER_INPUT - 1
ALONG = ("image", "file", "voice", "place")


def _enter(step: Step, _state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    return Passes((Say(step.key),))


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    problems: tuple[str, ...] = ()
    along = [name for name in ALONG if getattr(step, name) is not None]
    if len(along) > 1:
        problems += (f"A say step shows one thing: keep one of {' and '.join(along)}.",)
    in_a_row = 0
    for other in flow.steps:
        in_a_row = in_a_row + 1 if other.kind == SAY.code else 0
        # Told once, at the step that is one too many.
        if other.key == step.key and in_a_row == MAX_IN_A_ROW + 1:
            problems += (
                f"More than {MAX_IN_A_ROW} say steps stand in a row: "
                "put a question or a wait between them.",
            )
    return problems


SAY = StepKind(
    code="say",
    doc="Sends a text, alone or with a picture, a file, a voice message or a place.",
    accepts=(),
    fields=frozenset(ALONG),
    enter=_enter,
    answer=takes_no_answer,
    validate=_validate,
)
