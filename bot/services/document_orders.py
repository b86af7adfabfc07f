"""Ordering a file that is made beside the chat: a row now, the file a few seconds later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bot.domain.document_orders import TOO_MANY, DocumentOrder, OrderState
from bot.domain.messages import Run
from bot.domain.people import Participant
from bot.services.ports import UnitOfWork
from bot.services.speaking import say

# Somebody who corrects a CV again and again stays below it; a stuck button does not.
MOST_A_DAY = 10
DAY = timedelta(days=1)
LONGEST_KEY = 120  # characters, of its column


def order_document(
    uow: UnitOfWork,
    participant: Participant,
    *,
    document: str,
    key: str,
    run: Run | None = None,
    step_key: str = "",
    is_wish: bool = True,
) -> DocumentOrder | None:
    """Order a document (a DocumentKind) for the participant; the same `key` orders it once.

    Args:
        run: Sleeps at `step_key` until the files are sent, or cannot be, and is then woken. A
            wish beyond MOST_A_DAY is stored too, to say so and wake the run.
        is_wish: The participant asked for it, so it counts by the day.

    Returns:
        The order, or None when there is nothing to make: it was ordered before, an equal one
        without a run is under way, or they had too many today (they are told).
    """
    orders = uow.document_orders
    if run is None and any(one.document == document for one in orders.queued_of(participant.id)):
        return None
    since = uow.now - DAY
    is_too_much = is_wish and orders.count_since(participant.id, since) >= MOST_A_DAY
    if is_too_much and run is None:
        say(uow, participant, "document.too_many")
        return None
    return orders.add_once(
        DocumentOrder(
            office_id=participant.office_id,
            participant_id=participant.id,
            run_id=None if run is None else run.id,
            step_key=step_key,
            document=document,
            language=participant.language,
            key=_bounded(key),
            created_at=uow.now,
            reason=TOO_MANY if is_too_much else "",
        )
    )


def _bounded(key: str) -> str:
    """The key, or what stands for it where it is longer than its column."""
    return key if len(key) <= LONGEST_KEY else f"order:{sha256(key.encode()).hexdigest()}"


def cancel_orders(uow: UnitOfWork, participant_id: int, *, reason: str) -> int:
    """Nothing more is made for them; how many were waiting."""
    waiting = uow.document_orders.queued_of(participant_id)
    for order in waiting:
        uow.document_orders.save(
            replace(
                order, state=OrderState.FAILED, reason=reason, ended_at=uow.now, lease_until=None
            )
        )
    return len(waiting)
