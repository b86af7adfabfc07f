"""Units of work on their way through the storage threads: one that somebody waits for, or a sheaf."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError as FutureCancelled
from concurrent.futures import Future
from typing import Any

logger = logging.getLogger(__name__)

# Reads at once what many units will ask for one by one: it is given each one's arguments.
ReadAhead = Callable[[Any, Sequence[tuple[Any, ...]]], None]


class Job:
    """One unit of work that somebody waits for: `work(unit, *given)`."""

    __slots__ = ("_done", "_unit_made", "future", "given", "sheaf", "work")

    def __init__(self, work: Callable[..., Any], given: tuple[Any, ...] = ()) -> None:
        self.work = work
        self.given = given
        self.sheaf: Sheaf | None = None
        self.future: Future[Any] = Future()
        # A waiter that is cancelled must not cancel the unit: what was asked for happens.
        self.future.set_running_or_notify_cancel()
        self._done: Any = None
        self._unit_made: Any = None

    def run(self, unit: Any) -> None:
        self._unit_made = unit
        self._done = self.work(unit, *self.given)

    def succeed(self) -> None:
        """Tell everybody that the unit is committed: first its own callbacks, then the waiter."""
        for callback in getattr(self._unit_made, "after_commit", ()):
            try:
                callback()
            except Exception:
                logger.exception("A callback after a commit failed")
        self.future.set_result(self._done)

    def fail(self, error: BaseException) -> None:
        self.future.set_exception(_deliverable(error))


class Sheaf:
    """Jobs that are put in together; `future` is done once every one of them is settled.

    Its result holds for each job what it returned, or the exception that it raised.
    """

    def __init__(self, jobs: Iterable[Job], ahead: ReadAhead | None = None) -> None:
        """`ahead` runs before the first of them, where they share a transaction."""
        self.jobs = tuple(jobs)
        self.ahead = ahead
        self.future: Future[list[Any]] = Future()
        self.future.set_running_or_notify_cancel()
        self._left = len(self.jobs)
        for job in self.jobs:
            job.sheaf = self
            job.future.add_done_callback(self._one_settled)

    def _one_settled(self, _: Future[Any]) -> None:
        # By the one thread that has the sheaf.
        self._left -= 1
        if not self._left:
            self.future.set_result([_outcome(job.future) for job in self.jobs])


def _outcome(settled: Future[Any]) -> Any:
    error = settled.exception()
    return settled.result() if error is None else error


def _deliverable(error: BaseException) -> Exception:
    # SystemExit would end the waiter's loop, CancelledError would look like the waiter's own
    # cancellation, and a future refuses StopIteration, leaving its waiter to wait for ever.
    strange = isinstance(error, StopIteration | FutureCancelled)
    if isinstance(error, Exception) and not strange:
        return error
    wrapped = RuntimeError(f"A unit of work raised {type(error).__name__}")
    wrapped.__cause__ = error
    return wrapped
