"""Raw updates as Telegram sends them, through the real dispatch into a real office."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.domain.messages import InboxState, InboxUpdate
from bot.handlers.dispatch import Dispatcher
from bot.handlers.door import Door
from bot.handlers.routes import make_routes
from bot.services.inbox import store_updates
from tests.real_office import AMINA_CHAT, OFFICE, TOKEN, RealOffice, open_office

DATE = 1772528400  # 3 March 2026, 09:00 UTC


class RecordingRequest(HTTPXRequest):
    """Answers every call of the Bot API as Telegram would, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def do_request(
        self, url: str, method: str, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        data = kwargs.get("request_data") or (args[0] if args else None)
        self.calls.append((url.rsplit("/", 1)[1], dict(data.json_parameters) if data else {}))
        if url.endswith("/getMe"):
            me = b'{"id":100200300,"is_bot":true,"first_name":"T","username":"sample_bot"}'
            return 200, b'{"ok":true,"result":' + me + b"}"
        return 200, b'{"ok":true,"result":true}'


class Chat:
    """Delivers updates and shows what came of them."""

    def __init__(self, office: RealOffice, dispatcher: Dispatcher, door: Door) -> None:
        self.office, self.dispatcher, self.door = office, dispatcher, door
        self.request = RecordingRequest()
        self.woken = 0
        self._ids = itertools.count(5000)

    async def deliver(self, **update: Any) -> InboxUpdate:
        """Store one update, hand it to the handlers, and return its row afterwards."""
        row = self.put(**update)
        await self.dispatcher.handle(row)
        await self.door.drain(5)
        return self.row(row)

    def put(self, **update: Any) -> InboxUpdate:
        raw = {"update_id": next(self._ids), **update}
        self.office.do(store_updates, OFFICE, [raw])
        newest: InboxUpdate = self.office.rows("inbox")[-1]
        return newest

    def row(self, row: InboxUpdate) -> InboxUpdate:
        found: InboxUpdate = self.office.storage.read_sync(lambda uow: uow.inbox.get(row.seq))
        return found

    def replies(self, *, chat: int = AMINA_CHAT) -> list[str]:
        """What is queued for the chat, oldest first."""
        account = self.office.storage.read_sync(lambda uow: uow.accounts.by_chat(OFFICE, chat))
        participant_id = account.participant_id if account else -1
        return [
            str(row.body.get("text"))
            for row in self.office.rows("outbox")
            if row.chat_id == chat or row.participant_id == participant_id
        ]

    def texts_kept(self) -> list[tuple[str, str]]:
        return [(text.kind, text.text) for text in self.office.rows("free_texts")]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RealOffice]:
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _as_the_program_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # see bot/delivery/__init__.py


@pytest.fixture
async def chat(office: RealOffice) -> Chat:
    request = RecordingRequest()
    telegram_bot = Bot(TOKEN, request=request, get_updates_request=RecordingRequest())
    await telegram_bot.initialize()
    made: Chat

    def wake() -> None:
        made.woken += 1

    door = Door(office.storage, wake_sender=wake)
    made = Chat(office, Dispatcher(telegram_bot, make_routes(door), door), door)
    made.request = request
    return made


def person(chat: int = AMINA_CHAT, **more: Any) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Amina", "language_code": "nb", **more}


def message(text: str | None = None, *, chat: int = AMINA_CHAT, **more: Any) -> dict[str, Any]:
    """A private message; a leading slash is a command, as Telegram marks it."""
    made: dict[str, Any] = {
        "message_id": 77,
        "from": person(chat),
        "chat": {"id": chat, "type": "private", "first_name": "Amina"},
        "date": DATE,
    }
    if text is not None:
        made["text"] = text
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            made["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return made | more


def group_message(text: str, *, kind: str = "group", **more: Any) -> dict[str, Any]:
    return message(text, **more) | {"chat": {"id": -500, "type": kind, "title": "Jobbkurset"}}


def processed(row: InboxUpdate) -> bool:
    return row.state is InboxState.PROCESSED
