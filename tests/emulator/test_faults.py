"""Planted faults: what the caller sees and what happened all the same."""

import httpx
import pytest

from tests.emulator.conftest import TOKEN
from tests.emulator_process import EmulatorControl


@pytest.mark.parametrize(
    ("kind", "status", "shown"),
    [
        pytest.param("429", 429, 0),
        pytest.param("500_before", 500, 0),
        pytest.param("hang", 500, 0),
        pytest.param("blocked", 403, 0),
        pytest.param("parse_error", 400, 0),
        pytest.param("500_after", 500, 1),
        pytest.param("accept_then_hang", 500, 1),
    ],
)
def test_a_fault_hits_once(
    emulator: EmulatorControl, amina: int, kind: str, status: int, shown: int
) -> None:
    emulator.fault("sendMessage", kind, seconds=0.05, retry_after=7)

    hit = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")

    assert hit["error_code"] == status
    assert hit.get("parameters") == ({"retry_after": 7} if kind == "429" else None)
    assert len(emulator.texts(amina)) == shown
    assert emulator.requests()[-1]["fault"] == kind
    assert emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")["ok"] is True


@pytest.mark.parametrize(
    ("kind", "shown"),
    [pytest.param("disconnect", 0), pytest.param("accept_then_disconnect", 1)],
)
def test_a_cut_connection_gives_no_answer(
    emulator: EmulatorControl, amina: int, kind: str, shown: int
) -> None:
    emulator.fault("*", kind)

    with pytest.raises(httpx.RemoteProtocolError):
        emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")

    assert len(emulator.texts(amina)) == shown


def test_a_late_answer_is_the_right_one(emulator: EmulatorControl, amina: int) -> None:
    emulator.fault("sendMessage", "answer_late", seconds=0.05)

    answer = emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")

    assert answer["ok"] is True
    assert emulator.texts(amina) == ["Hei"]
    assert emulator.requests()[-1]["fault"] == "answer_late"


def test_bad_json_is_an_accepted_message_with_a_broken_answer(
    emulator: EmulatorControl, amina: int
) -> None:
    emulator.fault("sendMessage", "bad_json")

    with pytest.raises(ValueError, match="Unterminated"):
        emulator.call(TOKEN, "sendMessage", chat_id=amina, text="Hei")

    assert emulator.texts(amina) == ["Hei"]


def test_a_fault_may_be_for_one_chat_and_several_times(
    emulator: EmulatorControl, amina: int
) -> None:
    ben = emulator.add_phone("Ben")
    emulator.start(ben)
    emulator.fault("*", "500_before", chat_id=ben, times=2)

    def send(chat_id: int) -> bool:
        ok: bool = emulator.call(TOKEN, "sendMessage", chat_id=chat_id, text="Hei")["ok"]
        return ok

    assert [send(amina), send(ben), send(ben), send(ben)] == [True, False, False, True]
    emulator.fault("getMe", "429", times=9)
    assert emulator.get("faults")[0]["times"] == 9
    emulator.delete("faults")
    assert emulator.call(TOKEN, "getMe")["ok"] is True
    with pytest.raises(httpx.HTTPStatusError, match="no fault of kind"):
        emulator.fault("*", "earthquake")
