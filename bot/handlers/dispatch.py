"""Hands one inbox row to the first of the routes that takes it, and lets failures be heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from telegram import Bot, Update

from bot.domain.messages import InboxUpdate
from bot.handlers.door import Act, Door, current_update
from bot.handlers.leniency import filled_in
from bot.handlers.routes import Route, route_for
from bot.services import incoming
from bot.services.incoming import ChatEvent


class Dispatcher:
    """What came to one bot; PTB's own dispatch returns normally when a handler failed, this raises."""

    def __init__(self, telegram_bot: Bot, routes: tuple[Route, ...], door: Door) -> None:
        self.telegram_bot = telegram_bot
        self._routes = routes
        self._door = door

    async def handle(self, row: InboxUpdate) -> None:
        """Dispatch the row's update. Raises what the handler raised, or what parsing did."""
        token = current_update.set(row)
        try:
            words = plain_words(row)
            if words is not None:
                await self._door.apply(incoming.text_received, *words)
                return
            payload = filled_in(row.payload, received_at=row.received_at)
            update = Update.de_json(payload, self.telegram_bot)
            _ensure_numbers(update)
            route = route_for(self._routes, update)
            if route is None:
                await self._door.ignore()
            else:
                await route.handle(update)
        finally:
            current_update.reset(token)


class Gatherer:
    """What of the inbox may be handled together: plain words, which are most of what comes."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def act_for(self, row: InboxUpdate) -> Act | None:
        """None for what has to be handled by itself."""
        words = plain_words(row)
        return None if words is None else Act(row, incoming.text_received, words)

    async def handle(self, acts: Sequence[Act]) -> list[Exception | None]:
        """Do what updates of different chats ask for, and return what each raised."""
        return await self._door.apply_all(acts)


def _ensure_numbers(update: Update) -> None:
    """Neither PTB nor SQLite minds an id that is a word; who compares it later would fail over it.

    Raises:
        ValueError: The update is set aside.
    """
    message = update.effective_message
    chat, person = update.effective_chat, update.effective_user
    ids = {
        "chat": chat and chat.id,
        "person": person and person.id,
        "message": message and message.message_id,
    }
    for what, number in ids.items():
        if number is not None and (type(number) is not int or abs(number) >= 2**63):
            raise ValueError(f"The id of the {what} is no number")


def plain_words(row: InboxUpdate) -> tuple[ChatEvent, str] | None:
    """Words typed in a private chat, read from the raw update; None for anything else.

    They are most of what comes, and need none of the objects PTB builds of a message. They come
    out as from `ParticipantHandlers.text`: a test delivers the same both ways.
    """
    message = row.payload.get("message")
    if not isinstance(message, dict) or not row.payload.keys() <= {"update_id", "message"}:
        return None
    text, chat, person = message.get("text"), message.get("chat"), message.get("from")
    if not isinstance(text, str) or not text or text.startswith("/"):
        return None
    if not isinstance(chat, dict) or not isinstance(person, dict):
        return None
    date, message_id, chat_id = (
        _number(one) for one in (message.get("date"), message.get("message_id"), chat.get("id"))
    )
    if not (date and message_id and chat_id and _number(person.get("id"))):
        return None  # the long way says what is wrong with it
    language = person.get("language_code") or ""
    if chat.get("type") != "private" or date >= 2**33 or not isinstance(language, str):
        return None
    at = datetime.fromtimestamp(date, UTC)
    return ChatEvent(row.office_id, chat_id, language, at, message_id), text


def _number(value: object) -> int:
    """The id, or 0 for what is none."""
    return value if type(value) is int and 0 < value < 2**63 else 0
