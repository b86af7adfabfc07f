"""`tettpa content publish`, `versions`, `compare` and `rollback`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.content_options import A_VERSION, CorrectRuns, Folder, IsDraft, Why
from bot.commands.failures import complain
from bot.commands.options import Json, OfficeName
from bot.commands.printing import print_json, print_listing, shown

if TYPE_CHECKING:
    from bot.app import Program
    from bot.content.workshop import CheckedFiles
    from bot.domain.content_versions import ContentChange, VersionHeading
    from bot.domain.people import Office
    from bot.services.content_standing import Correction
    from bot.services.ports import UnitOfWork

MOST_ROUNDS = 5  # of looking for runs that began while others were corrected
VERSION_COLUMNS = {
    "version": "version",
    "digest": "name",
    "at": "published",
    "by": "by",
    "why": "why",
    "note": "",
}


def add_to(app: typer.Typer) -> None:
    """These belong to the group of content."""
    app.command(
        epilog="Example: tettpa content publish ./our-texts --office Sandvik --why 'New opening hours'"
    )(publish)
    app.command(epilog="Example: tettpa content versions --office Sandvik")(versions)
    app.command(epilog="Example: tettpa content compare 3 published")(compare)
    app.command(epilog="Example: tettpa content rollback 3 --why 'Wrong phone number'")(rollback)


def publish(
    folder: Folder = None,
    office: OfficeName = None,
    draft: IsDraft = False,
    why: Why = "",
    correct_runs: CorrectRuns = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would change, and for whom.")
    ] = False,
    over_newer: Annotated[
        bool,
        typer.Option("--over-newer", help="The draft, although something was published since."),
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Make a pack the office's content; who is in the middle of a module ends it as it was."""
    from bot.commands.content_people import people_in_json, print_people, standing_in
    from bot.commands.content_source import candidate
    from bot.commands.opening import opened
    from bot.config import load_settings
    from bot.content.comparing import compare as compared
    from bot.services import publishing

    with opened(load_settings()) as program:
        source = candidate(program, folder, office=office, is_draft=draft)
        _refuse(source.content, source.name, is_draft=draft)
        office_id = source.office.id
        people = standing_in(program, source)
        report: dict[str, Any] = {"office": source.office.name, "digest": source.content.digest}
        if dry_run:
            before = program.storage.read_sync(publishing.published_files, office_id)
            changes = compared(before, source.content.files)
            report |= {"changes": changes_in_json(changes)}
        else:
            done = program.storage.run_sync(
                publishing.publish,
                office_id,
                source.content,
                why=why,
                is_draft=draft,
                over_newer=over_newer,
            )
            report |= {"version": done.version.id, "is_new": done.is_new}
        correction = _correct(program, office_id) if correct_runs and not dry_run else None
    if json_wanted:
        report["people"] = people_in_json(people, is_correcting=correct_runs)
        print_json(report | ({} if correction is None else _correction_in_json(*correction)))
        return
    if dry_run:
        print_changes(changes)
        print(f"{source.office.name}: nothing was published.")
    else:
        state = "is published" if done.is_new else "was published already; nothing changed"
        print(f"{source.office.name}: version {_version(done.version)} {state}.")
    if correction is None:
        print_people(people, is_correcting=correct_runs)
    else:
        _print_correction(*correction)


def versions(office: OfficeName = None, json_wanted: Json = False) -> None:
    """Show what was published: when, by whom and why."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.services.publishing import history
    from bot.services.speaking import calendar_of

    def work(uow: UnitOfWork) -> list[dict[str, Any]]:
        chosen = office_named(uow, office)
        local = calendar_of(uow, chosen.id).local
        return [
            {
                "version": act.publication.version_id,
                "digest": act.digest if json_wanted else act.digest[:12],
                "at": local(act.publication.published_at),
                "by": act.publication.published_by,
                "why": act.publication.why or None,
                "is_rollback": act.publication.is_rollback,
                "is_current": act.is_current,
                "note": ", ".join(
                    word
                    for word, holds in (
                        ("rolled back", act.publication.is_rollback),
                        ("current", act.is_current),
                    )
                    if holds
                ),
            }
            for act in history(uow, chosen.id)
        ]

    with opened() as program:
        rows = program.storage.read_sync(work)
    print_listing(rows, VERSION_COLUMNS, json_wanted=json_wanted, empty="Nothing was published.")


def compare(
    before: Annotated[str, typer.Argument(help=f"The one: {A_VERSION}.", metavar="A")],
    after: Annotated[str, typer.Argument(help="The other, written likewise.", metavar="B")],
    office: OfficeName = None,
    json_wanted: Json = False,
) -> None:
    """Show what differs between two versions: texts, steps, options, facts and settings."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.content.comparing import compare as compared
    from bot.services.content_drafts import files_named

    with opened() as program:
        chosen = program.storage.read_sync(office_named, office)
        old, new = (
            program.storage.read_sync(files_named, chosen.id, name) for name in (before, after)
        )
    changes = compared(old, new)
    if json_wanted:
        print_json(changes_in_json(changes))
    else:
        print_changes(changes)


