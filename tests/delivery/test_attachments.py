"""Pictures, recordings, files and places on their way to the phone, and texts that must not be lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import Attachment, MapPin, OutboxMessage, OutboxState
from bot.services.pause import pause
from bot.services.ports import UnitOfWork
from bot.services.speaking import Choices, Sending, say_text
from tests.delivery.conftest import RealTime, SenderRig
from tests.emulator_process import EmulatorControl
from tests.media_samples import PDF, document, photo, voice
from tests.real_office import AMINA_CHAT, RealOffice
from tests.waiting import until

PLACE = MapPin(59.9133, 10.7389, "Eksempelbedriften", "Eksempelgata 1")
LONG = "Ett ord til. " * 90  # more than a caption holds


def say(office: RealOffice, text: str, attachment: Attachment) -> list[OutboxMessage]:
    def put(uow: UnitOfWork) -> None:
        uow.cause = "sample"
        rows = [[("yes", "Ja takk")]]
        say_text(
            uow,
            office.amina,
            text,
            how=Sending(rule="sample", key="once"),
            choices=Choices("pause", "sample", rows) if text else None,
            attachment=attachment,
        )

    office.do(put)
    return office.rows("outbox")


async def send_all(rig: SenderRig, office: RealOffice, real_time: RealTime) -> None:
    """A chat gets one message a second."""

    def ended() -> bool:
        real_time.moment = real_time.moment.replace(
            second=(real_time.moment.second + 2) % 60, minute=real_time.moment.minute + 1
        )
        return all(row.ended_at is not None for row in office.rows("outbox"))

    async with rig.started():
        await until(ended)


@pytest.mark.parametrize(
    ("attachment", "method", "kind"),
    [
        pytest.param(photo(), "sendPhoto", "photo", id="picture"),
        pytest.param(voice(), "sendVoice", "voice", id="recording"),
        pytest.param(document(), "sendDocument", "document", id="file"),
    ],
)
async def test_a_file_and_its_words_go_as_one_message(
    rig: SenderRig,
    office: RealOffice,
    emulator: EmulatorControl,
    real_time: RealTime,
    attachment: Attachment,
    method: str,
    kind: str,
) -> None:
    say(office, "<b>Se her</b> &amp; hør", attachment)

    await send_all(rig, office, real_time)

    (call,) = emulator.requests(method=method)
    last = emulator.phone(AMINA_CHAT)["messages"][-1]
    assert call["status"] == 200
    assert (last["text"], last["keyboard"][0][0]["text"]) == ("Se her & hør", "Ja takk")
    assert last[kind]["url"]
    assert last.get("voice", {}).get("duration") in (None, 3)


async def test_words_too_long_for_a_caption_follow_their_file_with_the_buttons(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    say(office, LONG, photo())

    await send_all(rig, office, real_time)

    ahead, words = emulator.phone(AMINA_CHAT)["messages"][-2:]
    assert (ahead["text"], bool(ahead["photo"]), ahead["keyboard"]) == ("", True, [])
    assert words["text"] == LONG.strip()
    assert words["keyboard"][0][0]["text"] == "Ja takk"


@pytest.mark.parametrize(
    ("units", "messages"),
    [pytest.param(1024, 1, id="just fits"), pytest.param(1025, 2, id="one too many")],
)
def test_a_caption_is_measured_as_telegram_measures_it(
    office: RealOffice, units: int, messages: int
) -> None:
    shown = "🙂" * 500 + "a" * (units - 1000)

    rows = say(office, f"<b>{shown}</b>", photo())

    assert len(rows) == messages


async def test_a_named_place_is_a_venue_and_its_words_follow(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    say(office, "Vi møtes her.", PLACE)

    await send_all(rig, office, real_time)

    pin, words = emulator.phone(AMINA_CHAT)["messages"][-2:]
    assert pin["venue"]["title"] == "Eksempelbedriften"
    assert pin["venue"]["address"] == "Eksempelgata 1"
    assert pin["location"] == {"latitude": 59.9133, "longitude": 10.7389}
    assert (words["text"], words["keyboard"][0][0]["text"]) == ("Vi møtes her.", "Ja takk")


async def test_a_place_without_a_name_or_address_is_a_bare_pin(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    say(office, "", replace(PLACE, address=""))

    await send_all(rig, office, real_time)

    (call,) = emulator.requests(method="sendLocation")
    assert call["status"] == 200
    assert emulator.phone(AMINA_CHAT)["messages"][-1]["location"]["latitude"] == 59.9133


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param(photo(b"no picture"), id="Telegram cannot read the picture"),
        pytest.param(photo(b""), id="the file is empty"),
    ],
)
async def test_a_refused_file_leaves_its_words_and_buttons(
    rig: SenderRig,
    office: RealOffice,
    emulator: EmulatorControl,
    real_time: RealTime,
    attachment: Attachment,
) -> None:
    say(office, "Se her", attachment)

    await send_all(rig, office, real_time)

    (row,) = office.rows("outbox")
    last = emulator.phone(AMINA_CHAT)["messages"][-1]
    assert (row.state, row.attempts) == (OutboxState.SENT, 2)
    assert (last["text"], last["keyboard"][0][0]["text"]) == ("Se her", "Ja takk")
    assert [n.kind for n in office.rows("notices")] == ["operations"]


async def test_a_refused_file_that_went_ahead_does_not_hold_its_words_up(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    say(office, LONG, photo(b"no picture"))

    await send_all(rig, office, real_time)

    ahead, words = office.rows("outbox")
    assert (ahead.state, words.state) == (OutboxState.FAILED, OutboxState.SENT)
    assert emulator.texts(AMINA_CHAT)[-1] == LONG.strip()


def test_a_rule_that_fires_twice_says_both_once_and_counts_them_as_one(
    office: RealOffice,
) -> None:
    def put(uow: UnitOfWork) -> None:
        uow.cause = "sample"
        how = Sending(rule="check_in", key="once", is_initiative=True)
        say_text(uow, office.amina, LONG, how=how, attachment=document(PDF))

    office.do(put)
    office.do(put)

    ahead, words = office.rows("outbox")
    counted = office.do(lambda uow: uow.outbox.initiatives_since(office.amina.id, uow.now))
    assert (ahead.rule, ahead.is_initiative) == ("attachment", True)
    assert (words.rule, words.is_initiative) == ("check_in", True)
    assert counted == 1


def test_a_pause_holds_back_a_text_and_its_file_alike(office: RealOffice) -> None:
    def put(uow: UnitOfWork) -> None:
        uow.cause = "sample"
        how = Sending(rule="check_in", key="once", is_initiative=True)
        say_text(uow, office.amina, LONG, how=how, attachment=photo())
        pause(uow, office.amina, uow.now + timedelta(days=7))

    office.do(put)

    states = [row.state for row in office.rows("outbox")]
    assert states == [OutboxState.SUPERSEDED, OutboxState.SUPERSEDED, OutboxState.QUEUED]


def test_what_is_held_back_sends_no_file_ahead(office: RealOffice) -> None:
    def put(uow: UnitOfWork) -> None:
        uow.cause = "sample"
        how = Sending(rule="sample", hold_because="paused")
        say_text(uow, office.amina, LONG, how=how, attachment=photo())

    office.do(put)

    (row,) = office.rows("outbox")
    assert (row.state, row.reason) == (OutboxState.HELD_BACK, "paused")
