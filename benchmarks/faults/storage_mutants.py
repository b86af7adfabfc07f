"""Deliberate mistakes of what is stored, and how; see mutants.py, which names them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def deferred_begin() -> None:
    from sqlalchemy import event

    module: Any = import_module("bot.storage.engine")
    make = module._sqlite_engine

    def careless(*args: Any) -> Any:
        engine = make(*args)

        @event.listens_for(engine, "before_cursor_execute", retval=True)
        def defer(_c: Any, _u: Any, statement: str, values: Any, *_: Any) -> tuple[str, Any]:
            return ("BEGIN" if statement == "BEGIN IMMEDIATE" else statement), values

        return engine

    module._sqlite_engine = careless


def synchronous_off() -> None:
    from sqlalchemy import event

    module: Any = import_module("bot.storage.engine")
    make = module._sqlite_engine

    def careless(*args: Any) -> Any:
        engine = make(*args)

        @event.listens_for(engine, "connect")
        def do_not_sync(connection: Any, _: object) -> None:
            connection.execute("PRAGMA synchronous=OFF").close()

        return engine

    module._sqlite_engine = careless


def dedupe_by_greater_than() -> None:
    inbound: Any = import_module("bot.delivery.inbound")

    store, highest = inbound.store_updates, [0]

    def careless(uow: Any, office_id: int, updates: Any) -> Any:
        new = [one for one in updates if one.get("update_id", 0) > highest[0]]
        highest[0] = max([highest[0], *(one["update_id"] for one in new)])
        return store(uow, office_id, new)

    inbound.store_updates = careless


def processed_apart() -> None:
    from bot.handlers import door

    def alone(uow: Any, row: Any, service: Any, args: Any, kwargs: Any) -> Any:
        uow.cause = f"update:{row.seq}"
        return service(uow, *args, **kwargs)

    async def careless(self: Any, service: Any, *args: Any, **kwargs: Any) -> Any:
        row = door.current_update.get()
        done = await self._storage.run(alone, row, service, args, kwargs)
        await self._storage.run(door._processed_with, row, door._nothing, (), {})
        self._wake_sender()
        return done

    async def careless_with_all(self: Any, acts: Any) -> Any:
        for act in acts:
            token = door.current_update.set(act.row)
            try:
                await careless(self, act.service, *act.args)
            finally:
                door.current_update.reset(token)
        return [None] * len(acts)

    door.Door.apply = careless  # type: ignore[method-assign]
    door.Door.apply_all = careless_with_all  # type: ignore[method-assign]


def key_survives_erasure() -> None:
    from bot.storage.keys import KeyStore

    def careless(*_: Any) -> None:
        return None

    KeyStore.destroy = careless  # type: ignore[assignment,method-assign]


def ids_are_for_ever() -> None:
    """An id that was seen before is never another update's."""
    from bot.storage.repositories.inbox import Inbox

    def careless(*_: Any, **__: Any) -> int:
        return 0

    Inbox._release_ids = careless  # type: ignore[method-assign]
