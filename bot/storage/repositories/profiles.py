"""Repository of participants' own values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from bot.domain.profile import ProfileValue
from bot.storage.repositories.base import Repository
from bot.storage.tables.results import profile_value as t


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """One value as it is stored: {"value": words or a list of records}."""

    office_id: int
    participant_id: int
    name: str
    value: dict[str, object]
    updated_at: datetime
    id: int = 0


class Profiles(Repository[ProfileEntry]):
    table, record = t, ProfileEntry
    remembers = True

    def read_ahead(self, participants: Sequence[int]) -> None:
        found: dict[int, list[ProfileEntry]] = {number: [] for number in participants}
        for entry in self._all(t.c.participant_id.in_(participants)):
            found[entry.participant_id].append(entry)
        for number, entries in found.items():
            # As `of` asks.
            self._remembered[("participant_id",), (number,), (), None] = entries

    def of(self, participant_id: int) -> dict[str, ProfileValue]:
        """All values by name."""
        entries = self._all_by(participant_id=participant_id)
        return {entry.name: _read(entry.value.get("value")) for entry in entries}

    def put(
        self, office_id: int, participant_id: int, name: str, value: ProfileValue, *, at: datetime
    ) -> None:
        stored: dict[str, object] = {
            "value": value if isinstance(value, str) else [dict(one) for one in value]
        }
        known = self._first_by(participant_id=participant_id, name=name)
        entry = ProfileEntry(
            office_id, participant_id, name, stored, at, id=known.id if known else 0
        )
        if known is None:
            self.add(entry)
        else:
            self.save(entry)

    def remove(self, participant_id: int, names: Collection[str]) -> int:
        """How many there were."""
        self._forget_all()
        done = self._db.execute(
            delete(t).where(t.c.participant_id == participant_id, t.c.name.in_(list(names)))
        )
        return done.rowcount


def _read(value: object) -> ProfileValue:
    if isinstance(value, list):
        return tuple(
            {str(name): str(words) for name, words in one.items()}
            for one in value
            if isinstance(one, dict)
        )
    return str(value or "")
