"""What participants made of their own words and numbers, and deleting it when they say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain import run_state
from bot.domain.budget_answers import BUDGET_PREFIX
from bot.domain.cv_answers import CV_PREFIX, LETTER_PREFIX
from bot.domain.document_orders import DocumentKind, OrderState
from bot.domain.flows import Flow
from bot.domain.messages import OutboxState, Question, Run
from bot.domain.people import Participant
from bot.services.ports import UnitOfWork
from bot.services.speaking import Choices, button_rows, say

MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class OwnWork:
    """Something that can be deleted by itself.

    Its words: `button.delete_<key>`, `my_data.delete_<key>` (asks), `my_data.<key>_deleted`.
    `prefixes` begin the names of its values in the profile; `documents` are made from them.
    """

    key: str
    prefixes: tuple[str, ...]
    documents: frozenset[str] = frozenset()

    @property
    def button(self) -> str:
        return f"delete_{self.key}"


ALL_OWN_WORK = (
    OwnWork("cv", (CV_PREFIX, LETTER_PREFIX), frozenset({DocumentKind.CV, DocumentKind.LETTER})),
    OwnWork("budget", (BUDGET_PREFIX,), frozenset({DocumentKind.BUDGET})),
    OwnWork("plan", ("plan_",)),
)
BUTTONS = frozenset(work.button for work in ALL_OWN_WORK)


def buttons_for_own_work(uow: UnitOfWork, participant: Participant) -> Choices | None:
    """A button for each thing they have made, or None."""
    names = uow.profiles.of(participant.id).keys()
    rows = [(work.button,) for work in ALL_OWN_WORK if _names_of(work, names)]
    if not rows:
        return None
    labels = button_rows(uow, participant, *rows)
    return Choices("my_data", "my_data", labels, asks_nothing=True)


def own_work_chosen(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """They tapped one of those buttons: ask whether they are sure."""
    work = next(work for work in ALL_OWN_WORK if work.button == option)
    rows = button_rows(uow, participant, ("confirm_delete",), ("cancel",))
    choices = Choices("delete_own_work", work.key, rows)
    say(uow, participant, f"my_data.delete_{work.key}", choices=choices)
    return None


def delete_own_work_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    if option != "confirm_delete":
        say(uow, participant, "erase.kept")
        return None
    work = next(work for work in ALL_OWN_WORK if work.key == question.subject)
    delete_own_work(uow, participant, work)
    say(uow, participant, f"my_data.{work.key}_deleted")
    return None


def delete_own_work(uow: UnitOfWork, participant: Participant, work: OwnWork) -> None:
    """Delete the values and every copy: files waiting and sent, the lessons' answers and messages.

    The answered question stays as the record that it was deleted, and when; never of what.
    """
    names = _names_of(work, uow.profiles.of(participant.id).keys())
    uow.profiles.remove(participant.id, names)
    for order in uow.document_orders.queued_of(participant.id):
        if order.document in work.documents and order.run_id is None:
            ended = replace(order, state=OrderState.FAILED, reason="deleted", ended_at=uow.now)
            uow.document_orders.save(replace(ended, lease_until=None))
    for run in uow.runs.of_participant(participant.id):
        _forget_answers(uow, run, work)
    _drop_messages(uow, participant, work)
    uow.inbox.drop_payloads_of(participant.id)


def _names_of(work: OwnWork, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(work.prefixes)]


def _forget_answers(uow: UnitOfWork, run: Run, work: OwnWork) -> None:
    """What was answered to make it: kept with the run, and as words of theirs."""
    steps = _steps_about(_flow_of(uow, run), work)
    answers = run_state.load(run.state).answers
    if steps & answers.keys():
        kept = {step: answer for step, answer in answers.items() if step not in steps}
        uow.runs.save(replace(run, state={**run.state, "answers": kept}))
    about = {f"{run.flow_key}:{step}" for step in steps}
    for text in uow.free_texts.of_participant(run.participant_id, limit=MANY) if about else ():
        if text.text and text.about in about:
            uow.free_texts.save(replace(text, text=""))


def _steps_about(flow: Flow | None, work: OwnWork) -> set[str]:
    """Steps whose answers go into these values, at once or by a later step."""
    found: set[str] = set()
    for step in flow.steps if flow is not None else ():
        if (step.into or "").startswith(work.prefixes):
            found.add(step.key)
        if (step.name or "").startswith(work.prefixes):
            found.update(source for source in step.record.values() if not source.startswith("="))
            found.update([step.answer] if step.answer else [])
    return found


def _drop_messages(uow: UnitOfWork, participant: Participant, work: OwnWork) -> None:
    """The files, and what the lessons that make them said: it repeats what was answered.

    A question that is still open stays readable.
    """
    subjects = {f"document:{document}" for document in work.documents}
    for run in uow.runs.of_participant(participant.id):
        flow = _flow_of(uow, run)
        if flow is not None and any(step.document in work.documents for step in flow.steps):
            subjects.add(f"run:{run.id}")
    asked = {question.id for question in uow.questions.open_of(participant.id)}
    messages = uow.outbox.of_participant(participant.id, limit=MANY) if subjects else []
    for message in messages:
        if message.subject not in subjects or not message.body or message.question_id in asked:
            continue
        if message.state is OutboxState.QUEUED:
            ended = replace(message, state=OutboxState.SUPERSEDED, reason="deleted")
            uow.outbox.save(replace(ended, body={}, ended_at=uow.now))
        elif message.state is not OutboxState.CLAIMED:
            uow.outbox.save(replace(message, body={}))


def _flow_of(uow: UnitOfWork, run: Run) -> Flow | None:
    return uow.pack_version(run.content_version_id).flows.get(run.flow_key)
