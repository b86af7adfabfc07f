"""The real program as the kill test starts it: a short lease and pace, or deliberately wrong."""

import asyncio
import sys
from datetime import timedelta
from importlib import import_module
from typing import Any

from bot.config import load_settings
from bot.delivery import poller
from bot.services import delivery_results, runner_lease
from bot.services.ports import UnitOfWork

# Longer than the test ever waits between an answer and a kill, so that a kill surely finds some.
STORED_LATE_BY_SECONDS = 1.5


class ConfirmingPoller(poller.Poller):
    """Wrong on purpose: tells Telegram that all is well, and stores a little later."""

    def __init__(self, token: str, *, store: Any, **given: Any) -> None:
        later: set[asyncio.Task[None]] = set()

        async def store_late(updates: list[dict[str, Any]]) -> None:
            await asyncio.sleep(STORED_LATE_BY_SECONDS)
            await store(updates)

        async def confirm_first(updates: list[dict[str, Any]]) -> None:
            task = asyncio.create_task(store_late(updates))
            later.add(task)
            task.add_done_callback(later.discard)

        super().__init__(token, store=confirm_first, **given)


def repeat_everything(uow: UnitOfWork, message_id: int, reason: str) -> None:
    """Wrong on purpose: whatever may have arrived is sent once more."""
    delivery_results.not_sent(uow, message_id, reason)


def main(flaw: str) -> None:
    # A killed program's successor waits for its lease; the promise does not depend on how long.
    runner_lease.LEASE = timedelta(seconds=1)
    delivery_results.PER_CHAT_PACE = timedelta(seconds=0.2)
    if flaw == "confirms_early":
        poller.Poller = ConfirmingPoller  # type: ignore[misc]
    elif flaw == "repeats_everything":
        delivery_results.outcome_unknown = repeat_everything
    # Only now: it copies what was changed above.
    import_module("bot.running").run_program(load_settings(env_file=None))


if __name__ == "__main__":
    main(sys.argv[1])
