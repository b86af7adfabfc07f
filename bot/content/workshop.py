"""The workshop of content: fits the port of the services that publish, draft and compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.content import comparing, editing
from bot.content.assembling import read_parts
from bot.content.check import check_files
from bot.content.findings import Finding, Severity, in_reading_order
from bot.content.languages import ORIGINAL
from bot.content.loading import assemble, default_stand_ins, digest_of, load_stored
from bot.content.pack import Pack
from bot.content.translations import FILE as TRANSLATIONS
from bot.content.translations import marks_now
from bot.domain.content_versions import ContentChange

Files = Mapping[str, str]
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """Files with what the check found; `pack` is None while errors stand."""

    files: Files
    digest: str
    findings: tuple[Finding, ...]
    pack: Pack | None

    @property
    def errors(self) -> int:
        return sum(finding.is_error for finding in self.findings)


class Workshop:
    """Pure work on the files of packs."""

    def checked(self, files: Files, *, today: date) -> CheckedFiles:
        """Check files that may have been published first by an earlier release.

        A message that has come since is no error: it is taken from the pack that comes along, as
        for every published version.
        """
        findings = _with_stand_ins(files, check_files(files, today=today))
        is_good = not any(finding.is_error for finding in findings)
        return CheckedFiles(
            files, digest_of(files), findings, load_stored(files) if is_good else None
        )

    def edited(self, files: Files, path: str, place: Place, text: str) -> dict[str, str]:
        return editing.edited(files, path, place, text)

    def text_at(self, files: Files, path: str, place: Place) -> str | None:
        return editing.text_at(files, path, place)

    def confirmed(self, files: Files, path: str, place: Place) -> dict[str, str]:
        """The files, in which this translation is marked as true to the original of now."""
        is_original = path.endswith(f"/{ORIGINAL}.yaml")
        if TRANSLATIONS not in files or is_original:
            return dict(files)
        now = marks_now(read_parts(files)).get(path, {})
        # As the file writes it, a text of a step may leave out its last part.
        for name in (".".join(map(str, place)), ".".join(map(str, (*place, "text")))):
            if name in now:
                return editing.edited(files, TRANSLATIONS, (path, name), now[name])
        return dict(files)

    def compare(self, before: Files, after: Files) -> tuple[ContentChange, ...]:
        return comparing.compare(before, after)


def _with_stand_ins(files: Files, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The same, where what the pack that comes along makes good is a warning."""
    missing = {f for f in findings if f.is_error and f.path.startswith(("messages/", "notices/"))}
    if not missing:
        return findings
    _, _, left = assemble(files, stand_ins=default_stand_ins())
    _, _, all_of_them = assemble(files)
    made_good = (missing & set(all_of_them)) - set(left)
    return in_reading_order(
        replace(
            finding,
            severity=Severity.WARNING,
            message=f"{finding.message}; until then the pack that comes along speaks",
        )
        if finding in made_good
        else finding
        for finding in findings
    )
