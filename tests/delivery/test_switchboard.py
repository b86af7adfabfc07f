"""Offices' bots come, change and go while the program runs: lines follow the stored tokens."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from bot import switchboard as switchboard_module
from bot.domain.errors import BadSetting, StorageUnavailable
from bot.domain.messages import InboxState, OutboxState
from bot.duties import poll_of, send_of
from tests.delivery.office_lines import (
    FIRST_TOKEN,
    NEXT_TOKEN,
    OMAR_CHAT,
    Board,
    GatedBot,
    gate,
    impatient,
    omar,
    running,
)
from tests.emulator_process import EmulatorControl
from tests.real_office import OFFICE, TOKEN, RealOffice
from tests.waiting import until

__all__ = ["gate", "impatient", "omar"]

pytestmark = pytest.mark.usefixtures("impatient")


async def test_an_office_added_meanwhile_is_heard_and_sent_for(
    office: RealOffice, omar: EmulatorControl
) -> None:
    async with running(Board(office, omar)) as board:
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        omar.post(f"phones/{OMAR_CHAT}/text", {"text": "Hei", "bot": FIRST_TOKEN})
        await until(lambda: [row.office_id for row in office.rows("inbox")][-1:] == [added])
        board.queue(added, "Velkommen")
        await until(lambda: board.texts(FIRST_TOKEN) == ["Velkommen"])

    assert office.do(lambda uow: uow.offices.get(added).bot_username) == "first_bot"
    assert board.duties.wanted >= {send_of(OFFICE), send_of(added), poll_of(added)}


async def test_an_office_whose_token_is_taken_away_is_let_go_and_the_others_stay(
    office: RealOffice, omar: EmulatorControl
) -> None:
    async with running(Board(office, omar)) as board:
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        first = board.switchboard.lines[OFFICE]

        board.give(added, "")
        await board.ended(added)

        assert board.switchboard.lines == {OFFICE: first}
        assert board.duties.let_go_too_early == []
        assert list(board.switchboard.senders) == [OFFICE]
        assert board.duties.wanted == {send_of(OFFICE), poll_of(OFFICE)}
        omar.post(f"phones/{OMAR_CHAT}/text", {"text": "Hei", "bot": FIRST_TOKEN})
        board.give(added, FIRST_TOKEN)
        await board.connected(added)
        await until(lambda: "Hei" in str([row.payload for row in office.rows("inbox")]))


async def test_what_is_on_its_way_when_the_token_changes_is_recorded_and_not_sent_again(
    office: RealOffice,
    omar: EmulatorControl,
    gate: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running(Board(office, omar)) as board:
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        board.queue(added, "Før")
        await until(lambda: GatedBot.sending)

        board.give(added, NEXT_TOKEN)
        await until(lambda: added not in board.switchboard.lines)
        monkeypatch.setattr(switchboard_module, "LOOK_EVERY_S", 30)
        seen = board.looks
        await until(lambda: board.looks > seen)
        is_over_before_the_end = (
            added in board.switchboard.lines or send_of(added) in board.duties.let_go_of
        )
        gate.set()
        await board.connected(added)
        board.queue(added, "Etter")
        await until(lambda: board.texts(NEXT_TOKEN))
        await until(lambda: {row.state for row in office.rows("outbox")} == {OutboxState.SENT})

    assert not is_over_before_the_end
    assert (board.texts(FIRST_TOKEN), board.texts(NEXT_TOKEN)) == (["Før"], ["Etter"])
    assert [row.attempts for row in office.rows("outbox")] == [1, 1]
    assert office.do(lambda uow: uow.offices.get(added).bot_username) == "next_bot"


async def test_what_is_on_its_way_is_recorded_too_when_others_send_for_the_bot_by_now(
    office: RealOffice,
    omar: EmulatorControl,
    gate: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(switchboard_module, "STOPPING_DRAINS_FOR_S", 0.01)
    async with running(Board(office, omar)) as board:
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        board.queue(added, "Før")
        await until(lambda: GatedBot.sending)
        board.duties.are_lost.set()
        await until(lambda: send_of(added) in board.duties.let_go_of)

        board.give(added, "")
        await until(lambda: added not in board.switchboard.lines)
        seen = board.looks
        await until(lambda: board.looks > seen + 1)
        gate.set()
        await board.ended(added)

    assert [row.state for row in office.rows("outbox")] == [OutboxState.SENT]


async def test_a_program_that_stops_waits_for_no_line_that_ends_slowly(
    office: RealOffice,
    omar: EmulatorControl,
    gate: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(switchboard_module, "STOPPING_DRAINS_FOR_S", 0.05)
    async with running(Board(office, omar)) as board:
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        board.queue(added, "Før")
        await until(lambda: GatedBot.sending)
        board.give(added, "")
        await until(lambda: added not in board.switchboard.lines)
        begun = asyncio.get_running_loop().time()

    assert asyncio.get_running_loop().time() - begun < 2


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(FIRST_TOKEN, id="revoked"),
        pytest.param("12:ab/../c?d#e", id="an address of its own"),
        pytest.param("12:\u00e6\u00f8\u00e5\n%zz", id="strange letters"),
    ],
)
async def test_a_wrong_token_is_its_offices_trouble_until_it_is_replaced(
    office: RealOffice, omar: EmulatorControl, wrong: str
) -> None:
    omar.declare_invalid(FIRST_TOKEN)
    async with running(Board(office, omar)) as board:
        added = board.add_office(wrong)
        await until(board.mails)
        refused = board.switchboard.lines[added].is_refused
        connected = board.switchboard.connected()

        board.give(added, NEXT_TOKEN)
        await board.connected(added)
        board.queue(added, "Velkommen")
        await until(lambda: board.texts(NEXT_TOKEN) == ["Velkommen"])

    assert (refused, connected) == (True, [OFFICE])
    assert board.mails() == [added]
    assert not board.switchboard.lines[added].is_refused


async def test_nobody_is_told_of_a_refused_token_that_was_replaced_meanwhile(
    office: RealOffice, omar: EmulatorControl
) -> None:
    omar.declare_invalid(FIRST_TOKEN)
    board = Board(office, omar)
    added = board.add_office(FIRST_TOKEN)
    await board.switchboard.look()
    refused = board.switchboard.lines[added]

    board.give(added, NEXT_TOKEN)
    await until(lambda: refused.is_refused)
    async with running(board):
        await board.connected(added)

    assert board.mails() == []


async def test_an_update_in_hand_is_handled_although_its_offices_line_ended(
    office: RealOffice, omar: EmulatorControl
) -> None:
    async with running(Board(office, omar)) as board:
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        omar.post(f"phones/{OMAR_CHAT}/text", {"text": "Hei", "bot": FIRST_TOKEN})
        await until(lambda: [row for row in office.rows("inbox") if row.office_id == added])
        board.give(added, "")
        await board.ended(added)

        for row in office.rows("inbox"):
            await board.switchboard.handle(row)

        assert {row.state for row in office.rows("inbox")} == {InboxState.PROCESSED}
        assert board.switchboard.connected() == [OFFICE]


async def test_with_a_webhook_its_door_opens_and_shuts_with_the_token(
    office: RealOffice, omar: EmulatorControl
) -> None:
    def address(token: str) -> str:
        url: str = omar.call(token, "getWebhookInfo")["result"]["url"]
        return url

    webhook = {"telegram_mode": "webhook", "webhook_url": "http://127.0.0.1:9"}
    board = Board(office, omar, **webhook)
    board.switchboard.open_doors()
    before = list(board.switchboard.doors)
    doors = board.switchboard.doors  # as the routes hold them
    async with running(board):
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        opened, told = list(doors), address(FIRST_TOKEN)
        board.give(added, NEXT_TOKEN)
        await until(lambda: address(NEXT_TOKEN) == told)
        replaced, told_to_the_old = list(doors), address(FIRST_TOKEN)
        board.give(added, "")
        await until(lambda: address(NEXT_TOKEN) == "")
        shut = list(doors)

    assert before == [OFFICE]
    assert opened == replaced == [OFFICE, added]
    assert f"/telegram/{added}/" in told
    assert told_to_the_old == ""
    assert shut == [OFFICE]


async def test_a_bot_that_another_office_has_now_keeps_its_webhook(
    office: RealOffice, omar: EmulatorControl
) -> None:
    webhook = {"telegram_mode": "webhook", "webhook_url": "http://127.0.0.1:9"}
    async with running(Board(office, omar, **webhook)) as board:
        added = board.add_office(FIRST_TOKEN)
        await board.connected(added)
        elsewhere = "http://127.0.0.1:9/telegram/99"
        omar.call(FIRST_TOKEN, "setWebhook", url=elsewhere)

        board.give(added, "")
        await until(lambda: len(omar.requests(method="getWebhookInfo")) > 0)
        await board.ended(added)

    assert omar.call(FIRST_TOKEN, "getWebhookInfo")["result"]["url"] == elsewhere


async def test_while_the_database_does_not_answer_lines_stay_and_those_to_come_wait(
    office: RealOffice, omar: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, int] = Counter()

    async def away(service: Any, *_: Any, **__: Any) -> None:
        asked[service.__name__] += 1
        raise StorageUnavailable("The database is away.")

    async with running(Board(office, omar)) as board:
        line = board.switchboard.lines[OFFICE]
        added = board.add_office(FIRST_TOKEN)
        await board.switchboard.look()
        with monkeypatch.context() as context:
            context.setattr(office.storage, "read", away)
            context.setattr(office.storage, "run", away)
            await until(lambda: min(asked["bot_tokens"], asked["_note_username"]) > 1)

        await board.connected(added)

    assert board.switchboard.lines[OFFICE] is line


async def test_the_first_offices_refused_token_stops_the_program(
    office: RealOffice, omar: EmulatorControl
) -> None:
    omar.declare_invalid(TOKEN)
    board = Board(office, omar)

    await board.switchboard.look()
    await until(lambda: board.faults)

    await board.switchboard.close()

    assert [type(fault) for fault in board.faults] == [BadSetting]
