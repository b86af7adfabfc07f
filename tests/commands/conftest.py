"""A command line in an empty folder, with settings that reach nothing but this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.command_line import CommandLine
from tests.commands.neighbour import TOKEN, Neighbour, running_neighbour


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    with running_neighbour() as server:
        yield server


@pytest.fixture
def empty(
    neighbour: Neighbour, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """Before `tettpa db upgrade`; the clock stands on Monday 23 November 2026, 09:00 in Oslo."""
    for name in [name for name in os.environ if name.startswith("TETTPA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TETTPA_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TETTPA_SECRET_KEY", "a secret key for tests only")
    monkeypatch.setenv("TETTPA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TETTPA_TELEGRAM_API_URL", neighbour.url)
    monkeypatch.setenv("TETTPA_CLOCK_URL", f"{neighbour.url}/clock")
    monkeypatch.chdir(tmp_path)
    return CommandLine(tmp_path)


@pytest.fixture
def tettpa(empty: CommandLine) -> CommandLine:
    """With a database."""
    empty.run("db", "upgrade")
    return empty


@pytest.fixture
def office(tettpa: CommandLine) -> CommandLine:
    """With Carol (caseworker), Dana (coordinator, her deputy) and cohort 1, led by Carol."""
    tettpa.run("staff", "add", "Dana Sample", "dana@example.org", "--role", "coordinator")
    tettpa.run("staff", "add", "Carol Sample", "carol@example.org", "--deputy", "dana@example.org")
    tettpa.run(
        *("cohort", "create", "Winter", "--starts-on", "2026-12-01"),
        *("--leader", "carol@example.org"),
    )
    return tettpa


@pytest.fixture
def amina(office: CommandLine) -> CommandLine:
    """With participant 1, Amina, invited into cohort 1."""
    office.run(
        *("participant", "invite", "Amina", "--last-name", "Sample"),
        *("--caseworker", "carol@example.org", "--cohort", "1"),
    )
    return office
