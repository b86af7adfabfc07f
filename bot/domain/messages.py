"""What goes in and out: inbox updates, outbox messages, questions, runs and free texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class InboxState(StrEnum):
    PENDING = "pending"
    PROCESSED = "processed"
    SET_ASIDE = "set_aside"  # failed too often; staff are told, everybody else goes on


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """A raw Telegram update; `seq` is the order of arrival, ids may restart at random."""

    office_id: int
    update_id: int
    chat_id: int  # 0 when the update names no chat
    received_at: datetime
    payload: dict[str, object]
    participant_id: int | None = (
        None  # whose key seals the payload; None: nobody bound, the office's
    )
    state: InboxState = InboxState.PENDING
    attempts: int = 0
    seq: int = 0
    holder: int | None = None  # the process that has it in hand


@dataclass(frozen=True, slots=True)
class Taken:
    """What one look into the inbox took in hand, oldest first, one of each chat."""

    updates: tuple[InboxUpdate, ...] = ()
    there_is_more: bool = False  # to take at once: there was no room, or others got in first
    others_wait: bool = False  # behind these, in their chats


class Lane(IntEnum):
    """Lower goes first."""

    URGENT = 0  # danger card, help
    REPLY = 1
    REMINDER = 2
    BROADCAST = 3


class MessageClass(StrEnum):
    """What an unknown outcome means for the message (docs/reliability.md)."""

    AT_MOST_ONCE = "at_most_once"  # reminders, nudges, acknowledgements
    AT_LEAST_ONCE = "at_least_once"  # questions and course modules: two copies at most


class OutboxState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"  # may have arrived; visible to staff, never counted as delivered
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    HELD_BACK = "held_back"  # a rule said no; the row is the record of why


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: `option` answers question `question_id`."""

    label: str
    question_id: int
    option: str


@dataclass(frozen=True, slots=True)
class Document:
    """A small file that goes along; `content_base64` keeps the body plain JSON."""

    filename: str
    mime_type: str
    content_base64: str

    @property
    def name(self) -> str:
        """How lists call it."""
        return self.filename


@dataclass(frozen=True, slots=True)
class Photo(Document):
    """A picture that is seen in the chat at once: PNG or JPEG; `alt` says what it shows."""

    alt: str = ""

    @property
    def name(self) -> str:
        """How lists call it."""
        return self.alt or self.filename


@dataclass(frozen=True, slots=True)
class Voice(Document):
    """A recording that is heard in the chat: OGG with Opus."""


@dataclass(frozen=True, slots=True)
class MapPin:
    """A place on the map, in degrees (WGS 84); shown with its name when title and address are known."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """How lists call it."""
        return self.title or f"{self.latitude}, {self.longitude}"


Attachment = Document | MapPin  # photos and voices are documents too

# The rule of a file or place that goes ahead of its text, as a message of its own.
GOES_AHEAD = "attachment"


@dataclass(frozen=True, slots=True)
class Body:
    """What a participant gets: Telegram HTML, rows of buttons, the menu, a file or a place.

    From `own_from` on the text repeats what is the participant's alone (values of their profile),
    and staff are not shown it; None when nothing does.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    menu: tuple[tuple[str, ...], ...] | None = None  # rows of labels; () takes the menu away
    attachment: Attachment | None = None
    own_from: int | None = None


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message to a participant (or, before one is bound, to `chat_id`), and the ledger of why."""

    office_id: int
    participant_id: int | None
    chat_id: int | None
    key: str
    rule: str
    subject: str
    lane: Lane
    message_class: MessageClass
    body: dict[str, object]  # messages_json.dump_body
    created_at: datetime
    not_before: datetime
    expires_at: datetime | None = None
    is_initiative: bool = False  # our own initiative, counted by the one-a-day rule
    state: OutboxState = OutboxState.QUEUED
    reason: str = ""
    attempts: int = 0
    copies: int = 0  # how many may have arrived
    is_plain: bool = False  # entities could not be parsed: goes once more as plain text
    lease_until: datetime | None = None  # real time
    ended_at: datetime | None = None
    telegram_message_id: int | None = None
    question_id: int | None = None
    id: int = 0


class QuestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Question:
    """One asking of something with buttons; its id is the question instance in callback data."""

    office_id: int
    participant_id: int
    kind: str
    subject: str
    options: tuple[str, ...]
    asked_at: datetime
    state: QuestionState = QuestionState.OPEN
    answer: str | None = None
    answered_at: datetime | None = None
    accepts_text: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A participant's way through a flow, pinned to a content version; `state` is the engine's."""

    office_id: int
    participant_id: int
    flow_key: str
    content_version_id: int
    subject: str
    state: dict[str, object]
    status: str
    started_at: datetime
    wake_at: datetime | None = None
    question_id: int | None = None  # the open question, if any
    finished_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class FreeText:
    """What a participant wrote or sent without answering a question; read by the caseworker."""

    office_id: int
    participant_id: int
    at: datetime
    kind: str  # "text", "edit", "answer" (words a flow asked for), or Telegram's name of the medium
    text: str
    telegram_message_id: int | None = None
    about: str = ""  # of an answer: flow and step
    seen_at: datetime | None = None
    seen_by: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class ContentVersion:
    """A published pack: its files as they were."""

    office_id: int
    digest: str
    files: dict[str, object]
    published_at: datetime
    published_by: str
    id: int = 0


class NoticeState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    OBSOLETE = "obsolete"


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail to somebody on staff; the case in the database is the truth, so it may come twice."""

    office_id: int
    staff_id: int
    key: str
    kind: str  # key of the notice text: "case", "digest", "new_text", ...
    created_at: datetime
    not_before: datetime
    case_id: int | None = None
    participant_id: int | None = None
    step: int = 0
    number: int = 1
    is_digest: bool = False
    context: dict[str, object] | None = None
    state: NoticeState = NoticeState.QUEUED
    reason: str = ""
    attempts: int = 0
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    id: int = 0
