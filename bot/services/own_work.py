"""What participants made of their own words and numbers: sent again, or deleted, as they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain import run_state
from bot.domain.budget_answers import BUDGET_PREFIX
from bot.domain.cv_answers import CV_PREFIX, LETTER_PREFIX
from bot.domain.document_orders import DocumentKind, OrderState
from bot.domain.flows import Flow
from bot.domain.message_bodies import dump_body, load_body
from bot.domain.messages import OutboxState, Question, Run
from bot.domain.people import Participant
from bot.domain.question_subjects import question_subject
from bot.services.document_orders import order_document
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
# What can be made once more of what is there, by the names of the values it needs.
SENT_AGAIN = {
    "send_cv": (CV_PREFIX, DocumentKind.CV),
    "send_letter": (LETTER_PREFIX, DocumentKind.LETTER),
    "send_budget": (BUDGET_PREFIX, DocumentKind.BUDGET),
}
BUTTONS = frozenset(work.button for work in ALL_OWN_WORK) | SENT_AGAIN.keys()


def buttons_for_own_work(uow: UnitOfWork, participant: Participant) -> Choices | None:
    """Buttons for each thing they have made, or None."""
    names = uow.profiles.of(participant.id).keys()
    rows = [
        (button,)
        for button, (prefix, _) in SENT_AGAIN.items()
        if any(name.startswith(prefix) for name in names)
    ]
    rows += [(work.button,) for work in ALL_OWN_WORK if _names_of(work, names)]
    if not rows:
        return None
    labels = button_rows(uow, participant, *rows)
    return Choices("my_data", "my_data", labels, asks_nothing=True)


def own_work_chosen(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """They tapped one of those buttons: send it again, or ask whether to delete it for sure."""
    if option in SENT_AGAIN:
        _, document = SENT_AGAIN[option]
        key = f"again:{participant.id}:{uow.cause}"
        order_document(uow, participant, document=document, key=key)
        return None
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
        if order.document not in work.documents:
            continue
        if order.run_id is None:
            ended = replace(order, state=OrderState.FAILED, reason="deleted", ended_at=uow.now)
            uow.document_orders.save(replace(ended, lease_until=None))
        elif order.lease_until is not None:
            # Whoever has it in hand has read what is gone: it is made anew, for its lesson waits.
            anew = replace(order, lease_until=None, attempts=order.attempts + 1)
            uow.document_orders.save(anew)
    for run in uow.runs.of_participant(participant.id):
        _forget_answers(uow, run, work)
    _drop_messages(uow, participant, work)
    uow.inbox.drop_payloads_of(participant.id)


def _names_of(work: OwnWork, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(work.prefixes)]


def _forget_answers(uow: UnitOfWork, run: Run, work: OwnWork) -> None:
    """What was answered to make it: kept with the run, and as words of theirs."""
    steps = _steps_about(_flow_of(uow, run), work)
    state = run_state.load(run.state)
    kept = {step: answer for step, answer in state.answers.items() if step not in steps}
    # Of a question that is open they may have written the first half.
    partial = () if state.step_key in steps else state.partial
    forgotten = replace(state, answers=kept, partial=partial)
    if forgotten != state:
        uow.runs.save(replace(run, state=run_state.dump(forgotten)))
    asked = {question_subject(run.id, step) for step in steps}
    for question in uow.questions.answered_of(run.participant_id, limit=MANY) if asked else ():
        if question.kind == "run" and question.subject in asked:
            uow.questions.save(replace(question, answer=None))
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

    Of what other flows that asked for it said, and of reminders, that goes which repeats any value
    of the profile. A question that is still open stays readable.
    """
    subjects = {f"document:{document}" for document in work.documents}
    others: set[str] = set()  # flows that say nothing of it
    for run in uow.runs.of_participant(participant.id):
        flow = _flow_of(uow, run)
        if flow is not None and any(step.document in work.documents for step in flow.steps):
            subjects.add(f"run:{run.id}")
        elif not _steps_about(flow, work):
            others.add(f"run:{run.id}")
    asked = {question.id for question in uow.questions.open_of(participant.id)}
    for message in uow.outbox.of_participant(participant.id, limit=MANY):
        body = load_body(message.body)
        is_about = message.subject in subjects
        if not is_about and (body.own_from is None or message.subject in others):
            continue
        if body.own_from and not is_about:
            kept = dump_body(replace(body, text=body.text[: body.own_from]))
            uow.outbox.save(replace(message, body=kept))
        elif not message.body or message.question_id in asked:
            continue
        elif message.state is OutboxState.QUEUED:
            ended = replace(message, state=OutboxState.SUPERSEDED, reason="deleted")
            uow.outbox.save(replace(ended, body={}, ended_at=uow.now))
        else:  # what is on its way goes from its sender's memory, and is not repeated (`wait_again`)
            uow.outbox.save(replace(message, body={}))


def _flow_of(uow: UnitOfWork, run: Run) -> Flow | None:
    return uow.pack_version(run.content_version_id).flows.get(run.flow_key)
