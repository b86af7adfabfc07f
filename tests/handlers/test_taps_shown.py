"""What the phone shows of a tap: what was chosen, never whether it was right."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import CallbackQuery, Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message, User
from telegram.error import BadRequest

from bot.domain.messages import Button
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
    telegram_bot = chat.dispatcher.telegram_bot
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


TOGGLED = TapResult(
    remove_buttons=False,
    buttons=(
        (Button("✓ Kaffe", 1, "coffee"), Button("Te", 1, "tea")),
        (Button("Ferdig", 1, "done"),),
    ),
)


def drawn(given: dict[str, Any]) -> list[list[str]]:
    return [
        [button["text"] for button in row]
        for row in json.loads(given["reply_markup"])["inline_keyboard"]
    ]


async def test_buttons_are_drawn_anew_below_the_same_message(chat: OfficeChat) -> None:
    query = tapped(chat, [("Kaffe", "v1:1:coffee"), ("Te", "v1:1:tea")], "v1:1:coffee")

    await show(chat.door, query, TOGGLED)

    ((method, given),) = edits(chat)
    assert (method, given["message_id"]) == ("editMessageReplyMarkup", "7")
    assert drawn(given) == [["✓ Kaffe", "Te"], ["Ferdig"]]
    assert "v1:1:done" in given["reply_markup"]
    assert [name for name, _ in chat.request.calls if name == "answerCallbackQuery"]


async def test_of_buttons_drawn_in_quick_succession_the_newest_is_the_last(
    chat: OfficeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, let_go = asyncio.Event(), asyncio.Event()
    shown: list[str] = []

    async def slow(_: CallbackQuery, markup: InlineKeyboardMarkup) -> bool:
        under_way.set()
        await let_go.wait()
        shown.append(markup.inline_keyboard[0][0].text)
        return True

    monkeypatch.setattr(CallbackQuery, "edit_message_reply_markup", slow)
    for label in ("one", "two", "three"):
        query = tapped(chat, [("Kaffe", "v1:1:coffee")], "v1:1:coffee")
        buttons = ((Button(label, 1, "coffee"),),)
        chat.door.show_tap(query, TapResult(remove_buttons=False, buttons=buttons))
        await under_way.wait()

    let_go.set()
    await chat.door.drain(5)

    assert shown == ["one", "three"]


async def test_buttons_that_cannot_be_drawn_trouble_nobody(
    chat: OfficeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: CallbackQuery, __: InlineKeyboardMarkup) -> bool:
        raise BadRequest("Message is not modified")

    monkeypatch.setattr(CallbackQuery, "edit_message_reply_markup", refuse)
    query = tapped(chat, [("Kaffe", "v1:1:coffee")], "v1:1:coffee")

    await show(chat.door, query, TOGGLED)
    monkeypatch.undo()
    await show(chat.door, query, TOGGLED)

    assert len(edits(chat)) == 1


async def test_a_question_that_is_answered_waits_for_its_last_tick(
    chat: OfficeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, let_go = asyncio.Event(), asyncio.Event()
    draw = CallbackQuery.edit_message_reply_markup

    async def slow(query: CallbackQuery, markup: InlineKeyboardMarkup) -> Any:
        under_way.set()
        await let_go.wait()
        return await draw(query, markup)

    monkeypatch.setattr(CallbackQuery, "edit_message_reply_markup", slow)
    query = tapped(chat, [("Kaffe", "v1:1:coffee"), ("Ferdig", "v1:1:done")], "v1:1:done")
    chat.door.show_tap(query, TOGGLED)
    await under_way.wait()
    chat.door.show_tap(query, TapResult(remove_buttons=True, answered="Kaffe"))

    let_go.set()
    await chat.door.drain(5)

    assert [method for method, _ in edits(chat)] == ["editMessageReplyMarkup", "editMessageText"]
