"""The step kind "document": a file is made of the participant's profile and sent."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import DocumentWanted, RunEvent, Say, Wake
from bot.domain.steps.kind import Entered, Passes, Sleeps, StepKind
from bot.domain.steps.until_woken import goes_on_when_woken
from bot.domain.surroundings import Surroundings

DOCUMENTS = ("cv", "letter", "budget", "progress", "certificate")


def _enter(step: Step, _state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    if step.document is None:
        return Passes()
    said: tuple[RunEvent, ...] = (Say(step.key),) if step.has_text else ()
    return Sleeps(None, (*said, DocumentWanted(step.key, step.document)))


def _validate(step: Step, _flow: Flow) -> tuple[str, ...]:
    if step.document in DOCUMENTS:
        return ()
    return (f"A document step needs 'document': one of {', '.join(DOCUMENTS)}.",)


DOCUMENT = StepKind(
    code="document",
    doc="Makes a file of what the participant has told, sends it, and goes on.",
    accepts=(Wake,),
    fields=frozenset({"document"}),
    enter=_enter,
    answer=goes_on_when_woken,
    validate=_validate,
)
