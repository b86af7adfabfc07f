"""The sender against an emulator that fails: each class of message has its own promise."""

from datetime import timedelta
from functools import partial

import pytest

from bot.delivery import sender as sender_module
from bot.domain.messages import MessageClass, OutboxMessage, OutboxState
from bot.domain.people import AccountStatus
from bot.services.incoming import ChatEvent, bot_blocked
from tests.delivery.conftest import RealTime, SenderRig, running
from tests.delivery.test_sender import HeldLine, all_ended
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, BEN_CHAT, RealOffice
from tests.waiting import until

ONCE, QUESTION = MessageClass.AT_MOST_ONCE, MessageClass.AT_LEAST_ONCE


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "TIME_LIMIT_S", 0.5)


async def send(rig: SenderRig, message: OutboxMessage) -> OutboxMessage:
    """Let time go on until the message has ended, however often it is tried; its last state."""
    async with rig.started():
        for _ in range(200):
            await until(lambda: rig.office.message(message).lease_until is None)
            if rig.office.message(message).ended_at is not None:
                break
            rig.office.clock.go_on(seconds=1)
            rig.real_time.moment += timedelta(seconds=1)
            now = rig.office.message(message)
            if now.not_before <= rig.office.clock.moment:
                await until(partial(_moved_on, rig.office, now))
    return rig.office.message(message)


def _moved_on(office: RealOffice, before: OutboxMessage) -> bool:
    now = office.message(before)
    return now.ended_at is not None or now.attempts > before.attempts


@pytest.mark.parametrize(
    ("kind", "message_class", "copies_shown", "state"),
    [
        pytest.param("500_before", ONCE, 0, OutboxState.UNKNOWN, id="500 before, reminder"),
        pytest.param("500_after", ONCE, 1, OutboxState.UNKNOWN, id="500 after, reminder"),
        pytest.param("disconnect", ONCE, 0, OutboxState.UNKNOWN, id="cut before, reminder"),
        pytest.param("accept_then_disconnect", ONCE, 1, OutboxState.UNKNOWN, id="cut after"),
        pytest.param("hang", ONCE, 0, OutboxState.UNKNOWN, id="hang, reminder"),
        pytest.param("accept_then_hang", ONCE, 1, OutboxState.UNKNOWN, id="hang after, reminder"),
        pytest.param("bad_json", ONCE, 1, OutboxState.UNKNOWN, id="answer unreadable, reminder"),
        pytest.param("500_before", QUESTION, 1, OutboxState.SENT, id="500 before, question"),
        pytest.param("500_after", QUESTION, 2, OutboxState.SENT, id="500 after, question"),
        pytest.param("accept_then_hang", QUESTION, 2, OutboxState.SENT, id="hang after, question"),
        pytest.param("429", ONCE, 1, OutboxState.SENT, id="429, reminder"),
        pytest.param("429", QUESTION, 1, OutboxState.SENT, id="429, question"),
    ],
)
async def test_an_outcome_in_doubt_follows_the_class_of_the_message(
    rig: SenderRig,
    office: RealOffice,
    emulator: EmulatorControl,
    kind: str,
    message_class: MessageClass,
    copies_shown: int,
    state: OutboxState,
) -> None:
    emulator.fault("sendMessage", kind, seconds=2, retry_after=1)
    queued = office.queue(office.amina, "Hei", message_class=message_class)

    ended = await send(rig, queued)

    assert ended.state is state
    assert emulator.texts(AMINA_CHAT) == ["Hei"] * copies_shown


