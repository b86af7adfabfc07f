"""From an order to files in the chat: taken in hand, begun, and finished or failed, never left lying."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import run_state
from bot.domain.document_orders import (
    FILES_QUEUED,
    TOO_MANY,
    DocumentOrder,
    MadeDocument,
    MadeFile,
    OrderState,
)
from bot.domain.errors import DocumentFailed, NotFound, TextFailed
from bot.domain.flows import RunStatus
from bot.domain.messages import Document, MessageClass, Photo
from bot.domain.people import Participant, ParticipantStatus
from bot.domain.plain_text import escape
from bot.domain.run_events import Wake
from bot.services.document_contents import request_for
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.runs import advance
from bot.services.speaking import Sending, calendar_of, render, say, say_text, unreachable_because

RULE = "document"  # of messages that carry what somebody made; staff see the file's name alone
MAX_ATTEMPTS = 3
# Renewed while the order is in hand, so that a dead maker's orders are free within seconds.
LEASE = timedelta(seconds=20)
REST = timedelta(seconds=2)
# What somebody asked for just now comes at once; after an outage it waits for allowed hours.
JUST_NOW = timedelta(minutes=15)


def order_waits(uow: UnitOfWork, *, real_now: datetime) -> bool:
    """Whether there is anything to claim."""
    return uow.document_orders.is_due(real_now=real_now)


def claim_order(uow: UnitOfWork, *, real_now: datetime) -> DocumentOrder | None:
    """Take the oldest order in hand that nobody else has; orders of those who cannot be reached wait."""
    lease = real_now + LEASE
    # What a claim that went unheard has taken would lie there until its lease is over.
    unheard = uow.document_orders.claimed_with(lease) if uow.may_be_done else None
    return unheard or uow.document_orders.claim(real_now=real_now, lease=lease)


def begin_order(uow: UnitOfWork, claimed: DocumentOrder) -> dict[str, Any] | None:
    """Return the request to make it from, or None when there is nothing (more) to make."""
    order = _in_hand(uow, claimed)
    if order is None or order.reason == FILES_QUEUED:
        return None
    participant = uow.participants.get(order.participant_id)
    if participant.status is not ParticipantStatus.ACTIVE:
        _end(uow, order, OrderState.FAILED, f"participant_{participant.status.value}")
        return None
    if order.reason == TOO_MANY:
        uow.cause = _cause(order)
        say(uow, participant, "document.too_many", how=_how(uow, order, "too_many"))
        _end(uow, order, OrderState.FAILED, TOO_MANY)
        _wake_run(uow, participant, order)
        return None
    if order.attempts > MAX_ATTEMPTS:  # each of them ended with the process that made it
        _fail(uow, participant, order, "It was begun several times and never finished.")
        return None
    try:
        return request_for(uow, order)
    except (DocumentFailed, TextFailed) as failure:
        _fail(uow, participant, order, str(failure))
        return None


def keep_order(uow: UnitOfWork, claimed: DocumentOrder, *, real_now: datetime) -> bool:
    """It takes longer: whether the order is still ours."""
    order = _in_hand(uow, claimed)
    if order is not None:
        uow.document_orders.save(replace(order, lease_until=real_now + LEASE))
    return order is not None


def give_order_back(uow: UnitOfWork, claimed: DocumentOrder) -> None:
    """The program is stopping: the next one makes it."""
    order = _in_hand(uow, claimed)
    if order is not None:
        uow.document_orders.save(replace(order, lease_until=None, attempts=order.attempts - 1))


def finish_order(uow: UnitOfWork, claimed: DocumentOrder, made: MadeDocument) -> None:
    """Put the files into the outbox, all of them once or not at all.

    A run that waits for them goes on by `go_on_after_files`, in a unit of its own: whatever comes
    after them in the lesson, they are made.
    """
    order = _in_hand(uow, claimed)
    if order is None:
        return
    participant = uow.participants.get(order.participant_id)
    if unreachable_because(uow, participant):  # blocked meanwhile: made anew when they are back
        uow.document_orders.save(replace(order, lease_until=None, attempts=0))
        return
    uow.cause = _cause(order)
    for number, file in enumerate(made.files, 1):
        caption = _caption(uow, participant, order, file) if number == 1 else escape(file.alt)
        how = _how(uow, order, f"file:{number}")
        say_text(uow, participant, caption, how=how, attachment=_attachment(file))
    if made.shortened:
        say(uow, participant, "document.shortened", how=_how(uow, order, "shortened"))
    if made.unprintable:
        values = {"signs": " ".join(made.unprintable[:10])}
        say(uow, participant, "document.signs_missing", values, how=_how(uow, order, "signs"))
    if order.run_id is None:
        _end(uow, order, OrderState.MADE, "")
    else:
        uow.document_orders.save(replace(order, reason=FILES_QUEUED))


def go_on_after_files(uow: UnitOfWork, claimed: DocumentOrder) -> None:
    """The files are in the outbox: go on with the run that waited for them.

    Raises:
        TextFailed: What comes next cannot be said; `give_order_up` leaves the run where it is.
    """
    order = _in_hand(uow, claimed)
    if order is None or order.reason != FILES_QUEUED:
        return
    uow.cause = _cause(order)
    _end(uow, order, OrderState.MADE, "")
    _wake_run(uow, uow.participants.get(order.participant_id), order)


def fail_order(uow: UnitOfWork, claimed: DocumentOrder, *, sentence: str) -> None:
    """It cannot be made: said kindly, the coordinators are told, and the run goes on.

    `sentence` must hold nothing of the participant's.
    """
    order = _in_hand(uow, claimed)
    if order is not None:
        _fail(uow, uow.participants.get(order.participant_id), order, sentence)


def retry_order(
    uow: UnitOfWork, claimed: DocumentOrder, *, sentence: str, real_now: datetime
) -> None:
    """It was cut off (too slow, out of memory): once more a little later, MAX_ATTEMPTS in all."""
    order = _in_hand(uow, claimed)
    if order is None:
        return
    if order.attempts >= MAX_ATTEMPTS:
        _fail(uow, uow.participants.get(order.participant_id), order, sentence)
    else:
        uow.document_orders.save(replace(order, lease_until=real_now + REST))


def give_order_up(uow: UnitOfWork, claimed: DocumentOrder, *, sentence: str) -> None:
    """Its run cannot go on by itself: say so, and end it. "My course" goes on with the run."""
    order = _in_hand(uow, claimed)
    if order is not None:
        _say_failed(uow, uow.participants.get(order.participant_id), order, sentence)


def _in_hand(uow: UnitOfWork, claimed: DocumentOrder) -> DocumentOrder | None:
    """The order as it stands, unless it is settled, erased or in somebody else's hands by now."""
    try:
        order = uow.document_orders.get(claimed.id)
    except NotFound:
        return None
    # A number is no proof: after a crash of the server it may be another person's order.
    is_ours = order.state is OrderState.QUEUED and (order.key, order.attempts) == (
        claimed.key,
        claimed.attempts,
    )
    return order if is_ours else None


