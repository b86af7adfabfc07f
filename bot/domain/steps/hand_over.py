"""The step kind "hand_over": a caseworker is asked to act, and the flow goes on."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import HandToHuman, RunEvent, Say
from bot.domain.steps.kind import Entered, Passes, StepKind, takes_no_answer
from bot.domain.surroundings import Surroundings


def _enter(step: Step, _state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    said: tuple[RunEvent, ...] = (Say(step.key),) if step.has_text else ()
    return Passes((*said, HandToHuman(step.key, step.reason or "help")))


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    return () if step.reason is not None else ("A hand_over step needs 'reason', such as help.",)


HAND_OVER = StepKind(
    code="hand_over",
    doc="Opens a case for a caseworker and goes on.",
    accepts=(),
    fields=frozenset({"reason"}),
    enter=_enter,
    answer=takes_no_answer,
    validate=_validate,
)
