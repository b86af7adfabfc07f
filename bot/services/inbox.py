"""Puts raw updates into the durable inbox; nothing is confirmed to Telegram before this committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.messages import InboxUpdate
from bot.services.operations import tell_coordinators
from bot.services.outage import clock_is_plausible
from bot.services.ports import UnitOfWork

RAW_UPDATES_KEEP = timedelta(days=7)
# Telegram repeats an update for a day at the most, and begins anew after a week without any.
IDS_LAST = timedelta(days=3)
SET_ASIDE_AFTER = 5
# Telegram's ids of chats have 52 bits at the most, so that none is at or below this.
OF_NO_CHAT = -(2**62)


@dataclass(frozen=True, slots=True)
class Stored:
    """How many of the updates were new, and the last id (the poller's offset)."""

    new: int


def store_updates(uow: UnitOfWork, office_id: int, updates: Sequence[dict[str, Any]]) -> Stored:
    """Insert what is new; Telegram repeats what was not confirmed, and ids may restart at random."""
    _read_chats_ahead(uow, office_id, updates)
    found: list[InboxUpdate] = []
    for raw in updates:
        update_id = raw.get("update_id")
        if not isinstance(update_id, int) or isinstance(update_id, bool) or abs(update_id) >= 2**63:
            tell_coordinators(
                uow,
                office_id,
                topic="update_without_id",
                sentence="An update without a number came and was dropped.",
            )
            continue
        chat_id = chat_id_of(raw, update_id)
        account = uow.accounts.by_chat(office_id, chat_id)
        found.append(
            InboxUpdate(
                office_id=office_id,
                update_id=update_id,
                chat_id=chat_id,
                received_at=uow.now,
                payload=raw,
                participant_id=account.participant_id if account else None,
            )
        )
    if not found:
        return Stored(0)
    return Stored(uow.inbox.add_all_once(found, repeated_since=lambda: _repeated_since(uow)))


def _repeated_since(uow: UnitOfWork) -> datetime:
    """While the clock is not to be believed nothing is old: rather not twice."""
    return uow.now - IDS_LAST if clock_is_plausible(uow) else datetime.min.replace(tzinfo=UTC)


def _read_chats_ahead(uow: UnitOfWork, office_id: int, updates: Sequence[dict[str, Any]]) -> None:
    numbers = ((raw, raw.get("update_id")) for raw in updates)
    chats = {chat_id_of(raw, number) for raw, number in numbers if isinstance(number, int)}
    if len(chats) > 1:
        uow.accounts.read_chats_ahead(office_id, sorted(chats))


def record_failure(uow: UnitOfWork, update: InboxUpdate, error_name: str) -> bool:
    """Handling failed: try again, or set it aside after a few times so that others go on. Whether aside."""
    if not uow.inbox.record_failure(update.seq, set_aside_after=SET_ASIDE_AFTER):
        return False
    tell_coordinators(
        uow,
        update.office_id,
        topic=f"update:{update.seq}",
        sentence=f"Update {update.update_id} could not be handled ({error_name}) and was set aside.",
    )
    return True


def chat_id_of(raw: dict[str, Any], update_id: int) -> int:
    """The chat whose order the update belongs to; what belongs to none waits for nobody."""
    for value in raw.values():
        if not isinstance(value, dict):
            continue
        chat = value.get("chat")
        if not isinstance(chat, dict) and isinstance(value.get("message"), dict):
            chat = value["message"].get("chat")
        if not isinstance(chat, dict):
            chat = value.get("from")
        if isinstance(chat, dict) and isinstance(chat.get("id"), int) and abs(chat["id"]) < 2**63:
            return int(chat["id"])
    # Not one number for all of them: each that fails would hold up those behind it.
    return OF_NO_CHAT - update_id % 2**61
