"""A command line in an empty folder, with settings that reach nothing but this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.command_line import CommandLine
from tests.commands.kept_databases import KeptDatabases
from tests.commands.neighbour import TOKEN, Neighbour, running_neighbour
from tests.content.sample_pack import sample_files


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


@pytest.fixture(scope="session")
def kept_databases(tmp_path_factory: pytest.TempPathFactory) -> KeptDatabases:
    return KeptDatabases(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def tettpa(empty: CommandLine, kept_databases: KeptDatabases) -> CommandLine:
    """With a database."""
    kept_databases.put("upgraded", empty.folder, lambda: _upgrade(empty))
    return empty


def _upgrade(empty: CommandLine) -> None:
    empty.run("db", "upgrade")


@pytest.fixture
def office(tettpa: CommandLine, kept_databases: KeptDatabases) -> CommandLine:
    """With Carol (caseworker), Dana (coordinator, her deputy) and cohort 1, led by Carol."""
    kept_databases.put("office", tettpa.folder, lambda: _found(tettpa))
    return tettpa


def _found(tettpa: CommandLine) -> None:
    tettpa.run("staff", "add", "Dana Sample", "dana@example.org", "--role", "coordinator")
    tettpa.run("staff", "add", "Carol Sample", "carol@example.org", "--deputy", "dana@example.org")
    tettpa.run(
        *("cohort", "create", "Winter", "--starts-on", "2026-12-01"),
        *("--leader", "carol@example.org"),
    )


@pytest.fixture
def amina(office: CommandLine, kept_databases: KeptDatabases) -> CommandLine:
    """With participant 1, Amina, invited into cohort 1."""
    kept_databases.put("amina", office.folder, lambda: _invite_amina(office))
    return office


def _invite_amina(office: CommandLine) -> None:
    office.run(
        *("participant", "invite", "Amina", "--last-name", "Sample"),
        *("--caseworker", "carol@example.org", "--cohort", "1"),
    )


@pytest.fixture
def sample_folder(tmp_path: Path) -> Path:
    """A small pack with a comment, in a folder."""
    folder = tmp_path / "our-texts"
    files, commented = sample_files(), "modules/rules/nb.yaml"
    files[commented] = files[commented].replace(
        "    words: Hva", "    # ask kindly\n    words: Hva"
    )
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    return folder


@pytest.fixture
def published(
    empty: CommandLine, sample_folder: Path, kept_databases: KeptDatabases
) -> CommandLine:
    """With the small pack published as version 2, after the one that comes along."""
    kept_databases.put("published", empty.folder, lambda: _publish(empty, sample_folder))
    return empty


def _publish(empty: CommandLine, sample_folder: Path) -> None:
    empty.run("db", "upgrade")
    empty.run("content", "publish", str(sample_folder), "--why", "Our own words")
