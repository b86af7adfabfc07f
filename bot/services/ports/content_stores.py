"""Stores of an office's content over time, and of the runs pinned to its versions."""

from __future__ import annotations

from typing import Protocol

from bot.domain.content_versions import ContentDraft, PinnedRun, Publication, VersionHeading
from bot.domain.messages import Run
from bot.services.ports.stores import Store


class VersionHeadingStore(Protocol):
    def get(self, version_id: int) -> VersionHeading: ...
    def of_office(self, office_id: int) -> list[VersionHeading]: ...


class ContentDraftStore(Store[ContentDraft], Protocol):
    def of_office(self, office_id: int) -> ContentDraft | None: ...
    def discard(self, office_id: int) -> bool:
        """Whether there was one."""
        ...


class PublicationStore(Store[Publication], Protocol):
    def of_office(self, office_id: int) -> list[Publication]: ...
    def last_of_office(self, office_id: int) -> Publication | None: ...


class PinnedRunStore(Protocol):
    """Runs that somebody may still go on with, those set aside among them."""

    def unfinished_of_office(self, office_id: int) -> list[Run]: ...
    def pins_of_office(self, office_id: int) -> list[PinnedRun]: ...
    def pin(self, run_id: int) -> PinnedRun | None: ...
    def move(self, pin: PinnedRun, *, to_version: int) -> bool:
        """Whether the run was still as `pin` says; its state is not touched."""
        ...


class PublishingStores(Protocol):
    @property
    def headings(self) -> VersionHeadingStore: ...
    @property
    def drafts(self) -> ContentDraftStore: ...
    @property
    def publications(self) -> PublicationStore: ...
    @property
    def runs(self) -> PinnedRunStore: ...
