"""Going on with a lesson once its wait is over, and looking again when a session has moved."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import run_state
from bot.domain.flows import RunStatus, Step
from bot.domain.messages import Lane, MessageClass, Run
from bot.domain.people import Participant
from bot.domain.planning import Occurrence
from bot.domain.run_events import Wake
from bot.domain.steps.remind_later import REMIND_LATER
from bot.domain.steps.wait import SESSION_WAITS, latest_end, session_awaited
from bot.services import occurrences
from bot.services.floor import while_asked_about_them
from bot.services.initiative import judge_initiative
from bot.services.ports import UnitOfWork
from bot.services.run_surroundings import surroundings
from bot.services.runs import advance
from bot.services.speaking import Sending, calendar_of


def fire_run_wake(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "run_wake": a wait of a lesson is over; lessons come inside allowed hours and not in a pause."""
    participant = uow.participants.get(occurrence.participant_id)
    run = uow.runs.get(int(occurrence.subject.removeprefix("run:")))
    if run.status != RunStatus.WAITING.value or run.wake_at is None or run.wake_at > uow.now:
        return occurrences.Skipped("went_on_already")
    goes_on = _belongs_to_what_they_did(uow, run)
    if not goes_on and (busy := while_asked_about_them(uow, participant)) is not None:
        return busy
    verdict = judge_initiative(
        uow,
        participant,
        rule=run.flow_key,
        subject=occurrence.subject,
        key=occurrence.key,
        counts=not goes_on,
    )
    return occurrences.unless_held(
        verdict,
        lambda: _wake(uow, participant, run, occurrence.key),
        retry_when_paused=participant.paused_until,
    )


def _belongs_to_what_they_did(uow: UnitOfWork, run: Run) -> bool:
    """They chose the time, or the lesson goes on within the day: no new initiative of ours."""
    step = _step_of(uow, run)
    if step is None:
        return False
    if step.kind == REMIND_LATER.code:
        return True
    return step.wait_for is not None and step.wait_for.is_shorter_than_a_day


def sessions_changed(uow: UnitOfWork, participant: Participant) -> None:
    """A session was planned, moved or cancelled: lessons that wait for one look again."""
    for run in uow.runs.open_of(participant.id):
        step = _step_of(uow, run)
        if run.status != RunStatus.WAITING.value or step is None or step.until not in SESSION_WAITS:
            continue
        flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
        until = session_awaited(step, uow.now, surroundings(uow, participant, flow))
        if until is not None:
            advance(uow, participant, run, Wake())
        elif run.wake_at is not None and run.wake_at > uow.now:
            # Nothing is left to wait for; what comes next is judged like any word of ours.
            state = replace(run_state.load(run.state), wake_at=uow.now)
            uow.runs.save(replace(run, state=run_state.dump(state), wake_at=uow.now))
            occurrences.plan(
                uow,
                participant,
                rule="run_wake",
                subject=f"run:{run.id}",
                revision=f"{uow.now:%Y%m%dT%H%M%S}",
                due_at=uow.now,
            )


def wake_in_time(uow: UnitOfWork, occurrence: Occurrence) -> bool:
    """Whether the wake lay further ahead than its step can ask for now, and was moved there.

    Then the wait began in a time that is still to come.
    """
    run = uow.runs.get(int(occurrence.subject.removeprefix("run:")))
    step, state = _step_of(uow, run), run_state.load(run.state)
    if run.status != RunStatus.WAITING.value or run.wake_at is None or step is None:
        return False
    calendar = calendar_of(uow, run.office_id)
    latest = latest_end(step, state.answers.get(step.key), uow.now, calendar)
    if latest is None or run.wake_at <= latest:
        return False
    state = replace(state, wake_at=latest)
    uow.runs.save(replace(run, state=run_state.dump(state), wake_at=latest))
    participant = uow.participants.get(run.participant_id)
    occurrences.supersede(
        uow, participant.id, rule="run_wake", subject=occurrence.subject, reason="clock_mended"
    )
    occurrences.plan(
        uow,
        participant,
        rule="run_wake",
        subject=occurrence.subject,
        revision=f"{latest:%Y%m%dT%H%M%S}",
        due_at=latest,
    )
    return True


def _step_of(uow: UnitOfWork, run: Run) -> Step | None:
    flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
    return flow.step(run_state.load(run.state).step_key or "")


def _wake(uow: UnitOfWork, participant: Participant, run: Run, key: str) -> None:
    how = Sending(
        rule=run.flow_key,
        key=key,
        lane=Lane.REMINDER,
        message_class=MessageClass.AT_LEAST_ONCE,
        is_initiative=True,
    )
    advance(uow, participant, run, Wake(), how=how)
