"""Plain words take a short way past PTB's objects; it must lead to the same place."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.messages import InboxUpdate
from bot.handlers.dispatch import plain_words
from bot.services import incoming
from bot.services.ports import UnitOfWork
from tests.handlers.conftest import Chat, message
from tests.real_office import AMINA_CHAT, RealOffice


@pytest.mark.parametrize(
    "words",
    ["Hei", "1", "Meny", "  hjelp ", "a\n/b", "🌱", "//", "https://example.org"],
)
async def test_words_are_the_same_read_with_ptbs_objects_and_without(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    seen: list[tuple[incoming.ChatEvent, str]] = []

    def note(uow: UnitOfWork, event: incoming.ChatEvent, text: str) -> None:
        seen.append((event, text))

    monkeypatch.setattr(incoming, "text_received", note)
    await chat.deliver(message=message(words))

    monkeypatch.setattr("bot.handlers.dispatch.plain_words", lambda _: None)
    await chat.deliver(message=message(words))

    assert len(seen) == 2
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(message("/uke"), id="a command"),
        pytest.param(message("Hei") | {"chat": {"id": -5, "type": "group"}}, id="a group"),
        pytest.param(message("Hei", date="soon"), id="no date"),
        pytest.param(message("Hei", message_id=0), id="no number"),
        pytest.param(message("") | {"text": ""}, id="no words"),
        pytest.param(message(caption="Hei", photo=[]), id="a photo"),
    ],
)
def test_anything_but_plain_words_goes_the_long_way(
    office: RealOffice, strange: dict[str, Any]
) -> None:
    row = InboxUpdate(1, 1, AMINA_CHAT, office.clock.moment, {"update_id": 1, "message": strange})

    assert plain_words(row) is None
    assert (
        plain_words(replace(row, payload={"update_id": 1, "edited_message": message("A")})) is None
    )
