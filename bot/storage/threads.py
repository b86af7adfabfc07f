"""The storage threads: every unit of work runs here, in a transaction."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Engine

from bot.domain.errors import StorageUnavailable
from bot.storage.engine import make_engine
from bot.storage.faults import is_sqlite
from bot.storage.jobs import Job, ReadAhead, Sheaf, waited_for
from bot.storage.lanes import StorageLane
from bot.storage.transactions import RETRY_DELAYS, MakeUnit, Runner

P = ParamSpec("P")
T = TypeVar("T")

POSTGRESQL_WRITERS = 4
REPEATERS = 3
CONNECT_TOGETHER_S = 2.0
READERS = 2


class StorageThreads:
    """Runs `fn(unit, *args, **kwargs)` in a transaction and returns after its commit.

    `make_unit(connection)` builds the unit handed to `fn`, anew for each run. `fn` is plain
    synchronous code and may run more than once (see `Runner`), so it does nothing but read and
    write through its unit. Callables in the unit's list `after_commit`, if it has one, are
    called from the storage thread once the commit succeeded.

    On SQLite one thread writes. It takes what is queued (at most `max_batch`), runs each unit
    in a savepoint, commits once and only then tells those who wait. On PostgreSQL each of a few
    threads takes its share of what is queued, and commits it in one (see `Runner`).

    Usable from any thread and any event loop, but not from inside a unit.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        make_unit: MakeUnit,
        reader_engine: Engine | None = None,
        writers: int | None = None,
        readers: int = READERS,
        max_batch: int = 100,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        """Prepare the threads; `start` starts them.

        Args:
            engine: From `make_engine`; the caller disposes of it after `close`.
            reader_engine: From `make_engine(..., read_only=True)`; made and disposed of here
                when missing.
            writers: Threads of each kind that write; 1 on SQLite (always), on PostgreSQL 4, and 3
                whose commits do not wait for the disk.
            retry_delays: Seconds between the tries of a unit that met a passing failure.
        """
        self._own_engines: list[Engine] = []
        if reader_engine is None:
            reader_engine = make_engine(engine.url, read_only=True, pool_size=readers, pings=False)
            self._own_engines.append(reader_engine)
        sqlite = is_sqlite(engine)
        self._hurry = threading.Event()
        self._writing = StorageLane(
            "writer",
            Runner(engine, make_unit, retry_delays=retry_delays, hurry=self._hurry),
            threads=1 if sqlite else (writers or POSTGRESQL_WRITERS),
            max_batch=max_batch,
        )
        self._reading = StorageLane(
            "reader",
            Runner(
                reader_engine,
                make_unit,
                read_only=True,
                retry_delays=retry_delays,
                hurry=self._hurry,
            ),
            threads=readers,
            max_batch=1,
        )
        self._claiming = self._repeating = self._writing
        self._lanes = [self._writing, self._reading]
        if not sqlite:
            repeaters = writers or REPEATERS
            lazy = make_engine(engine.url, pool_size=repeaters + 1, pings=False, syncs=False)
            self._own_engines.append(lazy)
            self._repeating = StorageLane(
                "repeater",
                Runner(lazy, make_unit, retry_delays=retry_delays, hurry=self._hurry, syncs=False),
                threads=repeaters,
                max_batch=max_batch,
            )
            # Claims take what nobody has locked. In REPEATABLE READ they would instead fail on each
            # row that another process took since their snapshot.
            patient = lazy.execution_options(isolation_level="READ COMMITTED")
            self._claiming = StorageLane(
                "claims",
                Runner(patient, make_unit, retry_delays=retry_delays, hurry=self._hurry),
                threads=1,
                max_batch=1,
            )
            self._lanes += [self._repeating, self._claiming]
        self._threads = {thread for lane in self._lanes for thread in lane.threads}
        # Re-entrant: a signal handler may call `close` while its own thread is in `run`.
        self._lock = threading.RLock()
        self._state = "new"

    @classmethod
    def open(
        cls,
        address: str | URL,
        *,
        make_unit: MakeUnit,
        writers: int | None = None,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> "StorageThreads":
        """Return started threads on engines of their own, which `close` disposes of."""
        engine = make_engine(address, pool_size=writers or POSTGRESQL_WRITERS, pings=False)
        threads = cls(engine, make_unit=make_unit, writers=writers, retry_delays=retry_delays)
        threads._own_engines.append(engine)
        threads.start()
        return threads

    def start(self) -> None:
        with self._lock:
            if self._state != "new":
                raise RuntimeError("Storage threads start once")
            self._state = "open"
            for thread in self._threads:
                thread.start()

    def close(self, timeout: float | None = None) -> bool:
        """Run what is queued to its end, then stop; new units are refused at once.

        Returns:
            Whether all was done within `timeout` seconds; always with None. Safe to call twice.
        """
        with self._lock:
            was_open, self._state = self._state == "open", "closed"
            if was_open:
                self._hurry.set()
                for lane in self._lanes:
                    lane.end()
        deadline = None if timeout is None else time.monotonic() + timeout
        started = [thread for thread in self._threads if thread.ident is not None]
        for thread in started:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
        done = not any(thread.is_alive() for thread in started)
        if done:
            for engine in self._own_engines:
                engine.dispose()
        return done

    async def aclose(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109
        """The same without holding up the event loop."""
        return await asyncio.to_thread(self.close, timeout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def open_connections(self) -> None:
        """Let every thread connect now: later, somebody's first message would wait for it.

        What cannot connect is left to whoever asks first.
        """
        waits = []
        for lane in {self._writing, self._repeating, self._claiming}:
            everybody = threading.Barrier(len(lane.threads))
            for _ in lane.threads:
                waits.append(asyncio.wrap_future(self._submit(lane, _meet, everybody)))
        await asyncio.gather(*waits, return_exceptions=True)

    async def run(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a unit that writes; return its result once it is committed.

        Cancelling the waiter does not stop the unit.

        Raises:
            StorageUnavailable: the database failed; nothing of the unit took effect, unless
                the connection died during the last COMMIT that was tried.
        """
        done: T = await asyncio.wrap_future(self._submit(self._writing, fn, *args, **kwargs))
        return done

    async def repeat_if_lost(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `run`, for a unit whose cause is on disk and is found there again after a crash.

        On PostgreSQL its commit does not wait for the disk. What later commits is written behind
        it, so nothing that rests on it can be kept without it: either all of it is there after the
        server's crash, or the cause is as it was, and the unit runs once more.
        """
        done: T = await asyncio.wrap_future(self._submit(self._repeating, fn, *args, **kwargs))
        return done

    async def run_all(
        self,
        fn: Callable[..., T],
        many: Sequence[tuple[Any, ...]],
        *,
        ahead: ReadAhead | None = None,
    ) -> list[T | Exception]:
        """As `repeat_if_lost` with each of `many`, in one transaction while all goes well.

        `ahead` is given a unit and all of `many`, and reads in one go what the units will ask for.

        Returns:
            Each one's result or what it raised, once all are committed or have failed; one that
            fails takes none of the others along.
        """
        if not many:
            return []
        sheaf = Sheaf(fn, many, ahead)
        self._put(self._repeating, sheaf.jobs)
        done: list[T | Exception] = await asyncio.wrap_future(sheaf.future)
        return done

    async def claim(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a unit that takes rows which other processes may be taking too, and does nothing else.

        On PostgreSQL it sees each row as it is when it gets there, not as of one snapshot, and
        does not wait for the disk: what is taken is free again when its taker is no more.
        """
        done: T = await asyncio.wrap_future(self._submit(self._claiming, fn, *args, **kwargs))
        return done

    def run_sync(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same for code without an event loop: blocks until the commit."""
        done: T = self._submit(self._writing, fn, *args, **kwargs).result()
        return done

    async def read(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a unit that only reads, on one snapshot, beside the writers."""
        done: T = await asyncio.wrap_future(self._submit(self._reading, fn, *args, **kwargs))
        return done

    def read_sync(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        done: T = self._submit(self._reading, fn, *args, **kwargs).result()
        return done

    @property
    def queued(self) -> int:
        """How many units or sheaves that write are waiting for a thread."""
        return sum(lane.queued for lane in {self._writing, self._repeating})

    def _submit(
        self, lane: StorageLane, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        job, future = waited_for(partial(fn, **kwargs) if kwargs else fn, args)
        self._put(lane, (job,))
        return future

    def _put(self, lane: StorageLane, jobs: Sequence[Job]) -> None:
        if threading.current_thread() in self._threads:
            raise RuntimeError("A unit of work cannot wait for another: call its function instead")
        with self._lock:
            if self._state != "open":
                raise StorageUnavailable(
                    "The database is closed: the program is stopping, try again when it runs."
                )
            lane.put(jobs)


def _meet(_unit: Any, everybody: threading.Barrier) -> None:
    """Each thread holds its connection until all of them have one."""
    with suppress(threading.BrokenBarrierError):
        everybody.wait(CONNECT_TOGETHER_S)
