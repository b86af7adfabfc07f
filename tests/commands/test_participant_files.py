"""Participants from a CSV file, as a file of their own, and erased."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from tests.commands.command_line import CommandLine

CAROL = ("--caseworker", "carol@example.org")


def _import(office: CommandLine, content: str | bytes) -> tuple[str, ...]:
    file = office.folder / "class.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return ("participant", "import", str(file), *CAROL, "--cohort", "1")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("first_name,last_name,language\nAmina,Sample,nn\nBen,,\n", id="commas"),
        pytest.param(
            "\ufefffirst_name;last_name;language\r\nAmina;Sample;NN\r\nBen;;\r\n", id="Excel"
        ),
        pytest.param("language,First_Name\n\nnn,Amina\n , \n,Ben", id="other order, blank rows"),
    ],
)
def test_a_file_invites_everybody_and_prints_their_codes(office: CommandLine, content: str) -> None:
    printed = office.run(*_import(office, content))

    amina, ben = csv.DictReader(io.StringIO(printed))
    assert (amina["first_name"], amina["language"], ben["language"]) == ("Amina", "nn", "nb")
    assert amina["link"].endswith(amina["code"])
    assert len(office.json("participant", "list", "--cohort", "1")) == 2


def test_wrong_rows_are_all_named_and_nobody_is_invited(office: CommandLine) -> None:
    rows = ["first_name,language", "Amina,nb", ",nb", "Ben,de", f"{'x' * 201},nb", "Carl,nb,extra"]

    complaint = office.refused(*_import(office, "\n".join(rows)))

    assert "row 3: the first name is missing" in complaint
    assert 'row 4: "de" is not a language' in complaint
    assert "row 5: a name is longer" in complaint
    assert "row 6: has 3 cells" in complaint
    assert complaint.count("\n") == 1
    assert office.json("participant", "list") == []


@pytest.mark.parametrize(
    ("content", "because"),
    [
        pytest.param("", "first_name,last_name,language", id="empty"),
        pytest.param("first_name\n", "names nobody", id="heading only"),
        pytest.param("name\nAmina\n", 'no column "name"', id="unknown column"),
        pytest.param("first_name,first_name\nA,B\n", "each once", id="column twice"),
        pytest.param("first_name\nÅse\n".encode("latin-1"), "not UTF-8", id="Latin-1"),
        pytest.param('first_name\n"Amina\n', "line", id="open quotation mark"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    office: CommandLine, content: str | bytes, because: str
) -> None:
    assert because in office.refused(*_import(office, content))


def test_a_missing_file_is_named(office: CommandLine) -> None:
    assert "cannot be read" in office.refused("participant", "import", "none.csv", *CAROL)


def test_a_name_like_a_formula_does_no_harm_in_a_spreadsheet(office: CommandLine) -> None:
    printed = office.run(*_import(office, 'first_name\n"=1+1"\n'))

    assert next(csv.DictReader(io.StringIO(printed)))["first_name"] == "'=1+1"
    assert office.json("participant", "list")[0]["name"] == "=1+1"


def test_the_export_holds_profile_sessions_and_what_is_planned(amina: CommandLine) -> None:
    file = amina.folder / "amina.json"

    amina.run("participant", "export", "1", "--out", str(file))

    data = json.loads(file.read_text())
    assert data["profile"]["first_name"] == "Amina"
    assert data["profile"]["caseworker"] == "Carol Sample"
    assert data["enrolment"]["cohort"] == "Winter"
    assert data["sessions"][0]["starts_at"] == "2026-12-01T10:00:00+01:00"
    assert data["planned"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_export_goes_to_the_screen_without_a_file(amina: CommandLine) -> None:
    assert json.loads(amina.run("participant", "export", "1"))["profile"]["number"] == 1


def test_erasing_asks_first(amina: CommandLine) -> None:
    unanswered = amina.refused("participant", "erase", "1")
    denied = amina.refused("participant", "erase", "1", answers="n\n")
    still_there = amina.json("participant", "show", "1")["name"]

    amina.run("participant", "erase", "1", answers="y\n")

    assert "--yes" in unanswered
    assert "Nothing was erased" in denied
    assert still_there == "Amina Sample"
    shown = amina.json("participant", "show", "1")
    assert (shown["name"], shown["status"]) == ("", "erased")


def test_nothing_can_be_done_with_the_erased(amina: CommandLine) -> None:
    amina.run("participant", "erase", "1", "--yes")

    assert "was erased" in amina.refused("participant", "erase", "1", "--yes")
    assert "was erased" in amina.refused("participant", "code", "1")
    assert "was erased" in amina.refused("participant", "export", "1")
    assert "was erased" in amina.refused("participant", "enrol", "1")


@pytest.mark.parametrize("path", [Path("none/x.json"), Path()], ids=["no folder", "a folder"])
def test_an_export_to_nowhere_is_refused(amina: CommandLine, path: Path) -> None:
    assert "folder" in amina.refused("participant", "export", "1", "--out", str(path))
