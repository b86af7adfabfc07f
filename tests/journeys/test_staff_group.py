"""An office whose staff read a Telegram group: linked, told of a call for help, moved, and done."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulator_process import EmulatorControl, start_emulator
from tests.program_process import (
    TOKEN,
    running_program,
    settings_for,
    tettpa,
    tettpa_json,
    until,
)


@dataclass(slots=True)
class Office:
    """A program's settings, and the phones its people hold."""

    emulator: EmulatorControl
    environment: dict[str, str]
    folder: Path

    def command(self, *arguments: str) -> str:
        return tettpa(self.environment, *arguments, folder=self.folder)

    def command_json(self, *arguments: str) -> Any:
        return tettpa_json(self.environment, *arguments, folder=self.folder)

    def posted(self, chat_id: int) -> list[str]:
        return [one["text"] for one in self.emulator.sent() if one["chat_id"] == chat_id]


@pytest.fixture(params=["with mail", "the group is the only channel"])
def office(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with start_emulator(tmp_path) as emulator:
        emulator.add_bot(TOKEN, username="sample_bot")
        environment = settings_for(tmp_path, emulator, port=port, TETTPA_DATABASE_URL=sqlite_url)
        if request.param != "with mail":
            del environment["TETTPA_SMTP_URL"]
        yield Office(emulator, environment, tmp_path)


def test_a_group_is_linked_told_of_help_moved_and_told_no_more_once_it_is_taken(
    office: Office,
) -> None:
    office.command("db", "upgrade")
    sign_in = office.command_json("staff", "add", "Carol Eksempel", "carol@example.org")
    invited = office.command_json(
        "participant", "invite", "Amina", "--caseworker", "carol@example.org"
    )
    amina = office.emulator.add_phone("Amina", bot=TOKEN, language_code="nb")
    carol = office.emulator.add_phone("Carol", bot=TOKEN)
    group = office.emulator.add_group("Veilederne", [carol], bots=[TOKEN])
    code = office.command_json("office", "group", "1")["code"]

    with running_program(office.environment, folder=office.folder):
        office.emulator.group_text(group, carol, f"/link@sample_bot {code}")
        until(lambda: "får nå én linje" in " ".join(office.posted(group)), "the link")
        _begins(office, amina, invited["code"])

        office.emulator.text(amina, "hjelp")
        line = until(lambda: office.posted(group)[1:], "the line about help")[0]
        upgraded = office.emulator.migrate(group)
        _calls_again_from_a_second_person(office)
        moved = until(lambda: office.posted(upgraded), "the line in the upgraded group")[0]

        case = _takes_it(office, sign_in, line)
        until(lambda: "Carol har sett" in " ".join(office.emulator.texts(amina)), "has been seen")

    assert re.fullmatch(
        r"Haster: 1 ny sak, noen ber om hjelp\. Frist .+: http://127\.0\.0\.1:\d+/cases/1", line
    )
    assert "Amina" not in " ".join(office.posted(group) + office.posted(upgraded))
    assert case == "/cases/1"
    assert moved.endswith("/cases/2")
    assert len(office.posted(group)) == 2
    assert len(office.posted(upgraded)) == 1


def _begins(office: Office, phone: int, code: str) -> None:
    office.emulator.start(phone, code)
    for label in ("Bokmål", "Ja, gjerne"):
        until(_tapping(office, phone, label), f"a button {label}")
    until(lambda: len(office.emulator.texts(phone)) >= 3, "the welcome")


def _calls_again_from_a_second_person(office: Office) -> None:
    invited = office.command_json(
        "participant", "invite", "Ben", "--caseworker", "carol@example.org"
    )
    ben = office.emulator.add_phone("Ben", bot=TOKEN, language_code="nb")
    _begins(office, ben, invited["code"])
    office.emulator.text(ben, "hjelp")


def _tapping(office: Office, phone: int, label: str) -> Callable[[], bool]:
    def tapped() -> bool:
        try:
            office.emulator.tap(phone, label)
        except httpx.HTTPStatusError:
            return False
        return True

    return tapped


def _takes_it(office: Office, sign_in: dict[str, Any], line: str) -> str:
    """By the link in the line, as somebody who has signed in."""
    address = re.search(r"(http://\S+)(/cases/\d+)", line)
    assert address is not None
    with httpx.Client(base_url=address[1], follow_redirects=True, trust_env=False) as browser:
        path = re.search(r"/login/[\w-]+", str(sign_in))
        assert path is not None
        browser.post(path.group()).raise_for_status()
        page = browser.get(address[2]).text
        form = next(f for f in re.findall(r"(?s)<form.*?</form>", page) if "/take" in f)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        browser.post(f"{address[2]}/take", data=hidden).raise_for_status()
    return address[2]
