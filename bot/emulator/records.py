"""What the emulator remembers: bot accounts, people, chats, messages, files and letters."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.emulator.updates import UpdateQueue

Json = dict[str, Any]


@dataclass
class Person:
    """Somebody with a phone; `person_id` is also the id of their private chats."""

    person_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    deactivated: bool = False
    bot_id: int | None = None

    def as_telegram(self) -> Json:
        """Return the Bot API's User object."""
        shape: Json = {"id": self.person_id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            shape["last_name"] = self.last_name
        if self.username:
            shape["username"] = self.username
        if self.language_code:
            shape["language_code"] = self.language_code
        return shape


@dataclass
class Webhook:
    """Where a bot wants its updates pushed; no URL means it polls."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str = ""


@dataclass
class BotAccount:
    """A bot as Telegram knows it."""

    bot_id: int
    token: str
    username: str
    name: str
    updates: "UpdateQueue"
    invalid: bool = False
    reads_all_group_messages: bool = False
    last_message_id: int = 0
    webhook: Webhook = field(default_factory=Webhook)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def as_telegram(self) -> Json:
        """Return the Bot API's User object of the bot."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }


@dataclass
class Message:
    """One message in one chat, with what the Bot API calls its content in `content`."""

    message_id: int
    order: int
    at: datetime
    content: Json
    from_bot: int | None = None
    from_person: int | None = None
    reply_markup: Json | None = None
    reply_to: int | None = None
    edited_at: datetime | None = None
    deleted: bool = False
    hidden: bool = False
    silent: bool = False
    history: bool = False
    service: bool = False


@dataclass
class Chat:
    """A private chat of one person with one bot, or a group."""

    chat_id: int
    kind: str
    person_id: int | None = None
    bot_id: int | None = None
    title: str = ""
    members: list[int] = field(default_factory=list)
    bots: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    reply_keyboard: Json | None = None
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    last_message_id: int = 0
    typing_until: float = 0.0
    answers: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class StoredFile:
    """Bytes that went over the wire, found again by `file_id`."""

    file_id: str
    unique_id: str
    name: str
    content_type: str
    data: bytes
    path: str
    kind: str


@dataclass
class CallbackQuery:
    """A tap that waits for its answer."""

    query_id: str
    bot_id: int
    person_id: int
    chat: Chat
    at: datetime


@dataclass(frozen=True)
class Letter:
    """A mail the mailbox took in."""

    letter_id: int
    at: datetime
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str
