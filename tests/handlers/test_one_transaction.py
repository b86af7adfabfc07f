"""State, replies and "processed" are one transaction; taps are shown beside it, best effort."""

from typing import Any

import pytest
from telegram.error import NetworkError

from bot.domain.message_bodies import callback_data
from bot.domain.messages import InboxState, Question
from bot.services import incoming
from bot.services.ports import UnitOfWork
from bot.services.speaking import Choices, button_rows, say_text
from tests.handlers.conftest import DATE, Chat, message, person
from tests.real_office import AMINA_CHAT, RealOffice


def ask(office: RealOffice) -> Question:
    """Put a pause question to Amina."""

    def say(uow: UnitOfWork) -> Question:
        uow.cause = "sample"
        rows = button_rows(uow, office.amina, ("pause_week",), ("cancel",))
        stored = say_text(uow, office.amina, "Pause?", choices=Choices("pause", "pause", rows))
        assert stored is not None
        assert stored.question_id is not None
        return uow.questions.get(stored.question_id)

    return office.do(say)


def tap(data: str, *, accessible: bool = True, chat: int = AMINA_CHAT) -> dict[str, Any]:
    below = message("Pause?", chat=chat) | {"from": person(100200300, is_bot=True)}
    if not accessible:
        below = {"message_id": 77, "chat": below["chat"], "date": 0}
    return {
        "id": "1",
        "from": person(chat),
        "chat_instance": "1",
        "message": below,
        "data": data,
    }


async def test_a_service_that_raises_leaves_neither_replies_nor_processed(
    chat: Chat, office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = incoming.text_received

    def say_and_fail(uow: UnitOfWork, *args: Any) -> None:
        real(uow, *args)
        raise ValueError("sample")

    monkeypatch.setattr(incoming, "text_received", say_and_fail)
    row = chat.put(message=message("Hei"))

    with pytest.raises(ValueError, match="sample"):
        await chat.dispatcher.handle(row)

    assert chat.row(row).state is InboxState.PENDING
    assert office.rows("outbox") == []
    assert office.rows("free_texts") == []
    assert chat.woken == 0


async def test_an_update_handled_twice_has_one_effect(chat: Chat, office: RealOffice) -> None:
    row = chat.put(message=message("Hei"))

    for _ in range(3):
        await chat.dispatcher.handle(row)

    assert len(office.rows("outbox")) == 1
    assert len(office.rows("free_texts")) == 1


async def test_a_tap_is_answered_once_and_shown_below_the_question(
    chat: Chat, office: RealOffice
) -> None:
    question = ask(office)
    option = question.options[0]

    await chat.deliver(callback_query=tap(callback_data(question.id, option)))
    await chat.deliver(callback_query=tap(callback_data(question.id, option)))

    answered = office.rows("questions")[0]
    methods = [name for name, _ in chat.request.calls]
    assert answered.answer == option
    assert len(office.rows("outbox")) == 2  # the question and one reply
    assert methods.count("answerCallbackQuery") == 2
    assert any(name.startswith("editMessage") for name in methods)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("v1:999:yes", id="a question there never was"),
        pytest.param("v1:1:nope", id="an option there never was"),
        pytest.param(f"v1:{2**70}:yes", id="a number too large"),
        pytest.param("v0:1:yes", id="another version"),
        pytest.param("'; drop table inbox; --", id="hostile"),
        pytest.param("", id="empty"),
        pytest.param("å" * 32, id="sixty-four bytes"),
    ],
)
async def test_forged_taps_are_harmless_and_answered_kindly(
    chat: Chat, office: RealOffice, data: str
) -> None:
    ask(office)

    await chat.deliver(callback_query=tap(data))

    assert office.rows("questions")[0].answer is None
    assert len(chat.replies()) == 2


async def test_another_persons_tap_answers_nothing(chat: Chat, office: RealOffice) -> None:
    question = ask(office)

    await chat.deliver(
        callback_query=tap(callback_data(question.id, question.options[0]), chat=1002)
    )

    assert office.rows("questions")[0].answer is None


async def test_a_tap_below_a_message_too_old_to_see_counts_all_the_same(
    chat: Chat, office: RealOffice
) -> None:
    question = ask(office)

    await chat.deliver(
        callback_query=tap(callback_data(question.id, question.options[0]), accessible=False)
    )

    assert office.rows("questions")[0].answer == question.options[0]


async def test_a_tap_whose_showing_fails_is_answered_all_the_same(
    chat: Chat, office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise NetworkError("sample")

    monkeypatch.setattr(chat.request, "do_request", fail)
    question = ask(office)

    row = await chat.deliver(callback_query=tap(callback_data(question.id, question.options[0])))

    assert row.state is InboxState.PROCESSED
    assert office.rows("questions")[0].answer == question.options[0]


async def test_lateness_is_judged_by_the_messages_own_date(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def note(uow: UnitOfWork, event: incoming.ChatEvent, text: str) -> None:
        seen.append(int(event.at.timestamp()))

    monkeypatch.setattr(incoming, "text_received", note)

    await chat.deliver(message=message("Hei") | {"date": DATE - 7200})

    assert seen == [DATE - 7200]
