"""Group chats: the bot talks to people one by one and says so once; staff link a group to an office."""

from __future__ import annotations

import re

from telegram import Update

from bot.handlers.door import Door, event_of
from bot.services import staff_groups
from bot.services.groups import group_spoke

LINK = re.compile(r"^/link(?:@(?P<bot>\w+))?(?:\s+(?P<code>.*))?$", re.DOTALL | re.IGNORECASE)


class GroupHandlers:
    """Handlers of everything that is not a private chat."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def spoken(self, update: Update) -> None:
        await self._door.apply(group_spoke, event_of(update))

    async def link(self, update: Update) -> None:
        assert update.message is not None
        found = LINK.match(update.message.text or "")
        assert found is not None  # the route looked
        code = (found["code"] or "").strip()
        await self._door.apply(
            staff_groups.link_group, event_of(update), code, addressed=found["bot"] or ""
        )

    async def migrated(self, update: Update) -> None:
        """Both chats tell of it: the old one where it went, the new one where it came from."""
        message = update.message
        assert message is not None
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        office_id = event_of(update).office_id
        await self._door.apply(staff_groups.group_migrated, office_id, old, new)

    async def membership(self, update: Update) -> None:
        change = update.my_chat_member
        assert change is not None
        if change.new_chat_member.status in ("kicked", "left"):
            await self._door.apply(staff_groups.group_left, event_of(update))
        else:
            await self._door.ignore()

    async def ignored(self, _update: Update) -> None:
        await self._door.ignore()
