"""What a message comes to, on record: it waits again or it has ended, and whoever waits for that is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import OutboxMessage, OutboxState
from bot.services.attendance import missed_note_sent, missed_note_undelivered
from bot.services.check_ins import check_in_sent, check_in_undelivered, nudge_done
from bot.services.group_posts import DIGEST, NOTICE
from bot.services.group_results import post_sent, post_undelivered
from bot.services.ports import UnitOfWork

AfterDelivery = Callable[[UnitOfWork, OutboxMessage], None]

# Clocks of silence start when a message was sent, so these rules are told.
WHEN_SENT: Mapping[str, AfterDelivery] = {
    "check_in": check_in_sent,
    "nudge": nudge_done,
    "missed_session": missed_note_sent,
    NOTICE: post_sent,
    DIGEST: post_sent,
}
WHEN_UNDELIVERED: Mapping[str, AfterDelivery] = {
    "check_in": check_in_undelivered,
    "nudge": nudge_done,
    "missed_session": missed_note_undelivered,
    NOTICE: post_undelivered,
    DIGEST: post_undelivered,
}


def requeue(uow: UnitOfWork, message: OutboxMessage, reason: str, after: timedelta) -> None:
    """It goes again, `after` this moment at the earliest."""
    later = max(message.not_before, uow.now + after)
    wait_again(uow, replace(message, reason=reason, not_before=later))


def wait_again(uow: UnitOfWork, message: OutboxMessage) -> None:
    """It waits as it is; unless its words were deleted while it was on its way."""
    if message.body:
        uow.outbox.save(replace(message, state=OutboxState.QUEUED, lease_until=None))
    else:
        end(uow, message, OutboxState.SUPERSEDED, "deleted")


def end(uow: UnitOfWork, message: OutboxMessage, state: OutboxState, reason: str) -> None:
    """It goes no more."""
    message = uow.outbox.save(
        replace(message, state=state, reason=reason, ended_at=uow.now, lease_until=None)
    )
    tell(uow, WHEN_UNDELIVERED, message)


def tell(uow: UnitOfWork, who: Mapping[str, AfterDelivery], message: OutboxMessage) -> None:
    """Tell whoever waits for messages of this rule."""
    listener = who.get(message.rule)
    if listener is not None:
        listener(uow, message)
