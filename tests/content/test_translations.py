"""Translations remember their original: a changed one makes them stale until somebody looks."""

from datetime import date

from bot.content.assembling import read_parts
from bot.content.check import check_files
from bot.content.findings import Severity
from bot.content.loading import load_files
from bot.content.translations import FILE, mark_of, marks_now, stamped, written
from tests.content.sample_pack import sample_files

TODAY = date(2026, 6, 1)
NB, NN, EN = (f"modules/rules/{language}.yaml" for language in ("nb", "nn", "en"))


def confirmed() -> dict[str, str]:
    files = sample_files()
    return {**files, FILE: written(marks_now(read_parts(files)))}


def said(files: dict[str, str]) -> list[str]:
    return [str(finding) for finding in check_files(files, today=TODAY)]


def with_changed_original(files: dict[str, str]) -> dict[str, str]:
    assert "Hva tenker du?" in files[NB]
    return {**files, NB: files[NB].replace("Hva tenker du?", "Hva tror du?")}


def test_a_pack_without_marks_is_not_judged() -> None:
    assert said(with_changed_original(sample_files())) == []


def test_confirmed_translations_are_no_findings_and_the_pack_loads() -> None:
    assert said(confirmed()) == []
    assert load_files(confirmed()).files[FILE].startswith("#")


def test_a_changed_original_makes_its_translations_stale_and_no_others() -> None:
    findings = check_files(with_changed_original(confirmed()), today=TODAY)

    assert [finding.path for finding in findings] == [EN, NN]
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert all("the bokmål has changed since" in finding.message for finding in findings)
    assert all(finding.line > 1 for finding in findings)


def test_blanks_at_the_ends_are_no_change() -> None:
    assert mark_of("Hei.\n") == mark_of("  Hei.")
    assert mark_of("Hei.") != mark_of("Hei!")


def test_stamping_one_language_confirms_it_alone() -> None:
    files = with_changed_original(confirmed())

    files[FILE] = written(stamped(read_parts(files), language="nn"))

    assert [line.split(":")[0] for line in said(files)] == [EN]


def test_stamping_a_folder_leaves_the_rest_as_it_was() -> None:
    files = with_changed_original(confirmed())
    before = files[FILE]

    files[FILE] = written(stamped(read_parts(files), under="messages"))
    elsewhere = files[FILE]
    files[FILE] = written(stamped(read_parts(files), under="modules/rules"))

    assert elsewhere == before
    assert said(files) == []


def test_a_text_nobody_has_confirmed_is_told_once_marks_are_kept() -> None:
    files = confirmed()
    lines = files[FILE].splitlines(keepends=True)
    at = lines.index(f"{NN}:\n")
    files[FILE] = "".join(lines[: at + 1] + lines[at + 2 :])

    findings = said(files)

    assert len(findings) == 1
    assert findings[0].startswith(NN)
    assert "nobody has confirmed" in findings[0]


def test_marks_that_are_not_as_they_were_written_are_refused_with_the_remedy() -> None:
    for broken in ("modules/rules/nn.yaml: yes\n", "- x\n"):
        findings = said({**sample_files(), FILE: broken})

        assert len(findings) == 1
        assert "tettpa content stamp" in findings[0]


def test_marks_of_a_file_that_is_gone_are_told() -> None:
    files = confirmed()
    files[FILE] += 'modules/gone/nn.yaml:\n  title: "00000000"\n'

    assert any("there is no file `modules/gone/nn.yaml`" in line for line in said(files))
