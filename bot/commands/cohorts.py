"""`tettpa cohort`: cohorts with their sessions and participants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import Json, Number, OfficeName

if TYPE_CHECKING:
    from bot.domain.planning import Cohort
    from bot.services.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True)

COLUMNS = {
    "id": "no.",
    "name": "name",
    "programme": "programme",
    "starts_on": "starts",
    "leader": "leader",
    "participants": "participants",
    "sessions": "sessions",
    "ended_at": "ended",
}
MEMBER_COLUMNS = {"id": "no.", "name": "name", "status": "status", "enrolment": "enrolment"}


@app.callback()
def cohort() -> None:
    """Cohorts: groups that follow a programme together."""


@app.command(
    epilog='Example: tettpa cohort create "Spring 2027" --starts-on 2027-02-02 '
    "--leader kari@example.org"
)
def create(
    name: Annotated[str, typer.Argument(help="What staff call it.")],
    starts_on: Annotated[str, typer.Option(help="First day, like 2027-02-02.")],
    leader: Annotated[str, typer.Option(help="E-mail address of the leader.")],
    office: OfficeName = None,
    json_wanted: Json = False,
) -> None:
    """Create a cohort with all sessions of its programme, and look for days off among them."""
    from bot.commands.choosing import office_named
    from bot.commands.failures import complain
    from bot.commands.opening import opened
    from bot.commands.printing import print_json, print_table, shown
    from bot.commands.programme_session_rows import COLUMNS as SESSION_COLUMNS
    from bot.commands.programme_session_rows import for_table, session_row
    from bot.commands.typed_times import read_day
    from bot.services.offices import create_cohort, holidays_hit, staff_by_email

    first_day = read_day(starts_on)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        made = create_cohort(
            uow,
            office_id=office_named(uow, office).id,
            name=name,
            leader=staff_by_email(uow, leader),
            starts_on=first_day,
        )
        gatherings = uow.programme_sessions.of_cohort(made.id)
        return {
            **_cohort_row(uow, made),
            "sessions": [session_row(uow, gathering) for gathering in gatherings],
            "on_days_off": holidays_hit(uow, made),
            "already_over": sum(gathering.starts_at <= uow.now for gathering in gatherings),
        }

    with opened() as program:
        made = program.storage.run_sync(work)
    if json_wanted:
        print_json(made)
    else:
        print(f"Cohort {made['id']}: {shown(made['name'])}")
        print_table(for_table(made["sessions"]), SESSION_COLUMNS)
    for day in made["on_days_off"]:
        complain(
            f"The office does not work on {day:%A} {day}: "
            "move that session (`tettpa session move`) or cancel it."
        )
    if made["already_over"]:
        complain(f"Look at the dates: {made['already_over']} of the sessions lie in the past.")


@app.command("list", epilog="Example: tettpa cohort list --json")
def list_cohorts(office: OfficeName = None, json_wanted: Json = False) -> None:
    """Show the cohorts of an office."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.commands.printing import print_listing

    def work(uow: UnitOfWork) -> list[dict[str, Any]]:
        cohorts = uow.cohorts.of_office(office_named(uow, office).id)
        return [_cohort_row(uow, found) for found in cohorts]

    with opened() as program:
        rows = program.storage.read_sync(work)
    print_listing(
        rows,
        COLUMNS,
        json_wanted=json_wanted,
        empty="No cohorts yet: create one with `tettpa cohort create`.",
    )


@app.command(epilog="Example: tettpa cohort show 1")
def show(number: Number, json_wanted: Json = False) -> None:
    """Show a cohort: its sessions with the answers so far, and its participants."""
    from bot.commands.opening import opened
    from bot.commands.printing import print_facts, print_json, print_table
    from bot.commands.programme_session_rows import COLUMNS as SESSION_COLUMNS
    from bot.commands.programme_session_rows import counted_row, for_table

    def work(uow: UnitOfWork) -> dict[str, Any]:
        found = uow.cohorts.get(number)
        gatherings = uow.programme_sessions.of_cohort(number)
        return {
            **_cohort_row(uow, found),
            "sessions": [counted_row(uow, gathering) for gathering in gatherings],
            "participants": _members(uow, number),
        }

    with opened() as program:
        found = program.storage.read_sync(work)
    if json_wanted:
        print_json(found)
        return
    print_facts(
        {
            **found,
            "sessions": len(found["sessions"]),
            "participants": len(found["participants"]),
        },
        COLUMNS,
    )
    print()
    print_table(for_table(found["sessions"]), SESSION_COLUMNS)
    print()
    print_table(found["participants"], MEMBER_COLUMNS)


def _cohort_row(uow: UnitOfWork, found: Cohort) -> dict[str, Any]:
    from bot.services.speaking import calendar_of

    local = calendar_of(uow, found.office_id).local
    return {
        "id": found.id,
        "name": found.name,
        "programme": found.programme_key,
        "starts_on": found.starts_on,
        "leader": uow.staff.get(found.leader_id).email,
        "participants": len(uow.enrolments.active_in(found.id)),
        "sessions": len(uow.programme_sessions.of_cohort(found.id)),
        "ended_at": local(found.ended_at) if found.ended_at else None,
    }


def _members(uow: UnitOfWork, cohort_id: int) -> list[dict[str, Any]]:
    active = {enrolment.participant_id for enrolment in uow.enrolments.active_in(cohort_id)}
    return [
        {
            "id": participant.id,
            "name": participant.full_name,
            "status": participant.status.value,
            "enrolment": "active" if participant.id in active else "ended",
        }
        for participant in uow.participants.of_cohort(cohort_id, only_active=False)
    ]
