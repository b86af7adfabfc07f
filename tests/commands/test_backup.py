"""`tettpa db backup` and `tettpa db restore` as an operator types them."""

import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.revisions import head_revision
from tests.commands.command_line import CommandLine
from tests.databases import PostgresqlServer


@pytest.fixture(params=["sqlite", "postgresql"])
def office_with_amina(
    request: pytest.FixtureRequest, empty: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """Participant 1 is Amina; on both kinds of database."""
    if request.param == "postgresql":
        monkeypatch.setenv("TETTPA_DATABASE_URL", request.getfixturevalue("postgresql_url"))
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")
    empty.run("db", "upgrade")
    empty.run("staff", "add", "Carol Sample", "carol@example.org")
    empty.run("participant", "invite", "Amina", "--caseworker", "carol@example.org")
    return empty


def folders_in(printed: str) -> tuple[str, str]:
    """The folder of the database and that of the keys."""
    main, keys = re.findall(r"(?:is|are) in (\S+)", printed)
    return main, keys


def test_a_backup_goes_back_and_the_erased_stay_erased(office_with_amina: CommandLine) -> None:
    tettpa = office_with_amina
    main, keys = folders_in(tettpa.run("db", "backup"))
    tettpa.run("participant", "erase", "1", "--yes")
    tettpa.run("participant", "invite", "Ben", "--caseworker", "carol@example.org")

    # The clock stands, so nothing counts as newer.
    printed = tettpa.run("db", "restore", main, "--keys", keys)

    people = tettpa.json("participant", "list")
    assert [person["status"] for person in people] == ["erased"]
    assert "Amina" not in str(people)
    assert "Erased again: 1 participants" in printed
    assert f"with schema {head_revision()}" in printed


def test_the_database_alone_goes_back_while_its_keys_are_there(
    office_with_amina: CommandLine,
) -> None:
    tettpa = office_with_amina
    main, _ = folders_in(tettpa.run("db", "backup", "--to", "copies", "--keys-to", "elsewhere"))
    tettpa.run("participant", "invite", "Ben", "--caseworker", "carol@example.org")

    tettpa.run("db", "restore", main)

    assert [p["name"] for p in tettpa.json("participant", "list")] == ["Amina"]


def test_what_is_newer_is_not_lost_unasked(
    office_with_amina: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tettpa = office_with_amina
    main, _ = folders_in(tettpa.run("db", "backup"))
    monkeypatch.delenv("TETTPA_CLOCK_URL")
    monkeypatch.setattr("bot.scheduling.clock.MachineClock.now", lambda _: a_year_later())
    tettpa.run("participant", "invite", "Ben", "--caseworker", "carol@example.org")

    complaint = tettpa.refused("db", "restore", main)
    before = len(tettpa.json("participant", "list"))
    tettpa.run("db", "restore", main, "--yes")

    assert "repeat with --yes" in complaint
    assert (before, len(tettpa.json("participant", "list"))) == (2, 1)


def a_year_later() -> datetime:
    return datetime(2027, 11, 23, 8, 0, tzinfo=UTC)


def test_keys_lie_apart_unless_somebody_insists(tettpa: CommandLine) -> None:
    same = tettpa.refused("db", "backup", "--to", "copies", "--keys-to", "copies")
    within = tettpa.refused("db", "backup", "--to", "copies", "--keys-to", "copies/keys")
    both = tettpa.refused("db", "backup", "--together", "--keys-to", "elsewhere")
    printed = tettpa.run("db", "backup", "--to", "copies", "--together")

    main, keys = folders_in(printed)
    assert "--together" in same
    assert "--together" in within
    assert "--keys-to" in both
    assert main == keys
    assert {file.name for file in Path(main).iterdir()} == {"keys.db", "main.db", "manifest.json"}
    assert "can read everything" in printed


def test_together_the_keys_come_back_too(tettpa: CommandLine) -> None:
    main, _ = folders_in(tettpa.run("db", "backup", "--together"))
    for file in Path.cwd().glob("tettpa*db*"):
        file.unlink()

    tettpa.run("db", "restore", main)

    assert "✓ keys" in tettpa.process("doctor").stdout


def test_a_missing_database_is_not_backed_up(empty: CommandLine) -> None:
    assert "does not exist" in empty.refused("db", "backup")


def test_a_missing_pg_dump_is_named_with_the_remedy(
    empty: CommandLine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TETTPA_DATABASE_URL", postgresql_url)
    empty.run("db", "upgrade")
    monkeypatch.setenv("PATH", str(tmp_path))

    complaint = empty.refused("db", "backup")

    assert complaint.startswith("pg_dump is not on PATH: install")


def test_a_pg_dump_that_fails_says_why_without_the_password(
    empty: CommandLine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    fake = programs / "pg_dump"
    fake.write_text('#!/bin/sh\necho "asked: $*" >&2\nexit 1\n')
    fake.chmod(0o700)
    with_password = postgresql_url.replace("postgres@", "postgres:a-sample-password@")
    monkeypatch.setenv("TETTPA_DATABASE_URL", with_password)
    empty.run("db", "upgrade")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    complaint = empty.refused("db", "backup")

    assert "pg_dump failed (asked: --format=custom --schema=public" in complaint
    assert "a-sample-password" not in complaint
    assert list(Path("backups").iterdir()) == []


def test_the_copied_database_holds_no_name(tettpa: CommandLine) -> None:
    tettpa.run("staff", "add", "Carol Sample", "carol@example.org")
    tettpa.run("participant", "invite", "Aminatta", "--caseworker", "carol@example.org")

    main, keys = folders_in(tettpa.run("db", "backup"))

    copies = [file.read_bytes() for folder in (main, keys) for file in Path(folder).iterdir()]
    with closing(sqlite3.connect(Path(main) / "main.db")) as copy:
        (count,) = copy.execute("SELECT count(*) FROM participant").fetchone()
    assert count == 1
    assert not any(b"Aminatta" in content for content in copies)


def test_a_folder_that_holds_nothing_is_refused(tettpa: CommandLine) -> None:
    assert "holds no backup" in tettpa.refused("db", "restore", ".")
