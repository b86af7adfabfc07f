"""`tettpa run` by itself goes the short way, and ends as it does by the tree of commands."""

import errno
from collections.abc import Callable
from typing import get_args

import pytest

from bot.commands.starting import Role, role_asked_for, start_alone
from bot.domain.errors import BadContent, BadSetting
from tests.commands.command_line import CommandLine

Started = list[str]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """The roles that were begun, the one way or the other."""
    roles: Started = []
    monkeypatch.setattr("bot.commands.starting.start", roles.append)
    monkeypatch.setattr("bot.commands.running.start", roles.append)
    return roles


@pytest.mark.parametrize("words", [["run"], *(["run", "--role", role] for role in get_args(Role))])
def test_the_short_way_understands_what_the_tree_does(
    empty: CommandLine, started: Started, words: list[str]
) -> None:
    role = role_asked_for(words)
    assert role is not None

    empty.run(*words)
    exit_code = start_alone(role)

    assert exit_code == 0
    assert started == [role, role]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["demo"],
        ["--debug", "run"],
        ["run", "--help"],
        ["run", "--role"],
        ["run", "--role", "cook"],
        ["run", "--role=worker"],
        ["run", "run"],
        ["run", "--role", "all", "--help"],
    ],
    ids=" ".join,
)
def test_whatever_else_is_typed_the_tree_reads(words: list[str]) -> None:
    assert role_asked_for(words) is None


def _raising(error: BaseException) -> Callable[[str], None]:
    def start(_: str) -> None:
        raise error

    return start


@pytest.mark.parametrize(
    "error",
    [
        BadSetting("TETTPA_PORT: choose another port."),
        BadContent("a.yaml:1: x\nb.yaml:2: y"),
        LookupError("the sky\nfell"),
        KeyboardInterrupt(),
        BrokenPipeError(errno.EPIPE, "closed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_fails_as_every_command_does(
    empty: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
) -> None:
    monkeypatch.setattr("bot.commands.starting.start", _raising(error))
    monkeypatch.setattr("bot.commands.running.start", _raising(error))

    exit_code = start_alone("all")

    complaint = capsys.readouterr().err
    assert exit_code in (1, 130)
    assert empty.refused("run", exit_code=exit_code) == complaint


def test_without_its_settings_the_program_says_what_is_missing(
    empty: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TETTPA_SECRET_KEY", "")

    ended = empty.process("run")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("TETTPA_SECRET_KEY is missing")
    assert ended.stderr.count("\n") == 1
