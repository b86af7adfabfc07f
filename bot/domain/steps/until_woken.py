"""What the kinds share at which a run sleeps until the host says that something is done."""

from __future__ import annotations

from datetime import datetime

from bot.domain.flows import RunState, Step
from bot.domain.run_events import RunInput, Wake
from bot.domain.steps.kind import Accepted, Answered, Irrelevant
from bot.domain.surroundings import Surroundings


def goes_on_when_woken(
    _step: Step, _state: RunState, input: RunInput, _now: datetime, _around: Surroundings
) -> Answered:
    is_done = isinstance(input, Wake) and input.early
    return Accepted() if is_done else Irrelevant("not_due")