async def test_a_question_is_in_doubt_twice_at_most(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    emulator.fault("sendMessage", "500_after", times=10)
    queued = office.queue(office.amina, "Hva tenker du?", message_class=QUESTION)

    ended = await send(rig, queued)

    assert (ended.state, ended.copies) == (OutboxState.UNKNOWN, 2)
    assert len(emulator.texts(AMINA_CHAT)) == 2


async def test_after_a_429_the_bot_is_silent_to_the_second_also_over_a_restart(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl, real_time: RealTime
) -> None:
    emulator.fault("sendMessage", "429", retry_after=60)
    first = office.queue(office.amina, "Hei")
    async with rig.started():
        await until(lambda: office.message(first).state is OutboxState.QUEUED and first_try(office))
    office.queue(office.ben, "Ben")
    begun = real_time.moment
    office.clock.go_on(seconds=60)

    async with rig.started() as sender:
        real_time.moment = begun + timedelta(seconds=59.9)
        sender.wake()
        await until(lambda: not sender._wake.is_set())
        calls_inside = len(emulator.requests(method="sendMessage"))
        real_time.moment = begun + timedelta(seconds=60)
        await until(lambda: all_ended(office))

    assert calls_inside == 1
    assert emulator.texts(AMINA_CHAT) == ["Hei"]
    assert emulator.texts(BEN_CHAT) == ["Ben"]


def first_try(office: RealOffice) -> bool:
    return office.rows("outbox")[0].attempts == 1


@pytest.mark.parametrize(
    ("trouble", "status", "reason"),
    [
        ("block", AccountStatus.BLOCKED, "quiet"),
        ("deactivate", AccountStatus.DEACTIVATED, "undeliverable"),
        ("delete", AccountStatus.NOT_FOUND, "undeliverable"),
    ],
)
async def test_a_phone_that_is_gone_stops_the_sending_and_is_one_signal(
    rig: SenderRig,
    office: RealOffice,
    emulator: EmulatorControl,
    trouble: str,
    status: AccountStatus,
    reason: str,
) -> None:
    def gone() -> None:
        if trouble == "delete":
            emulator.delete(f"phones/{AMINA_CHAT}")
        else:
            emulator.post(f"phones/{AMINA_CHAT}/{trouble}")

    gone()
    first = office.queue(office.amina, "en")
    second = office.queue(office.amina, "to")
    third = office.queue(office.ben, "Ben")
    before = len(emulator.requests(method="sendMessage"))

    async with rig.started() as sender:
        await until(lambda: office.message(third).state is OutboxState.SENT)
        await until(lambda: office.message(first).ended_at is not None)
        rig.real_time.moment += timedelta(seconds=5)
        sender.wake()
        await until(lambda: not sender._wake.is_set())

    account = office.storage.read_sync(lambda uow: uow.accounts.of_participant(office.amina.id))
    tries = [c for c in emulator.requests(method="sendMessage")[before:] if c["status"] != 200]
    assert account.status is status
    assert len(tries) == 1
    assert office.message(first).state is OutboxState.FAILED
    assert office.message(second).state is OutboxState.QUEUED
    assert [signal.reason for signal in office.rows("signals")] == [reason]


async def test_blocked_by_an_answer_and_by_an_update_is_the_same_signal(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    emulator.block(AMINA_CHAT)
    queued = office.queue(office.amina, "Hei")
    await send(rig, queued)

    office.do(bot_blocked, ChatEvent(1, AMINA_CHAT, "nb", office.clock.moment))

    assert len(office.rows("signals")) == 1


async def test_a_text_whose_markup_is_refused_goes_once_more_as_plain_text(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    queued = office.queue(office.amina, "<b>Hei &lt; du</b> <3", rule="sample_rule")

    ended = await send(rig, queued)

    assert (ended.state, ended.is_plain) == (OutboxState.SENT, True)
    assert len(emulator.texts(AMINA_CHAT)) == 1
    assert "<b>" not in emulator.texts(AMINA_CHAT)[0]
    (notice,) = office.rows("notices")
    assert notice.staff_id == office.dana.id
    assert "sample_rule" in str(notice.context)


async def test_markup_refused_twice_ends_it(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    emulator.fault("sendMessage", "parse_error", times=5)
    queued = office.queue(office.amina, "Hei")

    ended = await send(rig, queued)

    assert (ended.state, ended.attempts) == (OutboxState.FAILED, 2)


async def test_what_telegram_never_takes_is_told_to_the_coordinator_without_its_words(
    rig: SenderRig, office: RealOffice
) -> None:
    queued = office.queue(office.amina, '<a href="https://hemmelig.example"></a>')

    ended = await send(rig, queued)

    assert ended.state is OutboxState.FAILED
    (notice,) = office.rows("notices")
    assert "hemmelig" not in str(notice.context)


async def test_what_telegram_finds_too_long_arrives_without_its_middle_and_is_told(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    queued = office.queue(office.amina, f"Du skrev: {'hemmelig 🌻 ' * 600}\n\nStemmer det?")

    ended = await send(rig, queued)

    assert ended.state is OutboxState.SENT
    (text,) = emulator.texts(AMINA_CHAT)
    assert text.startswith("Du skrev: hemmelig")
    assert text.endswith("Stemmer det?")
    (notice,) = office.rows("notices")
    assert "too long" in str(notice.context)
    assert "hemmelig" not in str(notice.context)


async def test_a_refused_token_is_said_loudly_and_loses_nothing(
    rig: SenderRig, office: RealOffice, emulator: EmulatorControl
) -> None:
    queued = office.queue(office.amina, "Hei")
    async with rig.started() as sender:
        emulator.declare_invalid(sender._bot.token)
        await until(lambda: rig.refused_tokens)
        await until(lambda: office.message(queued).state is OutboxState.QUEUED)
        emulator.declare_invalid(sender._bot.token, invalid=False)
        rig.office.clock.go_on(minutes=2)
        rig.real_time.moment += timedelta(minutes=2)
        await until(lambda: all_ended(office))

    assert emulator.texts(AMINA_CHAT) == ["Hei"]


@pytest.mark.parametrize(
    ("message_class", "copies_shown", "state"),
    [(ONCE, 0, OutboxState.UNKNOWN), (QUESTION, 1, OutboxState.SENT)],
)
async def test_a_message_whose_sender_died_is_in_doubt(
    rig: SenderRig,
    office: RealOffice,
    emulator: EmulatorControl,
    message_class: MessageClass,
    copies_shown: int,
    state: OutboxState,
) -> None:
    line = HeldLine()
    queued = office.queue(office.amina, "Hei", message_class=message_class)
    async with running(rig.sender(line).run()):
        await until(lambda: line.calls)
    claimed = office.message(queued)

    ended = await send(rig, queued)

    assert claimed.state is OutboxState.CLAIMED
    assert ended.state is state
    assert emulator.texts(AMINA_CHAT) == ["Hei"] * copies_shown
