"""Says things to participants: renders a text and puts it into the outbox, or records why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from bot.domain.errors import NotFound, TextFailed
from bot.domain.message_bodies import dump_body, fits_as_caption
from bot.domain.messages import (
    GOES_AHEAD,
    Attachment,
    Body,
    Button,
    Lane,
    MessageClass,
    OutboxMessage,
    OutboxState,
    Question,
    QuestionState,
)
from bot.domain.office_hours import OfficeHours
from bot.domain.people import AccountStatus, Office, Participant
from bot.domain.work_calendar import WorkCalendar
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork

MENU_ROWS = (
    ("menu.week", "menu.course"),
    ("menu.help", "menu.pause"),
    ("menu.settings", "menu.my_data"),
    ("menu.leave", "menu.erase"),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """How a message travels. The default is a reply to something the participant did.

    `key` is the unique key of a message that a rule causes; replies are keyed by their cause.
    """

    rule: str = "reply"
    subject: str = ""
    key: str | None = None
    lane: Lane = Lane.REPLY
    message_class: MessageClass = MessageClass.AT_MOST_ONCE
    not_before: datetime | None = None
    expires_at: datetime | None = None
    is_initiative: bool = False
    hold_because: str = ""  # set: the message is only recorded, with this reason
    is_awaited: bool = True  # not, when nobody asks what became of it: it is written with the rest


REPLY = Sending()


@dataclass(frozen=True, slots=True)
class Choices:
    """Inline buttons: a question of `kind` about `subject`, with (option, label) in rows."""

    kind: str
    subject: str
    rows: Sequence[Sequence[tuple[str, str]]]
    accepts_text: bool = False
    asks_nothing: bool = False  # buttons to tap at any time: words typed later answer none of them

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(option for row in self.rows for option, _ in row)


def calendar_of(uow: UnitOfWork, office_id: int) -> WorkCalendar:
    return _calendar(orjson.dumps(uow.offices.get(office_id).hours))


@lru_cache(maxsize=512)
def _calendar(hours: bytes) -> WorkCalendar:
    return WorkCalendar(OfficeHours.from_json(orjson.loads(hours)))


def text_context(uow: UnitOfWork, participant: Participant, office: Office) -> dict[str, object]:
    """The placeholders that every participant text may use."""
    try:
        caseworker = uow.staff.get(participant.caseworker_id).first_name
    except NotFound:
        caseworker = office.name
    return {
        "participant": {"first_name": participant.first_name},
        "caseworker": {"first_name": caseworker},
        "office": {"name": office.name},
    }


def render(
    uow: UnitOfWork, participant: Participant, key: str, values: Mapping[str, object] | None = None
) -> str:
    """One message in the participant's language. Raises TextFailed."""
    office = uow.offices.get(participant.office_id)
    context = {**text_context(uow, participant, office), **(values or {})}
    return uow.pack(participant.office_id).message(key, participant.language, context)


def button_rows(
    uow: UnitOfWork, participant: Participant, *rows: Sequence[str]
) -> list[list[tuple[str, str]]]:
    """Rows of (option, label) from the pack's `button.*` labels."""
    pack = uow.pack(participant.office_id)
    return [
        [(code, pack.label(f"button.{code}", participant.language)) for code in row] for row in rows
    ]


def menu_labels(uow: UnitOfWork, participant: Participant) -> tuple[tuple[str, ...], ...]:
    pack = uow.pack(participant.office_id)
    return tuple(tuple(pack.label(key, participant.language) for key in row) for row in MENU_ROWS)


def say(
    uow: UnitOfWork,
    participant: Participant,
    key: str,
    values: Mapping[str, object] | None = None,
    *,
    how: Sending = REPLY,
    choices: Choices | None = None,
    menu: bool = False,
    attachment: Attachment | None = None,
) -> OutboxMessage | None:
    """Put message `key` of the pack into the outbox; see say_text."""
    try:
        text = render(uow, participant, key, values)
    except TextFailed as failure:
        return _record_failed_text(uow, participant, key, failure, how)
    return say_text(
        uow, participant, text, how=how, choices=choices, menu=menu, attachment=attachment
    )


