"""Drafts of an office's content: begun, edited text by text, replaced by files, discarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.content_versions import ContentChange, ContentDraft
from bot.domain.errors import NotFound, RuleBroken, StaleVersion
from bot.domain.people import Staff
from bot.services.ports import UnitOfWork
from bot.services.ports.content_work import ContentWorkshop, Place
from bot.services.publishing import (
    COMMAND_LINE,
    files_of_version,
    published_files,
    version_named,
)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft for people to look at: what it would change, and whether it is built on the current."""

    changed_at: datetime
    changed_by: str
    based_on: int | None
    is_on_current: bool
    changes: tuple[ContentChange, ...]


def draft_of(uow: UnitOfWork, office_id: int) -> ContentDraft:
    """Raises NotFound when the office has none."""
    draft = uow.publishing.drafts.of_office(office_id)
    if draft is None:
        raise NotFound("The office has no draft: `tettpa content import` or an edit begins one.")
    return draft


def draft_files(uow: UnitOfWork, office_id: int) -> dict[str, str]:
    """Raises NotFound when the office has no draft."""
    return {path: str(text) for path, text in draft_of(uow, office_id).files.items()}


def files_named(uow: UnitOfWork, office_id: int, name: str) -> dict[str, str]:
    """The files of "draft", of "published", or of a version by number or digest. Raises NotFound."""
    match name.strip().lower():
        case "draft":
            return draft_files(uow, office_id)
        case "published":
            return published_files(uow, office_id)
        case _:
            return files_of_version(uow, version_named(uow, office_id, name).id)


def show_draft(uow: UnitOfWork, office_id: int, workshop: ContentWorkshop) -> DraftView:
    """The draft compared with what is published. Raises NotFound when there is none."""
    draft = draft_of(uow, office_id)
    changes = workshop.compare(published_files(uow, office_id), draft_files(uow, office_id))
    return DraftView(
        draft.changed_at,
        draft.changed_by,
        draft.based_on,
        draft.based_on == uow.offices.get(office_id).content_version_id,
        tuple(changes),
    )


def put_draft(
    uow: UnitOfWork,
    office_id: int,
    files: Mapping[str, str],
    *,
    staff: Staff | None = None,
    replaces: bool = False,
) -> ContentDraft:
    """Make these files the office's draft, built on what is published now.

    A draft may be wrong; the check says so, and publishing refuses it.

    Raises:
        RuleBroken: There is a draft and `replaces` is False, or a file holds what no database keeps.
    """
    known = uow.publishing.drafts.of_office(office_id)
    if known is not None and not replaces:
        raise RuleBroken(
            f"The office has a draft, last changed by {known.changed_by}: publish it or discard it "
            "first, or say that this one replaces it."
        )
    for path, text in files.items():
        if "\0" in path + text:
            raise RuleBroken(f"{path} holds a character that is not text: write it anew.")
    return _store(uow, office_id, files, by=_by(staff), begins_anew=True)


def edit_draft(
    uow: UnitOfWork,
    office_id: int,
    workshop: ContentWorkshop,
    path: str,
    place: Place,
    text: str,
    *,
    staff: Staff | None = None,
    was: str | None = None,
) -> ContentDraft:
    """Change one text in the office's draft, which begins with what is published when there is none.

    Whoever edits a translation confirms it: the check does not call it stale any more.

    Args:
        was: What the text said when it was shown; None does not ask.

    Raises:
        BadContent: No text can stand there.
        StaleVersion: Somebody else changed the text since it was shown.
    """
    draft = uow.publishing.drafts.of_office(office_id)
    files = draft_files(uow, office_id) if draft else published_files(uow, office_id)
    if was is not None and (workshop.text_at(files, path, place) or "").strip() != was.strip():
        raise StaleVersion("Somebody changed this text meanwhile: look at it again.")
    files = workshop.confirmed(workshop.edited(files, path, place, text), path, place)
    return _store(uow, office_id, files, by=_by(staff))


def discard_draft(uow: UnitOfWork, office_id: int) -> None:
    """Raises NotFound when there is none."""
    draft_of(uow, office_id)
    uow.publishing.drafts.discard(office_id)


def _store(
    uow: UnitOfWork,
    office_id: int,
    files: Mapping[str, str],
    *,
    by: str,
    begins_anew: bool = False,
) -> ContentDraft:
    drafts = uow.publishing.drafts
    current = uow.offices.get(office_id).content_version_id
    known = drafts.of_office(office_id)
    if known is None:
        return drafts.add(ContentDraft(office_id, dict(files), current, uow.now, by))
    based_on = current if begins_anew else known.based_on
    return drafts.save(
        replace(known, files=dict(files), based_on=based_on, changed_at=uow.now, changed_by=by)
    )


def _by(staff: Staff | None) -> str:
    return COMMAND_LINE if staff is None else staff.email
