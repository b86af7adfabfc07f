"""`tettpa content`: check packs of texts, and all that other files add to the group."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import content_drafts, content_preview, content_publishing
from bot.commands.content_options import Folder, IsDraft
from bot.commands.options import Json, OfficeName
from bot.domain.errors import BadContent, RuleBroken

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.content.findings import Finding

app = typer.Typer(no_args_is_help=True)


@app.callback()
def content() -> None:
    """Check packs of texts and publish them."""


@app.command(
    epilog="Example: tettpa content check ./our-texts, or with --draft, or --office Sandvik"
)
def check(
    folder: Folder = None,
    draft: IsDraft = False,
    office: OfficeName = None,
    json_wanted: Json = False,
) -> None:
    """Look for every problem in a pack; exit code 1 when there are errors.

    With an office, or of its draft, also who stands on a step that the pack no longer has.
    """
    from bot.commands.content_people import people_in_json, print_people, standing_in
    from bot.commands.content_source import candidate
    from bot.commands.opening import opened
    from bot.commands.printing import print_json
    from bot.config import load_settings
    from bot.content.summary import summary_of

    settings = load_settings()
    people = None
    findings: Sequence[Finding]
    if draft or office is not None:
        with opened(settings) as program:
            source = candidate(program, folder, office=office, is_draft=draft)
            people = standing_in(program, source)
        findings, name = source.content.findings, source.name
    else:
        folder = chosen_folder(settings, folder)
        findings, name = findings_in(settings, folder), str(folder)
    errors = sum(finding.is_error for finding in findings)
    if json_wanted:
        report = {
            "folder": name,
            "errors": errors,
            "warnings": len(findings) - errors,
            "findings": findings_in_json(findings),
        }
        if not draft:
            report["summary"] = summary_of(chosen_folder(settings, folder), findings)
        print_json(report | ({} if people is None else {"people": people_in_json(people)}))
    else:
        for finding in findings:
            print(f"{finding.severity}  {finding}")
        print(f"{name}: {counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}")
        print_people(people or [])
    if errors:
        raise refused(name, errors)


@app.command(epilog="Example: tettpa content stamp ./our-texts --language nn --under modules/cv")
def stamp(
    folder: Folder = None,
    language: Annotated[
        str | None, typer.Option(help="Only this language: nn or en.", metavar="nn|en")
    ] = None,
    under: Annotated[
        str, typer.Option(help="Only this folder or file of the pack, for example modules/cv.")
    ] = "",
) -> None:
    """Confirm that translations say what the bokmål says now; the check warns when it changes."""
    from bot.config import load_settings
    from bot.content.assembling import read_parts
    from bot.content.languages import LANGUAGES, ORIGINAL
    from bot.content.loading import read_folder
    from bot.content.translations import FILE, stamped, written

    settings = load_settings()
    if language is not None and language not in set(LANGUAGES) - {ORIGINAL}:
        raise RuleBroken(f"{language} is not a language to translate into: write nn or en.")
    folder = chosen_folder(settings, folder)
    parts = read_parts(read_folder(folder)[0])
    marks = stamped(parts, language=language, under=under.strip("/"))
    (folder / FILE).write_text(written(marks), encoding="utf-8")
    before = parts.translations[1] if parts.translations else {}
    count = sum(
        before.get(path, {}).get(name) != mark
        for path, of_file in marks.items()
        for name, mark in of_file.items()
    )
    print(f"{folder / FILE}: {counted(count, 'translation')} newly confirmed.")


@app.command(epilog="Example: tettpa content schema ./our-texts/.schemas")
def schema(
    folder: Annotated[Path, typer.Argument(help="Folder to write the schemas to.")],
) -> None:
    """Write JSON Schemas of a pack's files, so that editors complete and check while you type."""
    import json

    from bot.content.schemas import editor_settings, schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, written in schemas().items():
        (folder / name).write_text(
            json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
    globs = {str(folder / name): files for name, files in editor_settings().items()}
    print(f"{folder}: {len(globs)} schemas. For the editor's settings:")
    print(json.dumps({"yaml.schemas": globs}, indent=1, ensure_ascii=False))


def chosen_folder(settings: Settings, given: Path | None) -> Path:
    from bot.app import DEFAULT_PACK

    return given or settings.content_dir or DEFAULT_PACK


def findings_in(settings: Settings, folder: Path) -> Sequence[Finding]:
    from zoneinfo import ZoneInfo

    from bot.commands.opening import clock_of
    from bot.content.check import check_folder

    if not folder.is_dir():
        raise BadContent(f"There is no folder {folder}: name the folder of a pack.")
    today = clock_of(settings).now().astimezone(ZoneInfo(settings.time_zone)).date()
    return check_folder(folder, today=today)


def findings_in_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {"path": f.path, "line": f.line, "severity": f.severity, "message": f.message}
        for f in findings
    ]


def refused(name: str, errors: int, *, first: str = "") -> BadContent:
    return BadContent(
        f"The content in {name} has {counted(errors, 'error')}: {first}correct them first."
    )


def counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


content_preview.register(app)
content_publishing.add_to(app)
content_drafts.add_to(app)
