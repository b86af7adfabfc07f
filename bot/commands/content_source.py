"""Which content a command works on, the draft or a folder, with all that the check found in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import RuleBroken

if TYPE_CHECKING:
    from datetime import date

    from bot.app import Program
    from bot.content.workshop import CheckedFiles
    from bot.domain.people import Office
    from bot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Source:
    """Content that may become the office's; `name` is what people call it."""

    name: str
    office: Office
    is_draft: bool
    content: CheckedFiles


def candidate(
    program: Program, folder: Path | None, *, office: str | None, is_draft: bool
) -> Source:
    """What is to be published: the draft when asked for, otherwise a folder.

    Raises:
        RuleBroken: A folder and the draft are asked for, or neither while there is a draft.
        BadContent, NotFound: There is no such folder, office or draft.
    """
    from bot.commands.choosing import office_named
    from bot.commands.content import chosen_folder
    from bot.content.check import check_folder
    from bot.content.loading import digest_of, load_files, read_folder
    from bot.content.workshop import CheckedFiles, Workshop
    from bot.domain.errors import BadContent
    from bot.services.content_drafts import draft_files

    if is_draft and folder is not None:
        raise RuleBroken("Name a folder or say --draft, not both.")
    chosen = program.storage.read_sync(office_named, office)
    day = today(program)
    if is_draft:
        files = program.storage.read_sync(draft_files, chosen.id)
        content = Workshop().checked(files, today=day)
        return Source(f"the draft of {chosen.name}", chosen, True, content)
    if folder is None and (draft := program.storage.read_sync(_draft, chosen.id)) is not None:
        raise RuleBroken(
            f"{chosen.name} has a draft, last changed by {draft}: say --draft, or name the folder."
        )
    folder = chosen_folder(program.settings, folder)
    if not folder.is_dir():
        raise BadContent(f"There is no folder {folder}: name the folder of a pack.")
    files, _ = read_folder(folder)
    findings = check_folder(folder, today=day)
    is_good = not any(finding.is_error for finding in findings)
    pack = load_files(files) if is_good else None
    return Source(str(folder), chosen, False, CheckedFiles(files, digest_of(files), findings, pack))


def today(program: Program) -> date:
    from zoneinfo import ZoneInfo

    return program.clock.now().astimezone(ZoneInfo(program.settings.time_zone)).date()


def _draft(uow: UnitOfWork, office_id: int) -> str | None:
    draft = uow.publishing.drafts.of_office(office_id)
    return draft.changed_by if draft else None
