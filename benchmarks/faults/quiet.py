"""What is still on its way between people, the program and staff; a row may judge when nothing is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, text

from bot.storage.columns import Instant
from tests.emulator_process import EmulatorControl

# A message that is tried again rests no longer than this.
PAUSES = timedelta(seconds=70)

_IN_HAND = text(
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'pending') AS to_handle,"
    " (SELECT count(*) FROM outbox o"
    " LEFT JOIN telegram_account a ON a.participant_id = o.participant_id"
    " WHERE o.state = 'claimed' OR (o.state = 'queued' AND o.not_before <= :soon"
    " AND (a.id IS NULL OR a.status = 'active'))) AS to_send,"
    " (SELECT count(*) FROM notice"
    " WHERE state = 'claimed' OR (state = 'queued' AND not_before <= :now)) AS to_mail"
).bindparams(bindparam("now", type_=Instant()), bindparam("soon", type_=Instant()))


def undelivered(emulator: EmulatorControl) -> int:
    """What people did and Telegram still has: not fetched, on its way, or not confirmed yet.

    All bots that the emulator knows are taken for bots of the program under test. What nobody can
    have is left out: while Telegram's line is down, and where the token is refused.
    """
    return sum(
        bot["pending_updates"]
        for bot in emulator.get("bots")
        if not bot["line_is_down"] and not bot["invalid"]
    )


def in_hand(engine: Engine, now: datetime) -> dict[str, int]:
    """What the program has to handle, to send and to mail, counted at one moment; `now` is its own."""
    with engine.connect() as connection:
        found = connection.execute(_IN_HAND, {"now": now, "soon": now + PAUSES}).one()
    return {name.replace("_", " "): int(count) for name, count in found._mapping.items()}
