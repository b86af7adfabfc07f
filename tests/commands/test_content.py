"""Content: checked with every problem named, published only when there are no errors."""

import json
import shutil
from pathlib import Path

import pytest

from bot.app import DEFAULT_PACK
from tests.commands.command_line import CommandLine
from tests.commands.neighbour import Neighbour


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack that comes along, for a test to change."""
    return Path(shutil.copytree(DEFAULT_PACK, tmp_path / "our-texts"))


def _break(pack: Path) -> None:
    programme = pack / "programme.yaml"
    programme.write_text(programme.read_text().replace("weekday:", "wekday:") + "\nnonsense: 1\n")


def test_the_pack_that_comes_along_has_no_errors_and_needs_no_database(empty: CommandLine) -> None:
    assert "0 errors" in empty.run("content", "check")


def test_a_changed_pack_is_published_once(tettpa: CommandLine, pack: Path) -> None:
    (pack / "programme.yaml").write_text((pack / "programme.yaml").read_text() + "\n# ours\n")

    first = tettpa.run("content", "publish", str(pack))
    second = tettpa.run("content", "publish", str(pack))

    assert "is published" in first
    assert "nothing changed" in second


def test_a_broken_pack_is_refused_and_the_published_one_stays(
    tettpa: CommandLine, pack: Path
) -> None:
    before = tettpa.json("office", "show")["content"]
    _break(pack)

    complaint = tettpa.refused("content", "check", str(pack))
    unpublished = tettpa.refused("content", "publish", str(pack))

    assert "correct them" in complaint
    assert "tettpa content check" in unpublished
    assert tettpa.json("office", "show")["content"] == before


def test_every_problem_is_located_in_json(empty: CommandLine, pack: Path) -> None:
    _break(pack)

    printed = empty.process("content", "check", str(pack), "--json")

    report = json.loads(printed.stdout)
    assert printed.returncode == 1
    assert report["errors"] == sum(f["severity"] == "error" for f in report["findings"])
    assert report["findings"][0]["path"] == "programme.yaml"
    assert report["findings"][0]["line"] > 0


def test_reviews_are_due_by_the_declared_clock(empty: CommandLine, neighbour: Neighbour) -> None:
    now = empty.json("content", "check")["warnings"]
    neighbour.now = "2099-01-01T12:00:00Z"

    assert empty.json("content", "check")["warnings"] > now


def test_a_folder_that_is_not_there_is_named(
    tettpa: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no folder nowhere" in tettpa.refused("content", "check", "nowhere")
    assert "no folder nowhere" in tettpa.refused("content", "publish", "nowhere")
    monkeypatch.setenv("TETTPA_CONTENT_DIR", "nowhere")
    assert "TETTPA_CONTENT_DIR" in tettpa.refused("content", "check")


def test_broken_files_hinder_the_first_command_in_one_line_and_no_later_one(
    tettpa: CommandLine, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(pack)
    monkeypatch.setenv("TETTPA_CONTENT_DIR", str(pack))

    first = tettpa.refused("office", "list")
    monkeypatch.delenv("TETTPA_CONTENT_DIR")
    tettpa.run("office", "list")
    monkeypatch.setenv("TETTPA_CONTENT_DIR", str(pack))

    assert first.count("\n") == 1
    assert "programme.yaml" in first
    assert tettpa.json("office", "list")


def test_content_is_published_to_the_named_office_only(tettpa: CommandLine, pack: Path) -> None:
    tettpa.run("office", "add", "Sandvik")
    (pack / "programme.yaml").write_text((pack / "programme.yaml").read_text() + "\n# ours\n")

    tettpa.run("content", "publish", str(pack), "--office", "Sandvik")

    first, second = tettpa.json("office", "list")
    assert first["content"] != second["content"]


def test_the_json_report_sums_up_what_the_pack_holds(empty: CommandLine) -> None:
    report = json.loads(empty.run("content", "check", "--json"))

    summary = report["summary"]
    modules = {module["key"]: module for module in summary["modules"]}
    assert summary["languages"] == ["nb", "nn", "en"]
    assert summary["texts"]["nb"] == summary["texts"]["en"] > 100
    assert summary["findings"] == {}
    assert {"workplace_rules", "personal_finance"} <= set(modules)
    lesson = modules["workplace_rules"]["lessons"][0]
    assert lesson["key"] == "contract"
    assert set(lesson["lix"]) == {"nb", "nn", "en"}


def test_translations_are_confirmed_and_told_when_the_original_changes(
    empty: CommandLine, pack: Path
) -> None:
    original = pack / "modules" / "workplace_rules" / "nb.yaml"

    said = empty.run("content", "stamp", str(pack))
    before = empty.run("content", "check", str(pack))
    text = original.read_text("utf-8")
    title = text.splitlines()[0]
    original.write_text(text.replace(title, f"{title} nå", 1), "utf-8")
    after = empty.run("content", "check", str(pack))
    empty.run("content", "stamp", str(pack), "--language", "nn", "--under", "modules")
    half = empty.run("content", "check", str(pack))

    assert "translations newly confirmed" in said
    assert "0 warnings" in before
    assert after.count("the bokmål has changed since this was translated") == 2
    assert half.count("the bokmål has changed since this was translated") == 1


def test_only_languages_that_are_translated_into_are_confirmed(
    empty: CommandLine, pack: Path
) -> None:
    assert "write nn or en" in empty.refused("content", "stamp", str(pack), "--language", "nb")
