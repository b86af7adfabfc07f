"""Runs flows for participants: hands the engine what happened and turns its events into rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain import engine, run_state
from bot.domain.escalation_reasons import escalation_reason
from bot.domain.flows import (
    Abandoned,
    AnswerGiven,
    Ask,
    AskAgain,
    Explain,
    Finished,
    Flow,
    HandToHuman,
    Ignored,
    RunEvent,
    RunInput,
    RunState,
    RunStatus,
    Say,
    Sleep,
    Start,
    Wake,
)
from bot.domain.flows import Choice as ChoiceInput
from bot.domain.messages import FreeText, Lane, MessageClass, QuestionState, Run
from bot.domain.people import Participant
from bot.services.cases import raise_signal
from bot.services.help import ask_for_help
from bot.services.occurrences import plan
from bot.services.ports import PackPort, UnitOfWork
from bot.services.speaking import Choices, Sending, calendar_of, say, say_text, text_context
from bot.services.text_notices import queue_text_notice

# A question of a run is worth asking for a week; after that the participant finds it by the menu.
QUESTION_KEEPS = timedelta(days=7)
OPEN_STATUSES = (RunStatus.ASKING, RunStatus.WAITING)


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
) -> Outcome | None:
    """Begin `flow_key` for the participant, pinned to the office's content of this moment.

    Args:
        subject: Tells runs of the same flow apart ("2026-W10"); starting the same one twice is None.
        how: How the first messages travel (a check-in is of our own initiative); default a reply.
    """
    if uow.runs.by_subject(participant.id, flow_key, subject) is not None:
        return None
    version_id = uow.offices.get(participant.office_id).content_version_id
    assert version_id is not None, "an office gets its content before anybody is invited"
    run = uow.runs.add(
        Run(
            office_id=participant.office_id,
            participant_id=participant.id,
            flow_key=flow_key,
            content_version_id=version_id,
            subject=subject,
            state=run_state.dump(RunState(flow_key)),
            status=RunStatus.NEW.value,
            started_at=uow.now,
        )
    )
    return advance(uow, participant, run, Start(), how=how)


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
    state, events = engine.step(
        run_state.load(run.state), flow, given, uow.now, calendar=calendar_of(uow, run.office_id)
    )
    host = _Host(uow, participant, run, pack, flow, how, prefix)
    for event in events:
        host.carry_out(event)
    if state.status is not RunStatus.ASKING:
        host.close_question()
    ended = state.status not in OPEN_STATUSES
    run = uow.runs.save(
        replace(
            host.run,
            state=run_state.dump(state),
            status=state.status.value,
            wake_at=state.wake_at,
            finished_at=uow.now if ended else None,
        )
    )
    return Outcome(run, events)


def answer_run(uow: UnitOfWork, participant: Participant, run: Run, option: str) -> Outcome:
    """A button of the run's open question was tapped."""
    instance = run_state.load(run.state).instance
    return advance(uow, participant, run, ChoiceInput(instance, option))


def ask_again(uow: UnitOfWork, participant: Participant, run: Run) -> Outcome:
    """Ask the open (or set-aside) question once more."""
    return advance(uow, participant, run, AskAgain())


def wake_run(
    uow: UnitOfWork, participant: Participant, run: Run, *, early: bool = False
) -> Outcome:
    """The wait is over, or the participant asked to go on at once."""
    return advance(uow, participant, run, Wake(early=early))


