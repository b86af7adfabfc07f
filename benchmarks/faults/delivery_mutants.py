"""Deliberate mistakes on the way in and on the way out; see mutants.py, which names them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.domain.messages import MessageClass, OutboxState


def answered_before_stored() -> None:
    """The webhook says 200 while the update is still on its way to the disk."""
    serving: Any = import_module("bot.serving")
    routes, on_their_way = serving.webhook_routes, set[asyncio.Task[None]]()

    def careless(store: Any, **doors: Any) -> Any:
        async def at_once(office_id: int, updates: Any) -> None:
            task = asyncio.create_task(store(office_id, updates))
            on_their_way.add(task)
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

        return routes(at_once, **doors)

    serving.webhook_routes = careless


def open_to_everybody() -> None:
    from bot.delivery.webhook import WebhookDoor

    WebhookDoor.opens_for = lambda *_, **__: True  # type: ignore[method-assign]


def silence_forgotten() -> None:
    from bot.delivery.flood_silence import FloodSilence

    FloodSilence.resume = lambda *_, **__: None  # type: ignore[method-assign]


def three_copies() -> None:
    results: Any = import_module("bot.services.delivery_results")
    results.MAX_COPIES = 3


def reminders_again() -> None:
    _change_class("session_reminder", MessageClass.AT_LEAST_ONCE)


def questions_once() -> None:
    _change_class("check_in", MessageClass.AT_MOST_ONCE)


def _change_class(rule: str, message_class: MessageClass) -> None:
    speaking: Any = import_module("bot.services.speaking")
    row = speaking._row

    def careless(*args: Any) -> Any:
        made = row(*args)
        return replace(made, message_class=message_class) if made.rule == rule else made

    speaking._row = careless


def nothing_surely_stays() -> None:
    """What could not even connect is taken for sent, perhaps."""
    outcomes: Any = import_module("bot.delivery.outcomes")
    outcomes._NEVER_LEFT = ()


def stale_goes() -> None:
    from bot.storage.repositories.outbox import Outbox
    from bot.storage.repositories.outbox_queue import QueueWalk

    Outbox.expire = lambda *_, **__: 0  # type: ignore[method-assign]
    QueueWalk._is_expired = lambda *_: False  # type: ignore[method-assign]


def anybodys_buttons() -> None:
    questions: Any = import_module("bot.services.questions")
    questions._question = lambda uow, _, number: uow.questions.get(number)


def offset_over_runs() -> None:
    """Whoever polls again goes on where they stopped, whatever came of the ids meanwhile."""
    kept: dict[Any, int] = {}
    _keep_offset(kept.get, kept.__setitem__)


def offset_over_starts() -> None:
    """The same, also of an earlier process."""
    file = Path("offset")  # in the program's own folder
    _keep_offset(
        lambda _: int(file.read_text()) if file.exists() else None,
        lambda _, offset: file.write_text(str(offset)),
    )


def _keep_offset(read: Callable[[Any], int | None], write: Callable[[Any, int], object]) -> None:
    def keep(poller: Any, offset: int | None) -> None:
        if offset is not None:
            write(poller, offset)

    poller: Any = import_module("bot.delivery.poller")
    poller.Poller._offset = property(read, keep)


def confirms_too_much() -> None:
    """The offset confirms one more than was fetched."""
    poller: Any = import_module("bot.delivery.poller")
    offset = "kept offset"

    def keep(self: Any, value: int | None) -> None:
        self.__dict__[offset] = None if value is None else value + 1

    poller.Poller._offset = property(lambda self: self.__dict__.get(offset), keep)


def confirm_before_commit() -> None:
    from bot.delivery.inbound import Inbound

    store, on_their_way = Inbound.store, set[asyncio.Task[None]]()

    async def careless(self: Inbound, office_id: int, updates: list[dict[str, Any]]) -> None:
        task = asyncio.create_task(store(self, office_id, updates))
        on_their_way.add(task)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    Inbound.store = careless  # type: ignore[method-assign]


def sent_before_sending() -> None:
    from bot.delivery.sender import Sender
    from bot.services.delivery_results import Claimed, message_sent

    async def careless(self: Sender, claim: Claimed) -> None:
        await self._record(message_sent, claim.message.id, None)
        with suppress(Exception):
            await self._call(claim)
        self.wake()

    Sender._send = careless  # type: ignore[method-assign]


def no_claim_recovery() -> None:
    sender: Any = import_module("bot.delivery.sender")

    def careless(*_: Any, **__: Any) -> int:
        return 0

    sender.recover_claims = careless


def _change_failures(change: Callable[[Any], Any]) -> None:
    sender: Any = import_module("bot.delivery.sender")

    failure_of = sender.failure_of
    sender.failure_of = lambda error: change(failure_of(error))


def retry_every_network_error() -> None:
    from bot.delivery.outcomes import Meaning

    _change_failures(
        lambda found: (
            replace(found, meaning=Meaning.NOT_SENT) if found.meaning is Meaning.UNKNOWN else found
        )
    )


def ignore_retry_after() -> None:
    from bot.delivery.outcomes import Meaning

    _change_failures(
        lambda found: (
            replace(found, meaning=Meaning.NOT_SENT) if found.meaning is Meaning.FLOOD else found
        )
    )


def migration_is_refusal() -> None:
    from bot.delivery.outcomes import Meaning

    _change_failures(
        lambda found: (
            replace(found, meaning=Meaning.REFUSED) if found.meaning is Meaning.MIGRATED else found
        )
    )


def claims_undone() -> None:
    """What is being sent is claimed in the sender's memory alone."""
    sender: Any = import_module("bot.delivery.sender")
    claim, taken = sender.claim_messages, set[int]()

    def careless(uow: Any, *args: Any, **more: Any) -> Any:
        found = claim(uow, *args, **more)
        new = [one for one in found if one.message.id not in taken]
        taken.update(one.message.id for one in new)
        for one in found:
            uow.outbox.save(replace(one.message, state=OutboxState.QUEUED, lease_until=None))
        return new

    sender.claim_messages = careless


def recovers_for_all() -> None:
    """Whoever begins to send for one bot takes what others have on their way for lost."""
    from sqlalchemy import select

    from bot.storage.repositories.outbox import Outbox
    from bot.storage.tables.people import office

    with_lease_over = Outbox.with_lease_over

    def careless(self: Outbox, real_now: Any, *, office_id: int) -> Any:
        everybody = self._db.execute(select(office.c.id)).scalars().all()
        return [
            one for each in everybody for one in with_lease_over(self, real_now, office_id=each)
        ]

    Outbox.with_lease_over = careless  # type: ignore[method-assign]


def given_up_early() -> None:
    """What cannot leave for a few minutes is given up."""
    results: Any = import_module("bot.services.delivery_results")
    results.MAX_ATTEMPTS = 5


def shorter_silence() -> None:
    """The 429 that was heard last counts, not the longest."""
    from bot.delivery.flood_silence import FloodSilence

    begin = FloodSilence.begin

    def careless(self: FloodSilence, wait: Any, *, now: Any) -> Any:
        self._until = None
        return begin(self, wait, now=now)

    FloodSilence.begin = careless  # type: ignore[method-assign]
