"""`tettpa participant`: invite participants, and look at them and their messages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import CohortOption, Json, Language, Number, OfficeName
from bot.domain.errors import NotFound, RuleBroken

if TYPE_CHECKING:
    from bot.app import Program
    from bot.services.participants import Invited
    from bot.services.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True)

Picture = Annotated[
    Path | None, typer.Option("--qr", help="Write the link as a QR code to this PNG file.")
]
COLUMNS = {
    "id": "no.",
    "name": "name",
    "status": "status",
    "language": "language",
    "caseworker": "caseworker",
    "cohort": "cohort",
    "telegram": "Telegram",
    "last_sign_of_life_at": "last heard from",
}


@app.callback()
def participant() -> None:
    """Participants: invite, enrol, look up, export, erase."""


@app.command(
    epilog="Example: tettpa participant invite Amina --caseworker kari@example.org --cohort 1 "
    "--qr amina.png"
)
def invite(
    name: Annotated[str, typer.Argument(help="First name; the bot says it.")],
    caseworker: Annotated[str, typer.Option(help="E-mail address of their caseworker.")],
    last_name: Annotated[str, typer.Option(help="Last name; only staff see it.")] = "",
    cohort: CohortOption = None,
    language: Annotated[Language, typer.Option(help="First language; they can change it.")] = "nb",
    qr: Picture = None,
    json_wanted: Json = False,
) -> None:
    """Invite somebody and print their one-time code, to be handed over in person."""
    from bot.commands.invitations import bot_name_of, ensure_picture_possible
    from bot.commands.opening import opened
    from bot.services.offices import staff_by_email
    from bot.services.participants import invite_participant

    def work(uow: UnitOfWork) -> Invited:
        follower = staff_by_email(uow, caseworker)
        return invite_participant(
            uow,
            office_id=follower.office_id,
            first_name=name,
            last_name=last_name,
            caseworker=follower,
            cohort_id=cohort,
            language=language,
        )

    with opened() as program:
        office_id = program.storage.read_sync(lambda uow: staff_by_email(uow, caseworker).office_id)
        ensure_picture_possible(qr, bot_name_of(program, office_id))
        invited = program.storage.run_sync(work)
        _hand_over(program, invited.participant.id, invited.code, qr, json_wanted=json_wanted)


@app.command(epilog="Example: tettpa participant code 12 --qr new-phone.png")
def code(number: Number, qr: Picture = None, json_wanted: Json = False) -> None:
    """Print a new code, for a new phone or a lost code; earlier codes stop working."""
    from bot.commands.choosing import present_participant
    from bot.commands.invitations import bot_name_of, ensure_picture_possible
    from bot.commands.opening import opened
    from bot.services.participants import new_code

    with opened() as program:
        found = program.storage.read_sync(lambda uow: present_participant(uow, number))
        ensure_picture_possible(qr, bot_name_of(program, found.office_id))
        made = program.storage.run_sync(lambda uow: new_code(uow, present_participant(uow, number)))
        _hand_over(program, number, made, qr, json_wanted=json_wanted)


@app.command("list", epilog="Example: tettpa participant list --cohort 1 --json")
def list_participants(
    office: OfficeName = None, cohort: CohortOption = None, json_wanted: Json = False
) -> None:
    """Show the participants of an office or of a cohort."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.commands.participant_rows import participant_row
    from bot.commands.printing import print_listing

    def work(uow: UnitOfWork) -> list[dict[str, Any]]:
        if cohort is not None:
            members = uow.participants.of_cohort(uow.cohorts.get(cohort).id, only_active=False)
        else:
            members = uow.participants.of_office(office_named(uow, office).id)
        return [participant_row(uow, member) for member in members]

    with opened() as program:
        rows = program.storage.read_sync(work)
    print_listing(
        rows,
        COLUMNS,
        json_wanted=json_wanted,
        empty="No participants yet: invite them with `tettpa participant invite`.",
    )