def _fail(uow: UnitOfWork, participant: Participant, order: DocumentOrder, sentence: str) -> None:
    _say_failed(uow, participant, order, sentence)
    _wake_run(uow, participant, order)


def _say_failed(
    uow: UnitOfWork, participant: Participant, order: DocumentOrder, sentence: str
) -> None:
    uow.cause = _cause(order)
    if order.reason == FILES_QUEUED:
        _end(uow, order, OrderState.MADE, "")
        what_failed = "was made, but its lesson could not go on"
    else:
        if participant.status is ParticipantStatus.ACTIVE:
            say(uow, participant, "document.failed", how=_how(uow, order, "failed"))
        _end(uow, order, OrderState.FAILED, sentence)
        what_failed = "could not be made"
    tell_coordinators(
        uow,
        order.office_id,
        topic=f"document:{order.document}",
        sentence=(
            f"A document ({order.document}) for participant {order.participant_id} "
            f"{what_failed}: {sentence}"
        ),
    )


def _end(uow: UnitOfWork, order: DocumentOrder, state: OrderState, reason: str) -> None:
    uow.document_orders.save(
        replace(order, state=state, reason=reason[:80], ended_at=uow.now, lease_until=None)
    )


def _wake_run(uow: UnitOfWork, participant: Participant, order: DocumentOrder) -> None:
    """Go on with the run, unless the participant has gone on by themselves."""
    if order.run_id is None or participant.status is not ParticipantStatus.ACTIVE:
        return
    run = uow.runs.get(order.run_id)
    stands_at = run_state.load(run.state).step_key
    if run.status == RunStatus.WAITING.value and stands_at == order.step_key:
        how = Sending(
            rule=run.flow_key,
            message_class=MessageClass.AT_LEAST_ONCE,
            not_before=_not_before(uow, order),
        )
        advance(uow, participant, run, Wake(early=True), how=how)


def _how(uow: UnitOfWork, order: DocumentOrder, slot: str) -> Sending:
    return Sending(
        rule=RULE,
        subject=f"document:{order.document}",
        key=f"{_cause(order)}:{slot}",
        message_class=MessageClass.AT_LEAST_ONCE,
        not_before=_not_before(uow, order),
    )


def _cause(order: DocumentOrder) -> str:
    return f"document_order:{order.id}"


def _not_before(uow: UnitOfWork, order: DocumentOrder) -> datetime:
    if uow.now - order.created_at < JUST_NOW:
        return uow.now
    return calendar_of(uow, order.office_id).next_allowed(uow.now)


def _caption(
    uow: UnitOfWork, participant: Participant, order: DocumentOrder, file: MadeFile
) -> str:
    """What is said with the first file: the pack's words, then what a picture shows."""
    try:
        words = render(uow, participant, f"document.{order.document}")
    except TextFailed as failure:  # the file is what they wait for; it comes without a word
        topic = f"text:document.{order.document}"
        tell_coordinators(uow, order.office_id, topic=topic, sentence=str(failure))
        words = ""
    return "\n\n".join(part for part in (words.strip(), escape(file.alt)) if part)


def _attachment(file: MadeFile) -> Document:
    # What a picture shows stands in its caption, for those who cannot see it; lists that staff
    # read name the attachment, so `alt` must not repeat anybody's budget there.
    kind = Photo if file.is_picture else Document
    return kind(file.filename, file.mime_type, file.content_base64)
