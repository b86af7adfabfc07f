"""Seals and opens what people wrote, each with the key of the participant it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import Connection, select

from bot.domain.errors import KeyDestroyed
from bot.storage.among import among
from bot.storage.keys import KeyStore, sealing_key
from bot.storage.statements import Statement
from bot.storage.tables.people import office, participant

_MAX_REMEMBERED = 100_000


_KEY_IDS = Statement(
    lambda dialect: select(participant.c.id, participant.c.key_id).where(
        among(dialect, participant.c.id, "participants")
    )
)
# On PostgreSQL the keys are in the same database. One that is newer than the transaction's snapshot
# is not seen, and is asked for when it is needed.
_KEYS = Statement(
    lambda dialect: (
        select(participant.c.id, participant.c.key_id, sealing_key.c.wrapped)
        .outerjoin(sealing_key, sealing_key.c.key_id == participant.c.key_id)
        .where(among(dialect, participant.c.id, "participants"))
    )
)


class Vault:
    """Knows which key belongs to whom. One for the program; used from storage threads."""

    def __init__(self, keys: KeyStore) -> None:
        self.keys = keys
        self._key_ids: dict[tuple[str, int], str] = {}

    def key_id(self, db: Connection, *, office_id: int, participant_id: int | None) -> str:
        who = ("participant", participant_id) if participant_id else ("office", office_id)
        if (known := self._key_ids.get(who)) is not None:
            return known
        table = participant if participant_id else office
        key_id: str = db.execute(select(table.c.key_id).where(table.c.id == who[1])).scalar_one()
        if len(self._key_ids) >= _MAX_REMEMBERED:
            self._key_ids.clear()
        self._key_ids[who] = key_id
        return key_id

    def fetch_keys(self, db: Connection, participants: Iterable[int | None]) -> None:
        """Have the keys of many at hand, in one question or two instead of two for each."""
        unknown = {p for p in participants if p and ("participant", p) not in self._key_ids}
        if not unknown:
            return
        are_here = db.dialect.name == "postgresql"
        found = (_KEYS if are_here else _KEY_IDS).rows(db, {"participants": list(unknown)})
        if len(self._key_ids) + len(found) >= _MAX_REMEMBERED:
            self._key_ids.clear()
        self._key_ids.update({("participant", row[0]): row[1] for row in found})
        if are_here:
            self.keys.keep_at_hand((row[1], row[2]) for row in found if row[2] is not None)
        else:
            self.keys.fetch(row[1] for row in found)

    def forget(self, participant_id: int) -> None:
        self._key_ids.pop(("participant", participant_id), None)

    def seal(self, key_id: str, shape: str, value: Any, *, context: str) -> bytes:
        plain = orjson.dumps(value) if shape == "json" else str(value).encode()
        return self.keys.seal(key_id, plain, context=context)

    def open(self, key_id: str, shape: str, sealed: bytes, *, context: str) -> Any:
        """The words, or empty ones when they were dropped or their key was destroyed."""
        if not sealed:
            return {} if shape == "json" else ""
        try:
            plain = self.keys.open(key_id, bytes(sealed), context=context)
        except KeyDestroyed:
            return {} if shape == "json" else ""
        return orjson.loads(plain) if shape == "json" else plain.decode()
