"""A command line in an empty folder, with settings that reach nothing but this machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.command_line import CommandLine
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


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("published") / "database"


@pytest.fixture
def published(empty: CommandLine, sample_folder: Path, published_once: Path) -> CommandLine:
    """With the small pack published as version 2, after the one that comes along."""
    if not published_once.exists():
        empty.run("db", "upgrade")
        empty.run("content", "publish", str(sample_folder), "--why", "Our own words")
        published_once.mkdir()
        for file in empty.folder.glob("*.db*"):
            shutil.copy2(file, published_once)
    for file in published_once.iterdir():
        shutil.copy2(file, empty.folder)
    return empty
