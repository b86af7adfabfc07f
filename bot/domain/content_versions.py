"""The office's content over time: drafts, publications, and what differs between two versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ContentDraft:
    """Files on their way to being published; an office has one at most."""

    office_id: int
    files: dict[str, object]
    based_on: int | None  # the version that was published when the draft was begun
    changed_at: datetime
    changed_by: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Publication:
    """One act of making a version the office's content: who, when and why.

    A version may be published more than once: rolling back is a publication of its own.
    """

    office_id: int
    version_id: int
    published_at: datetime
    published_by: str  # a staff e-mail address, "command line", or "files" at start-up
    why: str = ""
    is_rollback: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class ContentChange:
    """One thing that differs between two versions of a pack.

    `place` leads to it within the file, list items by their key. `old` is None where it is new, `new`
    None where it is gone; what is more than words (a step, a fact) is told in one line.
    """

    path: str
    place: str
    what: str  # "text", "label", "step", "option", "setting", "fact", "help line", "programme", "file"
    language: str | None
    old: str | None
    new: str | None

    @property
    def kind(self) -> str:
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


@dataclass(frozen=True, slots=True)
class VersionHeading:
    """A published version without its files."""

    office_id: int
    digest: str
    published_at: datetime  # for the first time
    published_by: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class PinnedRun:
    """Which version somebody's way through a flow goes by."""

    run_id: int
    flow_key: str
    version_id: int