def say_text(
    uow: UnitOfWork,
    participant: Participant,
    text: str,
    *,
    how: Sending = REPLY,
    choices: Choices | None = None,
    menu: bool = False,
    attachment: Attachment | None = None,
    own_from: int | None = None,
) -> OutboxMessage | None:
    """Put rendered text into the outbox, with buttons, the menu, a file or a place.

    A text that does not fit below its file, or belongs to a place, goes as a message of its own
    right after it: the words and their buttons are then the last thing in the chat, and whatever
    becomes of the file, the text is a message for itself.

    Returns:
        The stored row (queued, or held back with its reason), or None when nobody awaits it or one
        with the same key exists already: a rule that fires twice says a thing once.
    """
    reason = how.hold_because or unreachable_because(uow, participant)
    if attachment is not None and text and not fits_as_caption(text, attachment):
        if not reason:
            _send_ahead(uow, participant, attachment, how)
        attachment = None
    question = None
    if choices is not None and not reason:
        question = uow.questions.add(_question(uow, participant, choices))
    body = Body(
        text=text,
        buttons=_buttons(choices, question),
        menu=menu_labels(uow, participant) if menu else None,
        attachment=attachment,
        own_from=own_from,
    )
    row = _row(uow, participant, dump_body(body), how, reason)
    if question is None and not how.is_awaited:
        uow.outbox.store_once(row)
        return None
    stored = uow.outbox.add_once(replace(row, question_id=question.id if question else None))
    if stored is None and question is not None:
        uow.questions.save(replace(question, state=QuestionState.CLOSED))
    return stored


def _send_ahead(
    uow: UnitOfWork, participant: Participant, attachment: Attachment, how: Sending
) -> None:
    """The file or place alone; what waits for its rule's message waits for the text."""
    key = f"{how.key}:attachment" if how.key else None
    alone = replace(how, rule=how.rule if how.rule == REPLY.rule else GOES_AHEAD, key=key)
    body = dump_body(Body(text="", attachment=attachment))
    uow.outbox.store_once(_row(uow, participant, body, alone, ""))


def say_to_chat(
    uow: UnitOfWork,
    office_id: int,
    chat_id: int,
    text: str,
    *,
    lane: Lane = Lane.REPLY,
    hide_menu: bool = False,
) -> None:
    """Answer a chat that no participant is bound to (or no longer)."""
    uow.outbox.store_once(
        OutboxMessage(
            office_id=office_id,
            participant_id=None,
            chat_id=chat_id,
            key=f"{uow.cause}:{uow.next_slot()}",
            rule="reply",
            subject="",
            lane=lane,
            message_class=MessageClass.AT_MOST_ONCE,
            body=dump_body(Body(text=text, menu=() if hide_menu else None)),
            created_at=uow.now,
            not_before=uow.now,
            expires_at=uow.now + timedelta(hours=1),
        )
    )


def hold_back(
    uow: UnitOfWork, participant: Participant, *, rule: str, subject: str, key: str, reason: str
) -> None:
    """Record that a rule said nothing, and why: the participant's page shows it."""
    uow.outbox.store_once(
        _row(uow, participant, {}, Sending(rule=rule, subject=subject, key=key), reason)
    )


def _row(
    uow: UnitOfWork, participant: Participant, body: dict[str, Any], how: Sending, reason: str
) -> OutboxMessage:
    return OutboxMessage(
        office_id=participant.office_id,
        participant_id=participant.id,
        chat_id=None,
        key=how.key or f"{uow.cause}:{uow.next_slot()}",
        rule=how.rule,
        subject=how.subject,
        lane=how.lane,
        message_class=how.message_class,
        body=body,
        created_at=uow.now,
        not_before=how.not_before or uow.now,
        expires_at=how.expires_at,
        is_initiative=how.is_initiative,
        state=OutboxState.HELD_BACK if reason else OutboxState.QUEUED,
        reason=reason,
        ended_at=uow.now if reason else None,
    )


def unreachable_because(uow: UnitOfWork, participant: Participant) -> str:
    """Why nothing can be sent to them now, or "" when it can."""
    account = uow.accounts.of_participant(participant.id)
    if account is None:
        return "no_account"
    return "" if account.status is AccountStatus.ACTIVE else f"account_{account.status.value}"


def _question(uow: UnitOfWork, participant: Participant, choices: Choices) -> Question:
    return Question(
        office_id=participant.office_id,
        participant_id=participant.id,
        kind=choices.kind,
        subject=choices.subject,
        options=choices.options,
        asked_at=uow.now,
        state=QuestionState.ANSWERED if choices.asks_nothing else QuestionState.OPEN,
        accepts_text=choices.accepts_text,
    )


def _buttons(choices: Choices | None, question: Question | None) -> tuple[tuple[Button, ...], ...]:
    if choices is None or question is None:
        return ()
    return tuple(
        tuple(Button(label, question.id, option) for option, label in row)
        for row in choices.rows
        if row
    )


def _record_failed_text(
    uow: UnitOfWork, participant: Participant, key: str, failure: TextFailed, how: Sending
) -> OutboxMessage | None:
    """One person's text failed: the others go on, and the coordinators are told once a day."""
    tell_coordinators(uow, participant.office_id, topic=f"text:{key}", sentence=str(failure))
    failed = replace(_row(uow, participant, {}, how, "text_failed"), state=OutboxState.FAILED)
    return uow.outbox.add_once(failed)
