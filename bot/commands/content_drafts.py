"""`tettpa content draft`, `edit`, `discard`, `import` and `export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.content_options import A_VERSION
from bot.commands.options import Json, OfficeName
from bot.commands.printing import print_json
from bot.domain.errors import BadContent, RuleBroken

if TYPE_CHECKING:
    from bot.services.ports import UnitOfWork


def add_to(app: typer.Typer) -> None:
    """These belong to the group of content."""
    app.command(epilog="Example: tettpa content draft --office Sandvik --json")(draft)
    app.command(
        epilog="Example: tettpa content edit messages/nb.yaml session.reminder_soon 'Vi ses snart!'"
    )(edit)
    app.command(epilog="Example: tettpa content discard --office Sandvik")(discard)
    app.command("import", epilog="Example: tettpa content import ./our-texts --office Sandvik")(
        import_folder
    )
    app.command(epilog="Example: tettpa content export ./our-texts --version 3")(export)


def draft(office: OfficeName = None, json_wanted: Json = False) -> None:
    """Show the office's draft: who changed it last, and what it would change."""
    from bot.commands.choosing import office_named
    from bot.commands.content_publishing import changes_in_json, print_changes
    from bot.commands.opening import opened
    from bot.content.workshop import Workshop
    from bot.services.content_drafts import show_draft
    from bot.services.speaking import calendar_of

    def work(uow: UnitOfWork) -> tuple[dict[str, Any], Any]:
        chosen = office_named(uow, office)
        view = show_draft(uow, chosen.id, Workshop())
        facts = {
            "office": chosen.name,
            "changed_at": calendar_of(uow, chosen.id).local(view.changed_at),
            "changed_by": view.changed_by,
            "based_on": view.based_on,
            "is_on_current": view.is_on_current,
        }
        return facts, view.changes

    with opened() as program:
        facts, changes = program.storage.read_sync(work)
    if json_wanted:
        print_json(facts | {"changes": changes_in_json(changes)})
        return
    print_changes(changes)
    base = f"version {facts['based_on']}" + ("" if facts["is_on_current"] else ", now outdated")
    print(
        f"{facts['office']}: a draft on {base}, changed {facts['changed_at']:%Y-%m-%d %H:%M} "
        f"by {facts['changed_by']}."
    )


def edit(
    path: Annotated[str, typer.Argument(help="File of the pack: modules/cv/nb.yaml.")],
    place: Annotated[
        str, typer.Argument(help="The text in it: lessons.start.intro.text; list items by number.")
    ],
    text: Annotated[str, typer.Argument(help='The new text; "-" reads it from the input.')],
    office: OfficeName = None,
) -> None:
    """Change one text in the office's draft, and nothing else in its file."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.content.workshop import Workshop
    from bot.services.content_drafts import edit_draft

    words = sys.stdin.read() if text == "-" else text

    def work(uow: UnitOfWork) -> str:
        chosen = office_named(uow, office)
        edit_draft(uow, chosen.id, Workshop(), path, tuple(place.split(".")), words)
        return chosen.name

    with opened() as program:
        name = program.storage.run_sync(work)
    print(f"{name}: {path} {place} is changed in the draft; see `tettpa content check --draft`.")


def discard(office: OfficeName = None) -> None:
    """Throw the office's draft away; what is published stays."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.services.content_drafts import discard_draft

    def work(uow: UnitOfWork) -> str:
        chosen = office_named(uow, office)
        discard_draft(uow, chosen.id)
        return chosen.name

    with opened() as program:
        name = program.storage.run_sync(work)
    print(f"{name}: the draft is gone.")


def import_folder(
    folder: Annotated[Path, typer.Argument(help="Folder of the pack.")],
    office: OfficeName = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="In place of the draft that the office has.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Make a folder the office's draft; says what changed and what is wrong with it."""
    from bot.commands.choosing import office_named
    from bot.commands.content import counted, findings_in_json
    from bot.commands.content_publishing import changes_in_json, print_changes
    from bot.commands.content_source import today
    from bot.commands.opening import opened
    from bot.content.loading import read_folder
    from bot.content.workshop import Workshop
    from bot.services.content_drafts import put_draft
    from bot.services.publishing import published_files

    files, unreadable = read_folder(folder)
    if unreadable:
        raise BadContent(f"{unreadable[0]}: nothing was imported.")
    if not files:
        raise BadContent(f"{folder} holds no files of a pack: name the folder of one.")
    with opened() as program:
        chosen = program.storage.read_sync(office_named, office)
        program.storage.run_sync(put_draft, chosen.id, files, replaces=replace)
        before = program.storage.read_sync(published_files, chosen.id)
        checked = Workshop().checked(files, today=today(program))
    changes = Workshop().compare(before, files)
    if json_wanted:
        print_json(
            {
                "office": chosen.name,
                "errors": checked.errors,
                "findings": findings_in_json(checked.findings),
                "changes": changes_in_json(changes),
            }
        )
        return
    print_changes(changes)
    for finding in checked.findings:
        print(f"{finding.severity}  {finding}")
    print(
        f"{chosen.name}: {folder} is the draft, with {counted(checked.errors, 'error')}; "
        "publish it with `tettpa content publish --draft`."
    )


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write the pack to.")],
    version: Annotated[
        str, typer.Option(help=f"Which one: {A_VERSION}.", metavar="VERSION")
    ] = "published",
    office: OfficeName = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also into a folder that holds something else.")
    ] = False,
) -> None:
    """Write a version to a folder, byte for byte; of this pack, files it no longer has are removed."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.content.mirroring import mirror
    from bot.services.content_drafts import files_named

    with opened() as program:
        chosen = program.storage.read_sync(office_named, office)
        files = program.storage.read_sync(files_named, chosen.id, version)
    if folder.exists() and not folder.is_dir():
        raise RuleBroken(f"{folder} is a file: name a folder.")
    done = mirror(folder, files, force=force)
    print(f"{folder}: {len(files)} files, {done.written} written and {done.removed} removed.")
