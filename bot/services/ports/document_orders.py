"""What services ask of storage about documents that were ordered."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.document_orders import DocumentOrder
from bot.services.ports.stores import Store


class DocumentOrderStore(Store[DocumentOrder], Protocol):
    """`real_now` is the machine's time: leases are no matter of the program's.

    Orders of people whose account does not work are left alone until it does.
    """

    def add_once(self, order: DocumentOrder) -> DocumentOrder | None:
        """The stored order, or None when one with the same key is there already."""
        ...

    def by_key(self, key: str) -> DocumentOrder | None: ...
    def of_participant(self, participant_id: int) -> list[DocumentOrder]: ...
    def queued_of(self, participant_id: int) -> list[DocumentOrder]: ...
    def all_queued(self) -> list[DocumentOrder]: ...
    def count_since(self, participant_id: int, since: datetime) -> int:
        """How many were ordered after `since`, those refused as too many left out."""
        ...

    def is_due(self, *, real_now: datetime) -> bool: ...
    def is_idle(self) -> bool:
        """Nothing that could be made waits or is being made."""
        ...

    def claim(self, *, real_now: datetime, lease: datetime) -> DocumentOrder | None:
        """The oldest that is in nobody's hands, now in ours until `lease`."""
        ...

    def claimed_with(self, lease: datetime) -> DocumentOrder | None:
        """What one claim took, by the lease it gave."""
        ...
