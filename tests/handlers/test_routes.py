"""The table of routes decides as python-telegram-bot's own filters would."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberLeft,
    ChatMemberUpdated,
    ChosenInlineResult,
    InaccessibleMessage,
    Message,
    Update,
    User,
)
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, MessageHandler, filters

from bot.handlers.door import Door
from bot.handlers.groups import LINK
from bot.handlers.rehearsals import COMMAND
from bot.handlers.routes import make_routes, route_for
from bot.handlers.service_messages import is_service_message
from tests.handlers.test_rehearsals import SAMPLES

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
AMINA = User(1001, "Amina", is_bot=False)
CHATS = [Chat(1001, kind) for kind in ("private", "group", "supergroup", "channel", "sample")]
MESSAGES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
)
TEXTS = (
    "",
    "Hei",
    "/start",
    "/start ABC123",
    "/start@sample_bot ABC123",
    "/start\nABC123",
    "/started",
    " /start",
    "say /start",
    "Hei\n/start",
    "/",
    "/ start",
    "/hjelp",
    "/HJELP@sample_bot",
    "/æ",
    "/!",
    "/link",
    "/LINK@sample_bot ABC\n123",
    "/linked",
    "/try",
    "/try session.over",
    "/try@sample_bot session.over",
    "/tryout",
)
# Everything a message may have beside who, when and where.
PARTS = sorted(
    name
    for name in Message.__slots__
    if not name.startswith("_") and name not in {"message_id", "from_user", "date", "chat", "text"}
)


def _by_the_library(is_rehearsal: bool) -> list[tuple[Callable[[Update], Any], str]]:
    private = filters.ChatType.PRIVATE
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    chosen: list[tuple[Any, str]] = [
        (~private & new & filters.StatusUpdate.MIGRATE, "GroupHandlers.migrated"),
        (~private & new & filters.Regex(LINK), "GroupHandlers.link"),
        (~private & new & ~filters.StatusUpdate.ALL, "GroupHandlers.spoken"),
        (~private, "GroupHandlers.ignored"),
        (private & edited, "ParticipantHandlers.edited"),
        (private & new & filters.Regex(r"^/start(@\w+)?(\s|$)"), "ParticipantHandlers.start"),
        *[(private & new & filters.Regex(COMMAND), "RehearsalHandlers.try_out")] * is_rehearsal,
        (private & new & filters.Regex(r"^/\w"), "ParticipantHandlers.command"),
        (private & new & filters.TEXT, "ParticipantHandlers.text"),
        (private & new, "ParticipantHandlers.media"),
    ]
    return [
        (CallbackQueryHandler(_unused).check_update, "ParticipantHandlers.tapped"),
        (ChatMemberHandler(_unused, ChatMemberHandler.MY_CHAT_MEMBER).check_update, "membership"),
        *[(MessageHandler(one, _unused).check_update, name) for one, name in chosen],
    ]


async def _unused(*_: Any) -> None:
    raise AssertionError


def _message(chat: Chat, **parts: Any) -> Message:
    return Message(77, AT, chat, from_user=AMINA, **parts)


def _updates() -> Iterator[Update]:
    for kind, chat in product(MESSAGES, CHATS):
        for text in TEXTS:
            yield _update(kind, _message(chat, text=text))
        for part in PARTS:
            yield _update(kind, _message(chat, **{part: [AMINA]}))
    for chat in CHATS:
        gone = ChatMemberUpdated(chat, AMINA, AT, ChatMemberLeft(AMINA), ChatMemberLeft(AMINA))
        yield Update(1, my_chat_member=gone)
        yield Update(1, chat_member=gone)
        yield Update(1, callback_query=_tap(_message(chat, text="/start")))
        yield Update(1, callback_query=_tap(InaccessibleMessage(chat, 77)))
        yield Update(1, message=_message(chat, text="Hei"), edited_message=_message(CHATS[0]))
    yield Update(1, callback_query=_tap(None))
    yield Update(1, chosen_inline_result=ChosenInlineResult("1", AMINA, ""))
    yield Update(1)


def _update(kind: str, message: Message) -> Update:
    parts: Any = {kind: message}
    return Update(1, **parts)


def _tap(message: Message | InaccessibleMessage | None) -> CallbackQuery:
    return CallbackQuery("1", AMINA, "1", message=message, data="1")


@pytest.mark.parametrize("is_rehearsal", [False, True])
def test_every_update_finds_the_handler_that_the_librarys_filters_choose(
    is_rehearsal: bool,
) -> None:
    door = Door(None, wake_sender=lambda: None)  # type: ignore[arg-type]
    routes = make_routes(door, samples=SAMPLES if is_rehearsal else None)
    expected = _by_the_library(is_rehearsal)

    differing, met = [], set()
    for update in _updates():
        route = route_for(routes, update)
        name = "" if route is None else route.handle.__qualname__
        wanted = next((name for takes, name in expected if takes(update)), "")
        met.add(name)
        if name != wanted and not (wanted == "membership" and name.endswith(".membership")):
            differing.append((name, wanted, update.to_dict()))

    assert differing == []
    assert met == {"", *(route.handle.__qualname__ for route in routes)}


@pytest.mark.parametrize(
    ("chat", "handlers"),
    [
        pytest.param(CHATS[0], "ParticipantHandlers", id="a person"),
        pytest.param(CHATS[1], "GroupHandlers", id="a group"),
        pytest.param(CHATS[3], "GroupHandlers", id="a channel"),
    ],
)
def test_whether_we_are_let_in_is_told_to_whom_it_concerns(chat: Chat, handlers: str) -> None:
    routes = make_routes(Door(None, wake_sender=lambda: None))  # type: ignore[arg-type]
    gone = ChatMemberUpdated(chat, AMINA, AT, ChatMemberLeft(AMINA), ChatMemberLeft(AMINA))

    route = route_for(routes, Update(1, my_chat_member=gone))

    assert route is not None
    assert route.handle.__qualname__ == f"{handlers}.membership"


def test_messages_nobody_wrote_are_those_the_library_knows() -> None:
    messages = [(part, _message(CHATS[1], **{part: [AMINA]})) for part in PARTS]

    ours = {part for part, message in messages if is_service_message(message)}

    theirs = {
        part
        for part, message in messages
        if filters.StatusUpdate.ALL.check_update(Update(1, message=message))
    }
    assert ours == theirs
    assert len(ours) > 40
