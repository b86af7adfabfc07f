"""What is dropped with time: raw updates after 7 days, the texts of sent messages after 90."""

from __future__ import annotations

from datetime import timedelta

from bot.services.inbox import RAW_UPDATES_KEEP
from bot.services.ports import UnitOfWork

OUTBOX_TEXTS_KEEP = timedelta(days=90)


def drop_old_texts(uow: UnitOfWork) -> int:
    """Ids and states stay, so that what happened can still be told. Returns how many rows lost their text."""
    raw = uow.inbox.drop_payloads(received_before=uow.now - RAW_UPDATES_KEEP)
    return raw + uow.outbox.drop_bodies(ended_before=uow.now - OUTBOX_TEXTS_KEEP)
