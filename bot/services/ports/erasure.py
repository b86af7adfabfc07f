"""What erasing asks of the storage."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ErasureStore(Protocol):
    def erase(self, participant_id: int, *, at: datetime) -> int:
        """Delete everything about the participant but the bare row that tells it happened."""
        ...

    def key_ids(self) -> list[str]:
        """The keys of all who are erased, in all offices."""
        ...
