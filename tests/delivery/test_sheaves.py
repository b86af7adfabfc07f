"""Plain words of many chats are handled together; nobody's order, words or failures get mixed up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.delivery import worker as worker_module
from bot.domain.errors import StorageUnavailable
from bot.domain.message_bodies import callback_data
from bot.domain.messages import InboxState
from bot.domain.people import Participant
from bot.handlers.dispatch import Dispatcher
from bot.handlers.door import Door
from bot.handlers.routes import make_routes
from bot.services import incoming
from bot.services.inbox import SET_ASIDE_AFTER
from bot.services.ports import UnitOfWork
from bot.services.speaking import Choices, button_rows, say_text
from tests.delivery.conftest import running
from tests.delivery.sheaf_rig import Rig
from tests.handlers.conftest import RecordingRequest, message, person
from tests.offices_on_both import KINDS, office_on
from tests.real_office import AMINA_CHAT, BEN_CHAT, TOKEN, RealOffice, add_active
from tests.waiting import until


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "MAX_RETRY_S", 0.01)
    monkeypatch.setattr(worker_module, "IDLE_S", 0.02)
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    # Drawing the tracebacks of failures that are meant takes longer than all the rest.
    monkeypatch.setattr(worker_module.log, "error", lambda *_, **__: None, raising=False)


@pytest.fixture(params=KINDS)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealOffice]:
    with office_on(request.param, request, tmp_path) as opened:
        yield opened


@pytest.fixture
async def rig(office: RealOffice, monkeypatch: pytest.MonkeyPatch) -> Rig:
    telegram_bot = Bot(TOKEN, request=RecordingRequest(), get_updates_request=RecordingRequest())
    await telegram_bot.initialize()
    door = Door(office.storage, wake_sender=lambda: None)
    made = Rig(office, Dispatcher(telegram_bot, make_routes(door), door), door)
    for name in ("text_received", "command", "button_tapped", "media_received"):
        monkeypatch.setattr(incoming, name, partial(made.note, getattr(incoming, name)))
    return made


def _many_people(uow: UnitOfWork, office: RealOffice, chats: Sequence[int]) -> list[Participant]:
    return [add_active(uow, f"Sample {chat}", chat, office.carol) for chat in chats]


def _ask(uow: UnitOfWork, office: RealOffice) -> str:
    """Put a pause question to Amina; what tapping its first button sends."""
    uow.cause = "sample"
    rows = button_rows(uow, office.amina, ("pause_week",), ("cancel",))
    stored = say_text(uow, office.amina, "Pause?", choices=Choices("pause", "pause", rows))
    assert stored is not None
    assert stored.question_id is not None
    return callback_data(stored.question_id, uow.questions.get(stored.question_id).options[0])


async def test_words_of_many_chats_are_handled_together_and_each_once(rig: Rig) -> None:
    chats = range(2000, 2020)
    rig.office.do(_many_people, rig.office, chats)
    rig.put_texts(*((chat, f"{chat} says {n}") for n in range(3) for chat in chats))

    async with rig.at_work():
        await until(lambda: len(rig.done) == 60)

    assert all(rig.of(chat) == [f"{chat} says {n}" for n in range(3)] for chat in chats)
    assert {row.state for row in rig.office.rows("inbox")} == {InboxState.PROCESSED}
    assert sorted(text.text for text in rig.office.rows("free_texts")) == sorted(
        words for _, words in rig.done
    )
    assert len(rig.office.rows("outbox")) == 20  # each is told once that it came
    assert rig.gate.sheaves[0] == 20


async def test_one_chats_updates_keep_their_order_whatever_they_are(rig: Rig) -> None:
    data = rig.office.do(_ask, rig.office)
    tap = {"id": "1", "from": person(), "chat_instance": "1", "data": data}
    below = {"message_id": 77, "chat": message()["chat"], "date": 0}
    sticker: dict[str, Any] = {"file_id": "s", "file_unique_id": "s", "type": "regular"}
    sticker |= {"width": 9, "height": 9, "is_animated": False, "is_video": False}
    rig.put(
        {"message": message("a")},
        {"message": message("/uke")},
        {"message": message("b")},
        {"callback_query": {**tap, "message": below}},
        {"message": message("c")},
        {"message": message() | {"sticker": sticker}},
        {"message": message("d")},
    )
    rig.put_texts(*((BEN_CHAT, f"b{n}") for n in range(5)))

    async with rig.at_work():
        await until(lambda: len(rig.done) == 12)

    assert rig.of(AMINA_CHAT) == ["a", "uke", "b", data, "c", "sticker", "d"]
    assert rig.of(BEN_CHAT) == [f"b{n}" for n in range(5)]
    assert sum(rig.gate.sheaves) == 9


async def test_one_that_raises_is_set_aside_while_the_others_are_handled_once(rig: Rig) -> None:
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        raise ValueError("sample")

    chats = range(2000, 2010)
    rig.office.do(_many_people, rig.office, chats)
    rig.misdeeds["!bad"] = fail
    rig.put_texts((BEN_CHAT, "!bad"), *((chat, f"from {chat}") for chat in chats))
    rig.put_texts((BEN_CHAT, "after"))

    async with rig.at_work():
        await until(lambda: (BEN_CHAT, "after") in rig.done)

    aside, *others = rig.office.rows("inbox")
    assert (aside.state, aside.attempts) == (InboxState.SET_ASIDE, SET_ASIDE_AFTER)
    assert {row.state for row in others} == {InboxState.PROCESSED}
    assert {row.attempts for row in others} == {0}
    assert sorted(rig.done) == sorted([(BEN_CHAT, "after"), *((c, f"from {c}") for c in chats)])
    assert len(rig.office.rows("free_texts")) == 11
    told = [n.staff_id for n in rig.office.rows("notices")]
    assert told.count(rig.office.dana.id) == 1


async def test_a_broken_disk_is_nobodys_fault(rig: Rig) -> None:
    rig.gate.failures = [StorageUnavailable("sample")] * (SET_ASIDE_AFTER + 2)
    rig.put_texts((AMINA_CHAT, "a"), (BEN_CHAT, "b"))

    async with rig.at_work():
        await until(lambda: len(rig.done) == 2)

    assert [row.attempts for row in rig.office.rows("inbox")] == [0, 0]


async def _with_some_claimed_and_not_begun(rig: Rig) -> None:
    """Two sheaves stand at the gate; what came after them is claimed, and waits."""
    rig.office.do(_many_people, rig.office, [2000, 2001, 2002])
    rig.gate.is_open.clear()
    for chat in (AMINA_CHAT, BEN_CHAT, 2000):
        rig.put_texts((chat, f"from {chat}"))
        rig.worker.wake()
        await until(lambda chat=chat: _is_claimed(rig, chat))  # type: ignore[misc]
    assert rig.gate.sheaves == [1, 1]


def _is_claimed(rig: Rig, chat: int) -> bool:
    return any(row.chat_id == chat and row.holder == 1 for row in rig.office.rows("inbox"))


async def test_stopping_lets_what_was_begun_finish_and_frees_the_rest(rig: Rig) -> None:
    async with running(rig.worker.run()):
        await _with_some_claimed_and_not_begun(rig)
    draining = asyncio.ensure_future(rig.worker.drain(5))
    rig.gate.is_open.set()
    await draining

    rows = rig.office.rows("inbox")
    assert sorted(rig.done) == [(AMINA_CHAT, f"from {AMINA_CHAT}"), (BEN_CHAT, f"from {BEN_CHAT}")]
    assert [row.state.value for row in rows] == ["processed", "processed", "pending"]
    assert rows[2].holder is None


async def test_a_failure_in_a_sheaf_is_counted_although_we_are_stopping(rig: Rig) -> None:
    def fail() -> None:
        raise ValueError("sample")

    rig.misdeeds["!bad"] = fail
    rig.gate.is_open.clear()
    rig.put_texts((AMINA_CHAT, "a"), (BEN_CHAT, "!bad"))

    async with running(rig.worker.run()):
        await until(lambda: rig.gate.sheaves == [2])
    draining = asyncio.ensure_future(rig.worker.drain(5))
    rig.gate.is_open.set()
    await draining
    await until(lambda: rig.worker.is_idle)

    good, bad = rig.office.rows("inbox")
    assert good.state is InboxState.PROCESSED
    assert (bad.state, bad.attempts, bad.holder) == (InboxState.PENDING, 1, None)


async def test_a_new_life_leaves_what_was_claimed_in_the_former(rig: Rig) -> None:
    async with rig.at_work():
        await _with_some_claimed_and_not_begun(rig)
        rig.life = None
        rig.gate.is_open.set()
        await until(lambda: len(rig.done) == 2)
        await until(lambda: rig.worker.is_idle)
        left = rig.pending()
        rig.life = 2
        rig.worker.wake()
        await until(lambda: len(rig.done) == 3)

    assert left == [2000]
    assert rig.of(2000) == ["from 2000"]
    assert len(rig.office.rows("free_texts")) == 3


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
async def test_strange_updates_hold_nobody_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.inbox.SET_ASIDE_AFTER", 1)
    strange: list[Any] = [
        "words",
        message("x", date=2**40),
        message("x", date=True),
        message("x", message_id="7"),
        message("x") | {"from": "me"},
        message("x") | {"from": person(language_code=7)},
        message("x") | {"chat": {"id": 2**63 - 1, "type": "private"}},
        message("x") | {"text": ["x"]},
        message("x") | {"chat": [1]},
    ]
    rig.put(*({"message": body} for body in strange))
    rig.put_texts((BEN_CHAT, "b"))

    async with rig.at_work():
        await until(lambda: rig.done and not rig.pending())

    assert (BEN_CHAT, "b") in rig.done
