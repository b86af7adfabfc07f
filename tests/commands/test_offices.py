"""Offices: what each can set, and a second one."""

import pytest

from tests.commands.command_line import CommandLine
from tests.commands.neighbour import TOKEN as FIRST_OFFICES_TOKEN

TOKEN = "200300:sample-token-of-sandvik"
NEW_TOKEN = "300400:sample-token-of-sandvik"


def test_a_new_database_has_one_office_with_content(tettpa: CommandLine) -> None:
    offices = tettpa.json("office", "list")

    assert [office["name"] for office in offices] == ["Tett på"]
    assert offices[0]["content"]
    assert offices[0]["token"] == "settings"


def test_a_setting_is_changed_and_stays(tettpa: CommandLine) -> None:
    tettpa.run("office", "set", "allowed_hours", "00:00-24:00")
    tettpa.run("office", "set", "name", "Sandvik <Nord> [x]")
    tettpa.run("office", "set", "exception", "2026-12-24=closed")

    office = tettpa.json("office", "show")

    assert office["allowed_hours"] == "00:00-24:00"
    assert office["name"] == "Sandvik <Nord> [x]"
    assert office["exceptions"] == {"2026-12-24": "closed"}
    assert "2026-12-24=closed" in tettpa.run("office", "show")


def test_a_wrong_value_names_the_setting_and_an_example(tettpa: CommandLine) -> None:
    complaint = tettpa.refused("office", "set", "working_days", "often")

    assert 'working_days cannot be "often"' in complaint
    assert "mon-fri" in complaint
    assert complaint.count("\n") == 1


def test_an_unknown_setting_names_those_there_are(tettpa: CommandLine) -> None:
    assert "staffed_hours" in tettpa.refused("office", "set", "hours", "1")


def test_a_second_office_has_content_and_hides_its_token(tettpa: CommandLine) -> None:
    printed = tettpa.run("office", "add", "Sandvik", "--token", TOKEN)

    offices = tettpa.json("office", "list")
    assert [office["name"] for office in offices] == ["Tett på", "Sandvik"]
    assert offices[0]["content"] == offices[1]["content"]
    assert offices[1]["token"] == "the office"
    assert TOKEN not in printed


def test_a_token_can_be_typed_unseen(tettpa: CommandLine) -> None:
    printed = tettpa.run("office", "add", "Sandvik", "--token", "-", answers=f"{TOKEN}\n")

    assert "the office" in printed
    assert TOKEN not in printed


def test_an_office_gets_another_token_and_none(tettpa: CommandLine) -> None:
    tettpa.run("office", "add", "Sandvik", "--token", TOKEN)

    printed = tettpa.run("office", "token", "Sandvik", answers=f"{NEW_TOKEN}\n")
    removed = tettpa.json("office", "token", "Sandvik", "--off")

    assert "the office" in printed
    assert NEW_TOKEN not in printed
    assert removed["token"] is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("token", "2", "--token", FIRST_OFFICES_TOKEN), "the first office's bot"),
        (("add", "Hammerfest", "--token", FIRST_OFFICES_TOKEN), "the first office's bot"),
        (("add", "Hammerfest", "--token", TOKEN), 'in use by the office "Sandvik"'),
        (("token", "Nordvik", "--token", TOKEN), 'in use by the office "Sandvik"'),
        (("token", "Tett på", "--token", NEW_TOKEN), "TETTPA_TELEGRAM_TOKEN"),
        (("token", "Sandvik", "--token", "a b"), "holds a space"),
        (("token", "Sandvik", "--token", ""), "--off for none"),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    tettpa: CommandLine, typed: tuple[str, ...], says: str
) -> None:
    tettpa.run("office", "add", "Sandvik", "--token", TOKEN)
    tettpa.run("office", "add", "Nordvik")

    assert says in tettpa.refused("office", *typed)


def test_a_name_that_is_taken_is_refused(tettpa: CommandLine) -> None:
    assert "already" in tettpa.refused("office", "add", "Tett på")


def test_an_office_is_named_by_name_or_number(tettpa: CommandLine) -> None:
    tettpa.run("office", "add", "Sandvik")

    assert tettpa.json("office", "show", "--office", "Sandvik")["id"] == 2
    assert tettpa.json("office", "show", "--office", "2")["name"] == "Sandvik"
    assert "office list" in tettpa.refused("office", "show", "--office", "Nowhere")


def test_a_staff_group_is_allowed_with_a_code_that_is_shown_once(tettpa: CommandLine) -> None:
    allowed = tettpa.json("office", "group", "Tett på")
    shown = tettpa.json("office", "show")

    assert allowed["write"] == f"/link {allowed['code']}"
    assert allowed["expires_at"] == "2026-11-23T10:00+01:00"
    assert shown["staff_group"] == "waits for its code"
    assert allowed["code"] not in str(shown)


def test_a_staff_group_is_switched_off_again(tettpa: CommandLine) -> None:
    printed = tettpa.run("office", "group", "1")

    off = tettpa.json("office", "group", "1", "--off")

    assert "/link" in printed
    assert off["staff_group"] == "off"
    assert off["code"] is None
    assert tettpa.json("office", "show")["staff_group"] is None


def test_a_staff_group_of_no_office_is_refused(tettpa: CommandLine) -> None:
    assert "office list" in tettpa.refused("office", "group", "Nowhere")
