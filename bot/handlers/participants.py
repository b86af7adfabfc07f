"""What participants do in their private chat: each handler parses and calls one service."""

from __future__ import annotations

from telegram import Document, Message, PhotoSize, Update

from bot.handlers.door import Door, event_of
from bot.services import incoming

# Telegram's names of what is not text, in the order they are looked for.
MEDIA = (
    "voice",
    "audio",
    "photo",
    "video",
    "video_note",
    "sticker",
    "animation",
    "document",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
)


class ParticipantHandlers:
    """Handlers of private chats."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def start(self, update: Update) -> None:
        assert update.message is not None
        payload = (update.message.text or "").partition(" ")[2].strip()
        await self._door.apply(incoming.start_command, event_of(update), payload)

    async def command(self, update: Update) -> None:
        assert update.message is not None
        words = (update.message.text or "").split(maxsplit=1)
        name = words[0].removeprefix("/").split("@", 1)[0]
        await self._door.apply(incoming.command, event_of(update), name)

    async def text(self, update: Update) -> None:
        assert update.message is not None
        await self._door.apply(incoming.text_received, event_of(update), update.message.text or "")

    async def media(self, update: Update) -> None:
        message = update.message
        assert message is not None
        kind = next((name for name in MEDIA if getattr(message, name, None)), None)
        if kind is None:  # service messages: pinned, auto-delete set, and the like
            await self._door.ignore()
            return
        file = _file_of(message, kind)
        await self._door.apply(
            incoming.media_received,
            event_of(update),
            kind,
            message.caption or "",
            file_id=file.file_id if file else "",
            file_name=getattr(file, "file_name", None) or "",
            size=(file.file_size or 0) if file else 0,
            album=message.media_group_id or "",
        )

    async def edited(self, update: Update) -> None:
        message = update.edited_message
        assert message is not None
        text = message.text or message.caption or ""
        await self._door.apply(incoming.text_edited, event_of(update), text)

    async def tapped(self, update: Update) -> None:
        query = update.callback_query
        assert query is not None
        result = await self._door.apply(incoming.button_tapped, event_of(update), query.data or "")
        self._door.show_tap(query, result)

    async def membership(self, update: Update) -> None:
        change = update.my_chat_member
        assert change is not None
        has_left = change.new_chat_member.status in ("kicked", "left")
        service = incoming.bot_blocked if has_left else incoming.bot_unblocked
        await self._door.apply(service, event_of(update))


def _file_of(message: Message, kind: str) -> PhotoSize | Document | None:
    """What a step may ask for and a caseworker open; of a photo the largest size."""
    if kind == "photo":
        return message.photo[-1]
    return message.document if kind == "document" else None
