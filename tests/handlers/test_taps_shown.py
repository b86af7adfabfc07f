"""What the phone shows of a tap: what was chosen, never whether it was right."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import CallbackQuery, Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message, User

from bot.handlers.door import Door
from bot.services.questions import TapResult
from tests.handlers.conftest import Chat as OfficeChat


def tapped(chat: OfficeChat, buttons: list[tuple[str, str]], data: str) -> CallbackQuery:
    row = [InlineKeyboardButton(label, callback_data=value) for label, value in buttons]
    message = Message(
        7,
        datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        Chat(1001, "private"),
        text="Hvor mye?",
        reply_markup=InlineKeyboardMarkup([row]),
    )
    person = User(1001, "Amina", is_bot=False)
    query = CallbackQuery("1", person, "1", message=message, data=data)
    telegram_bot = chat.dispatcher._application.bot
    for thing in (message, query):
        thing.set_bot(telegram_bot)
    return query


async def show(door: Door, query: CallbackQuery, result: TapResult) -> None:
    door.show_tap(query, result)
    await door.drain(5)


def edits(chat: OfficeChat) -> list[tuple[str, dict[str, Any]]]:
    return [call for call in chat.request.calls if call[0].startswith("editMessage")]


@pytest.mark.parametrize("answer", ["Riktig svar", "Galt & <svar>"])
async def test_an_answer_is_marked_as_chosen_and_not_as_right(
    chat: OfficeChat, answer: str
) -> None:
    query = tapped(chat, [(answer, "v1:1:a")], "v1:1:a")

    await show(chat.door, query, TapResult(remove_buttons=True, answered=answer))

    ((method, given),) = edits(chat)
    assert method == "editMessageText"
    assert "→ " in given["text"]
    assert "✓" not in given["text"]


async def test_a_sessions_answer_is_ticked_on_its_button(chat: OfficeChat) -> None:
    query = tapped(chat, [("Kommer", "v1:1:coming"), ("✓ Kan ikke", "v1:1:cannot")], "v1:1:coming")

    await show(chat.door, query, TapResult(remove_buttons=False, answered="Kommer"))

    ((method, given),) = edits(chat)
    assert method == "editMessageReplyMarkup"
    (row,) = json.loads(given["reply_markup"])["inline_keyboard"]
    assert [button["text"] for button in row] == ["✓ Kommer", "Kan ikke"]
