"""Commands and typed words: who is who, and which words mean what."""

import pytest

from bot.services.participants import invite_participant
from tests.handlers.conftest import Chat, message, processed
from tests.real_office import AMINA_CHAT, BEN_CHAT, OFFICE, RealOffice

STRANGER = 4000


def invite(office: RealOffice) -> str:
    invited = office.do(
        invite_participant, office_id=OFFICE, first_name="Omar", caseworker=office.carol
    )
    return invited.code


async def test_start_with_a_code_binds_the_chat_and_asks_for_the_language(
    chat: Chat, office: RealOffice
) -> None:
    code = invite(office)

    row = await chat.deliver(message=message(f"/start {code}", chat=STRANGER))

    account = office.storage.read_sync(lambda uow: uow.accounts.by_chat(OFFICE, STRANGER))
    assert processed(row)
    assert account is not None
    (reply,) = office.rows("outbox")
    assert [b["option"] for buttons in reply.body["buttons"] for b in buttons] == [
        "language_nb",
        "language_nn",
        "language_en",
    ]
    assert chat.woken == 1


async def test_a_code_typed_by_hand_works_like_the_link(chat: Chat, office: RealOffice) -> None:
    code = invite(office)

    await chat.deliver(message=message(f"  {code.lower()} ", chat=STRANGER))

    account = office.storage.read_sync(lambda uow: uow.accounts.by_chat(OFFICE, STRANGER))
    assert account is not None


@pytest.mark.parametrize("text", ["/start", "/start WRONG-CODE", "/uke", "Hei", "😀"])
async def test_a_stranger_is_answered_kindly_and_nothing_of_theirs_is_kept(
    chat: Chat, office: RealOffice, text: str
) -> None:
    row = await chat.deliver(message=message(text, chat=STRANGER))

    assert processed(row)
    assert row.payload == {}
    assert len(chat.replies(chat=STRANGER)) == 1
    assert office.rows("free_texts") == []


async def test_start_again_by_somebody_bound_welcomes_them_back(
    chat: Chat, office: RealOffice
) -> None:
    await chat.deliver(message=message("/start"))
    await chat.deliver(message=message("/start used-or-wrong-code"))

    first, second = chat.replies()
    assert first == second


@pytest.mark.parametrize(
    "pair",
    [
        ("/uke", "/week"),
        ("/veke", "/WEEK"),
        ("/kurs", "/course"),
        ("/hjelp", "/help"),
        ("/meny", "/menu"),
        ("/pause", "/pause@sample_bot"),
    ],
)
async def test_a_command_means_the_same_in_each_language(
    chat: Chat, office: RealOffice, pair: tuple[str, str]
) -> None:
    for text, sender in zip(pair, (AMINA_CHAT, BEN_CHAT), strict=True):
        assert processed(await chat.deliver(message=message(text, chat=sender)))

    assert chat.replies()
    assert chat.replies() == chat.replies(chat=BEN_CHAT)
    assert office.rows("free_texts") == []


async def test_an_unknown_command_gets_the_menu(chat: Chat, office: RealOffice) -> None:
    await chat.deliver(message=message("/finnesikke"))

    (reply,) = office.rows("outbox")
    assert reply.body["menu"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Jeg har fått jobb!", id="words"),
        pytest.param("<b>&amp; _snedig_ [x](y)", id="markup"),
        pytest.param("\u202etfelbaT", id="right to left"),
        pytest.param("👩‍🚒" * 300, id="joined emoji"),
        pytest.param("x" * 4096, id="as long as Telegram allows"),
        pytest.param("a\x00b", id="NUL"),
        pytest.param("/", id="a lone slash"),
    ],
)
async def test_free_text_reaches_the_caseworker_as_it_was_written(
    chat: Chat, office: RealOffice, text: str
) -> None:
    row = await chat.deliver(message=message(text) | {"entities": []})

    assert processed(row)
    assert chat.texts_kept() == [("text", text)]
    assert len(chat.replies()) == 1
    assert text not in chat.replies()[0]


async def test_the_message_knows_its_language_before_anybody_is_bound(
    chat: Chat, office: RealOffice
) -> None:
    english = message("Hi", chat=STRANGER)
    english["from"]["language_code"] = "en"
    without = message("Hei", chat=STRANGER + 1)
    del without["from"]["language_code"]

    await chat.deliver(message=english)
    await chat.deliver(message=without)

    assert chat.replies(chat=STRANGER) != chat.replies(chat=STRANGER + 1)
