"""Keys that an erasure left behind: it died, or the key store failed, right after its commit."""

from __future__ import annotations

import asyncio

import structlog

from bot.app import Program
from bot.domain.errors import NotFound

log = structlog.get_logger(__name__)


async def destroy_left_keys(program: Program) -> int:
    """Destroy what is left of the keys of those who are erased; returns how many keys that were.

    One key's failure is its own: it is logged, and tried again when this is called again.

    Raises:
        StorageUnavailable: the database or the key store cannot be asked.
    """
    keys = program.keys
    erased = await program.storage.read(lambda uow: uow.erasure.key_ids())
    tombstones = await asyncio.to_thread(keys.tombstones)
    destroyed = {stone.key_id for stone in tombstones if stone.destroyed_at is not None}
    count = 0
    for key_id in erased:
        if key_id in destroyed:
            continue
        try:
            # In a thread, for it waits for whoever may still see the key; one by one, so that a
            # program that stops waits for one at the most.
            await asyncio.to_thread(keys.destroy, key_id)
        except NotFound:
            continue  # a key store put back from before it was made: nothing can open what it sealed
        except Exception as error:
            log.error("key_not_destroyed", key_id=key_id, error=type(error).__name__, exc_info=True)
            continue
        count += 1
    if count:
        log.warning("left_keys_destroyed", keys=count)
    return count
