"""Carries out the events of one input to a run: messages, questions, the profile, cases, files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.escalation_reasons import escalation_reason
from bot.domain.flows import Flow, RunState, Step
from bot.domain.messages import Attachment, FreeText, MessageClass, QuestionState, Run
from bot.domain.people import Participant
from bot.domain.profile import profile_after
from bot.domain.question_subjects import question_subject
from bot.domain.run_events import (
    Abandoned,
    AnswerGiven,
    Ask,
    DocumentWanted,
    Explain,
    Finished,
    HandToHuman,
    Ignored,
    ModuleWanted,
    ProfileForgotten,
    ProfileKept,
    ProfileSet,
    Redraw,
    RunEvent,
    Say,
    Sleep,
)
from bot.domain.steps.upload import UPLOAD
from bot.domain.uploads import KIND as UPLOAD_KIND
from bot.services.cases import raise_signal
from bot.services.document_orders import order_document
from bot.services.help import ask_for_help
from bot.services.occurrences import plan
from bot.services.ports import PackPort, UnitOfWork
from bot.services.run_buttons import button_rows_of
from bot.services.run_surroundings import has_looked_up, own_words
from bot.services.speaking import Choices, Sending, render, say, say_text, text_context
from bot.services.text_notices import queue_text_notice


def keep_words(
    uow: UnitOfWork, participant: Participant, run: Run, step_key: str, words: str, *, kind: str
) -> None:
    """Words of a check-in are for the caseworker to read; those of a lesson are one's own work."""
    is_check_in = run.flow_key.startswith("check_in:")
    uow.free_texts.store(
        FreeText(
            office_id=run.office_id,
            participant_id=participant.id,
            at=uow.now,
            kind=kind,
            text=words,
            about=f"{run.flow_key}:{step_key}",
            seen_at=None if is_check_in else uow.now,
        )
    )
    if is_check_in:
        queue_text_notice(uow, participant)


@dataclass(slots=True)
class RunHost:
    """Carries out the events of one input, in order; `state` is the run's after it."""

    uow: UnitOfWork
    participant: Participant
    run: Run
    pack: PackPort
    flow: Flow
    state: RunState
    how: Sending | None
    prefix: str

    def carry_out(self, event: RunEvent) -> None:
        match event:
            case Say():
                self._say(event)
            case Ask():
                self._ask(event)
            case Explain(message_key=key, values=values):
                say(self.uow, self.participant, key, values)
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
            case AnswerGiven(into=str()) | ProfileSet() | ProfileKept() | ProfileForgotten():
                self._change_profile(event)
            case AnswerGiven(is_text=True, value=words) if words:
                self._keep_words(event.step_key, words)
            case DocumentWanted(step_key=step_key, document=document):
                order_document(
                    self.uow,
                    self.participant,
                    document=document,
                    key=f"run:{self.run.id}:{self.state.instance}:{step_key}:{self.uow.cause}",
                    run=self.run,
                    step_key=step_key,
                )
            case AnswerGiven() | ModuleWanted() | Redraw() | Finished() | Ignored():
                pass  # kept in the run's state; who asked for the run acts on them

    def close_question(self) -> None:
        if self.run.question_id is not None:
            question = self.uow.questions.get(self.run.question_id)
            if question.state is QuestionState.OPEN:
                self.uow.questions.save(replace(question, state=QuestionState.CLOSED))
            self.run = replace(self.run, question_id=None)

    def _say(self, said: Say) -> None:
        if said.part == "hint" and not self._has_text(said):
            say(self.uow, self.participant, "run.try_again", how=self._how(said.step_key, "hint"))
            return
        text, own_from = self._text(said)
        if text:
            say_text(
                self.uow,
                self.participant,
                text,
                how=self._how(said.step_key, said.part),
                attachment=self._attachment(said),
                own_from=own_from,
            )

    def _attachment(self, said: Say) -> Attachment | None:
        if said.part != "text":
            return None
        return self.pack.attachment(self.run.flow_key, said.step_key, self.participant.language)

    def _ask(self, ask: Ask) -> None:
        self.close_question()
        if ask.message_key:
            text, own_from = render(self.uow, self.participant, ask.message_key), None
        else:
            text, own_from = self._text(Say(ask.step_key))
        if self.prefix:
            text, self.prefix = f"{self.prefix}\n\n{text}", ""
        rows = button_rows_of(
            self.uow,
            self.participant,
            self.pack,
            self.run.flow_key,
            self._step(ask.step_key),
            ask.buttons,
        )
        sent = say_text(
            self.uow,
            self.participant,
            text,
            how=self._how(ask.step_key, str(ask.instance)),
            choices=Choices(
                "run",
                question_subject(self.run.id, ask.step_key),
                rows,
                accepts_text=ask.accepts_text,
            ),
            own_from=own_from,
        )
        if sent is not None:
            self.run = replace(self.run, question_id=sent.question_id)

    def _change_profile(self, event: RunEvent) -> None:
        before = self.uow.profiles.of(self.participant.id)
        after = profile_after(before, event)
        for name in before.keys() - after.keys():
            self.uow.profiles.remove(self.participant.id, [name])
        for name, value in after.items():
            if before.get(name) != value:
                self.uow.profiles.put(
                    self.run.office_id, self.participant.id, name, value, at=self.uow.now
                )

    def _keep_words(self, step_key: str, words: str) -> None:
        if step_key in self.flow.own_steps:
            return  # part of what they make: in their profile alone
        kind = UPLOAD_KIND if self._step(step_key).kind == UPLOAD.code else "answer"
        keep_words(self.uow, self.participant, self.run, step_key, words, kind=kind)

    def _hand_to_human(self, step_key: str, reason: str) -> None:
        source = f"run:{self.run.id}:{step_key}:{self.uow.cause}"
        if escalation_reason(reason).participant_is_told:
            ask_for_help(self.uow, self.participant, source=source)
        else:
            raise_signal(
                self.uow, self.participant, reason=reason, source=source, by_participant=True
            )

    def _step(self, step_key: str) -> Step:
        step = self.flow.step(step_key)
        assert step is not None, "the engine speaks of steps of this flow alone"
        return step

    def _has_text(self, said: Say) -> bool:
        return self.pack.has_flow_text(
            self.run.flow_key, said.step_key, said.part, self.participant.language, said.option
        )

    def _text(self, said: Say) -> tuple[str, int | None]:
        """The text, and 0 when it says something out of the profile (`Body.own_from`)."""
        context = self._context()
        text = self.pack.flow_text(
            self.run.flow_key,
            said.step_key,
            said.part,
            self.participant.language,
            context,
            option=said.option,
        )
        return text, 0 if has_looked_up(context["profile"]) else None

    def _context(self) -> dict[str, object]:
        office = self.uow.offices.get(self.participant.office_id)
        return {
            **text_context(self.uow, self.participant, office),
            **own_words(self.uow, self.participant, self.pack, self.flow, self.state),
        }

    def _how(self, step_key: str, slot: str) -> Sending:
        """Course texts and questions may come twice rather than not at all, if not said otherwise."""
        base = self.how or Sending(rule=self.run.flow_key, message_class=MessageClass.AT_LEAST_ONCE)
        return replace(
            base,
            subject=f"run:{self.run.id}",
            key=None if base.key is None else f"{base.key}:{step_key}:{slot}",
        )
