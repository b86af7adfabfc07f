"""Group chats: the bot talks to people one by one, and says so once."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ContextTypes

from bot.handlers.door import Door, event_of
from bot.services.groups import group_spoke

Context = ContextTypes.DEFAULT_TYPE


class GroupHandlers:
    """Handlers of everything that is not a private chat."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def spoken(self, update: Update, _: Context) -> None:
        await self._door.apply(group_spoke, event_of(update))

    async def ignored(self, _update: Update, _: Context) -> None:
        await self._door.ignore()
