"""`tettpa participant import`, `export` and `erase`: many in from a file, one out or away."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import CohortOption, Number
from bot.domain.errors import RuleBroken

if TYPE_CHECKING:
    from bot.commands.participant_csv import NewParticipant
    from bot.services.ports import UnitOfWork


def add_to(app: typer.Typer) -> None:
    """These belong to the group of participants."""
    app.command(
        "import",
        epilog="Example: tettpa participant import class.csv --caseworker kari@example.org "
        "--cohort 1 > codes.csv",
    )(import_file)
    app.command(epilog="Example: tettpa participant export 12 --out participant-12.json")(export)
    app.command(epilog="Example: tettpa participant erase 12")(erase)


def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns first_name, last_name, language.")
    ],
    caseworker: Annotated[str, typer.Option(help="E-mail address of their caseworker.")],
    cohort: CohortOption = None,
) -> None:
    """Invite everybody in a CSV file, all or nobody, and print their codes as CSV."""
    from bot.commands.invitations import bot_name_of, link_to
    from bot.commands.opening import opened
    from bot.commands.participant_csv import codes_as_csv, read_new_participants
    from bot.services.offices import staff_by_email
    from bot.services.participants import Invited, invite_participant

    newcomers = read_new_participants(file)

    def work(uow: UnitOfWork) -> tuple[int, list[Invited]]:
        follower = staff_by_email(uow, caseworker)

        def invite(newcomer: NewParticipant) -> Invited:
            return invite_participant(
                uow,
                office_id=follower.office_id,
                first_name=newcomer.first_name,
                last_name=newcomer.last_name,
                caseworker=follower,
                cohort_id=cohort,
                language=newcomer.language,
            )

        return follower.office_id, [invite(newcomer) for newcomer in newcomers]

    with opened() as program:
        with _busy(f"Inviting {len(newcomers)} participants …"):
            office_id, invited = program.storage.run_sync(work)
        bot_name = bot_name_of(program, office_id)
    rows = [(i.participant, i.code, link_to(bot_name, i.code)) for i in invited]
    sys.stdout.write(codes_as_csv(rows))


def export(
    number: Number,
    out: Annotated[
        Path | None, typer.Option(help="Write to this file, readable by this account only.")
    ] = None,
) -> None:
    """Print everything held about a participant as JSON; staff's notes are left out."""
    from bot.commands.choosing import present_participant
    from bot.commands.invitations import ensure_writable, write_private
    from bot.commands.opening import opened
    from bot.commands.printing import as_json
    from bot.services.data_export import export_participant

    if out is not None:
        ensure_writable(out)
    with opened() as program:
        data = program.storage.read_sync(
            lambda uow: export_participant(uow, present_participant(uow, number))
        )
    text = as_json(data)
    if out is None:
        print(text)
    else:
        write_private(out, f"{text}\n".encode())
        print(f"{out} holds everything about participant {number}: keep it safe.")


def erase(
    number: Number,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase all that was written and sent, for good; its key too, so that backups go dark."""
    from bot.commands.choosing import present_participant
    from bot.commands.opening import opened
    from bot.commands.printing import shown
    from bot.services import rights

    with opened() as program:
        found = program.storage.read_sync(lambda uow: present_participant(uow, number))
        if not yes:
            try:
                sure = typer.confirm(
                    f"Erase {shown(found.full_name)} (participant {number}) for good?", err=True
                )
            except typer.Abort:
                raise RuleBroken(
                    "Nothing was erased: answer the question, or add --yes in a script."
                ) from None
            if not sure:
                raise RuleBroken("Nothing was erased.")
        program.storage.run_sync(lambda uow: rights.erase(uow, present_participant(uow, number)))
    print(f"Participant {number} is erased; the caseworker is told that they left.")


def _busy(words: str) -> AbstractContextManager[object]:
    """A sign of work on a terminal's stderr; nothing elsewhere."""
    from rich.console import Console

    return Console(stderr=True).status(words)
