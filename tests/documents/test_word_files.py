"""The Word files open without repair, use Word's own styles and know their language."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from bot.documents.cv_files import render_cv
from bot.documents.reading_direction import reads_from_the_right, runs_by_direction
from tests.documents.people_with_cvs import AMINA, ARABIC
from tests.documents.reading_files import opened

ON = date(2026, 11, 22)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The order that the schema demands; Word offers to repair a file that breaks it.
OF_A_PARAGRAPH = ["pStyle", "numPr", "tabs", "bidi", "spacing", "ind", "jc"]
OF_A_RUN = ["rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "rtl", "lang"]


def parts_of(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_word_file_uses_words_own_styles() -> None:
    docx = render_cv(AMINA, language="nb", on=ON).docx

    styled = {paragraph.text: paragraph.style.name for paragraph in opened(docx).paragraphs}  # type: ignore[union-attr]
    assert styled["Amina Prøve-Åsen"] == "Title"
    assert styled["Arbeidserfaring"] == "Heading 1"
    assert styled["Butikkmedarbeider\taug. 2023 – nå"] == "Heading 2"
    assert styled["Betjener kassa"] == "List Bullet"
    assert styled["Klippet gress."] == "Normal"


def test_a_word_file_says_who_and_when_and_nothing_else() -> None:
    docx = render_cv(AMINA, language="nb", on=ON).docx

    told = opened(docx).core_properties
    parts = parts_of(docx)
    assert (told.author, told.last_modified_by) == ("Amina Prøve-Åsen", "Amina Prøve-Åsen")
    assert told.created == datetime(2026, 11, 22, tzinfo=UTC)
    assert told.comments == ""
    assert not any("thumbnail" in name for name in parts)
    assert b"Macintosh" not in parts["docProps/app.xml"]


@pytest.mark.parametrize(("language", "tag"), [("nb", "nb-NO"), ("nn", "nn-NO"), ("en", "en-GB")])
def test_a_word_file_knows_its_language(language: str, tag: str) -> None:
    docx = render_cv(AMINA, language=language, on=ON).docx

    styles = ElementTree.fromstring(parts_of(docx)["word/styles.xml"])
    tags = {found.get(f"{WORD}val") for found in styles.iter(f"{WORD}lang")}
    assert tags == {tag}


def test_right_to_left_paragraphs_and_runs_are_marked() -> None:
    docx = render_cv(ARABIC, language="nb", on=ON).docx

    document = ElementTree.fromstring(parts_of(docx)["word/document.xml"])
    marked = {
        "".join(text.text or "" for text in paragraph.iter(f"{WORD}t")): (
            paragraph.find(f"{WORD}pPr/{WORD}bidi") is not None,
            paragraph.find(f"{WORD}r/{WORD}rPr/{WORD}rtl") is not None,
        )
        for paragraph in document.iter(f"{WORD}p")
    }
    assert marked["أمينة حسن"] == (True, True)
    assert marked["أحب العمل مع الناس (Norsk A2)."] == (True, True)
    assert marked["Arbeidserfaring"] == (False, False)


def test_a_time_beside_an_arabic_title_keeps_its_order() -> None:
    docx = render_cv(ARABIC, language="nb", on=ON).docx

    lines = [paragraph.text for paragraph in opened(docx).paragraphs]
    assert "بائع\t\u200e2018–2020" in lines


@pytest.mark.parametrize("cv", [AMINA, ARABIC], ids=["Latin", "Arabic"])
def test_properties_stand_in_the_order_that_word_demands(cv: object) -> None:
    parts = parts_of(render_cv(cv, language="nb", on=ON).docx)  # type: ignore[arg-type]

    for name in ("word/document.xml", "word/styles.xml"):
        tree = ElementTree.fromstring(parts[name])
        for kind, order in (("pPr", OF_A_PARAGRAPH), ("rPr", OF_A_RUN)):
            for properties in tree.iter(f"{WORD}{kind}"):
                found = [child.tag.removeprefix(WORD) for child in properties]
                known = [tag for tag in found if tag in order]
                assert known == sorted(known, key=order.index), (name, found)
                assert len(set(found)) == len(found)


def test_every_part_is_whole_and_named_by_the_list_of_parts() -> None:
    parts = parts_of(render_cv(AMINA, language="nb", on=ON).docx)

    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)
    listed = parts["[Content_Types].xml"].decode()
    assert all(f'"/{name}"' in listed for name in ("word/document.xml", "docProps/core.xml"))
    assert not any(f'PartName="/{name}"' in listed for name in ("docProps/thumbnail.jpeg",))


def test_a_text_is_cut_into_runs_of_one_direction() -> None:
    runs = runs_by_direction("حسن (Norsk) 3")

    assert runs == [("حسن (", True), ("Norsk) 3", False)]
    assert reads_from_the_right("123 حسن")
    assert not reads_from_the_right("Norsk حسن")
    assert not reads_from_the_right("")
