"""What services ask of the workshop where content is read, checked, edited and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.domain.content_versions import ContentChange
from bot.services.ports.content import PackPort

Files = Mapping[str, str]
Place = tuple[str | int, ...]


class ContentFinding(Protocol):
    """One problem of a pack; `line` 0 is the whole file. As text it names file, line and remedy."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def is_error(self) -> bool: ...


class CheckedContent(Protocol):
    """Files with what the check found; `pack` is None while errors stand."""

    @property
    def files(self) -> Files: ...
    @property
    def digest(self) -> str: ...
    @property
    def findings(self) -> Sequence[ContentFinding]: ...
    @property
    def pack(self) -> PackPort | None: ...


class ContentWorkshop(Protocol):
    """Pure work on files; `checked` takes seconds and belongs outside of units of work."""

    def checked(self, files: Files, *, today: date) -> CheckedContent: ...
    def edited(self, files: Files, path: str, place: Place, text: str) -> dict[str, str]:
        """Raises BadContent when no text can stand there."""
        ...

    def text_at(self, files: Files, path: str, place: Place) -> str | None: ...
    def confirmed(self, files: Files, path: str, place: Place) -> dict[str, str]:
        """The files, in which this translation is marked as true to the original of now."""
        ...

    def compare(self, before: Files, after: Files) -> Sequence[ContentChange]: ...
