"""Faults of the way in: updates that come twice, out of order, or not while the line is down."""

from typing import Any

import httpx
import pytest

from tests.emulator.conftest import TOKEN
from tests.emulator.test_webhooks import Endpoint, endpoint, received
from tests.emulator_process import EmulatorControl

__all__ = ["endpoint"]
OTHER = "100200301:sample-token-of-the-other-bot-00000"


def polled(emulator: EmulatorControl, token: str = TOKEN, **how: Any) -> list[tuple[int, str]]:
    """(id, text) of what a poll brings."""
    found = emulator.call(token, "getUpdates", **how)["result"]
    return [(one["update_id"], one["message"]["text"]) for one in found]


def test_the_next_updates_come_several_times_under_one_id(
    emulator: EmulatorControl, amina: int
) -> None:
    emulator.delivery_fault("duplicate", times=2, copies=3)

    for text in ("one", "two", "three"):
        emulator.text(amina, text)
    found = polled(emulator)

    assert [text for _, text in found] == ["one"] * 3 + ["two"] * 3 + ["three"]
    assert len({number for number, _ in found}) == 3
    assert polled(emulator, offset=found[-1][0]) == found[-1:]
    assert emulator.get("faults") == []


def test_every_update_comes_twice_until_the_fault_is_lifted(
    emulator: EmulatorControl, amina: int
) -> None:
    emulator.delivery_fault("duplicate", times="every")

    emulator.text(amina, "one")
    emulator.text(amina, "two")
    planted = emulator.get("faults")
    emulator.delete("faults")
    emulator.text(amina, "three")

    assert [text for _, text in polled(emulator)] == ["one", "one", "two", "two", "three"]
    assert [(one["kind"], one["times"], one["bot"]) for one in planted] == [
        ("duplicate", "every", TOKEN)
    ]


def test_a_batch_comes_out_of_order_and_whole(emulator: EmulatorControl, amina: int) -> None:
    emulator.delivery_fault("out_of_order")
    emulator.text(amina, "0")

    alone = polled(emulator)
    for number in range(1, 10):
        emulator.text(amina, str(number))
    shuffled, ordered = polled(emulator), polled(emulator)

    # A batch of one has no order: the fault waits for a batch that has.
    assert [text for _, text in alone] == ["0"]
    assert shuffled != ordered
    assert sorted(shuffled) == ordered == sorted(ordered)


def test_two_updates_out_of_order_are_the_wrong_way_round(
    emulator: EmulatorControl, amina: int
) -> None:
    emulator.delivery_fault("out_of_order")
    emulator.text(amina, "one")
    emulator.text(amina, "two")

    assert [text for _, text in polled(emulator)] == ["two", "one"]


def test_an_outage_delivers_nothing_and_what_expires_is_gone(
    emulator: EmulatorControl, amina: int
) -> None:
    buttons = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}
    emulator.call(TOKEN, "sendMessage", chat_id=amina, text="?", reply_markup=buttons)
    emulator.delivery_fault("outage", outage_seconds=180)
    emulator.tap(amina, "Ja")
    emulator.text(amina, "a text")

    refused = emulator.call(TOKEN, "getUpdates")
    sent = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="goes on")
    emulator.wind(advance_seconds=181)
    found = emulator.call(TOKEN, "getUpdates")["result"]

    assert (refused["error_code"], refused["description"]) == (502, "Bad Gateway")
    assert sent["ok"] is True
    assert [set(one) for one in found] == [{"update_id", "message"}]
    assert emulator.get("faults") == []


def test_an_outage_of_26_hours_loses_texts_too(emulator: EmulatorControl, amina: int) -> None:
    emulator.delivery_fault("outage", outage_seconds=26 * 3600)
    emulator.text(amina, "early")
    emulator.wind(advance_seconds=3 * 3600)
    emulator.text(amina, "late")

    emulator.wind(advance_seconds=23 * 3600 + 1)

    assert [text for _, text in polled(emulator)] == ["late"]


def test_an_outage_is_of_one_bot_when_it_is_named(emulator: EmulatorControl, amina: int) -> None:
    emulator.add_bot(OTHER)
    emulator.delivery_fault("outage", outage_seconds=60, bot=OTHER)

    assert emulator.call(TOKEN, "getUpdates")["ok"] is True
    assert emulator.call(OTHER, "getUpdates")["error_code"] == 502
    assert lines_down(emulator) == [OTHER]
    emulator.delete("faults")
    assert emulator.call(OTHER, "getUpdates")["ok"] is True
    assert lines_down(emulator) == []


def lines_down(emulator: EmulatorControl) -> list[str]:
    return [bot["token"] for bot in emulator.get("bots") if bot["line_is_down"]]


def test_a_webhook_gets_copies_and_hears_nothing_during_an_outage(
    emulator: EmulatorControl, amina: int, endpoint: Endpoint
) -> None:
    emulator.delivery_fault("outage", outage_seconds=60)
    emulator.call(TOKEN, "setWebhook", url=endpoint.url)
    emulator.delivery_fault("duplicate")
    emulator.text(amina, "one")
    held = endpoint.received.empty()

    emulator.delete("faults")

    assert held
    assert received(endpoint, 2) == ["one", "one"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "duplicate", "copies": 1},
        {"kind": "duplicate", "times": "often"},
        {"kind": "outage"},
        {"kind": "earthquake"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    emulator: EmulatorControl, wrong: dict[str, Any]
) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        emulator.post("faults", wrong)
