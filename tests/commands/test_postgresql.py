"""The operator's story once through on PostgreSQL."""

import json

import pytest

from tests.commands.command_line import CommandLine


def test_an_office_is_set_up_and_a_participant_comes_and_goes(
    empty: CommandLine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TETTPA_DATABASE_URL", postgresql_url)

    upgraded = empty.run("db", "upgrade")
    empty.run("office", "set", "allowed_hours", "00:00-24:00")
    empty.run("staff", "add", "Carol Sample", "carol@example.org")
    empty.run(
        *("cohort", "create", "Winter", "--starts-on", "2026-12-01"),
        *("--leader", "carol@example.org"),
    )
    empty.run(
        *("participant", "invite", "Amina <b>", "--caseworker", "carol@example.org"),
        *("--cohort", "1"),
    )
    empty.run("session", "move", "1", "--at", "2026-12-02 12:00")
    exported = json.loads(empty.run("participant", "export", "1"))
    examined = empty.process("doctor")
    empty.run("participant", "erase", "1", "--yes")

    assert "postgresql" in upgraded
    assert "has schema" in empty.run("db", "upgrade")
    assert exported["profile"]["first_name"] == "Amina <b>"
    assert exported["sessions"][0]["starts_at"] == "2026-12-02T12:00:00+01:00"
    assert "✓ database" in examined.stdout
    assert "✓ keys" in examined.stdout
    assert empty.json("participant", "list")[0]["status"] == "erased"
