"""/try through the dispatch: understood in a rehearsal, unknown wherever real people write."""

import pytest
from telegram import Bot

from bot.handlers.dispatch import Dispatcher
from bot.handlers.routes import make_routes
from bot.services.rehearsing import Samples
from tests.handlers.conftest import Chat, RecordingRequest, group_message, message
from tests.real_office import TOKEN

SAMPLES: Samples = {"session.over": {}}
SAID = "Den samlingen er over nå"


@pytest.fixture
async def rehearsing(chat: Chat) -> Chat:
    telegram_bot = Bot(TOKEN, request=RecordingRequest(), get_updates_request=RecordingRequest())
    await telegram_bot.initialize()
    routes = make_routes(chat.door, samples=SAMPLES)
    chat.dispatcher = Dispatcher(telegram_bot, routes, chat.door)
    return chat


@pytest.mark.parametrize("words", ["/try session.over", "/try@sample_bot session.over nb"])
async def test_a_rehearsal_understands_it(rehearsing: Chat, words: str) -> None:
    await rehearsing.deliver(message=message(words))

    assert SAID in rehearsing.replies()[-1]


async def test_without_a_rehearsal_it_is_an_unknown_command(chat: Chat) -> None:
    await chat.deliver(message=message("/try session.over"))

    [reply] = chat.replies()
    assert SAID not in reply


async def test_other_commands_and_groups_are_as_ever(rehearsing: Chat) -> None:
    await rehearsing.deliver(message=message("/tryout session.over"))
    await rehearsing.deliver(message=group_message("/try session.over"))

    assert not any(SAID in reply for reply in rehearsing.replies())
