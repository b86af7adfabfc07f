"""The whole story against the emulator in real time: durations of seconds, nothing to wind."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.content.loading import DEFAULT_PACK
from tests.emulator_process import EmulatorControl, start_emulator
from tests.program_process import (
    TOKEN,
    running_program,
    settings_for,
    tettpa,
    tettpa_json,
    until,
)

HASTY = {
    'day: friday\n  at: "12:00"': 'every: "14 seconds"',
    'nudge_after: "24 hours"': 'nudge_after: "4 seconds"',
    'missed_after: "2 working days"': 'missed_after: "4 seconds"',
    '{key: two_hours_before, before: "2 hours"}': '{key: soon, before: "6 seconds"}',
}
WEBHOOK_SECRET = "a-sample-webhook-secret-of-tests"


@dataclass(slots=True)
class Story:
    """What the scenes share."""

    emulator: EmulatorControl
    environment: dict[str, str]
    folder: Path
    phone: int = 0

    def said(self) -> list[str]:
        return [text for text in self.emulator.texts(self.phone) if text]

    def until_said(self, words: str, *, within_s: float = 30.0) -> None:
        until(lambda: any(words in text for text in self.said()), f"“{words}”", within_s=within_s)

    def tap(self, label: str) -> None:
        until(lambda: self._try_tap(label), f"a button {label}")

    def command(self, *arguments: str) -> str:
        return tettpa(self.environment, *arguments, folder=self.folder)

    def command_json(self, *arguments: str) -> Any:
        return tettpa_json(self.environment, *arguments, folder=self.folder)

    def _try_tap(self, label: str) -> bool:
        try:
            self.emulator.tap(self.phone, label)
        except httpx.HTTPStatusError:
            return False
        return True


@pytest.fixture(
    params=[
        pytest.param(("polling", "sqlite_url"), id="polling, SQLite"),
        pytest.param(("webhook", "postgresql_url"), id="webhook, PostgreSQL"),
    ]
)
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """An office round the clock, with a pack whose durations are seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pack = tmp_path / "pack"
    shutil.copytree(DEFAULT_PACK, pack)
    programme = (pack / "programme.yaml").read_text(encoding="utf-8")
    for ordinary, hasty in HASTY.items():
        assert ordinary in programme
        programme = programme.replace(ordinary, hasty)
    (pack / "programme.yaml").write_text(programme, encoding="utf-8")
    with start_emulator(tmp_path) as emulator:
        emulator.add_bot(TOKEN)
        transport, database = request.param
        more = {
            "TETTPA_CONTENT_DIR": str(pack),
            "TETTPA_DATABASE_URL": request.getfixturevalue(database),
        }
        if transport == "webhook":
            more |= {
                "TETTPA_TELEGRAM_MODE": "webhook",
                "TETTPA_WEBHOOK_URL": f"http://127.0.0.1:{port}",
                "TETTPA_WEBHOOK_SECRET": WEBHOOK_SECRET,
            }
        environment = settings_for(tmp_path, emulator, port=port, **more)
        yield Story(emulator, environment, tmp_path)


def test_a_participant_goes_from_the_code_to_a_case_that_a_caseworker_closes(story: Story) -> None:
    story.command("db", "upgrade")
    for name, value in (
        ("allowed_hours", "00:00-24:00"),
        ("staffed_hours", "00:00-24:00"),
        ("working_days", "mon-sun"),
        ("holidays", "none"),
    ):
        story.command("office", "set", name, value)
    story.command("staff", "add", "Carol Eksempel", "carol@example.org")
    invited = story.command_json(
        "participant", "invite", "Amina", "--caseworker", "carol@example.org"
    )

    with running_program(story.environment, folder=story.folder):
        _onboarding(story, invited["code"])
        _reminder(story, invited["id"])
        _lesson(story)
        _check_in_and_silence(story)
        _caseworker_closes_the_case(story)


def _onboarding(story: Story, code: str) -> None:
    story.phone = story.emulator.add_phone("Amina", bot=TOKEN, language_code="nb")
    story.emulator.start(story.phone, code)
    story.tap("Bokmål")
    story.tap("Ja, gjerne")
    story.until_said("Så fint at du vil være med, Amina!")


def _reminder(story: Story, participant_id: int) -> None:
    story.command(
        "session",
        "add",
        "--participant",
        str(participant_id),
        "--at",
        "in 12 seconds",
        "--theme",
        "En prat",
        "--place",
        "Kontoret",
    )
    story.until_said("En prat")
    story.tap("Kommer")
    story.until_said("Så bra!")


def _lesson(story: Story) -> None:
    story.emulator.text(story.phone, "Mitt kurs")
    story.tap("Start kurset")
    story.tap("Ja, det teller")
    story.until_said("Sam har hatt ansvar for barn")


def _check_in_and_silence(story: Story) -> None:
    story.until_said("Hvordan har uka vært?", within_s=40)
    story.until_said("står her fortsatt", within_s=40)


def _caseworker_closes_the_case(story: Story) -> None:
    console = story.environment["TETTPA_CONSOLE_URL"]
    notice = until(
        lambda: next((m for m in story.emulator.mail() if "sak" in m["subject"]), None),
        "the mail about the case",
    )
    assert "Amina" not in notice["text"] + notice["subject"]
    with httpx.Client(base_url=console, follow_redirects=True, trust_env=False) as browser:
        browser.post("/login", data={"email": "carol@example.org"}).raise_for_status()
        mail = until(
            lambda: next((m for m in story.emulator.mail() if "/login/" in m["text"]), None),
            "the mail with the sign-in link",
        )
        path = re.search(r"/login/[\w-]+", mail["text"])
        assert path is not None
        page = browser.post(path.group())
        assert "Amina" in page.text
        case = re.search(r"/cases/(\d+)", page.text)
        assert case is not None
        _close(browser, case.group())
        assert case.group() not in browser.get("/cases").text


def _close(browser: httpx.Client, case: str) -> None:
    """Take the case, then close it, as the page's own forms do."""
    for wanted, given in (
        ("take", {}),
        ("close", {"how": "phone", "outcome": "reached_ok", "note": "Snakket sammen."}),
    ):
        page = browser.get(case).text
        form = next(f for f in re.findall(r"(?s)<form.*?</form>", page) if f"{case}/{wanted}" in f)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        answer = browser.post(f"{case}/{wanted}", data=hidden | given)
        assert answer.status_code == 200, answer.text
    assert "Snakket sammen." in browser.get(case).text
