"""Deliberate mistakes of transactions; see mutants.py, which names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from bot.storage.jobs import Job


def read_committed() -> None:
    """A unit of work sees what others commit while it is at work, and overwrites it."""
    engine: Any = import_module("bot.storage.engine")
    create = engine.create_engine

    def careless(*args: Any, **more: Any) -> Any:
        if more.get("isolation_level") == "REPEATABLE READ":
            more["isolation_level"] = "READ COMMITTED"
        return create(*args, **more)

    engine.create_engine = careless


def conflicts_fail() -> None:
    """Whoever finds somebody in the way gives up."""
    from bot.storage.faults import Fault, fault_of
    from bot.storage.transactions import Runner

    with_retries = Runner._with_retries

    def careless(self: Runner, attempt: Callable[[], Any]) -> Any:
        def once() -> Any:
            try:
                return attempt()
            except Exception as error:
                if fault_of(error) is Fault.CONFLICT:
                    return error
                raise

        done = with_retries(self, once)
        if isinstance(done, Exception):
            raise done
        return done

    Runner._with_retries = careless  # type: ignore[method-assign]


def never_synced() -> None:
    """No commit waits for the disk."""
    engine: Any = import_module("bot.storage.engine")
    make = engine._postgresql_engine

    def careless(*args: Any, **more: Any) -> Any:
        return make(*args, **more | {"syncs": False})

    engine._postgresql_engine = careless


def claims_not_synced() -> None:
    """What is about to be sent is not surely on record as claimed."""
    from bot.storage.threads import StorageThreads

    run = StorageThreads.run

    async def careless(self: StorageThreads, fn: Any, /, *args: Any, **more: Any) -> Any:
        if fn.__name__ == "claim_messages":
            return await self.repeat_if_lost(fn, *args, **more)
        return await run(self, fn, *args, **more)

    StorageThreads.run = careless  # type: ignore[method-assign]


def updates_not_synced() -> None:
    """Telegram hears that we have an update before the disk has it."""
    from bot.storage.threads import StorageThreads

    run = StorageThreads.run

    async def careless(self: StorageThreads, fn: Any, /, *args: Any, **more: Any) -> Any:
        if fn.__module__ == "bot.delivery.inbound":
            return await self.repeat_if_lost(fn, *args, **more)
        return await run(self, fn, *args, **more)

    StorageThreads.run = careless  # type: ignore[method-assign]


def sheaf_fails_together() -> None:
    """One update that fails takes along whatever was handled together with it."""
    from bot.storage.transactions import Runner

    run_as_one = Runner._run_as_one

    def careless(self: Runner, jobs: Sequence[Job]) -> Sequence[Job]:
        for job in run_as_one(self, jobs):
            job.fail(RuntimeError("failed together"))
        return ()

    Runner._run_as_one = careless  # type: ignore[method-assign]


def races_fail() -> None:
    """Whoever finds that another has stored the same row first fails over it."""

    @contextmanager
    def careless() -> Iterator[None]:
        yield

    # First where it comes from: what is imported by and by has it from there.
    for name in ("faults", "later", "repositories.base", "repositories.cases"):
        module: Any = import_module(f"bot.storage.{name}")
        module.noticing_races = careless


def unheard_claims_lost() -> None:
    """Whoever does not hear that its claim took effect looks for other things to claim."""
    from bot.storage.repositories.outbox import Outbox

    def careless(*_: Any, **__: Any) -> list[Any]:
        return []

    Outbox.claimed_with = careless  # type: ignore[method-assign]


def told_before_commit() -> None:
    """Whoever waits for one of several units hears that it is done while their commit is to come."""
    from bot.storage.transactions import Runner

    run, succeed, fail = Runner._run_in_savepoint, Job.succeed, Job.fail

    def careless(self: Runner, connection: Any, job: Job) -> Any:
        refusal = run(self, connection, job)
        if refusal is None:
            job.succeed()
        return refusal

    def once(settle: Callable[..., None]) -> Any:
        return lambda job, *error: None if job.is_settled else settle(job, *error)

    Runner._run_in_savepoint = careless  # type: ignore[method-assign]
    Job.succeed, Job.fail = once(succeed), once(fail)  # type: ignore[method-assign]
