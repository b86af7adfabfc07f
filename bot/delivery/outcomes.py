"""What a failed call to Telegram means for the message: one table, told apart by cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import aiohttp
import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.domain.people import AccountStatus


class Meaning(StrEnum):
    NOT_SENT = "not_sent"  # surely not accepted: may be tried again
    UNKNOWN = "unknown"  # may have been accepted
    FLOOD = "flood"
    GONE = "gone"  # the person cannot be reached here any more
    MARKUP = "markup"  # the text's entities cannot be parsed
    REFUSED = "refused"  # will never be accepted
    UNCHANGED = "unchanged"  # an edit that changes nothing: as good as done
    MIGRATED = "migrated"  # the group has a new id
    TOKEN = "token"  # our own token does not work


@dataclass(frozen=True, slots=True)
class Failure:
    meaning: Meaning
    reason: str
    retry_after: timedelta | None = None
    account_status: AccountStatus | None = None
    new_chat_id: int | None = None


# Telegram tells these apart by words alone; matched in small letters.
_FORBIDDEN = (
    ("user is deactivated", AccountStatus.DEACTIVATED),
    ("bot was blocked", AccountStatus.BLOCKED),
    ("bot was kicked", AccountStatus.BLOCKED),
    ("can't initiate conversation", AccountStatus.NOT_FOUND),
)
_NOT_FOUND = ("chat not found", "user not found", "peer_id_invalid", "chat_id is empty")

# What aiohttp and httpx raise before a request can have left. aiohttp says ConnectionTimeoutError
# for a full pool too; its ClientConnectorError covers names, refusals and certificates.
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
)


def failure_of(error: BaseException) -> Failure:
    """Return what an error from a send means.

    `BadRequest` subclasses `NetworkError`, so the order of the cases matters.
    """
    words = str(error)
    lower = words.lower()
    match error:
        case RetryAfter():
            seconds = error.retry_after
            wait = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
            return Failure(Meaning.FLOOD, "flood_limit", retry_after=wait)
        case InvalidToken():
            return Failure(Meaning.TOKEN, "token_refused")
        case Forbidden():
            status = next((s for text, s in _FORBIDDEN if text in lower), AccountStatus.BLOCKED)
            return Failure(Meaning.GONE, words, account_status=status)
        case ChatMigrated():
            return Failure(Meaning.MIGRATED, "chat_migrated", new_chat_id=error.new_chat_id)
        case BadRequest():
            return _bad_request(words, lower)
        case Conflict():
            return Failure(Meaning.NOT_SENT, "conflict")
        case NetworkError():
            if isinstance(error.__cause__, _NEVER_LEFT):
                return Failure(Meaning.NOT_SENT, type(error.__cause__).__name__)
            return Failure(Meaning.UNKNOWN, type(error.__cause__ or error).__name__)
        case TelegramError():
            return Failure(Meaning.UNKNOWN, type(error).__name__)
        case _:
            return Failure(Meaning.UNKNOWN, type(error).__name__)


def _bad_request(words: str, lower: str) -> Failure:
    if "message is not modified" in lower:
        return Failure(Meaning.UNCHANGED, "not_modified")
    if "can't parse entities" in lower or "can't find end" in lower:
        return Failure(Meaning.MARKUP, words)
    if any(text in lower for text in _NOT_FOUND):
        return Failure(Meaning.GONE, words, account_status=AccountStatus.NOT_FOUND)
    return Failure(Meaning.REFUSED, words)
