"""Files that people are waiting for: which kinds there are, and an order as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DocumentKind(StrEnum):
    """What can be made; the codes stand in content packs and are never renamed."""

    CV = "cv"
    LETTER = "letter"
    BUDGET = "budget"
    PROGRESS = "progress"
    CERTIFICATE = "certificate"


class OrderState(StrEnum):
    QUEUED = "queued"  # waiting, or being made by whoever holds the lease
    MADE = "made"
    FAILED = "failed"  # or not wanted any more; `reason` says which


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """One wanted file (or set of files), made from what is known when its turn comes.

    `run_id` is the run that sleeps at `step_key` until the files are sent. A queued order whose
    `reason` is TOO_MANY is not made, only told of; one whose `reason` is FILES_QUEUED has its files
    in the outbox, and only its run is still to go on. `lease_until` is real time: somebody has it
    in hand until then, or it rests after a failure.
    """

    office_id: int
    participant_id: int
    run_id: int | None
    step_key: str
    document: str  # a DocumentKind, or what a later release makes
    language: str
    key: str
    created_at: datetime
    state: OrderState = OrderState.QUEUED
    attempts: int = 0
    lease_until: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    id: int = 0


TOO_MANY = "too_many"
FILES_QUEUED = "files_queued"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A finished file; `alt` says in the participant's language what a picture shows."""

    filename: str
    mime_type: str
    content_base64: str
    alt: str = ""

    @property
    def is_picture(self) -> bool:
        return self.mime_type == "image/png"


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """All files of one order, in the order in which they are sent.

    `shortened`: the page holds less than was answered. `unprintable`: signs that no font of ours
    has, left out of the page.
    """

    files: tuple[MadeFile, ...]
    shortened: bool = False
    unprintable: str = ""
