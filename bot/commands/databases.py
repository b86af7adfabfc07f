"""`tettpa db`: create, upgrade, back up and restore the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)

BACKUPS = Path("backups")


@app.callback()
def db() -> None:
    """Create, upgrade, back up and restore the database."""


@app.command(epilog="Example: tettpa db upgrade")
def upgrade() -> None:
    """Create the database, or bring it to the schema of this release; harmless when repeated."""
    from bot.app import upgrade_database
    from bot.config import load_settings
    from bot.storage.engine import address_of, parse_url

    settings = load_settings()
    revision = upgrade_database(settings)
    print(f"{address_of(parse_url(settings.database_url))} has schema {revision}.")


@app.command(epilog="Example: tettpa db backup --to /mnt/backups --keys-to /mnt/keys")
def backup(
    to: Annotated[
        Path, typer.Option(help="Folder in which the backup gets a folder of its own.")
    ] = BACKUPS,
    keys_to: Annotated[
        Path | None,
        typer.Option(help="The same for the keys: another place, kept shorter. [default: TO-keys]"),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="Put the keys beside the database all the same.")
    ] = False,
) -> None:
    """Copy the database and, apart from it, the keys; the program may run meanwhile."""
    from datetime import UTC, datetime

    from bot.backups import back_up
    from bot.commands.opening import clock_of
    from bot.config import load_settings

    keys_folder = _keys_folder(to, keys_to, together=together)
    settings = load_settings()
    print("Copying …", flush=True)
    main, keys = back_up(
        settings,
        to=to,
        keys_to=keys_folder,
        now=clock_of(settings).now(),
        real_now=datetime.now(UTC),
    )
    print(f"The database is in {main}")
    print(f"The keys are in {keys}")
    if together:
        print("Who has this folder and the SECRET_KEY can read everything, the erased too.")
    else:
        print("Keep them at two different places, and the keys shorter.")


@app.command(epilog="Example: tettpa db restore /mnt/backups/2026-12-01T020000Z --yes")
def restore(
    folder: Annotated[Path, typer.Argument(help="The folder that `tettpa db backup` printed.")],
    keys: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the keys' backup; not needed while the present keys are whole."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Lose what is newer than the backup, or unreadable.")
    ] = False,
) -> None:
    """Put a backup in the database's place; what was due since is not sent again."""
    from datetime import UTC, datetime

    from bot.backups import restore as restore_backup
    from bot.commands.opening import clock_of
    from bot.config import load_settings
    from bot.storage.engine import address_of, parse_url

    settings = load_settings()
    print("Checking and restoring …", flush=True)
    done = restore_backup(
        settings,
        folder,
        keys_folder=keys,
        lose_newer=yes,
        now=clock_of(settings).now(),
        real_now=datetime.now(UTC),
    )
    settled = done.settled
    print(
        f"{address_of(parse_url(settings.database_url))} is as it was on "
        f"{done.manifest.moment:%Y-%m-%d %H:%M} UTC, with schema {done.revision}."
    )
    print(
        f"Held back, because it was due before: {settled.messages + settled.occurrences} messages"
    )
    print(f"Erased again: {settled.erased} participants")
    print(f"Open cases, all looked at: {settled.cases}")
    print(f"Logins ended: {settled.logins}; everybody on staff signs in anew")


def _keys_folder(to: Path, keys_to: Path | None, *, together: bool) -> Path:
    """Apart, unless somebody says otherwise: with both in hand an erasure can be undone."""
    from bot.domain.errors import RuleBroken

    if together:
        if keys_to is not None:
            raise RuleBroken("--together puts the keys beside the database: leave --keys-to out.")
        return to
    main = to.resolve()
    apart = keys_to.resolve() if keys_to else main.parent / f"{main.name}-keys"
    if main == apart or main in apart.parents or apart in main.parents:
        raise RuleBroken(
            "The keys must not lie with the database, or erasing somebody does not reach the "
            "backup: name another folder with --keys-to, or say --together."
        )
    return apart
