"""A process to be killed: writes entries as fast as it can and names each once it is committed."""

import asyncio
import sys

from bot.storage.threads import StorageThreads
from tests.storage.sample_tables import SampleUnit, write_entry

WAITERS = 8


async def write_for_ever(storage: StorageThreads, *, first: int) -> None:
    async def write(number: int) -> None:
        # Bounded, in case nobody kills us.
        for following in range(number, first + 200_000, WAITERS):
            print(await storage.run(write_entry, following), flush=True)

    await asyncio.gather(*(write(first + offset) for offset in range(WAITERS)))


if __name__ == "__main__":
    threads = StorageThreads.open(sys.argv[1], make_unit=SampleUnit)
    asyncio.run(write_for_ever(threads, first=int(sys.argv[2])))