def rollback(
    version: Annotated[str, typer.Argument(help="Its number, or first letters of its name.")],
    office: OfficeName = None,
    why: Why = "",
    correct_runs: CorrectRuns = False,
) -> None:
    """Publish an earlier version again; who is in the middle of a module ends it as it was."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.services.publishing import roll_back, version_named

    def work(uow: UnitOfWork) -> tuple[Office, VersionHeading]:
        chosen = office_named(uow, office)
        wanted = version_named(uow, chosen.id, version)
        return chosen, roll_back(uow, chosen.id, wanted.id, why=why).version

    with opened() as program:
        chosen, found = program.storage.run_sync(work)
        correction = _correct(program, chosen.id) if correct_runs else None
    print(f"{chosen.name}: version {_version(found)} is published again.")
    if correction is not None:
        _print_correction(*correction)


def _refuse(content: CheckedFiles, name: str, *, is_draft: bool) -> None:
    """Raises BadContent while errors stand, after each was named with its file and line."""
    from bot.commands.content import refused

    errors = [finding for finding in content.findings if finding.is_error]
    for finding in errors:
        complain(str(finding))
    if errors:
        how = "--draft" if is_draft else name
        raise refused(name, len(errors), first=f"see `tettpa content check {how}`, ")


def _correct(program: Program, office_id: int) -> tuple[int, Correction]:
    """Move what can be moved; how many that were, and what stays."""
    from bot.services.content_standing import correct_run, plan_correction

    moved = 0
    for _ in range(MOST_ROUNDS):
        plan = program.storage.read_sync(plan_correction, office_id)
        if not plan.moves:
            break
        for pin in plan.moves:
            moved += program.storage.run_sync(
                correct_run, office_id, pin.run_id, to_version=plan.to_version
            )
    return moved, plan


def _correction_in_json(moved: int, plan: Correction) -> dict[str, Any]:
    return {
        "corrected": moved,
        "stay": [
            {"run": pin.run_id, "flow": pin.flow_key, "version": pin.version_id, "why": why}
            for pin, why in plan.stays.items()
        ],
    }


def _print_correction(moved: int, plan: Correction) -> None:
    what = "1 unfinished run goes" if moved == 1 else f"{moved} unfinished runs go"
    print(f"{what} on with the corrected texts.")
    reasons: dict[tuple[str, int, str], int] = {}
    for pin, why in plan.stays.items():
        which = pin.flow_key, pin.version_id, why
        reasons[which] = reasons.get(which, 0) + 1
    for (flow_key, version_id, why), count in reasons.items():
        runs = "1 run ends" if count == 1 else f"{count} runs end"
        print(f"{runs} {flow_key} as it is in version {version_id}: {why}.")


def changes_in_json(changes: Sequence[ContentChange]) -> list[dict[str, Any]]:
    return [
        {
            "kind": change.kind,
            "what": change.what,
            "path": change.path,
            "place": change.place,
            "language": change.language,
            "old": change.old,
            "new": change.new,
        }
        for change in changes
    ]


def print_changes(changes: Sequence[ContentChange]) -> None:
    for change in changes:
        place = f" {change.place}" if change.place else ""
        print(f"{change.kind} {change.what}: {change.path}{place}")
        for sign, words in (("-", change.old), ("+", change.new)):
            for line in (words or "").splitlines():
                print(f"  {sign} {shown(line) if line else ''}".rstrip())
    print("1 difference." if len(changes) == 1 else f"{len(changes)} differences.")


def _version(version: VersionHeading) -> str:
    return f"{version.id} ({version.digest[:12]})"
