"""What the process beside the program answers: files with their names, or one sentence why not."""

import json
from base64 import b64decode
from typing import Any

import pytest

from bot.documents.__main__ import answer_to
from bot.documents.file_names import file_name
from bot.documents.requests import made_from
from bot.domain.document_orders import DocumentKind, MadeDocument
from bot.domain.errors import DocumentFailed
from tests.documents.reading_files import lines_of

ADA = {"cv_name": "Ada Eksempel"}
LESSONS = {"title": "Pengene", "done": 1, "lessons": 2}
SAMPLES: dict[str, dict[str, Any]] = {
    "cv": ADA,
    "letter": {**ADA, "letter_advert": "Kokk", "letter_start": "2026-12-01"},
    "budget": {"budget_in_wages": "12500", "budget_out_rent": "6000"},
    "progress": {"title": "Jobbkurset", "modules": [LESSONS]},
    "certificate": {
        "names": ["Ada Eksempel"],
        "course_title": "Jobbkurset",
        "lessons": ["Avtalen"],
        "completed_on": "2026-11-22",
        "office_name": "Tett på",
    },
}
SIGNS = {"png": b"\x89PNG", "pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK"}


def asked(document: str, values: dict[str, Any], *, language: str = "nb") -> dict[str, Any]:
    return {"document": document, "language": language, "on": "2026-11-22", "values": values}


def names(made: MadeDocument) -> list[str]:
    return [file.filename for file in made.files]


def test_there_is_a_sample_of_every_document() -> None:
    assert set(SAMPLES) == set(DocumentKind)


@pytest.mark.parametrize(
    ("document", "language", "expected"),
    [
        ("cv", "nb", ["CV Ada Eksempel.png", "CV Ada Eksempel.pdf", "CV Ada Eksempel.docx"]),
        ("letter", "nn", ["Søknad Ada Eksempel.pdf", "Søknad Ada Eksempel.docx"]),
        ("letter", "en", ["Application Ada Eksempel.pdf", "Application Ada Eksempel.docx"]),
        ("budget", "nb", ["Budsjett.png", "Budsjett.xlsx"]),
        ("progress", "en", ["My course.png"]),
        ("certificate", "nb", ["Kursbevis Ada Eksempel.pdf"]),
    ],
)
def test_each_document_comes_as_its_files(
    document: str, language: str, expected: list[str]
) -> None:
    made = made_from(asked(document, SAMPLES[document], language=language))

    assert names(made) == expected
    for file in made.files:
        start = SIGNS[file.filename.rpartition(".")[2]]
        assert b64decode(file.content_base64).startswith(start)


def test_pictures_of_numbers_are_told_in_words_too() -> None:
    budget = made_from(asked("budget", SAMPLES["budget"]))
    progress = made_from(asked("progress", SAMPLES["progress"]))

    assert "12\N{NO-BREAK SPACE}500" in budget.files[0].alt
    assert progress.files[0].alt.startswith("Jobbkurset. 1 av 2 deler er gjort.")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="nothing at all"),
        pytest.param({"cv_name": "أمينة حسن"}, id="from the right"),
        pytest.param({**ADA, "cv_jobs": [{"title": "Kokk"}] * 15}, id="fifteen jobs"),
        pytest.param({**ADA, "cv_jobs": "ord", "cv_languages": [3]}, id="odd values"),
    ],
)
def test_a_cv_is_a_page_whatever_was_answered(values: dict[str, Any]) -> None:
    assert len(made_from(asked("cv", values)).files) == 3


def test_what_the_page_leaves_out_is_told() -> None:
    jobs = [{"title": f"Kokk {n}", "place": "Kroa", "did": "Mat\n" * 8} for n in range(30)]

    made = made_from(asked("cv", {"cv_name": "Ada 😀", "cv_jobs": jobs}))

    assert made.shortened
    assert made.unprintable == "😀"


def test_a_start_day_is_written_as_the_language_writes_it() -> None:
    made = made_from(asked("letter", SAMPLES["letter"]))

    letter = " ".join(lines_of(b64decode(made.files[1].content_base64)))
    assert "1. desember 2026" in letter
    assert "2026-12-01" not in letter


def test_a_certificate_takes_the_name_that_can_be_printed() -> None:
    values = {**SAMPLES["certificate"], "names": ["អាដា", "Ada Eksempel"]}

    made = made_from(asked("certificate", values))

    assert names(made) == ["Kursbevis Ada Eksempel.pdf"]


@pytest.mark.parametrize(
    ("document", "values"),
    [
        pytest.param("poster", {}, id="another release's document"),
        pytest.param("certificate", {**SAMPLES["certificate"], "names": []}, id="nobody"),
        pytest.param("certificate", {**SAMPLES["certificate"], "names": ["អាដា"]}, id="letters"),
        pytest.param("progress", {"title": "x", "modules": []}, id="no modules"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_sentence(
    document: str, values: dict[str, Any]
) -> None:
    with pytest.raises(DocumentFailed) as refused:
        made_from(asked(document, values))

    assert "អ" not in str(refused.value)
    assert answer_to(json.dumps(asked(document, values))) == {"failed": str(refused.value)}


def test_an_error_is_told_by_its_name_alone() -> None:
    answer = answer_to(json.dumps({"document": "cv", "values": "Hemmelig"}))

    assert answer == {"failed": "The files could not be made (KeyError)."}


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ada Eksempel", "CV Ada Eksempel.pdf"),
        ("", "CV.pdf"),
        ('../..\\etc:"<x>|?*', "CV etc x.pdf"),
        ("Ada\u202e\nfdp.exe", "CV Ada fdp.exe.pdf"),
        ("Anne-Marie O’Prøve jr.", "CV Anne-Marie O’Prøve jr.pdf"),
        ("أمينة حسن", "CV أمينة حسن.pdf"),
        ("W" * 300, f"CV {'W' * 60}.pdf"),
        ("😀", "CV.pdf"),
    ],
)
def test_a_file_name_means_nothing_to_a_file_system(name: str, called: str) -> None:
    assert file_name("cv", "pdf", language="nb", name=name) == called
