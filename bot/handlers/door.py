"""The way from a handler into a service: one transaction holds the change, the replies and "processed"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode

from bot import failpoints
from bot.domain.messages import InboxUpdate
from bot.domain.plain_text import escape
from bot.services.incoming import ChatEvent
from bot.services.ports import UnitOfWork
from bot.services.questions import TapResult

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

TICK = "✓ "  # on a session's buttons: this is what we count on
CHOSEN = "→ "  # below a question: this is what you chose, right or wrong

# Which inbox row the handlers of this task work for.
current_update: ContextVar[InboxUpdate] = ContextVar("current_update")


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


class Door:
    """Handed to every handler."""

    def __init__(self, storage: StorageRunner, *, wake_sender: Callable[[], None]) -> None:
        self._storage = storage
        self._wake_sender = wake_sender
        self._shown: set[asyncio.Task[None]] = set()

    async def apply(
        self, service: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """Run the service and mark the update processed, together; None when it was processed already."""
        done: T | None = await self._storage.run(
            _processed_with, current_update.get(), service, args, kwargs
        )
        self._wake_sender()
        return done

    async def ignore(self) -> None:
        """The update needs nothing done; it counts as processed."""
        await self._storage.run(_processed_with, current_update.get(), _nothing, (), {})

    def show_tap(self, query: CallbackQuery, result: TapResult | None) -> None:
        """Stop the button's clock and show what was answered: best effort, beside the durable reply.

        If it is lost the buttons stay, and tapping them again is harmless.
        """
        task = asyncio.create_task(_show_tap(query, result))
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
    kwargs: dict[str, Any],
) -> Any:
    uow.cause = f"update:{row.seq}"
    # What strangers write is sealed with the office's key, so it does not outlive its handling.
    if not uow.inbox.mark_processed(row.seq, uow.now, drop_payload=row.participant_id is None):
        return None
    done = service(uow, *args, **kwargs)
    failpoints.passing("handled")
    return done


def _nothing(_uow: UnitOfWork) -> None:
    return None


async def _show_tap(query: CallbackQuery, result: TapResult | None) -> None:
    await _kindly(query.answer())
    message = query.message
    if result is None or not isinstance(message, Message):
        return
    text = message.text_html
    if result.remove_buttons and result.answered and text:
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
