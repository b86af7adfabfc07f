"""`tettpa office`: offices and what each can set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import Json, OfficeName
from bot.domain.errors import BadSetting

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.people import Office
    from bot.services.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True)

COLUMNS = {
    "id": "no.",
    "name": "name",
    "time_zone": "time zone",
    "bot": "bot",
    "token": "token from",
    "content": "content",
}
LABELS = {
    **COLUMNS,
    "allowed_hours": "allowed_hours",
    "staffed_hours": "staffed_hours",
    "working_days": "working_days",
    "holidays": "holidays",
    "exceptions": "exceptions",
    "digest_at": "digest_at",
    "staff_group": "staff group",
}
GROUP_LABELS = {
    "office": "office",
    "staff_group": "staff group",
    "write": "write in it",
    "expires_at": "before",
}


@app.callback()
def office() -> None:
    """Offices: their hours, their bot, their name."""


@app.command(epilog='Example: tettpa office add "Sandvik" --token -')
def add(
    name: Annotated[str, typer.Argument(help="What participants and staff call it.")],
    token: Annotated[
        str, typer.Option(help='The token of its own bot; "-" asks for it without showing it.')
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Add an office with a bot of its own."""
    from bot.commands.opening import opened
    from bot.domain.office_hours import OfficeHours
    from bot.services.offices import add_office
    from bot.services.publishing import publish_content

    token = _typed(token)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        _ensure_not_the_first_ones(token, program.settings)
        first = uow.offices.all()[0]
        hours = OfficeHours(time_zone=program.settings.time_zone)
        added = add_office(uow, name, hours=hours, telegram_token=token)
        # It begins with what the first office has; `tettpa content publish --office` changes it.
        assert first.content_version_id is not None
        shared = uow.content_versions.get(first.content_version_id)
        files = {path: str(text) for path, text in shared.files.items()}
        publish_content(uow, added.id, digest=shared.digest, files=files, by="files")
        return office_row(uow, uow.offices.get(added.id), program.settings)

    with opened() as program:
        row = program.storage.run_sync(work)
    _print_office(row, json_wanted=json_wanted)


@app.command("token", epilog="Example: tettpa office token Sandvik")
def change_token(
    office: Annotated[str, typer.Argument(help="Name or number of the office.")],
    token: Annotated[
        str, typer.Option(help='The new token; "-" asks for it without showing it.')
    ] = "-",
    off: Annotated[bool, typer.Option("--off", help="The office has no bot any more.")] = False,
    json_wanted: Json = False,
) -> None:
    """Give an office another token or another bot; a program that runs follows within seconds."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.services.offices import set_token

    wanted = "" if off else _typed(token)
    if not off and not wanted:
        raise BadSetting("The token is empty: give the one of @BotFather, or --off for none.")

    def work(uow: UnitOfWork) -> dict[str, Any]:
        _ensure_not_the_first_ones(wanted, program.settings)
        changed = set_token(uow, office_named(uow, office).id, wanted)
        return office_row(uow, changed, program.settings)

    with opened() as program:
        row = program.storage.run_sync(work)
    _print_office(row, json_wanted=json_wanted)


@app.command("list", epilog="Example: tettpa office list --json")
def list_offices(json_wanted: Json = False) -> None:
    """Show all offices."""
    from bot.commands.opening import opened
    from bot.commands.printing import print_listing

    def work(uow: UnitOfWork) -> list[dict[str, Any]]:
        return [office_row(uow, office, program.settings) for office in uow.offices.all()]

    with opened() as program:
        rows = program.storage.read_sync(work)
    print_listing(rows, COLUMNS, json_wanted=json_wanted, empty="There is no office.")


@app.command(epilog="Example: tettpa office show --office Sandvik")
def show(office: OfficeName = None, json_wanted: Json = False) -> None:
    """Show one office with all its settings."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened

    with opened() as program:
        row = program.storage.read_sync(
            lambda uow: office_row(uow, office_named(uow, office), program.settings)
        )
    _print_office(row, json_wanted=json_wanted)


