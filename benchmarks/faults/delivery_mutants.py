"""Deliberate mistakes on the way in by webhook and on the way out; see mutants.py, which names them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from importlib import import_module
from typing import Any

from bot.domain.messages import MessageClass


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
