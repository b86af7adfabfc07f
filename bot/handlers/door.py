"""The way from a handler into a service: one transaction holds the change, the replies and "processed"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from weakref import WeakValueDictionary

import structlog
from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode

from bot import failpoints
from bot.domain.message_bodies import callback_data
from bot.domain.messages import Button, InboxUpdate
from bot.domain.plain_text import escape
from bot.services.incoming import ChatEvent
from bot.services.ports import UnitOfWork
from bot.services.questions import TapResult
from bot.services.reading_ahead import read_ahead

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

TICK = "✓ "  # on a session's buttons: this is what we count on
CHOSEN = "→ "  # below a question: this is what you chose, right or wrong

NO_MORE: Mapping[str, Any] = {}

# Which inbox row the handlers of this task work for.
current_update: ContextVar[InboxUpdate] = ContextVar("current_update")


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def repeat_if_lost(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Awaitable[Any]: ...
    def run_all(
        self,
        fn: Callable[..., Any],
        many: Sequence[tuple[Any, ...]],
        *,
        ahead: Callable[[Any, Sequence[tuple[Any, ...]]], None] | None = None,
    ) -> Awaitable[list[Any]]: ...


@dataclass(frozen=True, slots=True)
class Act:
    """What an update asks for: the service, and its arguments after the unit of work."""

    row: InboxUpdate
    service: Callable[..., Any]
    args: tuple[Any, ...]


class Door:
    """Handed to every handler."""

    def __init__(self, storage: StorageRunner, *, wake_sender: Callable[[], None]) -> None:
        self._storage = storage
        self._wake_sender = wake_sender
        self._shown: set[asyncio.Task[None]] = set()
        self._drawings = Drawings()

    async def apply(
        self, service: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """Run the service and mark the update processed, together; None when it was processed already."""
        # The update is on disk, and is found pending again should this be lost.
        done: T | None = await self._storage.repeat_if_lost(
            _processed_with, current_update.get(), service, args, kwargs
        )
        self._wake_sender()
        return done

    async def apply_all(self, acts: Sequence[Act]) -> list[Exception | None]:
        """The same for updates of different chats, in one transaction while all goes well.

        Returns:
            What each of them raised, or None.
        """
        many = [(act.row, act.service, act.args) for act in acts]
        done = await self._storage.run_all(_processed_with, many, ahead=_read_ahead)
        self._wake_sender()
        return [result if isinstance(result, Exception) else None for result in done]

    async def ignore(self) -> None:
        """The update needs nothing done; it counts as processed."""
        await self._storage.repeat_if_lost(_processed_with, current_update.get(), _nothing, (), {})

    def show_tap(self, query: CallbackQuery, result: TapResult | None) -> None:
        """Stop the button's clock and show what was answered: best effort, beside the durable reply.

        If it is lost the buttons stay, and tapping them again is harmless.
        """
        task = asyncio.create_task(self._drawings.show(query, result))
        self._shown.add(task)
        task.add_done_callback(self._shown.discard)

    async def drain(self, timeout_s: float) -> None:
        if self._shown:
            await asyncio.wait(set(self._shown), timeout=timeout_s)


def event_of(update: Update) -> ChatEvent:
    """Who and where an update comes from."""
    chat, person, message = update.effective_chat, update.effective_user, update.effective_message
    row = current_update.get()
    sent_at = getattr(message, "date", None)
    return ChatEvent(
        office_id=row.office_id,
        chat_id=chat.id if chat else row.chat_id,
        language_hint=(person.language_code or "") if person else "",
        at=sent_at or row.received_at,
        message_id=message.message_id if message else None,
    )


def _processed_with(
    uow: UnitOfWork,
    row: InboxUpdate,
    service: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] = NO_MORE,
) -> Any:
    uow.cause = f"update:{row.seq}"
    # What strangers write is sealed with the office's key, so it does not outlive its handling.
    if not uow.inbox.mark_processed(row.seq, uow.now, drop_payload=row.participant_id is None):
        return None
    done = service(uow, *args, **kwargs)
    failpoints.passing("handled")
    return done


def _read_ahead(uow: UnitOfWork, many: Sequence[tuple[Any, ...]]) -> None:
    read_ahead(uow, [row for row, *_ in many])


def _nothing(_uow: UnitOfWork) -> None:
    return None


class Drawings:
    """What taps change on the phone, one after the other on each message.

    Somebody ticks three boxes within a second and then taps "done": sent at once, the first might
    arrive last. Ticks that newer ones have overtaken are left out.
    """

    def __init__(self) -> None:
        self._newest: dict[tuple[int, int], TapResult] = {}
        self._pens: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    async def show(self, query: CallbackQuery, result: TapResult | None) -> None:
        message = query.message
        if result is None or not isinstance(message, Message):
            await _kindly(query.answer())
            return
        place = (message.chat.id, message.message_id)
        self._newest[place] = result
        await _kindly(query.answer())
        pen = self._pens.setdefault(place, asyncio.Lock())
        async with pen:
            is_newest = self._newest.get(place) is result
            if is_newest or result.buttons is None:
                await _draw(query, message, result)
            if self._newest.get(place) is result:
                del self._newest[place]


def _keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(b.label, callback_data=callback_data(b.question_id, b.option))
                for b in row
            ]
            for row in rows
        ]
    )


async def _draw(query: CallbackQuery, message: Message, result: TapResult) -> None:
    text = message.text_html
    if result.buttons is not None:
        await _kindly(query.edit_message_reply_markup(_keyboard(result.buttons)))
    elif result.remove_buttons and result.answered and text:
        marked = f"{text}\n\n<b>{CHOSEN}{escape(result.answered)}</b>"
        await _kindly(query.edit_message_text(marked, parse_mode=ParseMode.HTML))
    elif result.remove_buttons:
        await _kindly(query.edit_message_reply_markup(InlineKeyboardMarkup([])))
    elif result.answered and message.reply_markup is not None:
        ticked = _ticked(message.reply_markup, query.data)
        await _kindly(query.edit_message_reply_markup(ticked))


async def _kindly(call: Awaitable[Any]) -> None:
    """The durable reply is on its way; this is only a nicety, and one's failure stops no other."""
    try:
        await call
    except Exception as error:
        log.info("tap_not_shown", why=type(error).__name__)


def _ticked(markup: InlineKeyboardMarkup, chosen: str | None) -> InlineKeyboardMarkup:
    """The same buttons with a tick on the chosen one: another tap may still change the answer."""
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    f"{TICK if button.callback_data == chosen else ''}{button.text.removeprefix(TICK)}",
                    callback_data=button.callback_data,
                )
                for button in row
            ]
            for row in markup.inline_keyboard
        ]
    )