@dataclass(slots=True)
class _Host:
    """Carries out the events of one input, in order."""

    uow: UnitOfWork
    participant: Participant
    run: Run
    pack: PackPort
    flow: Flow
    how: Sending | None
    prefix: str

    def carry_out(self, event: RunEvent) -> None:
        match event:
            case Say(step_key=step_key, part=part):
                self._say(step_key, part)
            case Ask():
                self._ask(event)
            case Explain(message_key=key, max_chars=max_chars):
                say(self.uow, self.participant, key, {"max_chars": max_chars or 0})
            case HandToHuman(step_key=step_key, reason=reason):
                self._hand_to_human(step_key, reason)
            case Sleep(until=until):
                plan(
                    self.uow,
                    self.participant,
                    rule="run_wake",
                    subject=f"run:{self.run.id}",
                    revision=f"{until:%Y%m%dT%H%M%S}",
                    due_at=until,
                )
            case Abandoned():
                say(self.uow, self.participant, "course.set_aside")
            case AnswerGiven(is_text=True, value=words) if words:
                self._keep_words(event.step_key, words)
            case AnswerGiven() | Finished() | Ignored():
                pass  # kept in the run's state; who asked for the run acts on them

    def close_question(self) -> None:
        if self.run.question_id is not None:
            question = self.uow.questions.get(self.run.question_id)
            if question.state is QuestionState.OPEN:
                self.uow.questions.save(replace(question, state=QuestionState.CLOSED))
            self.run = replace(self.run, question_id=None)

    def _say(self, step_key: str, part: str) -> None:
        text = self.pack.flow_text(
            self.run.flow_key, step_key, part, self.participant.language, self._context()
        )
        if text:
            say_text(
                self.uow,
                self.participant,
                text,
                how=_course(self.how, self.run, slot=f"{step_key}:{part}"),
            )

    def _ask(self, ask: Ask) -> None:
        self.close_question()
        language = self.participant.language
        text = self.pack.flow_text(
            self.run.flow_key, ask.step_key, "text", language, self._context()
        )
        if self.prefix:
            text, self.prefix = f"{self.prefix}\n\n{text}", ""
        labels = [
            (option, self.pack.option_label(self.run.flow_key, ask.step_key, option, language))
            for option in ask.options
        ]
        if ask.skippable:
            labels.append(
                ("skip", self.uow.pack(self.run.office_id).label("button.skip", language))
            )
        row_per_option = [[label] for label in labels]
        sent = say_text(
            self.uow,
            self.participant,
            text,
            how=_course(self.how, self.run, slot=f"{ask.step_key}:{ask.instance}"),
            choices=Choices(
                "run", f"run:{self.run.id}", row_per_option, accepts_text=ask.accepts_text
            ),
        )
        if sent is not None:
            self.run = replace(self.run, question_id=sent.question_id)

    def _keep_words(self, step_key: str, words: str) -> None:
        """Words of a check-in are for the caseworker to read; those of a lesson are one's own work."""
        is_check_in = self.run.flow_key.startswith("check_in:")
        self.uow.free_texts.add(
            FreeText(
                office_id=self.run.office_id,
                participant_id=self.participant.id,
                at=self.uow.now,
                kind="answer",
                text=words,
                about=f"{self.run.flow_key}:{step_key}",
                seen_at=None if is_check_in else self.uow.now,
            )
        )
        if is_check_in:
            queue_text_notice(self.uow, self.participant)

    def _hand_to_human(self, step_key: str, reason: str) -> None:
        source = f"run:{self.run.id}:{step_key}:{self.uow.cause}"
        if escalation_reason(reason).participant_is_told:
            ask_for_help(self.uow, self.participant, source=source)
        else:
            raise_signal(
                self.uow, self.participant, reason=reason, source=source, by_participant=True
            )

    def _context(self) -> dict[str, object]:
        office = self.uow.offices.get(self.participant.office_id)
        return text_context(self.uow, self.participant, office)


def _course(how: Sending | None, run: Run, *, slot: str) -> Sending:
    """Course texts and questions may come twice rather than not at all."""
    base = how or Sending(rule=run.flow_key)
    return replace(
        base,
        subject=f"run:{run.id}",
        key=None if base.key is None else f"{base.key}:{slot}",
        lane=base.lane if how else Lane.REPLY,
        message_class=MessageClass.AT_LEAST_ONCE,
    )
