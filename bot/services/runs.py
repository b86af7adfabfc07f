"""Runs flows for participants: hands the engine what happened and turns its events into rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain import engine, run_state
from bot.domain.flows import RunState, RunStatus
from bot.domain.messages import Run
from bot.domain.people import Participant
from bot.domain.rehearsal import is_rehearsed
from bot.domain.run_events import (
    AnswerGiven,
    AskAgain,
    Choice,
    Ignored,
    ModuleWanted,
    RunEvent,
    RunInput,
    Start,
    Wake,
)
from bot.domain.steps.module import MODULE
from bot.domain.steps.wait import ANSWER
from bot.services.certificates import order_certificate_when_done
from bot.services.ports import UnitOfWork
from bot.services.run_host import RunHost
from bot.services.run_surroundings import surroundings
from bot.services.speaking import Sending

OPEN_STATUSES = (RunStatus.ASKING, RunStatus.WAITING)
ONCE = "course"  # a module is taken once: its run's subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an input did: the run after it and the engine's events."""

    run: Run
    events: tuple[RunEvent, ...]

    @property
    def was_ignored(self) -> bool:
        return any(isinstance(event, Ignored) for event in self.events)

    @property
    def is_finished(self) -> bool:
        return self.run.status == RunStatus.FINISHED.value


def start_run(
    uow: UnitOfWork,
    participant: Participant,
    *,
    flow_key: str,
    subject: str,
    how: Sending | None = None,
    version_id: int | None = None,
) -> Outcome | None:
    """Begin `flow_key` for the participant, pinned to a version of the content.

    Args:
        version_id: The version; default the office's content of this moment.
        subject: Tells runs of the same flow apart ("2026-W10"); starting the same one twice is None.
        how: How the first messages travel (a check-in is of our own initiative); default a reply.
    """
    if uow.runs.by_subject(participant.id, flow_key, subject) is not None:
        return None
    run = store_run(uow, participant, RunState(flow_key), subject=subject, version_id=version_id)
    return advance(uow, participant, run, Start(), how=how)


def store_run(
    uow: UnitOfWork,
    participant: Participant,
    state: RunState,
    *,
    subject: str,
    version_id: int | None = None,
) -> Run:
    """A new run that stands at `state`, pinned to a version; default the office's of this moment."""
    if version_id is None:
        version_id = uow.offices.get(participant.office_id).content_version_id
    assert version_id is not None, "an office gets its content before anybody is invited"
    return uow.runs.add(
        Run(
            office_id=participant.office_id,
            participant_id=participant.id,
            flow_key=state.flow_key,
            content_version_id=version_id,
            subject=subject,
            state=run_state.dump(state),
            status=state.status.value,
            started_at=uow.now,
        )
    )


def advance(
    uow: UnitOfWork,
    participant: Participant,
    run: Run,
    given: RunInput,
    *,
    how: Sending | None = None,
    prefix: str = "",
) -> Outcome:
    """Give the run one input and carry out what follows; `prefix` opens the next question's text."""
    pack = uow.pack_version(run.content_version_id)
    flow = pack.flows[run.flow_key]
    before = run_state.load(run.state)
    state, events = engine.step(
        before, flow, given, uow.now, around=surroundings(uow, participant, flow)
    )
    host = RunHost(uow, participant, run, pack, flow, state, how, prefix)
    for event in events:
        host.carry_out(event)
    # After too many words that did not fit, the question's buttons still work.
    still_answers = state.outcome == engine.TOO_MANY_ATTEMPTS
    if state.status is not RunStatus.ASKING and not still_answers:
        host.close_question()
    run = uow.runs.save(
        replace(
            host.run,
            state=run_state.dump(state),
            status=state.status.value,
            wake_at=state.wake_at,
            finished_at=None if state.status in OPEN_STATUSES else uow.now,
        )
    )
    if _set_others_going(uow, participant, run, events):
        run = uow.runs.get(run.id)
    return Outcome(run, events)


