"""Every handler in one place, with why wherever order matters."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from bot.handlers.door import Door
from bot.handlers.groups import LINK, GroupHandlers
from bot.handlers.participants import Context, ParticipantHandlers
from bot.handlers.rehearsals import COMMAND, RehearsalHandlers
from bot.services.rehearsing import Samples

PtbApplication = Application[Any, Any, Any, Any, Any, Any]


def make_application(
    telegram_bot: Bot, door: Door, *, samples: Samples | None = None
) -> PtbApplication:
    """PTB's dispatch alone: no updater, no job queue, no persistence (docs/reliability.md).

    Args:
        samples: What messages are filled in with in a rehearsal; None where real people write.
    """
    application: PtbApplication = (
        Application.builder().bot(telegram_bot).updater(None).job_queue(None).build()
    )
    register(application, door, samples)
    return application


def register(application: PtbApplication, door: Door, samples: Samples | None = None) -> None:
    people, groups = ParticipantHandlers(door), GroupHandlers(door)
    private = filters.ChatType.PRIVATE
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE

    # Taps first: they are worthless after 150 seconds.
    application.add_handler(CallbackQueryHandler(people.tapped))
    # A person blocked or unblocked us; a group let us in or threw us out, which blocks nobody.
    application.add_handler(
        ChatMemberHandler(_by_chat(people, groups), ChatMemberHandler.MY_CHAT_MEMBER)
    )
    # Groups before private chats, so that no command of a group reaches a participant's handlers.
    application.add_handler(
        MessageHandler(~private & new & filters.StatusUpdate.MIGRATE, groups.migrated)
    )
    application.add_handler(MessageHandler(~private & new & filters.Regex(LINK), groups.link))
    application.add_handler(
        MessageHandler(~private & new & ~filters.StatusUpdate.ALL, groups.spoken)
    )
    application.add_handler(MessageHandler(~private, groups.ignored))
    # Edits before commands and texts: an edited command does not run again.
    application.add_handler(MessageHandler(private & edited, people.edited))
    # /start carries the code of a deep link; the other commands share one way in. Told by their
    # words, not by entities, which not every Bot API server sends.
    start, command = filters.Regex(r"^/start(@\w+)?(\s|$)"), filters.Regex(r"^/\w")
    application.add_handler(MessageHandler(private & new & start, people.start))
    if samples is not None:
        # Before the commands that everybody has: without a rehearsal this one is unknown to us.
        rehearsal = RehearsalHandlers(door, samples)
        application.add_handler(
            MessageHandler(private & new & filters.Regex(COMMAND), rehearsal.try_out)
        )
    application.add_handler(MessageHandler(private & new & command, people.command))
    application.add_handler(MessageHandler(private & new & filters.TEXT, people.text))
    # Last: whatever is not text.
    application.add_handler(MessageHandler(private & new, people.media))


def _by_chat(
    people: ParticipantHandlers, groups: GroupHandlers
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    async def membership(update: Update, context: Context) -> None:
        change = update.my_chat_member
        assert change is not None
        is_person = change.chat.type == ChatType.PRIVATE
        await (people if is_person else groups).membership(update, context)

    return membership
