"""`tettpa session`: plan, move and cancel sessions and appointments, and mark attendance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.commands.options import (
    AT_HELP,
    LARGEST_NUMBER,
    CohortOption,
    Json,
    Number,
    ParticipantOption,
)
from bot.domain.errors import RuleBroken

if TYPE_CHECKING:
    from bot.domain.planning import ProgrammeSession
    from bot.services.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True)

USUAL_LENGTH = "2 hours"

Length = Annotated[str | None, typer.Option("--for", help='How long, like "2 hours".')]
Until = Annotated[str | None, typer.Option(help="When it ends: 12:00 on that day, or a moment.")]


@app.callback()
def sessions() -> None:
    """Sessions of a cohort, and appointments with one participant."""


@app.command(
    epilog='Example: tettpa session add --cohort 1 --at "2026-12-01 10:00" --for "3 hours" '
    '--theme "Company visit" --place "The sawmill"'
)
def add(
    at: Annotated[str, typer.Option(help=AT_HELP)],
    theme: Annotated[str, typer.Option(help="Key of a theme in the content, or plain words.")],
    place: Annotated[str, typer.Option(help="Key of a place in the content, or plain words.")],
    cohort: CohortOption = None,
    participant: ParticipantOption = None,
    length: Length = None,
    until: Until = None,
    json_wanted: Json = False,
) -> None:
    """Plan a session, 2 hours unless said otherwise, and tell those concerned."""
    from bot.commands.choosing import present_participant
    from bot.commands.opening import opened
    from bot.commands.typed_times import read_end, read_length, read_moment
    from bot.services.programme_sessions import add_session
    from bot.services.speaking import calendar_of

    if (cohort is None) == (participant is None):
        raise RuleBroken(
            "A session is for --cohort or for --participant: name exactly one of them."
        )

    def work(uow: UnitOfWork) -> dict[str, Any]:
        if cohort is not None:
            office_id = uow.cohorts.get(cohort).office_id
        else:
            assert participant is not None
            office_id = present_participant(uow, participant).office_id
        calendar = calendar_of(uow, office_id)
        starts_at = read_moment(at, calendar, uow.now)
        ends_at = read_end(
            length=length, until=until, starts_at=starts_at, calendar=calendar, now=uow.now
        )
        added = add_session(
            uow,
            office_id=office_id,
            starts_at=starts_at,
            ends_at=ends_at or calendar.add(starts_at, read_length(USUAL_LENGTH)),
            theme=_words(theme, "--theme"),
            place=_words(place, "--place"),
            cohort_id=cohort,
            participant_id=participant,
        )
        return _told(uow, added)

    with opened() as program:
        row = program.storage.run_sync(work)
    _print_change(row, "planned", json_wanted=json_wanted)


@app.command("list", epilog="Example: tettpa session list --cohort 1")
def list_sessions(
    cohort: CohortOption = None, participant: ParticipantOption = None, json_wanted: Json = False
) -> None:
    """Show the sessions of a cohort, or the appointments of a participant."""
    from bot.commands.opening import opened
    from bot.commands.printing import print_listing
    from bot.commands.programme_session_rows import COLUMNS, counted_row, for_table

    if (cohort is None) == (participant is None):
        raise RuleBroken("Name --cohort or --participant: exactly one of them.")

    def work(uow: UnitOfWork) -> list[dict[str, Any]]:
        if cohort is not None:
            found = uow.programme_sessions.of_cohort(uow.cohorts.get(cohort).id)
        else:
            assert participant is not None
            asked = uow.participants.get(participant)
            found = uow.programme_sessions.of_participant(asked.id, None)
        return [counted_row(uow, gathering) for gathering in found]

    with opened() as program:
        rows = program.storage.read_sync(work)
    print_listing(
        rows if json_wanted else for_table(rows),
        COLUMNS,
        json_wanted=json_wanted,
        empty="No sessions yet: plan one with `tettpa session add`.",
    )


@app.command(epilog='Example: tettpa session move 7 --at "2026-12-02 12:00"')
def move(
    number: Number,
    at: Annotated[str, typer.Option(help=AT_HELP)],
    length: Length = None,
    until: Until = None,
    place: Annotated[str | None, typer.Option(help="Another place, when that changes too.")] = None,
    json_wanted: Json = False,
) -> None:
    """Move a session, keeping its length unless said otherwise, and tell those concerned."""
    from bot.commands.opening import opened
    from bot.commands.typed_times import read_end, read_moment
    from bot.services.programme_sessions import move_session
    from bot.services.speaking import calendar_of

    def work(uow: UnitOfWork) -> dict[str, Any]:
        calendar = calendar_of(uow, uow.programme_sessions.get(number).office_id)
        starts_at = read_moment(at, calendar, uow.now)
        ends_at = read_end(
            length=length, until=until, starts_at=starts_at, calendar=calendar, now=uow.now
        )
        moved = move_session(uow, number, starts_at=starts_at, ends_at=ends_at, place=place)
        return _told(uow, moved)

    with opened() as program:
        row = program.storage.run_sync(work)
    _print_change(row, "moved", json_wanted=json_wanted)


@app.command(epilog="Example: tettpa session cancel 7")
def cancel(number: Number, json_wanted: Json = False) -> None:
    """Cancel a session and tell those concerned."""
    from bot.commands.opening import opened
    from bot.services.programme_sessions import cancel_session

    with opened() as program:
        row = program.storage.run_sync(lambda uow: _told(uow, cancel_session(uow, number)))
    _print_change(row, "cancelled", json_wanted=json_wanted)


@app.command(epilog="Example: tettpa session attendance 7 12 present --by kari@example.org")
def attendance(
    number: Number,
    participant: Annotated[
        int, typer.Argument(min=1, max=LARGEST_NUMBER, help="Number of the participant.")
    ],
    status: Annotated[
        Literal["present", "late", "absent", "excused"], typer.Argument(help="How it was.")
    ],
    by: Annotated[str, typer.Option(help="E-mail address of who marks it.")],
) -> None:
    """Mark whether a participant was there; marking again corrects."""
    from bot.commands.opening import opened
    from bot.domain.planning import AttendanceStatus
    from bot.services.attendance import mark_attendance
    from bot.services.offices import staff_by_email
    from bot.services.participants import participant_for
    from bot.services.programme_sessions import session_for

    def work(uow: UnitOfWork) -> None:
        marker = staff_by_email(uow, by)
        gathering = session_for(uow, marker, number)
        marked = participant_for(uow, marker, participant)
        mark_attendance(uow, marker, gathering, marked.id, AttendanceStatus(status))

    with opened() as program:
        program.storage.run_sync(work)
    print(f"Participant {participant} is marked {status} at session {number}.")


def _told(uow: UnitOfWork, gathering: ProgrammeSession) -> dict[str, Any]:
    from bot.commands.programme_session_rows import session_row
    from bot.domain.people import ParticipantStatus
    from bot.services.programme_sessions import concerned

    told = [p for p in concerned(uow, gathering) if p.status is ParticipantStatus.ACTIVE]
    return {**session_row(uow, gathering), "told": len(told)}


def _print_change(row: dict[str, Any], what: str, *, json_wanted: bool) -> None:
    from bot.commands.printing import print_json, shown
    from bot.commands.programme_session_rows import when

    if json_wanted:
        print_json(row)
        return
    told = "1 participant is told" if row["told"] == 1 else f"{row['told']} participants are told"
    print(
        f"Session {row['id']} is {what}: {when(row)}, "
        f"{shown(row['theme'])}, {shown(row['place'])}; {told}."
    )


def _words(text: str, option: str) -> str:
    if not text.strip():
        raise RuleBroken(f"{option} is empty: write a key of the content or plain words.")
    return text.strip()