def _set_others_going(
    uow: UnitOfWork, participant: Participant, run: Run, events: tuple[RunEvent, ...]
) -> bool:
    """Other runs that begin, or go on, by what this one did; whether there were any.

    After the run is stored: one of them may come back to it at once.
    """
    wanted = [event.module for event in events if isinstance(event, ModuleWanted)]
    for module in wanted:
        _begin_inside(uow, participant, run, f"module:{module}")
    woken = []
    if run.status == RunStatus.FINISHED.value and run.flow_key.startswith("module:"):
        woken = _waiting(uow, participant, run, MODULE.code)
        order_certificate_when_done(uow, participant)
    if any(isinstance(event, AnswerGiven) for event in events):
        woken += _waiting(uow, participant, run, ANSWER)
    for other in woken:
        wake_run(uow, participant, other, early=True)
    return bool(wanted or woken)


def _begin_inside(uow: UnitOfWork, participant: Participant, outer: Run, flow_key: str) -> None:
    subject = outer.subject if is_rehearsed(outer) else ONCE
    known = uow.runs.by_subject(participant.id, flow_key, subject)
    if known is None:
        start_run(
            uow,
            participant,
            flow_key=flow_key,
            subject=subject,
            version_id=outer.content_version_id,
        )
    elif known.status != RunStatus.WAITING.value:
        ask_again(uow, participant, known)


def _waiting(uow: UnitOfWork, participant: Participant, awaited: Run, what: str) -> list[Run]:
    """Runs that sleep until the module of `awaited` is finished, or its flow is answered.

    What they wait for stands in their own version of the content, whichever `awaited` has.
    """
    found = []
    for run in uow.runs.open_of(participant.id):
        if run.status != RunStatus.WAITING.value or is_rehearsed(run) != is_rehearsed(awaited):
            continue
        flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
        if what == ANSWER and awaited.flow_key not in flow.awaits:
            continue
        step = flow.step(run_state.load(run.state).step_key or "")
        if step is not None and (
            (what == MODULE.code and f"module:{step.module}" == awaited.flow_key)
            or (what == ANSWER and step.until == ANSWER and step.answer_of == awaited.flow_key)
        ):
            found.append(run)
    return found


def answer_run(uow: UnitOfWork, participant: Participant, run: Run, option: str) -> Outcome:
    """A button of the run's open question was tapped."""
    instance = run_state.load(run.state).instance
    return advance(uow, participant, run, Choice(instance, option))


def ask_again(uow: UnitOfWork, participant: Participant, run: Run) -> Outcome:
    """Ask the open (or set-aside) question once more."""
    return advance(uow, participant, run, AskAgain())


def go_on(uow: UnitOfWork, participant: Participant, run: Run) -> Outcome:
    """They want to go on: in the module that runs inside it, past a wait, or with its question."""
    if run.status != RunStatus.WAITING.value:
        return ask_again(uow, participant, run)
    flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
    step = flow.step(run_state.load(run.state).step_key or "")
    if step is not None and step.kind == MODULE.code:
        subject = run.subject if is_rehearsed(run) else ONCE
        inside = uow.runs.by_subject(participant.id, f"module:{step.module}", subject)
        if inside is not None and inside.status != RunStatus.FINISHED.value:
            return go_on(uow, participant, inside)
    return wake_run(uow, participant, run, early=True)


def wake_run(
    uow: UnitOfWork,
    participant: Participant,
    run: Run,
    *,
    early: bool = False,
    at_step: str | None = None,
) -> Outcome:
    """The wait is over, or what was waited for is done (`early`).

    Args:
        at_step: Wake it only while it stands there: what was waited for elsewhere is no reason.
    """
    if at_step is not None and run_state.load(run.state).step_key != at_step:
        return Outcome(run, (Ignored("not_waiting"),))
    return advance(uow, participant, run, Wake(early=early))
