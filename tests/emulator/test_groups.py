"""Groups: who hears what, being thrown out, and the upgrade to a supergroup."""

from typing import Any

from tests.emulator.conftest import TOKEN
from tests.emulator_process import EmulatorControl


def heard(emulator: EmulatorControl) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.call(TOKEN, "getUpdates")["result"]
    return [one["message"] for one in found if "message" in one]


def test_privacy_lets_commands_mentions_and_replies_through(
    emulator: EmulatorControl, amina: int
) -> None:
    group = emulator.add_group("Staff", [amina], bots=[TOKEN])
    sent = emulator.call(TOKEN, "sendMessage", chat_id=group, text="Ny sak")["result"]

    emulator.group_text(group, amina, "bare prat")
    emulator.group_text(group, amina, "/status")
    emulator.group_text(group, amina, "hei @sample_bot")
    reply = {"from": amina, "text": "tar den", "reply_to": sent["message_id"]}
    emulator.post(f"groups/{group}/text", reply)

    assert [one["text"] for one in heard(emulator)] == ["/status", "hei @sample_bot", "tar den"]
    assert heard(emulator)[0]["chat"] == {"id": group, "type": "group", "title": "Staff"}


def test_a_bot_without_privacy_hears_all(emulator: EmulatorControl, amina: int) -> None:
    emulator.post("bots", {"token": TOKEN, "reads_all_group_messages": True})
    group = emulator.add_group("Staff", [amina], bots=[TOKEN])

    emulator.group_text(group, amina, "bare prat")

    assert [one["text"] for one in heard(emulator)] == ["bare prat"]


def test_a_bot_thrown_out_is_403(emulator: EmulatorControl, amina: int) -> None:
    group = emulator.add_group("Staff", [amina], bots=[TOKEN])

    emulator.post(f"groups/{group}/kick")
    answer = emulator.call(TOKEN, "sendMessage", chat_id=group, text="Hei")

    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot was kicked from the group chat"
    emulator.post(f"groups/{group}/add")
    assert emulator.call(TOKEN, "leaveChat", chat_id=group)["ok"] is True
    gone = emulator.call(TOKEN, "sendMessage", chat_id=group, text="Hei")
    assert gone["description"] == "Forbidden: bot is not a member of the group chat"


def test_an_upgraded_group_names_its_new_id(emulator: EmulatorControl, amina: int) -> None:
    group = emulator.add_group("Staff", [amina], bots=[TOKEN])

    upgraded = emulator.migrate(group)
    answer = emulator.call(TOKEN, "sendMessage", chat_id=group, text="Hei")

    assert answer["error_code"] == 400
    assert answer["parameters"] == {"migrate_to_chat_id": upgraded}
    assert emulator.call(TOKEN, "sendMessage", chat_id=upgraded, text="Hei")["ok"] is True
    assert emulator.call(TOKEN, "getChat", chat_id=upgraded)["result"]["type"] == "supergroup"
    services = [one for one in heard(emulator) if "text" not in one]
    assert services[0]["migrate_to_chat_id"] == upgraded
    assert services[1]["migrate_from_chat_id"] == group
