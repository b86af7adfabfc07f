"""The doctor: one line for each thing the program stands on, exit code 1 on a fault."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from bot.commands import mail_server
from bot.commands.opening import opened
from bot.notices import mailer
from bot.services.outage import note_alive
from tests.commands.command_line import CommandLine
from tests.commands.neighbour import Neighbour


def _states(tettpa: CommandLine, exit_code: int) -> dict[str, Any]:
    printed = tettpa.process("doctor", "--json")
    assert printed.returncode == exit_code, printed.stdout + printed.stderr
    report = json.loads(printed.stdout)
    assert report["ok"] is (exit_code == 0)
    return {check["check"]: check for check in report["checks"]}


@pytest.fixture
def mailing(tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """A command line whose mail server answers: nothing is missing."""
    with socket.socket() as probe:  # the controller greets itself, so it must know its port
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("TETTPA_SMTP_URL", f"smtp://127.0.0.1:{port}")
    yield tettpa
    controller.stop()


def test_a_sound_installation_has_a_line_for_everything(mailing: CommandLine) -> None:
    printed = mailing.run("doctor")

    marks = {line.split()[1]: line.split()[0] for line in printed.splitlines()}
    assert marks["settings"] == marks["database"] == marks["keys"] == "✓"
    assert marks["telegram"] == marks["content"] == marks["time"] == "✓"
    assert marks["mail"] == "✓"
    assert "@sample_bot" in printed
    assert "2026-11-23 09:00" in printed
    assert "\x1b" not in printed


def test_a_missing_database_is_named_and_not_created(empty: CommandLine, tmp_path: Path) -> None:
    checks = _states(empty, 1)

    assert "tettpa db upgrade" in checks["database"]["text"]
    assert checks["telegram"]["state"] == "ok"
    assert list(tmp_path.glob("*.db")) == []


def test_a_wrong_setting_is_the_only_line(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TETTPA_PORT", "many")

    checks = _states(tettpa, 1)

    assert list(checks) == ["settings"]
    assert "TETTPA_PORT" in checks["settings"]["text"]


def test_missing_secrets_are_named_and_the_rest_is_checked(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TETTPA_SECRET_KEY")
    monkeypatch.delenv("TETTPA_TELEGRAM_TOKEN")

    printed = tettpa.process("doctor").stdout

    assert "✗ settings   TETTPA_TELEGRAM_TOKEN is missing" in printed
    assert "✗ settings   TETTPA_SECRET_KEY is missing" in printed
    assert "✓ database" in printed


def test_another_secret_key_is_noticed(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tettpa.run("office", "list")
    monkeypatch.setenv("TETTPA_SECRET_KEY", "another secret key for tests")

    assert "put the former one back" in _states(tettpa, 1)["keys"]["text"]


def test_a_refused_token_and_silence_are_told_apart_and_no_token_is_shown(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TETTPA_TELEGRAM_TOKEN", "123456:wrong")
    refused = tettpa.process("doctor").stdout
    monkeypatch.setenv("TETTPA_TELEGRAM_API_URL", "http://127.0.0.1:9")
    silent = tettpa.process("doctor").stdout

    assert "refuses the bot's token" in refused
    assert "cannot be reached" in silent
    assert "123456:wrong" not in refused + silent


def test_a_clock_that_does_not_answer_is_a_fault(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TETTPA_CLOCK_URL", "http://127.0.0.1:9/clock")

    assert "does not answer" in _states(tettpa, 1)["clock url"]["text"]


def test_a_machine_clock_set_back_is_a_fault(
    tettpa: CommandLine, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour.now = "2199-01-01T12:00:00Z"
    with opened() as program:
        program.storage.run_sync(note_alive)
    monkeypatch.delenv("TETTPA_CLOCK_URL")

    assert "set the machine's clock right" in _states(tettpa, 1)["clock"]["text"]


def test_a_sound_installation_is_sound_in_json_too(mailing: CommandLine) -> None:
    checks = _states(mailing, 0)

    assert {check["state"] for check in checks.values()} == {"ok"}


def test_without_mail_no_case_would_reach_anybody(tettpa: CommandLine) -> None:
    assert "TETTPA_SMTP_URL is not set" in _states(tettpa, 1)["mail"]["text"]


def test_a_mail_server_that_is_not_there_is_a_fault_without_the_password(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TETTPA_SMTP_URL", "smtp://bot:unsaid@127.0.0.1:9")

    text = _states(tettpa, 1)["mail"]["text"]

    assert "check TETTPA_SMTP_URL" in text
    assert "unsaid" not in text


def test_the_doctor_knocks_where_the_mailer_does() -> None:
    assert mail_server.PORTS == mailer.PORTS
