"""Every handler in one place, with why wherever order matters."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatType

from bot.handlers.door import Door
from bot.handlers.groups import LINK, GroupHandlers
from bot.handlers.participants import ParticipantHandlers
from bot.handlers.rehearsals import COMMAND, RehearsalHandlers
from bot.handlers.service_messages import has_moved, is_service_message
from bot.services.rehearsing import Samples

# Told by their words, not by entities, which not every Bot API server sends.
START = re.compile(r"^/start(@\w+)?(\s|$)")
ANY_COMMAND = re.compile(r"^/\w")


@dataclass(frozen=True, slots=True)
class Route:
    """What to do with the updates it takes; the first that takes one has it.

    A table of our own: PTB's dispatch, with its filters, is two megabytes of which we use a
    handful of questions to one update.
    """

    takes: Callable[[Update], bool]
    handle: Callable[[Update], Coroutine[Any, Any, None]]


def make_routes(door: Door, *, samples: Samples | None = None) -> tuple[Route, ...]:
    """The routes of all lines, in their order.

    Args:
        samples: What messages are filled in with in a rehearsal; None where real people write.
    """
    people, groups = ParticipantHandlers(door), GroupHandlers(door)
    rehearsal = None if samples is None else RehearsalHandlers(door, samples)
    return (
        # Taps first: they are worthless after 150 seconds.
        Route(lambda update: update.callback_query is not None, people.tapped),
        # A person blocked or unblocked us; a group let us in or threw us out, which blocks nobody.
        Route(_is_membership_of_a_person, people.membership),
        Route(lambda update: update.my_chat_member is not None, groups.membership),
        # Groups before private chats, so that no command of a group reaches a participant's handlers.
        Route(_new(has_moved, private=False), groups.migrated),
        Route(_new(_says(LINK), private=False), groups.link),
        Route(_new(lambda message: not is_service_message(message), private=False), groups.spoken),
        Route(_is_of_a_group, groups.ignored),
        # Edits before commands and texts: an edited command does not run again.
        Route(_is_private_edit, people.edited),
        # /start carries the code of a deep link; the other commands share one way in.
        Route(_new(_says(START), private=True), people.start),
        # Before the commands that everybody has: without a rehearsal this one is unknown to us.
        *(
            []
            if rehearsal is None
            else [Route(_new(_says(COMMAND), private=True), rehearsal.try_out)]
        ),
        Route(_new(_says(ANY_COMMAND), private=True), people.command),
        Route(_new(lambda message: bool(message.text), private=True), people.text),
        # Last: whatever is not text.
        Route(_new(lambda _: True, private=True), people.media),
    )


def route_for(routes: tuple[Route, ...], update: Update) -> Route | None:
    """The first that takes it; None for what nobody asked for, as a reaction or a business's chat."""
    return next((route for route in routes if route.takes(update)), None)


def _is_membership_of_a_person(update: Update) -> bool:
    change = update.my_chat_member
    return change is not None and change.chat.type == ChatType.PRIVATE


def _new(judge: Callable[[Message], bool], *, private: bool) -> Callable[[Update], bool]:
    """For a message that has just been written, in a private chat or in another."""

    def takes(update: Update) -> bool:
        message = update.message
        return message is not None and _is_private(message) is private and judge(message)

    return takes


def _says(pattern: re.Pattern[str]) -> Callable[[Message], bool]:
    return lambda message: bool(message.text and pattern.search(message.text))


def _is_private(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE


def _is_of_a_group(update: Update) -> bool:
    """Whatever else is a message there: edits, a channel's posts, the like in a business's chats."""
    # Taps, which may have a message too, were taken before.
    message = update.effective_message
    return message is not None and not _is_private(message)


def _is_private_edit(update: Update) -> bool:
    message = update.effective_message
    return update.edited_message is not None and message is not None and _is_private(message)