@app.command("set", epilog="Example: tettpa office set allowed_hours 00:00-24:00")
def set_setting(
    name: Annotated[
        str,
        typer.Argument(
            help="name, time_zone, allowed_hours, staffed_hours, working_days, holidays, "
            "exception or digest_at."
        ),
    ],
    value: Annotated[str, typer.Argument(help="Its new value; a wrong one is told how to write.")],
    office: OfficeName = None,
    json_wanted: Json = False,
) -> None:
    """Change one setting of an office; it counts at once."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.services.offices import set_office

    def work(uow: UnitOfWork) -> dict[str, Any]:
        chosen = office_named(uow, office)
        return office_row(uow, set_office(uow, chosen.id, name, value), program.settings)

    with opened() as program:
        row = program.storage.run_sync(work)
    _print_office(row, json_wanted=json_wanted)


@app.command(
    epilog="Example: tettpa office group Sandvik, then add the bot to the group and write "
    "/link and the code there."
)
def group(
    office: Annotated[str, typer.Argument(help="Name or number of the office.")],
    off: Annotated[
        bool, typer.Option("--off", help="No group hears of the office's cases any more.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Allow an office a staff group on Telegram, and print the one-time code that links it."""
    from bot.commands.choosing import office_named
    from bot.commands.opening import opened
    from bot.commands.printing import print_facts, print_json
    from bot.services.speaking import calendar_of
    from bot.services.staff_groups import allow_group, switch_group_off

    def work(uow: UnitOfWork) -> dict[str, Any]:
        chosen = office_named(uow, office)
        row: dict[str, Any] = {"office": chosen.name, "code": None, "expires_at": None}
        if off:
            switch_group_off(uow, chosen.id)
        else:
            allowed = allow_group(uow, chosen)
            assert allowed.group.code_expires_at is not None
            expires_at = calendar_of(uow, chosen.id).local(allowed.group.code_expires_at)
            # With its name, the bot hears it whatever other bots are in the group.
            to = f"@{chosen.bot_username}" if chosen.bot_username else ""
            row |= {"code": allowed.code, "write": f"/link{to} {allowed.code}"}
            row["expires_at"] = expires_at.isoformat(timespec="minutes")
        return {**row, "staff_group": group_state(uow, chosen.id) or "off"}

    with opened() as program:
        row = program.storage.run_sync(work)
    if json_wanted:
        print_json(row)
    else:
        print_facts(row, GROUP_LABELS)


def group_state(uow: UnitOfWork, office_id: int) -> str | None:
    """How an office's staff group stands, in a word or two; None without one."""
    found = uow.staff_groups.current_of(office_id)
    if found is None:
        return None
    return "waits for its code" if found.chat_id is None else "linked"


def office_row(uow: UnitOfWork, office: Office, settings: Settings) -> dict[str, Any]:
    """An office as it is printed; never its token."""
    from bot.services.offices import DEFAULT_OFFICE

    version = office.content_version_id
    uses_settings = office.id == DEFAULT_OFFICE and settings.telegram_token
    return {
        "id": office.id,
        "name": office.name,
        "bot": f"@{office.bot_username}" if office.bot_username else None,
        "token": "the office" if office.telegram_token else "settings" if uses_settings else None,
        "content": uow.content_versions.get(version).digest[:12] if version else None,
        **office.hours,
        "staff_group": group_state(uow, office.id),
    }


def _typed(token: str) -> str:
    """The token as given, or asked for without showing it. Raises BadSetting."""
    if token == "-":
        token = typer.prompt("Token", hide_input=True)
    if any(character.isspace() for character in token):
        raise BadSetting("The token holds a space: copy it anew from @BotFather.")
    return token


def _ensure_not_the_first_ones(token: str, settings: Settings) -> None:
    if token and token == settings.telegram_token:
        raise BadSetting(
            "That is the first office's bot (TETTPA_TELEGRAM_TOKEN): each office needs one of its "
            "own, so ask @BotFather for another."
        )


def _print_office(row: dict[str, Any], *, json_wanted: bool) -> None:
    from bot.commands.printing import print_facts, print_json

    if json_wanted:
        print_json(row)
    else:
        exceptions = [f"{day}={hours}" for day, hours in row["exceptions"].items()]
        print_facts({**row, "exceptions": exceptions}, LABELS)
