"""A participant's conversation: every message sent or held back and why, and all they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.message_bodies import load_body
from bot.domain.messages import FreeText, OutboxMessage, OutboxState, Question
from bot.domain.people import Participant
from bot.domain.question_subjects import asked_by
from bot.domain.uploads import KIND as UPLOAD_KIND
from bot.domain.uploads import read_upload
from bot.services.document_making import RULE as DOCUMENT_RULE
from bot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the ledger. `text` is Telegram's HTML; `at` is when it ended, or was asked for.

    `is_cut`: what followed, or all of it, repeats what is the participant's alone.
    """

    at: datetime
    rule: str
    state: OutboxState
    reason: str
    not_before: datetime
    text: str
    buttons: tuple[str, ...]
    attachment: str
    sender_name: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the participant wrote or sent."""

    at: datetime
    id: int
    kind: str
    text: str
    file: str  # the name of a photo or file that a step asked for
    seen_at: datetime | None
    seen_by_name: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button the participant answered with; no `label` when the answer is theirs alone."""

    at: datetime
    label: str


Line = Outgoing | Incoming | Tapped


@dataclass(frozen=True, slots=True)
class Conversation:
    """Newest first. `has_more`: older lines exist than were asked for."""

    lines: tuple[Line, ...]
    has_more: bool


def conversation_of(
    uow: UnitOfWork, participant: Participant, names: Mapping[int, str], *, limit: int
) -> Conversation:
    messages = uow.outbox.of_participant(participant.id, limit=limit + 1)
    texts = uow.free_texts.of_participant(participant.id, limit=limit + 1)
    answered = uow.questions.answered_of(participant.id, limit=limit + 1)
    labels = _labels(messages)
    own = _own_answers(uow, participant, answered)
    lines: list[Line] = [_outgoing(message, names) for message in messages]
    lines += [_incoming(text, names) for text in texts]
    lines += [
        Tapped(question.answered_at, "" if question.id in own else _label(question, labels))
        for question in answered
        if question.answered_at is not None and question.answer
    ]
    # Of one moment, an answer comes before what it brought about, and rows in their own order.
    lines.sort(key=lambda line: (line.at, isinstance(line, Outgoing)))
    lines.reverse()
    return Conversation(tuple(lines[:limit]), len(lines) > limit)


def _outgoing(message: OutboxMessage, names: Mapping[int, str]) -> Outgoing:
    body = load_body(message.body)
    who, _, number = message.subject.partition(":")
    is_staffs = message.rule == "staff_message" and who == "staff" and number.isdigit()
    return Outgoing(
        at=message.ended_at or message.created_at,
        rule=message.rule,
        state=message.state,
        reason=message.reason,
        not_before=message.not_before,
        # What somebody made of their own words and numbers is theirs; staff see that it came.
        text="" if message.rule == DOCUMENT_RULE else body.text[: body.own_from],
        buttons=tuple(button.label for row in body.buttons for button in row),
        attachment=body.attachment.name if body.attachment else "",
        sender_name=names.get(int(number), "") if is_staffs else "",
        is_cut=body.own_from is not None,
    )


def _incoming(text: FreeText, names: Mapping[int, str]) -> Incoming:
    upload = read_upload(text.text) if text.kind == UPLOAD_KIND else None
    return Incoming(
        at=text.at,
        id=text.id,
        kind=text.kind,
        text="" if upload else text.text,
        file=upload.filename if upload else "",
        seen_at=text.seen_at,
        seen_by_name=names.get(text.seen_by, "") if text.seen_by else "",
    )


def _labels(messages: list[OutboxMessage]) -> dict[tuple[int, str], str]:
    return {
        (button.question_id, button.option): button.label
        for message in messages
        for row in load_body(message.body).buttons
        for button in row
    }


def _own_answers(
    uow: UnitOfWork, participant: Participant, answered: Sequence[Question]
) -> set[int]:
    """The questions whose answers went into the participant's profile."""
    asked = {q.id: by for q in answered if q.kind == "run" and (by := asked_by(q.subject))}
    runs = {run.id: run for run in uow.runs.of_participant(participant.id)} if asked else {}
    own = set()
    for question_id, (run_id, step_key) in asked.items():
        run = runs[run_id]
        flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
        # A step that is not found by a key cut short may have been one of those.
        if step_key in flow.own_steps or flow.step(step_key) is None:
            own.add(question_id)
    return own


def _label(question: Question, labels: Mapping[tuple[int, str], str]) -> str:
    code = question.answer or ""
    return labels.get((question.id, code), code)
