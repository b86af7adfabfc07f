"""The people: participants and how they are reached, staff and their absences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LANGUAGES = ("nb", "nn", "en")


class ParticipantStatus(StrEnum):
    INVITED = "invited"  # has a code, or is between the code and the answer yes or no
    ACTIVE = "active"
    DECLINED = "declined"  # said no thanks to the bot; is followed up another way
    LEFT = "left"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that concerns people belongs to one; `hours` is OfficeHours.to_json()."""

    name: str
    hours: dict[str, object]
    created_at: datetime
    key_id: str
    telegram_token: str = ""  # sealed; the default office's comes from the settings instead
    bot_username: str = ""
    content_version_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """Names are sealed with the key `key_id`, like all the participant writes or is sent."""

    office_id: int
    key_id: str
    first_name: str
    last_name: str
    caseworker_id: int
    invited_at: datetime
    language: str = "nb"
    status: ParticipantStatus = ParticipantStatus.INVITED
    preferred_hour: int | None = None  # local hour for check-ins and lessons
    fewer_messages: bool = False
    paused_until: datetime | None = None
    human_until: datetime | None = None  # a human writes with them: automatic messages wait
    started_at: datetime | None = None
    ended_at: datetime | None = None
    last_sign_of_life_at: datetime | None = None
    id: int = 0

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > now


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time code; only its keyed hash is kept."""

    office_id: int
    participant_id: int
    code_hash: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    id: int = 0


class AccountStatus(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NOT_FOUND = "not_found"
    UNBOUND = "unbound"  # the participant moved to another account


@dataclass(frozen=True, slots=True)
class TelegramAccount:
    """A private chat with one of our bots, bound to a participant by a code."""

    office_id: int
    chat_id: int
    participant_id: int
    bound_at: datetime
    status: AccountStatus = AccountStatus.ACTIVE
    status_changes: int = 0  # numbers the signals "blocked the bot", event and 403 alike
    next_send_at: datetime | None = None  # real time: Telegram's pace per chat
    id: int = 0


@dataclass(frozen=True, slots=True)
class CodeAttempts:
    """Wrong codes typed from one chat, for the throttle."""

    office_id: int
    chat_id: int
    failures: int
    window_started_at: datetime
    id: int = 0


class Role(StrEnum):
    CASEWORKER = "caseworker"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class Staff:
    office_id: int
    name: str
    email: str
    role: Role
    created_at: datetime
    language: str = "nb"
    deputy_id: int | None = None
    departed_at: datetime | None = None
    mail_failed_at: datetime | None = None  # the last notice bounced for good: no working channel
    id: int = 0

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class Absence:
    """Staff away from `starts_at` to `ends_at`, covered by `deputy_id` (None: their standing deputy)."""

    staff_id: int
    starts_at: datetime
    ends_at: datetime
    deputy_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class LoginLink:
    """A one-time sign-in link, redeemed by POST; only its hash is kept."""

    staff_id: int
    token_hash: str
    created_at: datetime
    expires_at: datetime
    redeemed_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Login:
    """A signed-in browser of somebody on staff; only the cookie's hash is kept."""

    staff_id: int
    token_hash: str
    form_token: str  # every form of this login carries it
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    id: int = 0
