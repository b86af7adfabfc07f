"""The command line `tettpa`: its groups of commands, in the order the help shows them."""

from __future__ import annotations

import errno
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

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
from bot.commands.failures import complain, sentence_for
from bot.domain.errors import TettpaError


class CommandLine(TyperGroup):
    """The outermost group: whatever a command raises ends here."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            # Wrong usage carries its own exit code, and a closed pipe (`| head`) is no fault.
            is_usage = hasattr(error, "exit_code") and not isinstance(error, TettpaError)
            is_closed_pipe = isinstance(error, OSError) and error.errno == errno.EPIPE
            if is_usage or is_closed_pipe or ctx.params.get("debug"):
                raise
            complain(sentence_for(error))
            raise typer.Exit(1) from None


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
