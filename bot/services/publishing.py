"""Publishing an office's content: by whom, when and why; what was published; and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.content_versions import Publication, VersionHeading
from bot.domain.errors import BadContent, NotFound, RuleBroken, StaleVersion
from bot.domain.messages import ContentVersion
from bot.domain.people import Staff
from bot.services.ports import UnitOfWork
from bot.services.ports.content_work import CheckedContent

COMMAND_LINE = "command line"
LEAST_DIGEST_CHARS = 6  # of a version's name, to be found by
MOST_FINDINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did; `is_new` is False when the office had this very content already."""

    version: VersionHeading
    is_new: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the office's history of content: what was published, and whether it is the current."""

    publication: Publication
    digest: str
    is_current: bool


def publish_content(
    uow: UnitOfWork,
    office_id: int,
    *,
    digest: str,
    files: Mapping[str, str],
    by: str,
    why: str = "",
) -> bool:
    """Make these files the office's content, unchecked; runs under way stay on theirs.

    Returns:
        Whether it was new to the office, or another version before.
    """
    current_id = uow.offices.get(office_id).content_version_id
    # By the heading alone: the files of a version are megabytes, and this runs at every start.
    if current_id is not None and uow.publishing.headings.get(current_id).digest == digest:
        return False
    version = uow.content_versions.by_digest(office_id, digest)
    if version is None:
        version = uow.content_versions.add(
            ContentVersion(office_id, digest, dict(files), uow.now, by)
        )
    _make_current(uow, office_id, version.id, by=by, why=why)
    return True


def publish(
    uow: UnitOfWork,
    office_id: int,
    content: CheckedContent,
    *,
    staff: Staff | None = None,
    why: str = "",
    is_draft: bool = False,
    over_newer: bool = False,
) -> Published:
    """Publish what was checked; a draft is gone afterwards.

    Args:
        content: As the workshop checked it; that takes seconds, so it is not done in here.
        staff: Who publishes, and must say why; None is the command line.
        is_draft: It is the office's draft, which must be as it was when it was checked.
        over_newer: Also when something else was published since the draft was begun.

    Raises:
        BadContent: Errors stand; the text names each with file and line.
        StaleVersion: The draft was changed meanwhile, or is built on an older version.
        RuleBroken: Somebody on staff gives no reason.
    """
    refuse_errors(content)
    by = _by(staff, why)
    if is_draft:
        draft = uow.publishing.drafts.of_office(office_id)
        if draft is None or draft.files != dict(content.files):
            raise StaleVersion("The draft was changed while it was checked: look at it again.")
        if not over_newer and draft.based_on != uow.offices.get(office_id).content_version_id:
            raise StaleVersion(
                "Something else was published since the draft was begun, and would be undone: "
                "compare the two, then discard the draft or publish it over the newer one."
            )
        uow.publishing.drafts.discard(office_id)
    is_new = publish_content(
        uow, office_id, digest=content.digest, files=content.files, by=by, why=why.strip()
    )
    return Published(_current(uow, office_id), is_new)


def roll_back(
    uow: UnitOfWork, office_id: int, version_id: int, *, staff: Staff | None = None, why: str = ""
) -> Published:
    """Publish an earlier version again, with a who, when and why of its own.

    It is not checked anew, for it has served before; but it must still load.

    Raises:
        NotFound: The office has no such version.
        RuleBroken: It is the office's content already, or somebody on staff gives no reason.
        BadContent: This release cannot use it any more.
    """
    version = version_named(uow, office_id, str(version_id))
    by = _by(staff, why)
    if uow.offices.get(office_id).content_version_id == version.id:
        raise RuleBroken(f"Version {version.id} is the office's content already.")
    uow.pack_version(version.id)
    _make_current(uow, office_id, version.id, by=by, why=why.strip(), is_rollback=True)
    return Published(version, is_new=True)


def refuse_errors(content: CheckedContent) -> None:
    """Raises BadContent while errors stand, naming the first of them."""
    errors = [str(finding) for finding in content.findings if finding.is_error]
    if not errors:
        return
    shown = errors[:MOST_FINDINGS_SHOWN]
    if len(errors) > len(shown):
        shown.append(f"and {len(errors) - len(shown)} more")
    count = "1 error stands" if len(errors) == 1 else f"{len(errors)} errors stand"
    raise BadContent("\n".join([f"Not published: {count}. Correct them first.", *shown]))


def history(uow: UnitOfWork, office_id: int) -> list[Act]:
    """Everything that was published for the office, oldest first."""
    current_id = uow.offices.get(office_id).content_version_id
    headings = {heading.id: heading for heading in uow.publishing.headings.of_office(office_id)}
    acts = uow.publishing.publications.of_office(office_id)
    told = {(act.version_id, act.published_at) for act in acts}
    # Earlier releases kept the first publication of a version with the version.
    acts += [
        _first_of(heading)
        for heading in headings.values()
        if (heading.id, heading.published_at) not in told
    ]
    acts.sort(key=lambda act: (act.published_at, act.id))
    last = max((n for n, act in enumerate(acts) if act.version_id == current_id), default=None)
    return [
        Act(act, headings[act.version_id].digest, is_current=n == last)
        for n, act in enumerate(acts)
    ]


def published_by(uow: UnitOfWork, office_id: int) -> str | None:
    """Who made the office's content what it is; None when it has none."""
    version_id = uow.offices.get(office_id).content_version_id
    if version_id is None:
        return None
    last = uow.publishing.publications.last_of_office(office_id)
    if last is not None and last.version_id == version_id:
        return last.published_by
    return uow.publishing.headings.get(version_id).published_by


def version_named(uow: UnitOfWork, office_id: int, name: str) -> VersionHeading:
    """A version of the office by its number, or by the beginning of its digest. Raises NotFound."""
    headings = uow.publishing.headings.of_office(office_id)
    wanted = name.strip().lower()
    for heading in headings:
        if str(heading.id) == wanted:
            return heading
    found = [h for h in headings if h.digest.startswith(wanted)]
    if len(wanted) >= LEAST_DIGEST_CHARS and len(found) == 1:
        return found[0]
    raise NotFound(f'The office has no version "{name}": see `tettpa content versions`.')


def files_of_version(uow: UnitOfWork, version_id: int) -> dict[str, str]:
    """A version's files as they were published."""
    stored = uow.content_versions.get(version_id).files
    return {path: str(text) for path, text in stored.items()}


def published_files(uow: UnitOfWork, office_id: int) -> dict[str, str]:
    """The files of the office's content. Raises NotFound when it has none."""
    return files_of_version(uow, _current(uow, office_id).id)


def _make_current(
    uow: UnitOfWork,
    office_id: int,
    version_id: int,
    *,
    by: str,
    why: str,
    is_rollback: bool = False,
) -> None:
    uow.publishing.publications.add(
        Publication(office_id, version_id, uow.now, by, why, is_rollback)
    )
    uow.offices.save(replace(uow.offices.get(office_id), content_version_id=version_id))


def _current(uow: UnitOfWork, office_id: int) -> VersionHeading:
    version_id = uow.offices.get(office_id).content_version_id
    if version_id is None:
        raise NotFound("The office has no published content: publish a pack.")
    return uow.publishing.headings.get(version_id)


def _by(staff: Staff | None, why: str) -> str:
    if staff is None:
        return COMMAND_LINE
    if not why.strip():
        raise RuleBroken("Say in a sentence why: colleagues will ask.")
    return staff.email


def _first_of(heading: VersionHeading) -> Publication:
    return Publication(heading.office_id, heading.id, heading.published_at, heading.published_by)
