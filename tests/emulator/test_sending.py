"""sendMessage and its kin: whom they reach and what they refuse."""

import json
from typing import Any

import httpx
import pytest

from tests.emulator.conftest import TOKEN
from tests.emulator_process import EmulatorControl
from tests.media_samples import recording


def refusal(answer: dict[str, Any]) -> tuple[int, str]:
    assert answer["ok"] is False, answer
    return answer["error_code"], answer["description"]


def test_a_message_comes_back_in_full_shape(emulator: EmulatorControl, amina: int) -> None:
    markup = {"inline_keyboard": [[{"text": "Kommer", "callback_data": "v1:1:a"}]]}

    answer = emulator.call(
        TOKEN,
        "SENDmessage",
        chat_id=amina,
        text="<b>Hei</b>",
        parse_mode="HTML",
        reply_markup=markup,
    )

    result = answer["result"]
    assert result["text"] == "Hei"
    assert result["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert result["chat"] == {"id": amina, "type": "private", "first_name": "Amina"}
    assert result["from"]["username"] == "sample_bot"
    assert result["date"] == 1772528400
    assert result["reply_markup"] == markup
    assert emulator.phone(amina)["messages"][-1]["keyboard"] == [
        [{"text": "Kommer", "data": "v1:1:a"}]
    ]
    assert emulator.sent()[-1]["chat_id"] == amina


def test_query_form_and_json_carry_the_same_call(emulator: EmulatorControl, amina: int) -> None:
    markup = json.dumps({"keyboard": [[{"text": "Ja"}]], "resize_keyboard": True})
    given = {"chat_id": str(amina), "text": "Hei", "reply_markup": markup}
    path = f"/bot{TOKEN}/sendMessage"

    answers = [
        emulator.http.get(path, params=given),
        emulator.http.post(path, data=given),
        emulator.http.post(path, files={name: (None, value) for name, value in given.items()}),
        emulator.http.post(path, json={**given, "chat_id": amina}),
    ]

    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert emulator.texts(amina) == ["Hei"] * 4
    assert emulator.phone(amina)["reply_keyboard"]["keyboard"] == [[{"text": "Ja"}]]


@pytest.mark.parametrize(
    ("given", "description"),
    [
        pytest.param({"text": ""}, "message text is empty", id="empty"),
        pytest.param({"text": "x" * 4097}, "message is too long", id="too long"),
        pytest.param(
            {"reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
            id="broken markup",
        ),
        pytest.param({"reply_markup": []}, "object expected as reply markup", id="markup list"),
        pytest.param(
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "å" * 33}]]}},
            "BUTTON_DATA_INVALID",
            id="66 bytes of data",
        ),
        pytest.param(
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}},
            "BUTTON_DATA_INVALID",
            id="no data",
        ),
        pytest.param(
            {"reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            id="button without action",
        ),
        pytest.param(
            {"reply_parameters": {"message_id": 999}}, "message to be replied not found", id="reply"
        ),
        pytest.param({"chat_id": 42}, "chat not found", id="nobody"),
        pytest.param({"chat_id": "@nobody"}, "chat not found", id="name"),
        pytest.param({"chat_id": ""}, "chat_id is empty", id="no chat"),
    ],
)
def test_bad_messages_are_refused(
    emulator: EmulatorControl, amina: int, given: dict[str, Any], description: str
) -> None:
    answer = emulator.call(TOKEN, "sendMessage", **{"chat_id": amina, "text": "Hei", **given})

    assert refusal(answer) == (400, f"Bad Request: {description}")
    assert emulator.texts(amina) == []


def test_sixty_four_bytes_of_callback_data_fit(emulator: EmulatorControl, amina: int) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "å" * 32}]]}

    answer = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei", reply_markup=markup)

    assert answer["ok"] is True


