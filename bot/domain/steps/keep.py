"""The step kind "keep": answers become one more record of a list in the profile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.flows import Flow, RunState, Step
from bot.domain.profile import NAME, is_name
from bot.domain.run_events import ProfileKept
from bot.domain.steps.kind import Entered, Passes, StepKind, takes_no_answer
from bot.domain.steps.set_value import answer_problems
from bot.domain.surroundings import Surroundings

CONSTANT = "="


def _enter(step: Step, state: RunState, _now: datetime, _around: Surroundings) -> Entered:
    # What the next round leaves unanswered must not come from this one.
    drops = tuple(key for key in step.record.values() if not key.startswith(CONSTANT))
    if step.name is None or not any(state.answers.get(key) for key in drops):
        return Passes(drops=drops)
    # In the author's order: a list is shown by the first fields of its records.
    told = {
        field: key.removeprefix(CONSTANT) if key.startswith(CONSTANT) else state.answers.get(key)
        for field, key in step.record.items()
    }
    record = {field: words for field, words in told.items() if words}
    return Passes((ProfileKept(step.name, record),), drops=drops)


def _validate(step: Step, flow: Flow) -> tuple[str, ...]:
    return tuple(_problems(step, flow))


def _problems(step: Step, flow: Flow) -> Iterator[str]:
    if step.name is None or not is_name(step.name):
        yield "A keep step needs 'list': what the profile calls it, of a-z, 0-9 and _."
    if not any(not key.startswith(CONSTANT) for key in step.record.values()):
        yield "A keep step needs 'record': which answer goes into which field."
    for field, key in step.record.items():
        if not NAME.fullmatch(field):
            yield f"record has a field '{field}', which must be of a-z, 0-9 and _."
        if not key.startswith(CONSTANT):
            yield from answer_problems("record", key, flow)


KEEP = StepKind(
    code="keep",
    doc="Adds a record made of answers to a list in the participant's profile; says nothing.",
    accepts=(),
    fields=frozenset({"name", "record"}),
    enter=_enter,
    answer=takes_no_answer,
    validate=_validate,
)
