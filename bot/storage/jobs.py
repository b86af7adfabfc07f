"""Units of work on their way through the storage threads: one that somebody waits for, or a sheaf."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError as FutureCancelled
from concurrent.futures import Future
from functools import partial
from typing import Any

logger = logging.getLogger(__name__)

# Reads at once what many units will ask for one by one: it is given each one's arguments.
ReadAhead = Callable[[Any, Sequence[tuple[Any, ...]]], None]


# Told once what came of a unit: what it returned, or the error.
Settled = Callable[[Any, Exception | None], None]


class Job:
    """One unit of work, `work(unit, *given)`."""

    __slots__ = (
        "_done",
        "_settled",
        "_unit_made",
        "given",
        "is_settled",
        "may_be_done",
        "sheaf",
        "work",
    )

    def __init__(
        self,
        work: Callable[..., Any],
        given: tuple[Any, ...],
        settled: Settled,
        *,
        sheaf: Sheaf | None = None,
    ) -> None:
        self.work = work
        self.given = given
        self.sheaf = sheaf
        self.is_settled = False
        # It ran before, and its connection died: perhaps only after the commit.
        self.may_be_done = False
        self._settled = settled
        self._done: Any = None
        self._unit_made: Any = None

    def run(self, unit: Any) -> None:
        self._unit_made = unit
        if self.may_be_done:
            unit.may_be_done = True
        self._done = self.work(unit, *self.given)

    def succeed(self) -> None:
        """Tell everybody that the unit is committed: first its own callbacks, then the waiter."""
        for callback in getattr(self._unit_made, "after_commit", ()):
            try:
                callback()
            except Exception:
                logger.exception("A callback after a commit failed")
        self.is_settled = True
        self._settled(self._done, None)

    def fail(self, error: BaseException) -> None:
        self.is_settled = True
        self._settled(None, _deliverable(error))


def waited_for(work: Callable[..., Any], given: tuple[Any, ...]) -> tuple[Job, Future[Any]]:
    """A job of its own, and the future of its result."""
    future = _future()

    def settled(result: Any, error: Exception | None) -> None:
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    return Job(work, given, settled), future


class Sheaf:
    """The same work many times, put in together; `future` is done once each is settled.

    Its result holds for each what it returned, or the exception that it raised. A future for each
    would cost more than putting it in and telling of it.
    """

    def __init__(
        self,
        work: Callable[..., Any],
        many: Sequence[tuple[Any, ...]],
        ahead: ReadAhead | None = None,
    ) -> None:
        """`ahead` runs before the first of them, where they share a transaction."""
        self.jobs = tuple(
            Job(work, given, partial(self._one_settled, place), sheaf=self)
            for place, given in enumerate(many)
        )
        self.ahead = ahead
        self.future = _future()
        self._outcomes: list[Any] = [None] * len(self.jobs)
        self._left = len(self.jobs)

    def _one_settled(self, place: int, result: Any, error: Exception | None) -> None:
        # By the one thread that has the sheaf.
        self._outcomes[place] = result if error is None else error
        self._left -= 1
        if not self._left:
            self.future.set_result(self._outcomes)


def _future() -> Future[Any]:
    future: Future[Any] = Future()
    # A waiter that is cancelled must not cancel the unit: what was asked for happens.
    future.set_running_or_notify_cancel()
    return future


def _deliverable(error: BaseException) -> Exception:
    # SystemExit would end the waiter's loop, CancelledError would look like the waiter's own
    # cancellation, and a future refuses StopIteration, leaving its waiter to wait for ever.
    strange = isinstance(error, StopIteration | FutureCancelled)
    if isinstance(error, Exception) and not strange:
        return error
    wrapped = RuntimeError(f"A unit of work raised {type(error).__name__}")
    wrapped.__cause__ = error
    return wrapped
