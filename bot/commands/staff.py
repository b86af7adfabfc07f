"""`tettpa staff`: who works here, who stands in for whom, and sign-in links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.commands.options import Email, Json, Language, OfficeName
from bot.domain.errors import RuleBroken

if TYPE_CHECKING:
    from bot.app import Program
    from bot.domain.people import Staff
    from bot.services.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True)

COLUMNS = {
    "id": "no.",
    "name": "name",
    "email": "e-mail",
    "role": "role",
    "language": "language",
    "deputy": "deputy",
    "absences": "away",
    "departed_at": "left",
    "mail_failed_at": "mail bounced",
}


@app.callback()
def staff() -> None:
    """Caseworkers and coordinators."""


@app.command(epilog='Example: tettpa staff add "Kari Eksempel" kari@example.org --role caseworker')
def add(
    name: Annotated[str, typer.Argument(help="Their name; participants see the first.")],
    email: Annotated[str, typer.Argument(help="Where notices go; a working address.")],
    role: Annotated[
        Literal["caseworker", "coordinator"], typer.Option(help="What they do here.")
    ] = "caseworker",
    office: OfficeName = None,
    deputy: Annotated[str, typer.Option(help="E-mail address of who stands in for them.")] = "",
    language: Annotated[Language, typer.Option(help="Language of their notices.")] = "nb",
    json_wanted: Json = False,
) -> None:
    """Add somebody to the staff and print their one-time sign-in link."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.domain.people import Role
    from bot.services.logins import new_login_link
    from bot.services.offices import add_staff

    def work(uow: UnitOfWork) -> tuple[dict[str, Any], str]:
        added = add_staff(
            uow,
            office_id=office_named(uow, office).id,
            name=name,
            email=email,
            role=Role(role),
            language=language,
            deputy_email=deputy,
        )
        return staff_row(uow, added), new_login_link(uow, added)

    with opened() as program:
        row, token = program.storage.run_sync(work)
        _print_link(program, row, token, json_wanted=json_wanted)


@app.command(epilog="Example: tettpa staff link kari@example.org")
def link(email: Email, json_wanted: Json = False) -> None:
    """Print a new one-time sign-in link, to be handed over in person."""
    from bot.commands.opening import opened
    from bot.services.logins import new_login_link

    def work(uow: UnitOfWork) -> tuple[dict[str, Any], str]:
        found = _present(uow, email)
        return staff_row(uow, found), new_login_link(uow, found)

    with opened() as program:
        row, token = program.storage.run_sync(work)
        _print_link(program, row, token, json_wanted=json_wanted)


@app.command("list", epilog="Example: tettpa staff list --json")
def list_staff(office: OfficeName = None, json_wanted: Json = False) -> None:
    """Show the staff of an office, with deputies and absences."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.commands.printing import print_listing, written

    def work(uow: UnitOfWork) -> list[dict[str, Any]]:
        members = uow.staff.of_office(office_named(uow, office).id)
        return [staff_row(uow, person) for person in members]

    with opened() as program:
        rows = program.storage.read_sync(work)
    if not json_wanted:
        for row in rows:
            row["absences"] = [
                f"{written(a['from'])} to {written(a['to'])}" for a in row["absences"]
            ]
    print_listing(
        rows,
        COLUMNS,
        json_wanted=json_wanted,
        empty="Nobody yet: add them with `tettpa staff add`.",
    )


@app.command(epilog="Example: tettpa staff deputy kari@example.org ola@example.org")
def deputy(
    email: Email,
    deputy_email: Annotated[
        str, typer.Argument(help='Who stands in; "" takes the deputy away.', metavar="DEPUTY")
    ],
) -> None:
    """Say who stands in for somebody; open cases look again at once."""
    from bot.commands.opening import opened
    from bot.services.offices import set_deputy

    with opened() as program:
        program.storage.run_sync(lambda uow: set_deputy(uow, _present(uow, email), deputy_email))
    if deputy_email:
        print(f"{deputy_email} stands in for {email}.")
    else:
        print(f"Nobody stands in for {email} now; their cases go on to the whole team.")


@app.command(epilog="Example: tettpa staff away kari@example.org --from 2026-12-21 --to 2027-01-02")
def away(
    email: Email,
    starts: Annotated[str, typer.Option("--from", help="First day away, or a moment.")],
    ends: Annotated[str, typer.Option("--to", help="Last day away (all of it), or a moment.")],
    deputy: Annotated[str, typer.Option(help="Who stands in this time.")] = "",
) -> None:
    """Note an absence: cases go to the deputy meanwhile."""
    from bot.commands.opening import opened
    from bot.commands.printing import written
    from bot.commands.typed_times import read_boundary
    from bot.services.offices import add_absence
    from bot.services.speaking import calendar_of

    def work(uow: UnitOfWork) -> str:
        person = _present(uow, email)
        calendar = calendar_of(uow, person.office_id)
        absence = add_absence(
            uow,
            person,
            starts_at=read_boundary(starts, calendar, uow.now),
            ends_at=read_boundary(ends, calendar, uow.now, whole_day=True),
            deputy_email=deputy,
        )
        begin, end = calendar.local(absence.starts_at), calendar.local(absence.ends_at)
        return f"{person.email} is away from {written(begin)} to {written(end)}."

    with opened() as program:
        print(program.storage.run_sync(work))


@app.command(epilog="Example: tettpa staff leave kari@example.org --to per@example.org")
def leave(
    email: Email,
    to: Annotated[
        str, typer.Option(help="E-mail of the colleague who takes over the participants.")
    ] = "",
) -> None:
    """Note that somebody works here no longer: a colleague takes over, they cannot sign in."""
    from bot.commands.opening import opened
    from bot.services.offices import depart

    def work(uow: UnitOfWork) -> None:
        depart(uow, _present(uow, email), successor=_present(uow, to) if to else None)

    with opened() as program:
        program.storage.run_sync(work)
    print(f"{email} works here no longer{f'; {to} takes over' if to else ''}.")


def staff_row(uow: UnitOfWork, person: Staff) -> dict[str, Any]:
    from bot.services.speaking import calendar_of

    local = calendar_of(uow, person.office_id).local
    absences = uow.absences.of_office(person.office_id, ending_after=uow.now)
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role.value,
        "language": person.language,
        "deputy": uow.staff.get(person.deputy_id).email if person.deputy_id else None,
        "absences": [
            {"from": local(a.starts_at), "to": local(a.ends_at)}
            for a in absences
            if a.staff_id == person.id
        ],
        "departed_at": local(person.departed_at) if person.departed_at else None,
        "mail_failed_at": local(person.mail_failed_at) if person.mail_failed_at else None,
    }


def _present(uow: UnitOfWork, email: str) -> Staff:
    from bot.services.offices import staff_by_email

    person = staff_by_email(uow, email)
    if person.departed_at is not None:
        raise RuleBroken(f"{person.email} works here no longer: name somebody who does.")
    return person


def _print_link(program: Program, row: dict[str, Any], token: str, *, json_wanted: bool) -> None:
    from bot.commands.printing import print_json, shown
    from bot.services.logins import PRINTED_LINK_KEEPS

    address = f"{program.settings.public_url}/login/{token}"
    if json_wanted:
        print_json({**row, "sign_in_link": address})
    else:
        days = PRINTED_LINK_KEEPS.days
        print(f"{shown(row['name'])} ({row['role']}) signs in once, within {days} days, at")
        print(address)
