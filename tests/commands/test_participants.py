"""Participants: invitations with link and QR picture, lists, enrolments."""

import stat
from pathlib import Path

import pytest

from tests.commands.command_line import CommandLine
from tests.commands.neighbour import Neighbour

CAROL = ("--caseworker", "carol@example.org")
PNG = b"\x89PNG\r\n\x1a\n"


def test_an_invitation_gives_code_link_and_picture(office: CommandLine, tmp_path: Path) -> None:
    picture = tmp_path / "amina.png"

    invited = office.json("participant", "invite", "Amina", *CAROL, "--qr", str(picture))

    assert len(invited["code"]) == 10
    assert invited["link"] == f"https://t.me/sample_bot?start={invited['code']}"
    assert invited["expires_at"] == "2026-12-07T09:00:00+01:00"
    assert picture.read_bytes().startswith(PNG)
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600


def test_the_bots_name_is_asked_once(office: CommandLine, neighbour: Neighbour) -> None:
    office.run("participant", "invite", "Amina", *CAROL)
    office.run("participant", "invite", "Ben", *CAROL)

    assert sum(path.endswith("/getMe") for path in neighbour.asked) == 1


def test_without_telegram_the_code_works_without_a_link(
    office: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TETTPA_TELEGRAM_TOKEN", "123456:wrong")

    invited = office.json("participant", "invite", "Amina", *CAROL)
    complaint = office.refused("participant", "invite", "Ben", *CAROL, "--qr", "ben.png")

    assert invited["link"] is None
    assert "not known yet" in complaint
    assert [row["name"] for row in office.json("participant", "list")] == ["Amina"]


@pytest.mark.parametrize(
    "name",
    ["[bold]Amina[/] <b>", "_Åse_ 🎉", "عمر", "x" * 200],
    ids=["markup", "emoji", "right to left", "200 characters"],
)
def test_a_name_is_shown_as_it_is(office: CommandLine, name: str) -> None:
    office.run("participant", "invite", name, *CAROL)

    assert name in office.run("participant", "list")
    assert name in office.run("participant", "show", "1")
    assert office.json("participant", "list")[0]["name"] == name


def test_a_new_code_replaces_the_old_one(amina: CommandLine, tmp_path: Path) -> None:
    printed = amina.run("participant", "code", "1", "--qr", str(tmp_path / "new.png"))

    assert "https://t.me/sample_bot?start=" in printed
    assert (tmp_path / "new.png").read_bytes().startswith(PNG)


def test_wrong_invitations_are_refused_and_nothing_is_stored(
    office: CommandLine, tmp_path: Path
) -> None:
    invite = ("participant", "invite")
    assert "first name" in office.refused(*invite, " ", *CAROL)
    assert "at most 200" in office.refused(*invite, "x" * 201, *CAROL)
    assert "staff list" in office.refused(*invite, "Amina", "--caseworker", "x@example.org")
    assert "number 99" in office.refused(*invite, "Amina", *CAROL, "--cohort", "99")
    assert "is a PNG" in office.refused(*invite, "Amina", *CAROL, "--qr", "amina.jpg")
    assert "no folder" in office.refused(*invite, "Amina", *CAROL, "--qr", "nowhere/amina.png")
    office.refused(*invite, "Amina", *CAROL, "--language", "de", exit_code=2)
    assert office.json("participant", "list") == []


def test_a_participant_is_shown_with_what_was_not_sent_and_why(amina: CommandLine) -> None:
    shown = amina.json("participant", "show", "1")

    assert shown["caseworker"] == "carol@example.org"
    assert shown["invited_at"] == "2026-11-23T09:00:00+01:00"
    assert shown["open_cases"] == []
    assert shown["messages"] == []


def test_another_course_begins_only_when_the_first_is_ended(amina: CommandLine) -> None:
    refused = amina.refused("participant", "enrol", "1")

    amina.run("participant", "enrol", "1", "--instead")

    assert "--instead" in refused
    (row,) = amina.json("participant", "list")
    assert (row["cohort"], row["follow_up"]) == (None, "individual")


def test_a_cohort_of_another_office_is_not_there(amina: CommandLine) -> None:
    amina.run("office", "add", "Elsewhere")
    amina.run("staff", "add", "Omar Sample", "omar@example.org", "--office", "Elsewhere")
    amina.run("participant", "invite", "Ben", "--caseworker", "omar@example.org")

    complaint = amina.refused("participant", "enrol", "2", "--cohort", "1", "--instead")

    assert "no cohort 1" in complaint
    assert [row["name"] for row in amina.json("participant", "list")] == ["Amina Sample"]
    assert [r["name"] for r in amina.json("participant", "list", "--office", "2")] == ["Ben"]
