"""What services ask of storage about staff groups and what is addressed to them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.messages import OutboxMessage
from bot.domain.staff_group import StaffGroup
from bot.services.ports.stores import Store


class StaffGroupStore(Store[StaffGroup], Protocol):
    def current_of(self, office_id: int) -> StaffGroup | None:
        """The group the office allows, linked or waiting for its code; None when it has none."""
        ...

    def by_chat(self, chat_id: int) -> StaffGroup | None:
        """The group linked to this chat now, of whichever office."""
        ...

    def by_code(self, office_id: int, code_hash: str) -> StaffGroup | None: ...
    def gone_from(self, office_id: int, chat_id: int) -> StaffGroup | None:
        """The newest link of the office that was lost because this chat was no more."""
        ...

    def pace(self, group: StaffGroup, next_send_at: datetime | None) -> None:
        """Nothing goes to the group before; writes this alone, whatever else changes meanwhile."""
        ...

    def redeem(self, group: StaffGroup, at: datetime) -> bool:
        """Whether this call was the one that used the group's code."""
        ...


class GroupPostStore(Store[OutboxMessage], Protocol):
    """Messages of the outbox by their key and by their chat."""

    def by_key(self, key: str) -> OutboxMessage | None: ...
    def queued_to(self, office_id: int, chat_id: int) -> list[OutboxMessage]: ...
    def readdress(self, office_id: int, old_chat_id: int, new_chat_id: int) -> int:
        """Give what is queued or on its way the chat's new id; how many."""
        ...
