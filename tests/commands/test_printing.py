"""Tables and JSON: whatever names hold, they come out right."""

import json

import pytest

from bot.commands.printing import print_json, print_listing, shown

NAMES = [
    pytest.param("[bold red]Amina[/] <b>&amp;", id="markup"),
    pytest.param("Åse :tada: 🎉👩‍👩‍👧", id="emoji"),
    pytest.param("عمر", id="right to left"),
    pytest.param("x" * 200, id="200 characters"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_table_shows_a_name_as_it_is(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_listing(
        [{"id": 1, "name": name}], {"id": "no.", "name": "name"}, json_wanted=False, empty=""
    )

    printed = capsys.readouterr().out
    assert name in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize("name", NAMES)
def test_json_gives_a_name_back_as_it_was(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": name})

    assert json.loads(capsys.readouterr().out) == {"name": name}


def test_what_would_move_the_cursor_or_turn_the_line_is_not_printed() -> None:
    assert shown("a\x1b[2Jb\nc\u202ed") == "a�[2Jb�cd"


def test_an_empty_listing_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    print_listing([], {"id": "no."}, json_wanted=False, empty="None yet: add one.")

    assert capsys.readouterr().out == "None yet: add one.\n"


def test_an_empty_listing_is_an_empty_list_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_listing([], {"id": "no."}, json_wanted=True, empty="None yet: add one.")

    assert json.loads(capsys.readouterr().out) == []
