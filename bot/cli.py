"""The command line `tettpa`: its groups of commands, in the order the help shows them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.commands import (
    cohorts,
    content,
    databases,
    doctor,
    offices,
    participant_files,
    participants,
    programme_sessions,
    running,
    staff,
)
from bot.commands.failures import CommandLine, complain

app = typer.Typer(
    cls=CommandLine,
    name="tettpa",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Example: tettpa db upgrade, then tettpa run. Each command: tettpa COMMAND --help",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"tettpa {version('tettpa')}")
        except PackageNotFoundError:
            print("tettpa, not installed: running from its source")
        raise typer.Exit


@app.callback()
def tettpa(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the whole traceback when a command fails.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Tett på: a companion for young job seekers, on Telegram."""


app.command(epilog="Example: tettpa run, or tettpa run --role worker")(running.run)
app.command(epilog="Example: tettpa demo --speed 60")(running.demo)
app.command(epilog="Example: tettpa doctor --json")(doctor.doctor)
app.add_typer(databases.app, name="db")
app.add_typer(content.app, name="content")
app.add_typer(offices.app, name="office")
app.add_typer(staff.app, name="staff")
app.add_typer(cohorts.app, name="cohort")
app.add_typer(programme_sessions.app, name="session")
app.add_typer(participants.app, name="participant")
participant_files.add_to(participants.app)


def main() -> None:
    """What the installed command `tettpa` runs."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal of another alphabet shows a code for what it lacks, and the command works.
            stream.reconfigure(errors="backslashreplace")
    if any("\udc80" <= character <= "\udcff" for word in sys.argv for character in word):
        complain("What was typed is not valid text (UTF-8): set the terminal to UTF-8.")
        sys.exit(2)
    app(prog_name="tettpa")


if __name__ == "__main__":
    main()
