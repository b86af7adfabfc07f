"""What comes in is stored once, and whoever must know of trouble is told by a notice."""

import sqlite3
from contextlib import suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.delivery.inbound import Inbound
from bot.domain.errors import StorageUnavailable
from bot.domain.messages import InboxState
from tests.real_office import AMINA_CHAT, OFFICE, RealOffice


class Bell:
    def __init__(self) -> None:
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1


def message(update_id: int, text: str = "Hei", **more: Any) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "chat": {"id": AMINA_CHAT}, "text": text, **more},
    }


async def test_the_same_update_three_times_is_one_row(office: RealOffice) -> None:
    bell = Bell()
    inbound = Inbound(office.storage, on_stored=bell.ring)

    for _ in range(3):
        await inbound.store(OFFICE, [message(7), message(8)])

    rows = office.rows("inbox")
    assert [row.update_id for row in rows] == [7, 8]
    assert bell.rung == 1


async def test_lower_ids_are_stored_too(office: RealOffice) -> None:
    inbound = Inbound(office.storage, on_stored=Bell().ring)

    await inbound.store(OFFICE, [message(900), message(3)])

    assert [row.update_id for row in office.rows("inbox")] == [900, 3]


def nested(depth: int) -> list[Any]:
    innermost: list[Any] = []
    for _ in range(depth):
        innermost = [innermost]
    return innermost


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(message(1, "\ud83d"), id="half a surrogate pair"),
        pytest.param(message(1, "a\x00b"), id="NUL"),
        pytest.param(message(1, "\u200f<b>\U0001f469\u200d\U0001f692"), id="right to left"),
        pytest.param({"update_id": 1}, id="nothing else"),
        pytest.param({"update_id": 1, "message": "ill"}, id="a message of no shape"),
        pytest.param({"update_id": 1, "message": {"chat": {"id": 2**70}}}, id="a chat too large"),
        pytest.param({"update_id": 1, "message": {"chat": {"id": "x"}}}, id="a chat of letters"),
        pytest.param(message(1, big=2**70), id="a number too large"),
        pytest.param(message(1, deep=nested(400)), id="nested deeply"),
        pytest.param(message(1, ratio=1e308), id="a large ratio"),
    ],
)
async def test_no_update_keeps_those_beside_it_from_being_stored(
    office: RealOffice, strange: dict[str, Any]
) -> None:
    inbound = Inbound(office.storage, on_stored=Bell().ring)

    await inbound.store(OFFICE, [strange, message(2)])

    assert [row.update_id for row in office.rows("inbox")] == [1, 2]
    assert all(row.state is InboxState.PENDING for row in office.rows("inbox"))


@pytest.mark.parametrize("number", [None, "7", True, 2**63, 1.5])
async def test_an_update_without_a_number_is_dropped_and_told(
    office: RealOffice, number: object
) -> None:
    inbound = Inbound(office.storage, on_stored=Bell().ring)

    await inbound.store(OFFICE, [{"update_id": number, "message": {}}, message(2)])

    assert [row.update_id for row in office.rows("inbox")] == [2]
    assert [notice.kind for notice in office.rows("notices")] == ["operations"]


async def test_what_json_can_hold_of_a_strange_update_is_kept(office: RealOffice) -> None:
    inbound = Inbound(office.storage, on_stored=Bell().ring)

    await inbound.store(OFFICE, [message(1, "Hei \ud83d!", big=2**70)])

    (row,) = office.rows("inbox")
    assert row.payload["message"]["text"] == "Hei ?!"
    assert row.chat_id == AMINA_CHAT


async def test_while_the_disk_refuses_nothing_counts_as_stored(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell = Bell()
    inbound = Inbound(office.storage, on_stored=bell.ring)

    monkeypatch.setattr("bot.storage.repositories.inbox.Inbox.add_all_once", refuse)
    with pytest.raises(StorageUnavailable):
        await inbound.store(OFFICE, [message(7)])

    assert office.rows("inbox") == []
    assert bell.rung == 0


async def test_the_log_says_once_that_nothing_can_be_stored_and_once_that_it_is_over(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbound = Inbound(office.storage, on_stored=Bell().ring)

    async def three_come() -> None:
        for number in range(3):
            with suppress(StorageUnavailable):
                await inbound.store(OFFICE, [message(number, "Ingen skal lese det her")])

    with capture_logs() as logged:
        for _ in range(2):
            with monkeypatch.context() as full:
                full.setattr("bot.storage.repositories.inbox.Inbox.add_all_once", refuse)
                await three_come()
            await three_come()

    assert [line["event"] for line in logged] == ["storage_unavailable", "storage_available"] * 2
    assert "tettpa.db failed (disk I/O error): check that" in logged[0]["error"]
    assert "the disk has room" in logged[0]["error"]
    assert "lese" not in str(logged)


def refuse(*_: object, **__: object) -> None:
    """As SQLite does where the disk takes nothing."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    raise error


async def test_a_conflict_and_a_refused_token_are_told_to_the_coordinator_once_a_day(
    office: RealOffice,
) -> None:
    inbound = Inbound(office.storage, on_stored=Bell().ring)

    for _ in range(3):
        await inbound.tell_conflict(OFFICE)
        await inbound.tell_token_refused(OFFICE)

    notices = office.rows("notices")
    assert {notice.staff_id for notice in notices} == {office.dana.id}
    assert len(notices) == 2
