"""getUpdates: offsets, conflicts, expiry and what a bot asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from tests.emulator.conftest import TOKEN
from tests.emulator_process import EmulatorControl


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


def poll(emulator: EmulatorControl, **given: Any) -> list[dict[str, Any]]:
    updates: list[dict[str, Any]] = emulator.call(TOKEN, "getUpdates", **given)["result"]
    return updates


def test_updates_stay_until_an_offset_confirms_them(emulator: EmulatorControl, amina: int) -> None:
    for text in ("en", "to", "tre"):
        emulator.text(amina, text)

    first = poll(emulator, limit=2)
    again = poll(emulator)
    rest = poll(emulator, offset=first[-1]["update_id"] + 1)

    assert texts(first) == ["en", "to"]
    assert texts(again) == ["en", "to", "tre"]
    assert texts(rest) == ["tre"]
    ids = [update["update_id"] for update in again]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]


def test_an_update_is_pending_until_an_offset_confirms_it(
    emulator: EmulatorControl, amina: int
) -> None:
    at_first = pending(emulator)
    emulator.text(amina, "en")
    emulator.text(amina, "to")

    written = pending(emulator)
    fetched = poll(emulator)
    handed_out = pending(emulator)
    poll(emulator, offset=fetched[-1]["update_id"] + 1)

    assert (at_first, written, handed_out, pending(emulator)) == (0, 2, 2, 0)


def pending(emulator: EmulatorControl) -> int:
    (bot,) = emulator.get("bots")
    count: int = bot["pending_updates"]
    return count


def test_a_negative_offset_keeps_only_the_last(emulator: EmulatorControl, amina: int) -> None:
    for text in ("en", "to", "tre"):
        emulator.text(amina, text)

    last = poll(emulator, offset=-1)

    assert texts(last) == ["tre"]
    assert texts(poll(emulator)) == ["tre"]


def test_a_waiting_poll_answers_as_soon_as_somebody_writes(
    emulator: EmulatorControl, amina: int
) -> None:
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(poll, emulator, timeout=20)
        wait_until_polling(emulator)
        emulator.text(amina, "Hei")

        assert texts(waiting.result(timeout=10)) == ["Hei"]


def test_a_second_poll_ends_the_older_one_with_409(emulator: EmulatorControl, amina: int) -> None:
    with ThreadPoolExecutor() as threads:
        older = threads.submit(emulator.call, TOKEN, "getUpdates", timeout=20)
        wait_until_polling(emulator)
        newer = threads.submit(emulator.call, TOKEN, "getUpdates", timeout=20)
        ended = older.result(timeout=10)
        emulator.text(amina, "Hei")

        assert ended["error_code"] == 409
        assert ended["description"] == (
            "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        assert texts(newer.result(timeout=10)["result"]) == ["Hei"]


def wait_until_polling(emulator: EmulatorControl) -> None:
    """Return when a poll is under way: the log shows it before it is answered."""
    pause = threading.Event()
    for _ in range(500):
        calls = emulator.requests(method="getUpdates")
        if calls and calls[-1]["status"] is None:
            return
        pause.wait(0.01)
    raise AssertionError("no poll came")


def test_updates_expire_by_the_emulators_clock(emulator: EmulatorControl, amina: int) -> None:
    markup = {"inline_keyboard": [[{"text": "Ja", "callback_data": "y"}]]}
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="?", reply_markup=markup)
    emulator.text(amina, "Hei")
    emulator.tap(amina, "Ja")

    fresh = poll(emulator)
    emulator.wind(advance_seconds=timedelta(seconds=151).total_seconds())
    after_taps_expired = poll(emulator)
    emulator.wind(advance_seconds=timedelta(hours=24).total_seconds())

    assert len(fresh) == 2
    assert texts(after_taps_expired) == ["Hei"]
    assert pending(emulator) == 0
    assert poll(emulator) == []


def test_kinds_not_asked_for_are_not_kept_and_the_wish_is_remembered(
    emulator: EmulatorControl, amina: int
) -> None:
    poll(emulator, allowed_updates=["my_chat_member"])

    emulator.text(amina, "Hei")
    emulator.block(amina)
    updates = poll(emulator)

    assert [sorted(update) for update in updates] == [["my_chat_member", "update_id"]]
    change = updates[0]["my_chat_member"]
    assert change["old_chat_member"]["status"] == "member"
    assert change["new_chat_member"]["status"] == "kicked"
    assert emulator.call(TOKEN, "getWebhookInfo")["result"]["allowed_updates"] == ["my_chat_member"]


def test_raw_updates_of_any_shape_come_as_they_were_injected(
    emulator: EmulatorControl, amina: int
) -> None:
    ids = emulator.inject_updates(
        TOKEN, {"update_id": 7, "message": "ill"}, {"poll": None}, "text", as_is=True
    )

    assert ids[0] == 7
    assert poll(emulator) == [{"update_id": 7, "message": "ill"}, {"poll": None}, "text"]


def test_ids_may_begin_anew_lower(emulator: EmulatorControl, amina: int) -> None:
    emulator.text(amina, "før")
    high = poll(emulator)[-1]["update_id"]
    poll(emulator, offset=high + 1)
    emulator.set_next_update_id(TOKEN, 1000)
    emulator.text(amina, "etter")

    found = poll(emulator, offset=high + 1)

    assert found[0]["update_id"] == 1000
    assert texts(found) == ["etter"]


def test_bots_do_not_hear_one_anothers_updates(emulator: EmulatorControl, amina: int) -> None:
    other = "200:another-sample-token"
    phone = emulator.add_phone("Ben", bot=other)

    emulator.start(phone, "abc")

    assert poll(emulator) == []
    heard = emulator.call(other, "getUpdates")["result"]
    assert heard[0]["message"]["text"] == "/start abc"
    assert heard[0]["message"]["entities"][0] == {"type": "bot_command", "offset": 0, "length": 6}
