"""Lists of single participants that were read for many in one go, until something of theirs changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from sqlalchemy import Connection

from bot.storage.remembered import remembered

T = TypeVar("T")


class Ahead(Generic[T]):
    """What of `what` a transaction has read ahead of those who will ask."""

    def __init__(self, db: Connection, what: str) -> None:
        self._kept: dict[int, list[T]] = remembered(db, what)

    def keep(
        self, participants: Iterable[int], found: Iterable[T], *, of: Callable[[T], int]
    ) -> None:
        """Keep for each of the participants what of `found` is theirs, in its order."""
        theirs: dict[int, list[T]] = {number: [] for number in participants}
        for one in found:
            theirs[of(one)].append(one)
        self._kept.update(theirs)

    def of(self, participant_id: int) -> list[T] | None:
        """None when nobody has read it ahead, or it may have changed since."""
        kept = self._kept.get(participant_id)
        return None if kept is None else list(kept)

    def drop(self, participant_id: int | None) -> None:
        """Something of theirs changes; of anybody, for None."""
        if participant_id is None:
            self._kept.clear()
        else:
            self._kept.pop(participant_id, None)
