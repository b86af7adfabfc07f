"""Deliberate mistakes of leases, cases, mails and erasing; see mutants.py, which names them."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

from sqlalchemy import false


def lease_runs_out() -> None:
    """It is taken and never renewed."""
    from bot.standing_by import RunnerLease

    async def careless(self: RunnerLease) -> None:
        await asyncio.Event().wait()

    RunnerLease.keep = careless  # type: ignore[method-assign]


def mails_in_hand_are_lost() -> None:
    mailer: Any = import_module("bot.notices.mailer")

    def careless(*_: Any, **__: Any) -> int:
        return 0

    mailer.recover_notices = careless


def deputies_are_passed_over() -> None:
    escalation: Any = import_module("bot.domain.escalation")

    def careless(decision: Any, *, why: str, due_at: Any) -> None:
        step, owner_id = decision.landing(escalation.Step.QUEUE)
        case = decision.case
        escalation._move(decision, step, owner_id, why=why, due_at=due_at, handovers=case.handovers)

    escalation._step_on = careless


def erasing_misses_a_table() -> None:
    erasure: Any = import_module("bot.storage.repositories.erasure")
    delete = erasure.delete

    def careless(table: Any) -> Any:
        return delete(table).where(false()) if table.name == "free_text" else delete(table)

    erasure.delete = careless


def erasing_keeps_names() -> None:
    """The row that stays still holds their sealed name."""
    tables: Any = import_module("bot.storage.repositories.erasure")
    update = tables.update

    class Careless:
        def __init__(self, change: Any) -> None:
            self._change = change

        def where(self, *which: Any) -> Careless:
            return Careless(self._change.where(*which))

        def values(self, **new: Any) -> Any:
            kept = {k: v for k, v in new.items() if k not in ("first_name", "last_name")}
            return self._change.values(**kept)

    tables.update = lambda table: Careless(update(table))


def erasing_misses_answers() -> None:
    """What they answered for their documents stays."""
    erasure: Any = import_module("bot.storage.repositories.erasure")
    delete = erasure.delete

    def careless(table: Any) -> Any:
        return delete(table).where(false()) if table.name == "profile_value" else delete(table)

    erasure.delete = careless


def lost_lease_is_nothing() -> None:
    """Whoever hung until another took over goes on beside it."""
    from bot.standing_by import RunnerLease

    async def careless(self: RunnerLease) -> None:
        while True:
            await asyncio.sleep(1.0)
            await self._renew()

    RunnerLease.keep = careless  # type: ignore[method-assign]
