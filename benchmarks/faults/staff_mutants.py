"""Deliberate mistakes of leases, due times, cases and erasing; see mutants.py, which names them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from sqlalchemy import false


def lease_runs_out() -> None:
    """It is taken and never renewed."""
    from bot.standing_by import RunnerLease

    async def careless(self: RunnerLease) -> None:
        await asyncio.Event().wait()

    RunnerLease.keep = careless  # type: ignore[method-assign]


def due_is_after() -> None:
    """What is due at this very moment waits for the next look."""
    from bot.storage.repositories.planning import Occurrences

    due = Occurrences.due

    def careless(self: Occurrences, now: datetime, **more: Any) -> Any:
        return due(self, now - timedelta(microseconds=1), **more)

    Occurrences.due = careless  # type: ignore[method-assign]


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
