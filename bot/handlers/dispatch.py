"""Hands one inbox row to the first of PTB's handlers that takes it, and lets failures be heard."""

from __future__ import annotations

from telegram import Update

from bot.domain.messages import InboxUpdate
from bot.handlers.door import Door, current_update
from bot.handlers.leniency import filled_in
from bot.handlers.routes import PtbApplication


class Dispatcher:
    """PTB's own `process_update` returns normally when a handler failed; this raises."""

    def __init__(self, application: PtbApplication, door: Door) -> None:
        self._application = application
        self._door = door

    async def handle(self, row: InboxUpdate) -> None:
        """Dispatch the row's update. Raises what the handler raised, or what parsing did."""
        token = current_update.set(row)
        try:
            payload = filled_in(row.payload, received_at=row.received_at)
            update = Update.de_json(payload, self._application.bot)
            for handler in self._application.handlers[0]:
                found = handler.check_update(update)
                if found is None or found is False:
                    continue
                context = self._application.context_types.context.from_update(
                    update, self._application
                )
                await handler.handle_update(update, self._application, found, context)
                return
            await self._door.ignore()
        finally:
            current_update.reset(token)
