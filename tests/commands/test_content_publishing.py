"""Publishing on the command line: drafts, versions, comparing, going back, files out and in."""

import shutil
from pathlib import Path

import pytest

from bot.app import open_program
from bot.config import load_settings
from bot.content.loading import read_folder
from tests.commands.command_line import CommandLine

NB = "modules/rules/nb.yaml"
WORDS = "lessons.contract.words.text"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_pack_comes_back_byte_for_byte(
    published: CommandLine, sample_folder: Path, tmp_path: Path
) -> None:
    said = published.run("content", "export", str(tmp_path / "out"))

    assert _files(tmp_path / "out") == _files(sample_folder)
    assert "0 removed" in said


def test_an_edited_pack_differs_only_where_it_was_edited(
    published: CommandLine, sample_folder: Path, tmp_path: Path
) -> None:
    published.run("content", "edit", NB, WORDS, "Hva mener du?")

    published.run("content", "export", str(tmp_path / "out"), "--version", "draft")

    before, after = _files(sample_folder), _files(tmp_path / "out")
    assert after.pop(NB) == before.pop(NB).replace(b"Hva tenker du?", b"Hva mener du?")
    assert after == before


def test_an_export_leaves_other_folders_alone(
    published: CommandLine, sample_folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    (sample_folder / "README.md").write_text("ours")
    (sample_folder / "modules" / "old").mkdir()
    (sample_folder / "modules" / "old" / "nb.yaml").write_text("title: x")

    complaint = published.refused("content", "export", str(other))
    published.run("content", "export", str(other), "--force")
    published.run("content", "export", str(sample_folder))

    assert "--force" in complaint
    assert (other / "notes.txt").read_text() == "mine"
    assert (other / "programme.yaml").is_file()
    assert (sample_folder / "README.md").is_file()
    assert not (sample_folder / "modules" / "old").exists()


def test_a_draft_is_imported_checked_and_published(
    published: CommandLine, sample_folder: Path
) -> None:
    nb = sample_folder / NB
    nb.write_text(nb.read_text("utf-8").replace("Hva tenker", "Hva mener"), "utf-8")

    imported = published.run("content", "import", str(sample_folder))
    known = published.json("content", "draft")
    checked = published.run("content", "check", "--draft")
    unclear = published.refused("content", "publish")
    done = published.run("content", "publish", "--draft", "--why", "Plainer")

    assert "- Hva tenker du?\n  + Hva mener du?\n1 difference." in imported
    assert [change["place"] for change in known["changes"]] == [WORDS]
    assert known["changed_by"] == "command line"
    assert "0 errors" in checked
    assert "say --draft" in unclear
    assert "version 3" in done
    assert "no draft" in published.refused("content", "draft")


def test_a_draft_with_errors_is_kept_and_not_published(
    published: CommandLine, sample_folder: Path
) -> None:
    nb = sample_folder / NB
    nb.write_text(nb.read_text("utf-8").replace("title: Spilleregler", "titel: x"), "utf-8")

    imported = published.json("content", "import", str(sample_folder))
    again = published.refused("content", "import", str(sample_folder))
    checked = published.refused("content", "check", "--draft")
    complaint = published.refused("content", "publish", "--draft")
    published.run("content", "discard")

    assert imported["errors"] > 0
    assert next(f["path"] for f in imported["findings"] if f["severity"] == "error") == NB
    assert "draft" in again
    assert "correct them" in checked
    assert f"{NB}:1: " in complaint
    assert published.json("content", "versions")[-1]["version"] == 2


def test_files_that_are_no_text_are_not_imported(
    published: CommandLine, sample_folder: Path
) -> None:
    (sample_folder / NB).write_bytes(b"title: \xff")

    assert f"{NB}: the file is not UTF-8" in published.refused(
        "content", "import", str(sample_folder)
    )
    (sample_folder.parent / "empty").mkdir()
    assert "no files" in published.refused("content", "import", str(sample_folder.parent / "empty"))


def test_versions_tell_who_and_why_and_can_be_taken_back(published: CommandLine) -> None:
    published.run("content", "rollback", "1", "--why", "Wrong words")

    rows = published.json("content", "versions")

    assert [(row["version"], row["by"], row["why"], row["is_current"]) for row in rows] == [
        (1, "files", None, False),
        (2, "command line", "Our own words", False),
        (1, "command line", "Wrong words", True),
    ]
    assert "rolled back, current" in published.run("content", "versions")
    assert "already" in published.refused("content", "rollback", "1")
    assert "content versions" in published.refused("content", "rollback", "9")


def test_a_restart_does_not_undo_a_rollback(
    published: CommandLine, sample_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.run("content", "rollback", "1")
    monkeypatch.setenv("TETTPA_CONTENT_DIR", str(sample_folder))

    with open_program(load_settings()):
        pass

    rows = published.json("content", "versions")
    assert [row["version"] for row in rows if row["is_current"]] == [1]


def test_two_versions_are_compared_field_by_field(
    published: CommandLine, sample_folder: Path
) -> None:
    programme = sample_folder / "programme.yaml"
    programme.write_text(programme.read_text("utf-8").replace('"18:00"', '"17:30"'), "utf-8")
    published.run("content", "publish", str(sample_folder))

    changes = published.json("content", "compare", "2", "published")

    assert changes == [
        {
            "kind": "changed",
            "what": "programme",
            "path": "programme.yaml",
            "place": "reminders.evening_before.at",
            "language": None,
            "old": "18:00",
            "new": "17:30",
        }
    ]
    assert "0 differences" in published.run("content", "compare", "published", "3")


def test_a_dry_run_tells_what_would_change_and_publishes_nothing(
    published: CommandLine, sample_folder: Path
) -> None:
    nb = sample_folder / NB
    nb.write_text(nb.read_text("utf-8").replace("Ferdig.", "Slutt."), "utf-8")

    said = published.run("content", "publish", str(sample_folder), "--dry-run")
    report = published.json("content", "publish", str(sample_folder), "--dry-run")

    assert "+ Slutt." in said
    assert "nothing was published" in said
    assert report["people"] == []
    assert len(report["changes"]) == 1
    assert len(published.json("content", "versions")) == 2


def test_an_edit_reads_long_texts_from_the_input(published: CommandLine) -> None:
    published.run("content", "edit", NB, WORDS, "-", answers="Hva\n\nmener du?\n")

    (change,) = published.json("content", "draft")["changes"]

    assert change["new"] == "Hva\n\nmener du?"
    assert "no place of a text" in published.refused("content", "edit", NB, "lessons", "x")


def test_what_a_later_release_added_is_no_error_in_a_draft(
    published: CommandLine, sample_folder: Path
) -> None:
    for language in ("nb", "nn", "en"):
        path = sample_folder / "messages" / f"{language}.yaml"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "all_done" not in line), "utf-8")

    published.run("content", "import", str(sample_folder))

    assert "comes along speaks" in published.run("content", "check", "--draft")
    assert published.run("content", "publish", "--draft")


def test_the_folder_that_is_read_is_the_one_that_was_written(
    published: CommandLine, tmp_path: Path
) -> None:
    published.run("content", "export", str(tmp_path / "out"), "--version", "1")

    shutil.rmtree(tmp_path / "our-texts")
    done = published.run("content", "publish", str(tmp_path / "out"))

    assert "version 1 " in done
    assert read_folder(tmp_path / "out")[0]
