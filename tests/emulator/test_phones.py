"""What people do on their phones, and how the bot hears of it."""

from typing import Any

import httpx
import pytest

from tests.emulator.conftest import TOKEN
from tests.emulator_process import EmulatorControl

BUTTONS = {
    "inline_keyboard": [
        [{"text": "Kommer", "callback_data": "v1:1:yes"}],
        [{"text": "Nettside", "url": "https://example.org/"}],
    ]
}


def updates(emulator: EmulatorControl) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.call(TOKEN, "getUpdates")["result"]
    return found


def test_a_tap_by_label_becomes_a_callback_query(emulator: EmulatorControl, amina: int) -> None:
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Kommer du?", reply_markup=BUTTONS)

    tapped = emulator.tap(amina, "Kommer")
    query = updates(emulator)[0]["callback_query"]
    emulator.call(TOKEN, "answerCallbackQuery", callback_query_id=query["id"], text="Notert")

    assert query["data"] == "v1:1:yes"
    assert query["from"]["id"] == amina
    assert query["message"]["text"] == "Kommer du?"
    assert query["message"]["reply_markup"] == BUTTONS
    answer = emulator.phone(amina)["answers"][0]
    assert answer["callback_query_id"] == tapped["callback_query_id"]
    assert answer["text"] == "Notert"
    assert emulator.tap(amina, "Nettside")["url"] == "https://example.org/"


def test_only_forged_taps_may_name_what_is_not_on_the_screen(
    emulator: EmulatorControl, amina: int
) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="not on the screen"):
        emulator.tap_data(amina, 999, "v1:1:yes")

    emulator.tap_data(amina, 999, "forged", forged=True)

    query = updates(emulator)[0]["callback_query"]
    assert query["data"] == "forged"
    assert query["message"]["date"] == 0


def test_a_query_can_be_answered_for_fifteen_minutes(emulator: EmulatorControl, amina: int) -> None:
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="?", reply_markup=BUTTONS)
    query_id = emulator.tap(amina, "Kommer")["callback_query_id"]

    emulator.wind(advance_seconds=901)
    answer = emulator.call(TOKEN, "answerCallbackQuery", callback_query_id=query_id)

    assert answer["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


def test_a_reply_keyboard_writes_its_label_and_may_go_after_one_use(
    emulator: EmulatorControl, amina: int
) -> None:
    keyboard = {"keyboard": [["Ja", {"text": "Nei"}]], "one_time_keyboard": True}
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="?", reply_markup=keyboard)

    emulator.tap(amina, "Ja")

    assert updates(emulator)[0]["message"]["text"] == "Ja"
    assert emulator.phone(amina)["reply_keyboard"] is None
    with pytest.raises(httpx.HTTPStatusError, match="no button says"):
        emulator.tap(amina, "Ja")


def test_blocking_is_told_and_start_lifts_it(emulator: EmulatorControl, amina: int) -> None:
    emulator.block(amina)
    with pytest.raises(httpx.HTTPStatusError, match="blocked"):
        emulator.text(amina, "Hei")
    emulator.start(amina, "igjen")

    kinds = [next(key for key in one if key != "update_id") for one in updates(emulator)]

    assert kinds == ["my_chat_member", "my_chat_member", "message"]
    assert updates(emulator)[2]["message"]["text"] == "/start igjen"
    assert emulator.phone(amina)["blocked"] is False


def test_an_edit_is_told_as_an_edited_message(emulator: EmulatorControl, amina: int) -> None:
    message_id = emulator.text(amina, "Hie")["message_id"]

    emulator.edit(amina, message_id, "Hei")

    edited = updates(emulator)[1]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (message_id, "Hei")
    assert edited["edit_date"] == edited["date"]


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "sticker"])
def test_media_reach_the_bot_and_can_be_fetched(
    emulator: EmulatorControl, amina: int, kind: str
) -> None:
    emulator.send_file(amina, kind)

    content = updates(emulator)[0]["message"][kind]
    file_id = content[-1]["file_id"] if kind == "photo" else content["file_id"]
    found = emulator.call(TOKEN, "getFile", file_id=file_id)["result"]
    fetched = emulator.http.get(f"/file/bot{TOKEN}/{found['file_path']}").content
    assert len(fetched) == found["file_size"] > 0


def test_history_is_on_the_phone_but_tells_the_bot_nothing(emulator: EmulatorControl) -> None:
    phone = emulator.add_phone("Ben")

    emulator.history(
        phone,
        [
            {
                "from": "bot",
                "text": "Kommer du?",
                "at": "2026-02-24T08:00:00Z",
                "buttons": [[{"text": "Ja", "data": "v1:1:y"}]],
            },
            {"from": "person", "text": "Ja", "at": "2026-02-24T08:05:00Z"},
        ],
    )

    shown = emulator.phone(phone)["messages"]
    assert [one["from"] for one in shown] == ["bot", "person"]
    assert shown[0]["at"] == "2026-02-24T08:00:00Z"
    assert shown[0]["keyboard"] == [[{"text": "Ja", "data": "v1:1:y"}]]
    assert updates(emulator) == []
    assert emulator.call(TOKEN, "sendMessage", chat_id=phone, text="Hei")["ok"] is True


def test_notifications_keep_their_order_and_say_which_were_silent(
    emulator: EmulatorControl, amina: int
) -> None:
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="a")
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="b", disable_notification=True)
    emulator.post(f"phones/{amina}/delete-chat")
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="c")

    assert emulator.texts(amina) == ["c"]
    assert [one["silent"] for one in emulator.phone(amina)["notifications"]] == [False]


def test_a_dropped_phone_is_a_chat_not_found(emulator: EmulatorControl, amina: int) -> None:
    emulator.delete(f"phones/{amina}")

    answer = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")

    assert answer["description"] == "Bad Request: chat not found"
