"""The storage threads: every unit of work runs here, in a transaction of its own."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Engine

from bot.domain.errors import StorageUnavailable
from bot.storage.engine import make_engine
from bot.storage.faults import is_sqlite
from bot.storage.transactions import RETRY_DELAYS, Job, MakeUnit, Runner

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

POSTGRESQL_WRITERS = 4
READERS = 2


class _Lane:
    """A queue of jobs and the threads that take from it."""

    def __init__(self, name: str, runner: Runner, *, threads: int, max_batch: int) -> None:
        self._runner = runner
        self._max_batch = max_batch
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        # Daemons: a process that is told to end is not held up by a database that hangs.
        self.threads = [
            threading.Thread(target=self._work, name=f"storage-{name}-{number}", daemon=True)
            for number in range(1, threads + 1)
        ]

    def put(self, job: Job) -> None:
        self._queue.put(job)

    def end(self) -> None:
        """Let the threads finish what is queued and then stop."""
        for _ in self.threads:
            self._queue.put(None)

    @property
    def queued(self) -> int:
        return self._queue.qsize()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            jobs = [job]
            ending = False
            # Its share of what waits, so that the other threads have theirs.
            share = -(-(self._queue.qsize() + 1) // len(self.threads))
            while len(jobs) < min(share, self._max_batch) and not ending:
                try:
                    following = self._queue.get_nowait()
                except Empty:
                    break
                if following is None:
                    ending = True
                else:
                    jobs.append(following)
            try:
                self._runner.settle(jobs)
            except BaseException:  # a waiter's callback, at worst; the thread outlives it
                logger.exception("A storage thread met an unexpected error")
            del job, jobs
            if ending:
                return


class StorageThreads:
    """Runs `fn(unit, *args, **kwargs)` in one transaction each and returns after the commit.

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
            writers: Threads that write; 1 on SQLite (always) and 4 on PostgreSQL.
            retry_delays: Seconds between the tries of a unit that met a passing failure.
        """
        self._own_engines: list[Engine] = []
        if reader_engine is None:
            reader_engine = make_engine(engine.url, read_only=True, pool_size=readers)
            self._own_engines.append(reader_engine)
        sqlite = is_sqlite(engine)
        self._hurry = threading.Event()
        self._writing = _Lane(
            "writer",
            Runner(engine, make_unit, retry_delays=retry_delays, hurry=self._hurry),
            threads=1 if sqlite else (writers or POSTGRESQL_WRITERS),
            max_batch=max_batch,
        )
        self._reading = _Lane(
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
        self._claiming = self._writing
        self._lanes = [self._writing, self._reading]
        if not sqlite:
            # Claims take what nobody has locked. In REPEATABLE READ they would instead fail on each
            # row that another process took since their snapshot.
            patient = engine.execution_options(isolation_level="READ COMMITTED")
            self._claiming = _Lane(
                "claims",
                Runner(patient, make_unit, retry_delays=retry_delays, hurry=self._hurry),
                threads=1,
                max_batch=1,
            )
            self._lanes.append(self._claiming)
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
        engine = make_engine(address, pool_size=writers or POSTGRESQL_WRITERS)
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

    async def run(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a unit that writes; return its result once it is committed.

        Cancelling the waiter does not stop the unit.

        Raises:
            StorageUnavailable: the database failed; nothing of the unit took effect, unless
                the connection died during the last COMMIT that was tried.
        """
        job = self._submit(self._writing, fn, *args, **kwargs)
        done: T = await asyncio.wrap_future(job.future)
        return done

    async def claim(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a unit that takes rows which other processes may be taking too, and does nothing else.

        On PostgreSQL it sees each row as it is when it gets there, not as of one snapshot.
        """
        job = self._submit(self._claiming, fn, *args, **kwargs)
        done: T = await asyncio.wrap_future(job.future)
        return done

    def run_sync(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same for code without an event loop: blocks until the commit."""
        done: T = self._submit(self._writing, fn, *args, **kwargs).future.result()
        return done

    async def read(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a unit that only reads, on one snapshot, beside the writers."""
        job = self._submit(self._reading, fn, *args, **kwargs)
        done: T = await asyncio.wrap_future(job.future)
        return done

    def read_sync(
        self, fn: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        done: T = self._submit(self._reading, fn, *args, **kwargs).future.result()
        return done

    @property
    def queued(self) -> int:
        """How many units that write are waiting for a thread."""
        return self._writing.queued

    def _submit(self, lane: _Lane, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Job:
        if threading.current_thread() in self._threads:
            raise RuntimeError("A unit of work cannot wait for another: call its function instead")
        job = Job(lambda unit: fn(unit, *args, **kwargs))
        with self._lock:
            if self._state != "open":
                raise StorageUnavailable(
                    "The database is closed: the program is stopping, try again when it runs."
                )
            lane.put(job)
        return job
