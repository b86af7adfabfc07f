"""Units of work per second on SQLite: storage threads against one commit per unit, in one run.

Run: python -m benchmarks.storage_threads
Only the ratios mean something; the figures themselves are this machine's.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select, update

from bot.storage.engine import make_engine
from bot.storage.threads import StorageThreads

UNITS = 2000
ROUNDS = 3
DEPTHS = (1, 10, 100)

metadata = MetaData()
inbox = Table(
    "inbox", metadata, Column("number", Integer, primary_key=True), Column("text", String)
)
state = Table("state", metadata, Column("chat", Integer, primary_key=True), Column("step", Integer))


def handle(db: Connection, number: int) -> None:
    """Three statements, as one message from a participant takes at least."""
    chat = number % 50
    step = db.execute(select(state.c.step).where(state.c.chat == chat)).scalar_one()
    db.execute(insert(inbox).values(number=number, text="sample"))
    db.execute(update(state).where(state.c.chat == chat).values(step=step + 1))


def single_commits(address: str) -> float:
    """The plain way: a transaction and a commit for each, in one thread."""
    engine = make_engine(address)
    began = time.perf_counter()
    for number in range(UNITS):
        with engine.begin() as connection:
            handle(connection, number)
    took = time.perf_counter() - began
    engine.dispose()
    return UNITS / took


def through_threads(address: str, depth: int) -> float:
    """`depth` waiters, each asking for its next unit when its last is committed."""
    storage = StorageThreads.open(address, make_unit=lambda connection: connection)

    async def ask() -> float:
        async def one_waiter(first: int) -> None:
            for number in range(first, UNITS, depth):
                await storage.run(handle, number)

        began = time.perf_counter()
        await asyncio.gather(*(one_waiter(first) for first in range(depth)))
        return UNITS / (time.perf_counter() - began)

    rate = asyncio.run(ask())
    storage.close()
    return rate


def fresh(folder: Path, name: str) -> str:
    address = f"sqlite:///{folder / name}.db"
    engine = make_engine(address)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(state), [{"chat": chat, "step": 0} for chat in range(50)])
    engine.dispose()
    return address


def main() -> None:
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(ROUNDS):
            rates.setdefault("one commit per unit", []).append(
                single_commits(fresh(folder, f"single-{turn}"))
            )
            for depth in DEPTHS:
                rates.setdefault(f"storage threads, {depth} waiting", []).append(
                    through_threads(fresh(folder, f"threads-{depth}-{turn}"), depth)
                )
    medians = {label: statistics.median(measured) for label, measured in rates.items()}
    single = medians["one commit per unit"]
    print(f"{'3 Core statements per unit, synchronous=FULL':<48}{'units/s':>9}{'ratio':>8}")
    for label, rate in medians.items():
        print(f"{label:<48}{rate:>9.0f}{rate / single:>8.2f}")


if __name__ == "__main__":
    main()
