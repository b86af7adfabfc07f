"""The Telegram group in which an office's staff are told of cases, if the office allows one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EndedBecause(StrEnum):
    """Why a group is an office's staff group no longer; the row stays as the record of it."""

    SWITCHED_OFF = "switched_off"
    REPLACED = "replaced"  # another group was linked in its place
    GONE = "gone"  # the bot was thrown out, or Telegram knows no such chat


@dataclass(frozen=True, slots=True)
class StaffGroup:
    """Allowed by the office; linked once somebody writes its one-time code in the group.

    Only the code's keyed hash is kept, and not even that once it is used.
    """

    office_id: int
    created_at: datetime
    code_hash: str = ""
    code_expires_at: datetime | None = None
    chat_id: int | None = None  # None: allowed, and no group has been linked yet
    linked_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: EndedBecause | None = None
    next_send_at: datetime | None = None  # real time: Telegram's pace per group
    id: int = 0
