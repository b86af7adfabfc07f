"""Tables and JSON: whatever names hold, they come out right."""

import json

import pytest

from bot.commands.printing import print_json, print_listing, print_table, shown

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


def test_a_column_without_anything_in_it_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(
        [{"id": 1, "name": "Amina", "left": None}], {"id": "no.", "name": "name", "left": "left"}
    )

    heading = capsys.readouterr().out.splitlines()[0]
    assert heading.split() == ["no.", "name"]


def test_dates_stay_whole_in_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.printing.PIPED_WIDTH", 60)
    row = {
        "id": 1,
        "when": "Tue 2027-03-23 10:00–13:00",
        "theme": "Getting to know each other " * 3,
    }

    print_table([row], {"id": "no.", "when": "when", "theme": "theme"})

    lines = capsys.readouterr().out.splitlines()
    assert any("Tue 2027-03-23 10:00–13:00" in line for line in lines)
    assert max(len(line) for line in lines) <= 60


def test_nothing_is_cut_off_however_narrow_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.printing.PIPED_WIDTH", 50)
    row = {key: key * 15 for key in "abcdef"}

    print_table([row], {key: key for key in "abcdef"})

    printed = capsys.readouterr().out
    assert all(printed.count(key) == 15 + 1 for key in "abcdef")  # the cell, and its heading
