"""For how long a bot must be silent after a 429, kept so that no restart shortens it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.delivery_results import not_sent
from bot.services.ports import UnitOfWork

UNTOLD_FLOOD_WAIT = timedelta(hours=1)  # noted by a release that did not say how long it was


def flooded(
    uow: UnitOfWork, office_id: int, message_id: int, *, until: datetime, retry_after: timedelta
) -> None:
    """429: the bot is silent until `until` (real time), also after a restart.

    `retry_after` is the whole silence from now on.
    """
    uow.program_state.write(f"flood_until:{office_id}", until.isoformat())
    uow.program_state.write(f"flood_wait_s:{office_id}", retry_after.total_seconds())
    not_sent(uow, message_id, "flood_limit", retry_after=retry_after)


def flooded_until(uow: UnitOfWork, office_id: int, *, real_now: datetime) -> datetime | None:
    """Until when the bot must be silent; never longer than Telegram said, whatever clock noted it."""
    until = uow.program_state.read(f"flood_until:{office_id}")
    if not isinstance(until, str) or (ends_at := datetime.fromisoformat(until)) <= real_now:
        return None
    wait_s = uow.program_state.read(f"flood_wait_s:{office_id}")
    wait = timedelta(seconds=wait_s) if isinstance(wait_s, int | float) else UNTOLD_FLOOD_WAIT
    return min(ends_at, real_now + wait)
