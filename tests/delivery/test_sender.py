"""The sender against the emulator when nothing goes wrong: pace, lanes, order, kinds of messages."""

import asyncio
import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import sender as sender_module
from bot.domain.message_bodies import dump_body
from bot.domain.messages import Body, Document, Lane, OutboxState
from bot.services.ports import UnitOfWork
from bot.services.speaking import Choices, say_text, say_to_chat
from tests.delivery.conftest import RealTime, SenderRig
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, BEN_CHAT, OFFICE, RealOffice, add_active
from tests.waiting import until


def all_ended(office: RealOffice) -> bool:
    return all(row.ended_at is not None for row in office.rows("outbox"))


async def test_a_message_is_sent_once_and_its_number_kept(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    queued = office.queue(office.amina, "<b>Hei</b> &amp; velkommen")

    async with rig.started():
        await until(lambda: all_ended(office))

    sent = office.message(queued)
    assert emulator.texts(AMINA_CHAT) == ["Hei & velkommen"]
    assert (sent.state, sent.copies, sent.attempts) == (OutboxState.SENT, 1, 1)
    assert sent.telegram_message_id == emulator.phone(AMINA_CHAT)["messages"][-1]["message_id"]
    assert sent.lease_until is None


async def test_while_a_message_is_on_its_way_it_is_claimed_under_a_lease(
    rig: SenderRig, office: RealOffice
) -> None:
    line = HeldLine()
    queued = office.queue(office.amina, "Hei")

    async with rig.started(line):
        await until(lambda: line.calls)
        on_its_way = office.message(queued)
        line.let_go.set()
        await until(lambda: all_ended(office))

    assert on_its_way.state is OutboxState.CLAIMED
    assert on_its_way.lease_until is not None
    assert on_its_way.lease_until > rig.real_time.moment


class HeldLine:
    """A bot whose every message stays on its way until let go."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, str]] = []
        self.let_go = asyncio.Event()

    async def call(self, method: str, *, chat_id: int, text: str, **_: Any) -> Any:
        self.calls.append((chat_id, text))
        await self.let_go.wait()
        return {"message_id": len(self.calls)}


async def test_one_chat_gets_its_messages_in_order_one_a_second(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    texts = ["en", "to", "tre"]
    for text in texts:
        office.queue(office.amina, text)
    office.queue(office.ben, "Ben")

    async with rig.started():
        await until(lambda: emulator.texts(BEN_CHAT) and emulator.texts(AMINA_CHAT))
        first = emulator.texts(AMINA_CHAT)
        real_time.moment += timedelta(seconds=1)
        await until(lambda: len(emulator.texts(AMINA_CHAT)) == 2)
        real_time.moment += timedelta(seconds=1)
        await until(lambda: all_ended(office))

    assert first == ["en"]
    assert emulator.texts(AMINA_CHAT) == texts


async def test_a_chats_second_message_waits_for_the_first_ones_outcome(
    rig: SenderRig, office: RealOffice, real_time: RealTime
) -> None:
    line = HeldLine()
    office.queue(office.amina, "en")
    office.queue(office.amina, "to")

    async with rig.started(line):
        await until(lambda: line.calls)
        real_time.moment += timedelta(seconds=30)
        office.queue(office.ben, "Ben")
        await until(lambda: (BEN_CHAT, "Ben") in line.calls)
        meanwhile = list(line.calls)
        line.let_go.set()
        real_time.moment += timedelta(seconds=1)
        await until(lambda: all_ended(office))

    assert meanwhile == [(AMINA_CHAT, "en"), (BEN_CHAT, "Ben")]
    assert line.calls[-1] == (AMINA_CHAT, "to")


async def test_the_pace_of_a_chat_holds_after_a_restart(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    office.queue(office.amina, "en")
    office.queue(office.amina, "to")
    async with rig.started():
        await until(lambda: emulator.texts(AMINA_CHAT))

    async with rig.started():
        office.queue(office.ben, "Ben")
        await until(lambda: emulator.texts(BEN_CHAT))
        inside_the_second = emulator.texts(AMINA_CHAT)
        real_time.moment += timedelta(seconds=1)
        await until(lambda: all_ended(office))

    assert inside_the_second == ["en"]
    assert emulator.texts(AMINA_CHAT) == ["en", "to"]


async def test_urgent_words_go_before_replies_reminders_and_broadcasts(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    lanes = (Lane.BROADCAST, Lane.REMINDER, Lane.REPLY, Lane.URGENT)
    people = [office.do(add_active, f"P{n}", 2000 + n, office.carol) for n in range(len(lanes) * 5)]
    for number, person in enumerate(people):
        emulator.add_phone(person.first_name, user_id=2000 + number)
        emulator.start(2000 + number)
        office.queue(person, person.first_name, lane=lanes[number // 5])
    before = len(emulator.sent())

    async with rig.started():
        await until(lambda: all_ended(office))

    names = [message["text"] for message in emulator.sent()[before:]]
    # What is claimed together is sent side by side; twenty at most leave together at this pace.
    claimed = sorted(office.rows("outbox"), key=lambda row: row.ended_at)
    assert len(names) == 20
    assert len(claimed) == 20


async def test_the_best_lane_is_claimed_first(rig: SenderRig, office: RealOffice) -> None:
    line = HeldLine()
    people = [office.do(add_active, f"P{n}", 2000 + n, office.carol) for n in range(30)]
    for person in people:
        office.queue(person, "til alle", lane=Lane.BROADCAST)
    office.queue(office.ben, "påminnelse", lane=Lane.REMINDER)
    office.queue(office.amina, "svar", lane=Lane.REPLY)
    office.queue(people[29], "fare", lane=Lane.URGENT)

    async with rig.started(line):
        await until(lambda: len(line.calls) >= 20)
        line.let_go.set()

    assert [text for _, text in line.calls][:3] == ["fare", "svar", "påminnelse"]


async def test_what_is_too_late_is_not_sent(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    late = office.queue(office.amina, "for sent", expires_at=office.clock.moment)
    office.queue(office.ben, "Ben")

    async with rig.started():
        await until(lambda: all_ended(office))

    assert office.message(late).state is OutboxState.EXPIRED
    assert emulator.texts(AMINA_CHAT) == []


async def test_nothing_is_sent_before_its_time(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    at = office.clock.moment + timedelta(hours=1)
    later = office.queue(office.amina, "senere", not_before=at)
    office.queue(office.ben, "Ben")

    async with rig.started():
        await until(lambda: emulator.texts(BEN_CHAT))
        before = office.message(later).state
        office.clock.moment = at
        await until(lambda: all_ended(office))

    assert before is OutboxState.QUEUED
    assert emulator.texts(AMINA_CHAT) == ["senere"]


async def test_buttons_menu_and_document_reach_the_phone(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    def say_all(uow: UnitOfWork) -> None:
        uow.cause = "sample"
        rows = [[("yes", "Ja takk")], [("no", "Nei")]]
        say_text(uow, office.amina, "Kommer du?", choices=Choices("pause", "sample", rows))
        say_text(uow, office.ben, "Meny", menu=True)

    office.do(say_all)
    async with rig.started():
        await until(lambda: all_ended(office))
    document = Document("plan.ics", "text/calendar", base64.b64encode(b"BEGIN:VCALENDAR").decode())
    row = office.queue(office.ben, "Kalender")
    office.do(
        lambda uow: uow.outbox.save(
            replace(row, body=dump_body(Body("<i>Plan</i>", (), None, document)))
        )
    )
    real_time.moment += timedelta(seconds=1)
    async with rig.started():
        await until(lambda: all_ended(office))

    asked = emulator.phone(AMINA_CHAT)["messages"][-1]
    assert [[b["text"] for b in row] for row in asked["keyboard"]] == [["Ja takk"], ["Nei"]]
    assert emulator.phone(BEN_CHAT)["reply_keyboard"]["is_persistent"] is True
    (call,) = emulator.requests(method="sendDocument")[-1:]
    assert call["status"] == 200
    assert emulator.texts(BEN_CHAT)[-1] in ("Plan", "")


async def test_a_chat_without_a_participant_is_answered_too(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    emulator.add_phone("Omar", user_id=3000)
    emulator.start(3000)

    def answer(uow: UnitOfWork) -> None:
        uow.cause = "update:1"
        say_to_chat(uow, OFFICE, 3000, "Hvem er du?", hide_menu=True)

    office.do(answer)
    async with rig.started():
        await until(lambda: all_ended(office))

    assert emulator.texts(3000) == ["Hvem er du?"]


async def test_who_waits_for_the_pace_looks_again_as_soon_as_one_more_may_go(
    rig: SenderRig, office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "IDLE_S", 3600.0)
    line = HeldLine()  # no answer comes that would wake it
    for number in range(30):
        person = office.do(add_active, f"P{number}", 2000 + number, office.carol)
        office.queue(person, "til alle", lane=Lane.BROADCAST)

    async with rig.started(line):
        await until(lambda: len(line.calls) == 30)
        line.let_go.set()

    assert len({chat for chat, _ in line.calls}) == 30
