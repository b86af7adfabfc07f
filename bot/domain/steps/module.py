"""The step kind "module": another module runs inside this flow."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.run_events import ModuleWanted, RunEvent, Say, Wake
from bot.domain.steps.kind import Entered, Passes, Sleeps, StepKind
from bot.domain.steps.until_woken import goes_on_when_woken
from bot.domain.surroundings import Surroundings


def _enter(step: Step, _state: RunState, _now: datetime, around: Surroundings) -> Entered:
    if step.module is None or step.module in around.modules_done:
        return Passes()
    said: tuple[RunEvent, ...] = (Say(step.key),) if step.has_text else ()
    return Sleeps(None, (*said, ModuleWanted(step.key, step.module)))


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    if step.module is None:
        return ("A module step needs 'module': the key of another module.",)
    if flow.key == f"module:{step.module}":
        return ("A module cannot run inside itself.",)
    return ()


MODULE = StepKind(
    code="module",
    doc="Runs another module inside; one that was finished before is passed over.",
    accepts=(Wake,),
    fields=frozenset({"module"}),
    enter=_enter,
    answer=goes_on_when_woken,
    validate=_validate,
)