def test_people_who_cannot_be_reached_are_403(emulator: EmulatorControl, amina: int) -> None:
    stranger, gone = emulator.add_phone("Ben"), emulator.add_phone("Omar")
    emulator.start(gone)
    emulator.deactivate(gone)
    emulator.block(amina)

    answers = [
        refusal(emulator.call(TOKEN, "sendMessage", chat_id=one, text="Hei"))
        for one in (stranger, gone, amina)
    ]

    assert answers == [
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bot was blocked by the user"),
    ]


def test_tokens_invalid_malformed_and_unknown_methods(emulator: EmulatorControl) -> None:
    emulator.declare_invalid(TOKEN)

    assert refusal(emulator.call(TOKEN, "getMe")) == (401, "Unauthorized")
    assert refusal(emulator.call("nonsense", "getMe")) == (404, "Not Found")
    emulator.declare_invalid(TOKEN, invalid=False)
    assert refusal(emulator.call(TOKEN, "sendNothing"))[0] == 404


def test_edits_say_what_is_wrong(emulator: EmulatorControl, amina: int) -> None:
    sent = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")["result"]["message_id"]
    keyboard = {"keyboard": [[{"text": "Ja"}]]}
    fixed = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="A", reply_markup=keyboard)
    theirs = emulator.text(amina, "Hallo")["message_id"]

    def edit(message_id: int, **more: Any) -> dict[str, Any]:
        given = {"chat_id": amina, "message_id": message_id, "text": "Hei", **more}
        return emulator.call(TOKEN, "editMessageText", **given)

    assert refusal(edit(sent))[1].startswith("Bad Request: message is not modified: specified new")
    assert refusal(edit(999)) == (400, "Bad Request: message to edit not found")
    assert refusal(edit(theirs)) == (400, "Bad Request: message can't be edited")
    fixed_id = fixed["result"]["message_id"]
    assert refusal(edit(fixed_id)) == (400, "Bad Request: message can't be edited")
    assert refusal(edit(sent, reply_markup=keyboard))[1] == "Bad Request: inline keyboard expected"
    assert edit(sent, text="Hei igjen")["result"]["edit_date"] == 1772528400
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    given = {"chat_id": amina, "message_id": sent, "reply_markup": markup}
    changed = emulator.call(TOKEN, "editMessageReplyMarkup", **given)
    assert changed["result"]["reply_markup"] == markup
    again = emulator.call(TOKEN, "editMessageReplyMarkup", **given)
    assert refusal(again)[1].startswith("Bad Request: message is not modified")


def test_files_are_sent_described_and_fetched(emulator: EmulatorControl, amina: int) -> None:
    sent = emulator.http.post(
        f"/bot{TOKEN}/sendDocument",
        data={"chat_id": str(amina), "caption": "Din CV"},
        files={"document": ("cv.txt", b"a sample", "text/plain")},
    ).json()["result"]

    found = emulator.call(TOKEN, "getFile", file_id=sent["document"]["file_id"])["result"]
    fetched = emulator.http.get(f"/file/bot{TOKEN}/{found['file_path']}")

    assert sent["document"]["file_name"] == "cv.txt"
    assert sent["document"]["file_size"] == 8
    assert sent["caption"] == "Din CV"
    assert fetched.content == b"a sample"
    unknown = emulator.call(TOKEN, "getFile", file_id="nothing")
    assert refusal(unknown)[1].startswith("Bad Request: wrong file_id")
    no_picture = emulator.http.post(
        f"/bot{TOKEN}/sendPhoto", data={"chat_id": str(amina)}, files={"photo": b"no picture"}
    ).json()
    assert refusal(no_picture) == (400, "Bad Request: IMAGE_PROCESS_FAILED")
    given = {"chat_id": amina, "message_id": sent["message_id"]}
    edited = emulator.call(TOKEN, "editMessageCaption", **given, caption="Ny")
    assert edited["result"]["caption"] == "Ny"
    no_text = emulator.call(TOKEN, "editMessageText", **given, text="x")
    assert refusal(no_text) == (400, "Bad Request: there is no text in the message to edit")


