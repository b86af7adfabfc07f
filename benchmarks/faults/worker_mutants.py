"""Deliberate mistakes of whoever handles what came, alone or beside others; see mutants.py."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from sqlalchemy import text


def claims_ignore_others() -> None:
    from bot.storage.repositories.inbox import Inbox

    _before_claiming(
        lambda inbox: inbox._db.execute(
            text("UPDATE inbox SET holder = NULL WHERE state = 'pending' AND holder IS NOT NULL")
        ),
        Inbox,
    )


def _before_claiming(act: Callable[[Any], Any], kind: Any) -> None:
    claim = kind.claim

    def careless(self: Any, *args: Any, **kwargs: Any) -> Any:
        act(self)
        return claim(self, *args, **kwargs)

    kind.claim = careless


def newest_first() -> None:
    """Whoever has a chat takes its newest update, not its oldest."""
    from bot.storage.repositories.inbox import Inbox

    claim = Inbox.claim
    newest = text(
        "SELECT max(seq) FROM inbox WHERE state = 'pending' "
        "AND office_id = :office_id AND chat_id = :chat_id"
    )

    def careless(self: Inbox, *args: Any, **kwargs: Any) -> Any:
        found = []
        taken = claim(self, *args, **kwargs)
        for update in taken.updates:
            chat = {"office_id": update.office_id, "chat_id": update.chat_id}
            seq = self._db.execute(newest, chat).scalar_one()
            found.append(self.get(seq) if seq is not None else update)
        return replace(taken, updates=tuple(found))

    Inbox.claim = careless  # type: ignore[method-assign]


def abandoned_stays() -> None:
    from bot.storage.repositories.inbox import Inbox

    def careless(*_: Any, **__: Any) -> set[int]:
        return set()

    Inbox.give_back_abandoned = careless  # type: ignore[method-assign]


def every_duty_everywhere() -> None:
    """Locks are asked for and nobody waits for them."""
    from bot.storage.advisory_duties import AdvisoryDuties

    async def at_once(self: AdvisoryDuties, duty: str) -> None:
        await self.until_turned()

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    AdvisoryDuties.is_held = lambda *_: True  # type: ignore[method-assign]
    AdvisoryDuties.until_held = at_once  # type: ignore[method-assign]
    AdvisoryDuties.until_lost = never  # type: ignore[assignment,method-assign]


def former_claims_are_sent_again() -> None:
    """What a dead sender had on its way is taken for not sent."""
    results: Any = import_module("bot.services.delivery_results")
    sender: Any = import_module("bot.delivery.sender")
    recover, unknown = results.recover_claims, results.outcome_unknown

    def careless(uow: Any, *args: Any, **kwargs: Any) -> Any:
        def again(uow: Any, message_id: int, reason: str) -> None:
            results.requeue(uow, replace(uow.outbox.get(message_id)), reason, 0 * results.LEASE)

        results.outcome_unknown = again
        try:
            return recover(uow, *args, **kwargs)
        finally:
            results.outcome_unknown = unknown

    sender.recover_claims = careless


def bell_alone() -> None:
    """Nobody looks into the inbox unless somebody rings."""
    worker: Any = import_module("bot.delivery.worker")
    worker.IDLE_S = 10.0**6


def sure_for_a_minute() -> None:
    """Whoever has lost the line to its locks goes on believing in them."""
    duties: Any = import_module("bot.storage.advisory_duties")
    duties.SURE_FOR_S = 60.0


def never_set_aside() -> None:
    from bot.services import inbox

    inbox.SET_ASIDE_AFTER = 10**9


def no_handler_limit() -> None:
    from bot.delivery.worker import InboxWorker

    async def careless(self: InboxWorker, update: Any) -> None:
        await self._handle(update)

    InboxWorker._within_limit = careless  # type: ignore[method-assign]


def no_lease() -> None:
    """Everybody thinks to be the only one: on SQLite by the lease, on PostgreSQL by the locks."""
    standing_by: Any = import_module("bot.standing_by")
    advisory: Any = import_module("bot.storage.advisory_duties")

    def careless(*_: Any, **__: Any) -> bool:
        return True

    standing_by.hold_lease = careless
    sole = import_module("bot.duties").SoleDuties
    advisory.AdvisoryDuties = lambda *_, **__: sole()


def words_in_logs() -> None:
    from bot.delivery.worker import InboxWorker

    logs: Any = import_module("bot.logs")
    record = InboxWorker._record_failure

    async def careless(self: InboxWorker, update: Any, error_name: str) -> None:
        logging.getLogger("bot").error("could not handle %s", update.payload)
        await record(self, update, error_name)

    logs.redact = lambda text: text
    InboxWorker._record_failure = careless  # type: ignore[method-assign]


def lives_are_one() -> None:
    """What waited in a process that was taken for dead is handled all the same."""
    from bot.delivery.worker import InboxWorker

    InboxWorker._is_still_ours = lambda *_: True  # type: ignore[method-assign]


def one_try() -> None:
    """What fails once is set aside."""
    from bot.services import inbox

    inbox.SET_ASIDE_AFTER = 1


def let_go_too_soon() -> None:
    """A duty is given to others before what it stands for has come to rest."""
    switchboard: Any = import_module("bot.switchboard")
    while_held = switchboard.while_held

    def careless(duties: Any, duty: str, work: Any, *, at_rest: Any) -> Any:
        async def rest() -> None:
            await duties.let_go(duty)
            await at_rest()

        return while_held(duties, duty, work, at_rest=rest)

    switchboard.while_held = careless


def one_a_second() -> None:
    """A chat's updates are handled one a second."""
    from bot.delivery.worker import InboxWorker

    handle = InboxWorker._sheaf

    async def careless(self: InboxWorker, sheaf: Any) -> None:
        await asyncio.sleep(1.0)
        await handle(self, sheaf)

    InboxWorker._sheaf = careless  # type: ignore[method-assign]
