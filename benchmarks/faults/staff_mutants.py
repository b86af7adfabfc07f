"""Deliberate mistakes of leases, cases, mails and erasing; see mutants.py, which names them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
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


def mails_in_doubt_are_lost() -> None:
    """What could not be noted of a mail is looked for at a start alone."""
    mailer: Any = import_module("bot.notices.mailer")
    recover, calls = mailer.recover_notices, list[Any]()

    def careless(*args: Any, **more: Any) -> int:
        calls.append(args)
        return recover(*args, **more) if len(calls) == 1 else 0

    mailer.recover_notices = careless


def gone_for_good() -> None:
    """A group that the bot has left is lost, though it has only become another."""
    from bot.storage.repositories.staff_groups import StaffGroups

    StaffGroups.gone_from = lambda *_: None  # type: ignore[method-assign]


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


def strangers_stay() -> None:
    """What was said in their chat before anybody knew whose it is stays."""
    from bot.storage.repositories.erasure import Erasure

    Erasure._chat = staticmethod(lambda _: ())  # type: ignore[assignment,method-assign]


def left_keys_stay() -> None:
    clockwork: Any = import_module("bot.clockwork")

    async def careless(*_: Any) -> int:
        return 0

    clockwork.destroy_left_keys = careless


def refused_is_put_off() -> None:
    """An address that works no more is tried again, as if its server rested."""
    mailer: Any = import_module("bot.notices.mailer")

    def careless(uow: Any, notice_ids: Any, *, reason: str) -> None:
        mailer.mail_delayed(uow, notice_ids, reason=reason, real_now=datetime.now(UTC))

    mailer.mail_refused = careless


def reasons_are_one() -> None:
    """Whoever has an open case, for whatever reason, gets no other."""
    from bot.storage.repositories.cases import Cases

    open_of = Cases.open_of

    def careless(self: Cases, participant_id: int, reason: str | None = None) -> Any:
        return open_of(self, participant_id)

    Cases.open_of = careless  # type: ignore[method-assign]


def taken_is_done() -> None:
    """What somebody took comes back to nobody."""
    escalation: Any = import_module("bot.domain.escalation")

    def careless(*_: Any, **__: Any) -> None:
        return None

    escalation._reopen = careless


def fate_of_nudges_forgotten() -> None:
    """Where nobody knows whether the second question arrived, silence is not measured any more."""
    ends: Any = import_module("bot.services.message_ends")
    del ends.WHEN_UNDELIVERED["nudge"]


def calls_are_one() -> None:
    """Whoever has called for help once has called for ever."""
    calls: Any = import_module("bot.services.help")
    raise_signal = calls.raise_signal

    def careless(uow: Any, participant: Any, *, source: str, **more: Any) -> Any:
        return raise_signal(uow, participant, source=f"help:{participant.id}", **more)

    calls.raise_signal = careless
