"""`tettpa content`: check packs of texts and publish them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import Json, OfficeName
from bot.domain.errors import BadContent, RuleBroken

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.content.findings import Finding
    from bot.services.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Argument(help="Folder of the pack; TETTPA_CONTENT_DIR or the one that comes along."),
]


@app.callback()
def content() -> None:
    """Check packs of texts and publish them."""


@app.command(epilog="Example: tettpa content check ./our-texts")
def check(folder: Folder = None, json_wanted: Json = False) -> None:
    """Look for every problem in a pack; exit code 1 when there are errors."""
    from bot.commands.printing import print_json
    from bot.config import load_settings
    from bot.content.summary import summary_of

    settings = load_settings()
    folder = chosen_folder(settings, folder)
    findings = findings_in(settings, folder)
    errors = sum(finding.is_error for finding in findings)
    if json_wanted:
        print_json(
            {
                "folder": str(folder),
                "errors": errors,
                "warnings": len(findings) - errors,
                "summary": summary_of(folder, findings),
                "findings": [
                    {"path": f.path, "line": f.line, "severity": f.severity, "message": f.message}
                    for f in findings
                ],
            }
        )
    else:
        for finding in findings:
            print(f"{finding.severity}  {finding}")
        print(
            f"{folder}: {_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')}"
        )
    if errors:
        raise _refused(folder, errors)


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
    files, _ = read_folder(folder)
    marks = stamped(read_parts(files), language=language, under=under.strip("/"))
    (folder / FILE).write_text(written(marks), encoding="utf-8")
    count = sum(len(of_file) for of_file in marks.values())
    print(f"{folder / FILE}: {_counted(count, 'translation')} confirmed.")


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


@app.command(epilog="Example: tettpa content publish ./our-texts --office Sandvik")
def publish(folder: Folder = None, office: OfficeName = None) -> None:
    """Make a pack the office's content; who is in the middle of a module ends it as it was."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.config import load_settings
    from bot.content.loading import load_folder
    from bot.services.offices import publish_content

    settings = load_settings()
    folder = chosen_folder(settings, folder)
    errors = sum(finding.is_error for finding in findings_in(settings, folder))
    if errors:
        raise _refused(folder, errors, first=f"run `tettpa content check {folder}`, ")
    pack = load_folder(folder)

    def work(uow: UnitOfWork) -> tuple[str, bool]:
        chosen = office_named(uow, office)
        is_new = publish_content(
            uow, chosen.id, digest=pack.digest, files=pack.files, by="command line"
        )
        return chosen.name, is_new

    with opened(settings) as program:
        name, is_new = program.storage.run_sync(work)
    state = "is published" if is_new else "was published already; nothing changed"
    print(f"{name}: version {pack.digest[:12]} {state}.")


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


def _refused(folder: Path, errors: int, *, first: str = "") -> BadContent:
    return BadContent(
        f"The content in {folder} has {_counted(errors, 'error')}: {first}correct them first."
    )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