def test_deleted_messages_leave_the_phone(emulator: EmulatorControl, amina: int) -> None:
    sent = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")["result"]["message_id"]
    old = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Gammel")["result"]["message_id"]

    assert emulator.call(TOKEN, "deleteMessage", chat_id=amina, message_id=sent)["ok"] is True

    assert emulator.texts(amina) == ["Gammel"]
    again = emulator.call(TOKEN, "deleteMessage", chat_id=amina, message_id=sent)
    assert refusal(again) == (400, "Bad Request: message to delete not found")
    emulator.wind(advance_seconds=49 * 3600)
    late = emulator.call(TOKEN, "deleteMessage", chat_id=amina, message_id=old)
    assert refusal(late) == (400, "Bad Request: message can't be deleted for everyone")


def test_limits_are_enforced_only_when_switched_on(emulator: EmulatorControl, amina: int) -> None:
    def send() -> dict[str, Any]:
        return emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")

    free = [send()["ok"] for _ in range(5)]
    emulator.limits(enforce=True, private_burst=2, private_burst_seconds=60)
    limited = [send() for _ in range(3)]

    assert free == [True] * 5
    assert [answer["ok"] for answer in limited] == [True, True, False]
    assert limited[2]["error_code"] == 429
    wait = limited[2]["parameters"]["retry_after"]
    assert 55 <= wait <= 60
    assert limited[2]["description"] == f"Too Many Requests: retry after {wait}"


def test_profile_methods_keep_what_they_are_told(emulator: EmulatorControl) -> None:
    commands = [{"command": "hjelp", "description": "Få hjelp"}]

    emulator.call(TOKEN, "setMyCommands", commands=commands, language_code="nb")
    emulator.call(TOKEN, "setMyDescription", description="En følgesvenn")

    assert emulator.call(TOKEN, "getMyCommands", language_code="nb")["result"] == commands
    assert emulator.call(TOKEN, "getMyCommands")["result"] == []
    described = emulator.call(TOKEN, "getMyDescription")["result"]
    assert described == {"description": "En følgesvenn"}
    bad = emulator.call(TOKEN, "setMyCommands", commands=[{"command": "Ø", "description": "x"}])
    assert refusal(bad) == (400, "Bad Request: BOT_COMMAND_INVALID")
    assert emulator.call(TOKEN, "setChatMenuButton", menu_button={"type": "commands"})["ok"]


def test_a_call_is_logged_without_the_bytes_of_files(emulator: EmulatorControl, amina: int) -> None:
    before = emulator.requests()[-1]["seq"]

    emulator.http.post(
        f"/bot{TOKEN}/sendDocument", data={"chat_id": str(amina)}, files={"document": b"sample"}
    )

    entry = emulator.requests(since=before)[0]
    assert (entry["method"], entry["status"]) == ("sendDocument", 200)
    assert entry["params"]["document"]["size"] == 6
    with pytest.raises(httpx.HTTPStatusError, match="no phone"):
        emulator.phone(1)


def test_a_named_place_needs_a_name_an_address_and_a_point(
    emulator: EmulatorControl, amina: int
) -> None:
    given = {"chat_id": amina, "latitude": 59.9, "longitude": 10.7, "title": "Her", "address": "1"}

    sent = emulator.call(TOKEN, "sendVenue", **given)["result"]

    point = {"latitude": 59.9, "longitude": 10.7}
    assert sent["venue"] == {"location": point, "title": "Her", "address": "1"}
    assert sent["location"] == point
    assert emulator.phone(amina)["messages"][-1]["venue"]["title"] == "Her"
    for missing in ("latitude", "longitude", "title", "address"):
        incomplete = {name: value for name, value in given.items() if name != missing}
        assert refusal(emulator.call(TOKEN, "sendVenue", **incomplete))[0] == 400


def test_a_voice_message_knows_its_length(emulator: EmulatorControl, amina: int) -> None:
    sent = emulator.http.post(
        f"/bot{TOKEN}/sendVoice",
        data={"chat_id": str(amina)},
        files={"voice": ("hello.ogg", recording(seconds=4))},
    ).json()["result"]

    assert sent["voice"]["duration"] == 4
