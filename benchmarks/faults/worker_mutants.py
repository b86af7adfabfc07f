"""Deliberate mistakes of processes that work side by side; see mutants.py, which names them."""

from __future__ import annotations

import asyncio
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
        for update in claim(self, *args, **kwargs):
            chat = {"office_id": update.office_id, "chat_id": update.chat_id}
            seq = self._db.execute(newest, chat).scalar_one()
            found.append(self.get(seq) if seq is not None else update)
        return found

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
            results._requeue(uow, replace(uow.outbox.get(message_id)), reason, 0 * results.LEASE)

        results.outcome_unknown = again
        try:
            return recover(uow, *args, **kwargs)
        finally:
            results.outcome_unknown = unknown

    sender.recover_claims = careless
