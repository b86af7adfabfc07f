"""Help: quick, complete, and with an example for every command."""

import subprocess
import sys
from typing import Any

import pytest
from typer.main import get_command

from bot.commands.tree import app
from tests.commands.command_line import REPOSITORY, CommandLine

HEAVY = (
    "sqlalchemy",
    "telegram",
    "holidays",
    "pydantic",
    "httpx",
    "starlette",
    "alembic",
    "jinja2",
)


def _commands(group: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    found = []
    for name, command in group.commands.items():
        here = (*path, name)
        found += _commands(command, here) if hasattr(command, "commands") else [(here, command)]
    return found


COMMANDS = _commands(get_command(app))


@pytest.mark.parametrize("path", [pytest.param(path, id=" ".join(path)) for path, _ in COMMANDS])
def test_every_command_explains_itself_with_an_example(
    path: tuple[str, ...], empty: CommandLine
) -> None:
    printed = empty.run(*path, "--help")

    assert f"Example: tettpa {' '.join(path)}" in " ".join(printed.split())


def test_every_listing_has_json() -> None:
    listings = [
        command for path, command in COMMANDS if path[-1] in {"list", "show", "check", "doctor"}
    ]

    options = [{word for p in command.params for word in p.opts} for command in listings]

    assert len(listings) >= 9
    assert all("--json" in words for words in options)


def test_help_imports_nothing_heavy() -> None:
    probe = f"import sys, bot.commands.tree; print([m for m in {HEAVY!r} if m in sys.modules])"

    asked = subprocess.run(
        [sys.executable, "-c", probe], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert asked.stdout.strip() == "[]"


def test_a_command_that_does_not_exist_is_wrong_usage(empty: CommandLine) -> None:
    complaint = empty.refused("participnat", exit_code=2)

    assert "No such command" in complaint
