"""A queue of units of work, and the threads that take them from it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from bot.storage.jobs import Job
from bot.storage.transactions import Runner

logger = logging.getLogger(__name__)


class StorageLane:
    """A queue of jobs and the threads that take from it."""

    def __init__(self, name: str, runner: Runner, *, threads: int, max_batch: int) -> None:
        self._runner = runner
        self._max_batch = max_batch
        self._queue: SimpleQueue[Sequence[Job] | None] = SimpleQueue()
        # Daemons: a process that is told to end is not held up by a database that hangs.
        self.threads = [
            threading.Thread(target=self._work, name=f"storage-{name}-{number}", daemon=True)
            for number in range(1, threads + 1)
        ]

    def put(self, jobs: Sequence[Job]) -> None:
        self._queue.put(jobs)

    def end(self) -> None:
        """Let the threads finish what is queued and then stop."""
        for _ in self.threads:
            self._queue.put(None)

    @property
    def queued(self) -> int:
        return self._queue.qsize()

    def _work(self) -> None:
        while (taken := self._queue.get()) is not None:
            jobs = [*taken]
            ending = False
            # Its share of what waits, so that the other threads have theirs.
            share = -(-(self._queue.qsize() + 1) // len(self.threads)) - 1
            while share and len(jobs) < self._max_batch and not ending:
                share -= 1
                try:
                    following = self._queue.get_nowait()
                except Empty:
                    break
                if following is None:
                    ending = True
                else:
                    jobs.extend(following)
            try:
                self._runner.settle(jobs)
            except BaseException:  # a waiter's callback, at worst; the thread outlives it
                logger.exception("A storage thread met an unexpected error")
            del taken, jobs
            if ending:
                return