@app.command(epilog="Example: tettpa participant show 12")
def show(
    number: Number,
    messages: Annotated[int, typer.Option(min=0, max=1000, help="How many messages.")] = 20,
    json_wanted: Json = False,
) -> None:
    """Show a participant, and every message sent or held back, with rule, moment and reason."""
    from bot.commands.opening import opened
    from bot.commands.participant_rows import (
        LABELS,
        LEDGER_COLUMNS,
        ledger,
        open_cases,
        participant_row,
    )
    from bot.commands.printing import print_facts, print_json, print_table

    def work(uow: UnitOfWork) -> dict[str, Any]:
        found = uow.participants.get(number)
        return {
            **participant_row(uow, found),
            "open_cases": open_cases(uow, found),
            "messages": ledger(uow, found, messages) if messages else [],
        }

    with opened() as program:
        found = program.storage.read_sync(work)
    if json_wanted:
        print_json(found)
        return
    cases = [
        f"{case['reason']} (no. {case['id']}, {case['state']})" for case in found["open_cases"]
    ]
    print_facts({**found, "open_cases": cases}, LABELS)
    if found["messages"]:
        print()
        print_table(found["messages"], LEDGER_COLUMNS)


@app.command(epilog="Example: tettpa participant enrol 12 --cohort 2 --instead")
def enrol(
    number: Number,
    cohort: CohortOption = None,
    instead: Annotated[
        bool, typer.Option("--instead", help="End the course they follow now.")
    ] = False,
) -> None:
    """Put a participant into a cohort, or into individual follow-up without --cohort."""
    from bot.commands.choosing import present_participant
    from bot.commands.opening import opened
    from bot.domain.planning import EnrolmentStatus
    from bot.services import participants
    from bot.services.enrolment_end import end_enrolment

    def work(uow: UnitOfWork) -> str:
        found = present_participant(uow, number)
        group = uow.cohorts.get(cohort) if cohort is not None else None
        if group is not None and group.office_id != found.office_id:
            raise NotFound(f"There is no cohort {cohort} at the participant's office.")
        current = uow.enrolments.active_of(number)
        if current is not None and not instead:
            raise RuleBroken(
                f"Participant {number} follows a course already: "
                "add --instead to end that and begin the other."
            )
        if current is not None:
            end_enrolment(uow, found, current, EnrolmentStatus.WITHDRAWN)
        participants.enrol(uow, found, cohort)
        return "individual follow-up" if group is None else f"cohort {group.id}"

    with opened() as program:
        where = program.storage.run_sync(work)
    print(f"Participant {number} is in {where}.")


def _hand_over(
    program: Program, number: int, made: str, qr: Path | None, *, json_wanted: bool
) -> None:
    """Print the code first: it is shown this once, whatever happens to the picture."""
    from bot.commands.invitations import bot_name_of, link_to, write_picture
    from bot.commands.printing import print_facts, print_json, written
    from bot.services.participants import CODE_KEEPS
    from bot.services.speaking import calendar_of

    found = program.storage.read_sync(lambda uow: uow.participants.get(number))
    local = program.storage.read_sync(lambda uow: calendar_of(uow, found.office_id)).local
    link = link_to(bot_name_of(program, found.office_id), made)
    handed = {
        "id": number,
        "name": found.full_name,
        "code": made,
        "link": link,
        "expires_at": local(program.clock.now() + CODE_KEEPS),
    }
    if json_wanted:
        print_json(handed)
    else:
        labels = {"id": "participant", "name": "name", "code": "code", "link": "link"}
        unknown = "not known until the bot has reached Telegram once; the code works when typed"
        print_facts({**handed, "link": link or unknown}, labels)
        print(
            f"The code works once, until {written(handed['expires_at'])}; hand it over in person."
        )
    if qr is not None and link is not None:
        write_picture(link, qr)
        if not json_wanted:
            print(f"The QR code is in {qr}.")
