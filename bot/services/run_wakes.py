"""The rule that goes on with a lesson once its wait is over."""

from __future__ import annotations

from bot.domain import run_state
from bot.domain.flows import RunStatus, Wake
from bot.domain.messages import Lane, Run
from bot.domain.people import Participant
from bot.domain.planning import Occurrence
from bot.services import occurrences
from bot.services.initiative import judge_initiative
from bot.services.ports import UnitOfWork
from bot.services.runs import advance
from bot.services.speaking import Sending


def fire_run_wake(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "run_wake": a wait of a lesson is over; lessons come inside allowed hours and not in a pause."""
    participant = uow.participants.get(occurrence.participant_id)
    run = uow.runs.get(int(occurrence.subject.removeprefix("run:")))
    if run.status != RunStatus.WAITING.value or run.wake_at is None or run.wake_at > uow.now:
        return occurrences.Skipped("went_on_already")
    verdict = judge_initiative(
        uow,
        participant,
        rule=run.flow_key,
        subject=occurrence.subject,
        key=occurrence.key,
        counts=not _waits_less_than_a_day(uow, run),
    )
    return occurrences.unless_held(
        verdict,
        lambda: _wake(uow, participant, run, occurrence.key),
        retry_when_paused=participant.paused_until,
    )


def _waits_less_than_a_day(uow: UnitOfWork, run: Run) -> bool:
    """The lesson goes on within the day it was begun: no new initiative of ours."""
    flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
    step = flow.step(run_state.load(run.state).step_key or "")
    return step is not None and step.wait_for is not None and step.wait_for.is_shorter_than_a_day


def _wake(uow: UnitOfWork, participant: Participant, run: Run, key: str) -> None:
    how = Sending(rule=run.flow_key, key=key, lane=Lane.REMINDER, is_initiative=True)
    advance(uow, participant, run, Wake(), how=how)
