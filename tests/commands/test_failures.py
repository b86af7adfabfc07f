"""What goes wrong ends in one sentence on stderr and exit code 1, in a process of its own."""

import os
from pathlib import Path

import pytest

from bot.commands.failures import sentence_of
from bot.config import Settings
from bot.domain.errors import BadContent
from tests.commands.command_line import CommandLine
from tests.commands.neighbour import Neighbour


@pytest.mark.parametrize(
    ("name", "value", "because"),
    [
        pytest.param("TETTPA_SECRET_KEY", "", "TETTPA_SECRET_KEY is missing", id="no secret"),
        pytest.param("TETTPA_SECRET_KEY", "short", "too short", id="short secret"),
        pytest.param("TETTPA_PORT", "70000", "TETTPA_PORT", id="port"),
        pytest.param("TETTPA_TIME_ZONE", "Oslo", "Europe/Oslo", id="zone"),
        pytest.param("TETTPA_DATABASE_URL", "mysql://x/y", "postgresql://", id="other database"),
        pytest.param("TETTPA_DATABASE_URL", "sqlite://", "must name a file", id="no file"),
        pytest.param("TETTPA_CLOCK_URL", "http://127.0.0.1:9", "does not answer", id="no clock"),
        pytest.param(
            "TETTPA_DATABASE_URL",
            "postgresql://nobody@127.0.0.1:9/tettpa",
            "check that the server runs",
            id="unreachable database",
        ),
        pytest.param(
            "TETTPA_DATABASE_URL",
            "sqlite:////proc/none/tettpa.db",
            "tettpa db upgrade",
            id="no such folder",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    empty: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str, value: str, because: str
) -> None:
    monkeypatch.setenv(name, value)

    ended = empty.process("participant", "list")

    assert ended.returncode == 1
    assert because in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_an_empty_database_says_what_to_run(empty: CommandLine) -> None:
    ended = empty.process("office", "list")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "run `tettpa db upgrade`" in ended.stderr


@pytest.mark.parametrize(
    "clock",
    [None, "soon", "2026-11-23T08:00:00", 7],
    ids=["nothing", "words", "without a zone", "a number"],
)
def test_a_clock_that_tells_no_time_is_one_sentence(
    empty: CommandLine, neighbour: Neighbour, clock: object
) -> None:
    neighbour.now = clock

    assert "does not tell the time" in empty.refused("office", "list")


def test_an_unexpected_error_is_one_line_with_a_hint(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise LookupError("the sky\nfell")

    monkeypatch.setattr("bot.services.offices.set_office", explode)

    complaint = tettpa.refused("office", "set", "name", "x")

    assert complaint == (
        "Unexpected LookupError: the sky fell (run `tettpa --debug …` for details, and report it)\n"
    )


def test_debug_shows_the_traceback(empty: CommandLine) -> None:
    ended = empty.process("--debug", "office", "list")

    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


def test_several_problems_are_one_line() -> None:
    assert sentence_of(BadContent("a.yaml:1: x\nb.yaml:2: y\nc.yaml:3: z")) == (
        "a.yaml:1: x (and 2 more problems: run `tettpa content check`)"
    )


def test_the_version_is_told(empty: CommandLine) -> None:
    ended = empty.process("--version")

    assert ended.returncode == 0
    assert ended.stdout.startswith("tettpa")


def test_a_part_of_the_program_needs_postgresql(empty: CommandLine) -> None:
    assert "needs PostgreSQL" in empty.refused("run", "--role", "worker")
    empty.refused("run", "--role", "cook", exit_code=2)


def test_run_and_demo_call_the_program(empty: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[Settings, str]] = []

    def remember(settings: Settings, *, role_name: str) -> None:
        called.append((settings, role_name))

    played: list[dict[str, object]] = []
    monkeypatch.setattr("bot.running.run_program", remember)
    monkeypatch.setattr("bot.demo.running.run_demo", lambda **how: played.append(how))

    empty.run("run")
    empty.run("demo", "--port", "0", "--speed", "60", "--content", "our-texts")

    [(settings, role_name)] = called
    assert role_name == "all"
    assert played == [{"port": 0, "speed": 60.0, "content_dir": Path("our-texts")}]
    assert os.environ["TETTPA_DATABASE_URL"] == settings.database_url
