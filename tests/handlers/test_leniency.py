"""Updates as other Bot API servers send them: with fields left out that Telegram always has."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Bot, Update

from bot.handlers.leniency import filled_in

RECEIVED_AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
PERSON = {"id": 7, "first_name": "Amina"}
CHAT = {"id": 7, "first_name": "Amina"}


def read(update: dict[str, Any]) -> Update:
    return Update.de_json(filled_in(update, received_at=RECEIVED_AT), Bot("1:sample-token"))


@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_a_message_without_date_kind_of_chat_and_is_bot_is_read(kind: str) -> None:
    update = read({"update_id": 1, kind: {"from": PERSON, "chat": CHAT, "text": "Hei"}})

    message = update.effective_message
    assert message is not None
    assert message.text == "Hei"
    assert message.date == RECEIVED_AT
    assert message.chat.type == "private"


def test_a_tap_without_instance_and_with_half_a_message_is_read() -> None:
    query = {"id": 4, "from": PERSON, "message": {"from": PERSON, "chat": CHAT}, "data": "v1:1:yes"}

    update = read({"update_id": 1, "callback_query": query})

    assert update.callback_query is not None
    assert update.callback_query.data == "v1:1:yes"
    assert update.callback_query.id == "4"
    assert update.effective_chat is not None
    assert update.effective_chat.id == 7


def test_what_is_there_stays_as_it_came() -> None:
    whole = {
        "update_id": 1,
        "message": {
            "message_id": 12,
            "date": 1772000000,
            "from": {"id": 7, "is_bot": True, "first_name": "X"},
            "chat": {"id": 7, "type": "supergroup", "title": "T"},
            "text": "Hei",
        },
    }

    assert filled_in(whole, received_at=RECEIVED_AT) == whole


@pytest.mark.parametrize("strange", [{}, {"message": 5}, {"callback_query": {"message": []}}])
def test_a_strange_shape_is_left_to_whoever_reads_it(strange: dict[str, Any]) -> None:
    filled_in(strange, received_at=RECEIVED_AT)
