"""Running units of work against one connection: alone or in a batch, and again when that helps."""

import logging
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import StorageUnavailable
from bot.storage.engine import unavailable
from bot.storage.faults import (
    ConnectionDied,
    Fault,
    Raced,
    fault_of,
    is_of_sqlite,
    is_one_units_doing,
    is_sqlite,
    transaction_is_open,
)
from bot.storage.jobs import Job, Sheaf
from bot.storage.later import write_now
from bot.storage.remembered import forget_remembered

logger = logging.getLogger(__name__)

MakeUnit = Callable[[Connection], Any]
# Losing a race for a unique key more often than this is the unit's own fault.
MOST_RACES = 4
# About 15 seconds in all: a PostgreSQL server that crashed is back within that time.
RETRY_DELAYS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 4.0, 4.0)


class ReadingAheadFailed(Exception):
    """Nobody is lost by it: the units run one by one, and each reads for itself."""


class Runner:
    """Runs jobs in transactions of one engine and settles every one of them.

    A unit may run more than once: after a conflict, a lost connection, or a transaction ended
    by somebody else's failure. Only its last run counts, for the others left nothing. The one
    exception is a connection that dies during COMMIT on PostgreSQL: whether it took effect is
    unknown, the unit runs again, and the unique keys of its rows make that harmless. A unit that
    takes something, and would find it taken, sees in `unit.may_be_done` that it was perhaps itself.

    Several units share a commit. On SQLite each has a savepoint, so one that fails takes nobody
    along. On PostgreSQL a savepoint would cost two round trips: there all succeed together, or
    nothing of any is kept and each runs again by itself.
    """

    def __init__(
        self,
        engine: Engine,
        make_unit: MakeUnit,
        *,
        read_only: bool = False,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        hurry: threading.Event | None = None,
        syncs: bool = True,
    ) -> None:
        """`syncs` is false where the engine's commits do not wait for the disk."""
        self._engine = engine
        self._make_unit = make_unit
        self._read_only = read_only
        self._retry_delays = retry_delays
        # Set when the program is stopping: it has seconds left, so tries follow at once.
        self._hurry = hurry or threading.Event()
        self._syncs = syncs
        self._has_savepoints = is_sqlite(engine)

    def settle(self, jobs: Sequence[Job]) -> None:
        """Run the jobs, several in one transaction, and settle each; never raises."""
        if len(jobs) == 1:
            self._settle_alone(jobs[0])
            return
        try:
            again = self._with_retries(lambda: self._run_batch(jobs))
        except BaseException as error:
            for job in jobs:
                if not job.is_settled:
                    job.fail(self._explain(error))
            return
        for job in again:
            self._settle_alone(job)

    def _settle_alone(self, job: Job) -> None:
        try:
            self._with_retries(lambda: self._run_alone(job))
        except BaseException as error:
            job.fail(self._explain(error))
        else:
            job.succeed()

    def _run_alone(self, job: Job) -> None:
        with self._engine.connect() as connection:
            try:
                with connection.begin() as transaction:
                    self._run(job, connection)
                    write_now(connection)
                    if self._read_only:
                        transaction.rollback()
            except BaseException as error:
                fault = self._give_up(connection, error)
                if fault is Fault.LOST:
                    job.may_be_done = True
                    # Also when the unit hid the driver's error behind one of its own.
                    raise ConnectionDied from error
                raise

    def _run_batch(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """Run the jobs in one transaction; return those that must run again, one by one."""
        return self._run_apart(jobs) if self._has_savepoints else self._run_as_one(jobs)

    def _run_as_one(self, jobs: Sequence[Job]) -> Sequence[Job]:
        with self._engine.connect() as connection:
            try:
                with connection.begin():
                    for job, ahead in _with_what_to_read(jobs):
                        self._read_ahead(ahead, connection)
                        self._run(job, connection)
                    write_now(connection)
            except BaseException as error:
                fault = self._give_up(connection, error)
                if fault is Fault.LOST:
                    for job in jobs:
                        job.may_be_done = True
                    # Nobody fares better alone; the batch waits for the database together.
                    raise ConnectionDied from error
                return jobs
        for job in jobs:
            job.succeed()
        return ()

    def _run_apart(self, jobs: Sequence[Job]) -> Sequence[Job]:
        finished: list[Job] = []
        failed: list[tuple[Job, BaseException]] = []
        with self._engine.connect() as connection:
            try:
                transaction = connection.begin()
                for job, ahead in _with_what_to_read(jobs):
                    self._read_ahead(ahead, connection)
                    refusal = self._run_in_savepoint(connection, job)
                    if refusal is None:
                        finished.append(job)
                    else:
                        failed.append((job, refusal))
                    if not transaction_is_open(connection):
                        # One unit's failure took the transaction with it. Nothing of the others
                        # is on disk and nobody was told, so they run again without it.
                        connection.invalidate()
                        return self._all_but_failed(jobs, failed)
                transaction.commit()
            except BaseException as error:
                self._give_up(connection, error)
                if is_one_units_doing(error) or isinstance(error, ReadingAheadFailed):
                    return self._all_but_failed(jobs, failed)
                raise
        for job in finished:
            job.succeed()
        for job, refusal in failed:
            job.fail(self._explain(refusal))
        return ()

    def _run_in_savepoint(self, connection: Connection, job: Job) -> BaseException | None:
        # The driver's own statements: SQLAlchemy's savepoints cost a third of a small unit.
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute("SAVEPOINT unit").close()
            self._run(job, connection)
            driver.execute("RELEASE unit").close()
        except BaseException as error:
            if fault_of(error, connection) in (Fault.CONFLICT, Fault.LOST):
                raise  # the whole batch runs again
            _undo(connection)
            return error
        return None

    def _run(self, job: Job, connection: Connection) -> None:
        unit: Any = self._make_unit(connection)
        job.run(unit)
        if not self._syncs and getattr(unit, "after_commit", None):
            # What is done then (a key destroyed) cannot be undone, so this is to be on disk.
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO on")
        if connection.in_nested_transaction():
            raise RuntimeError("A unit of work left a savepoint of its own open")

    def _read_ahead(self, sheaf: Sheaf | None, connection: Connection) -> None:
        if sheaf is None or sheaf.ahead is None:
            return
        try:
            sheaf.ahead(self._make_unit(connection), [job.given for job in sheaf.jobs])
        except Exception as error:
            if fault_of(error, connection) is not Fault.OWN:
                raise
            logger.exception("What a sheaf asks for could not be read ahead")
            raise ReadingAheadFailed from error

    def _all_but_failed(
        self, jobs: Sequence[Job], failed: Sequence[tuple[Job, BaseException]]
    ) -> Sequence[Job]:
        for job, error in failed:
            job.fail(self._explain(error))
        return [job for job in jobs if not job.is_settled]

    def _with_retries(self, attempt: Callable[[], Any]) -> Any:
        for tries, delay in enumerate(self._retry_delays, start=1):
            try:
                return attempt()
            except Exception as error:
                if isinstance(error, Raced) and error.__cause__ and tries > MOST_RACES:
                    raise error.__cause__ from None  # nobody else's doing: it collides every time
                fault = fault_of(error)
                if fault not in (Fault.CONFLICT, Fault.LOST):
                    raise
                logger.warning("A transaction runs again: %s", fault)
            self._hurry.wait(delay * random.uniform(0.5, 1.5))
        return attempt()

    def _give_up(self, connection: Connection, error: BaseException) -> Fault:
        """Leave nothing half done behind: a connection in doubt is closed, not reused."""
        fault = fault_of(error, connection)
        if fault is not Fault.OWN and not connection.closed:
            connection.invalidate()
        return fault

    def _explain(self, error: BaseException) -> BaseException:
        if isinstance(error, StorageUnavailable) or fault_of(error) is Fault.OWN:
            return error
        explained = unavailable(self._engine, error)
        explained.__cause__ = error
        return explained


def _with_what_to_read(jobs: Sequence[Job]) -> Iterator[tuple[Job, Sheaf | None]]:
    """Each job, the first of a sheaf with its sheaf: what came before it may change what is read."""
    begun: Sheaf | None = None
    for job in jobs:
        yield job, job.sheaf if job.sheaf is not begun else None
        begun = job.sheaf


def _undo(connection: Connection) -> None:
    """Take back one unit of a batch, or else the whole transaction."""
    forget_remembered(connection)
    try:
        while (own := connection.get_nested_transaction()) is not None:
            own.rollback()
        driver: Any = connection.connection.dbapi_connection
        driver.execute("ROLLBACK TO unit").close()
        driver.execute("RELEASE unit").close()
    except Exception as error:
        if not (isinstance(error, SQLAlchemyError) or is_of_sqlite(error)):
            raise
        # The savepoint is gone, and with it the transaction: the caller sees that.
        connection.invalidate()
