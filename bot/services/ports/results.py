"""The shape services need of the store of participants' own values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.profile import ProfileValue


class ProfileStore(Protocol):
    def read_ahead(self, participants: Sequence[int]) -> None:
        """Read these people's values in one go: what follows will ask for each."""

    def of(self, participant_id: int) -> dict[str, ProfileValue]:
        """All values by name."""

    def put(
        self, office_id: int, participant_id: int, name: str, value: ProfileValue, *, at: datetime
    ) -> None: ...
    def remove(self, participant_id: int, names: Collection[str]) -> int:
        """How many there were."""
