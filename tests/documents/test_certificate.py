"""The certificate: one page whatever the name, what it holds, and what it never holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from bot.documents import page_setting
from bot.documents.certificate import render_certificate
from bot.documents.page_setting import SetPage
from bot.domain.course_progress import CourseCertificate
from bot.domain.errors import DocumentFailed
from tests.documents.png_pixels import pixels_of

LESSONS = ("Arbeidsavtalen", "Arbeidstid og pauser", "Når du blir syk")


def certificate(
    name: str = "Amina Prøvesen",
    *,
    lessons: tuple[str, ...] = LESSONS,
    title: str = "Arbeidslivets spilleregler",
    office: str = "Nav Eksempelby",
) -> CourseCertificate:
    return CourseCertificate(name, title, lessons, date(2026, 11, 22), office)


WANTED = [
    pytest.param(certificate("Bo"), id="short"),
    pytest.param(certificate(" ".join(["Maximiliana-Konstantinopolska"] * 4)), id="long"),
    pytest.param(certificate("W" * 120), id="one word"),
    pytest.param(certificate("محمد عبد الرحمن بن خالد"), id="Arabic"),
    pytest.param(certificate("Олександра Прикладенко"), id="Cyrillic"),
    pytest.param(certificate("Amina 🎉 Prøvesen"), id="emoji"),
    pytest.param(certificate('#panic("x") *a* $b$ \\'), id="markup"),
    pytest.param(certificate(lessons=("En del",)), id="one lesson"),
    pytest.param(
        certificate(
            "W" * 120,
            lessons=("W" * 80, *(f"{'Lang tittel ' * 6}{n}" for n in range(39))),
            title="W" * 80,
            office="W" * 80,
        ),
        id="everything at its longest",
    ),
]


def words_of(pdf: bytes) -> str:
    (page,) = PdfReader(BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", ("Kursbevis", "har gått gjennom kurset", "Kurset har 3 deler",
                "Fullført 22. november 2026", "Kurset er et tilbud fra Nav Eksempelby",
                "Takk for tiden du brukte.", "ikke et vitnemål", "ingen karakter")),
        ("nn", ("Kursbevis", "har gått gjennom kurset", "Kurset har 3 delar",
                "Fullført 22. november 2026", "Kurset er eit tilbod frå Nav Eksempelby",
                "Takk for tida du brukte.", "ikkje eit vitnemål", "ingen karakter")),
        ("en", ("Course certificate", "has finished the course", "The course has 3 parts",
                "Completed 22 November 2026", "The course was offered by Nav Eksempelby",
                "Thank you for the time you gave.", "not a school diploma", "no grade")),
    ],
)  # fmt: skip
def test_a_certificate_says_who_what_when_and_what_it_is(
    language: str, said: tuple[str, ...]
) -> None:
    words = words_of(render_certificate(certificate(), language=language))

    expected = (*said, "Amina Prøvesen", "Arbeidslivets spilleregler", *LESSONS)
    assert [one for one in expected if one not in words] == []


@pytest.mark.parametrize("wanted", WANTED)
def test_it_is_one_lying_a4_page_that_can_be_read_aloud(wanted: CourseCertificate) -> None:
    pdf = PdfReader(BytesIO(render_certificate(wanted, language="nb")))

    (page,) = pdf.pages
    assert [round(float(side)) for side in (page.mediabox.width, page.mediabox.height)] == [
        842,
        595,
    ]
    assert pdf.xmp_metadata is not None
    assert b"pdfuaid" in pdf.xmp_metadata.stream.get_data()
    assert pdf.trailer["/Root"]["/Lang"] == "nb-NO"


@pytest.mark.parametrize("wanted", WANTED)
def test_nothing_runs_into_the_frame(
    wanted: CourseCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures: list[bytes] = []

    def keep_the_picture(layout: str, values: Mapping[str, object], *, on: date) -> SetPage:
        page = page_setting.set_page(layout, values, on=on)
        pictures.append(page.png)
        return page

    monkeypatch.setattr(page_setting, "_PICTURE_PPI", 25.4)  # a pixel per millimetre
    monkeypatch.setattr("bot.documents.certificate.set_page", keep_the_picture)

    render_certificate(wanted, language="nb")

    picture = pixels_of(pictures[0])
    between_top_and_bottom, white = slice(14, -14), {b"\xff\xff\xff"}
    assert (picture.width, picture.height) == (297, 210)
    assert picture.colours(range(14, 29), between_top_and_bottom) == white
    assert picture.colours(range(268, 283), between_top_and_bottom) == white
    assert picture.colours(range(30, 267), between_top_and_bottom) > white


def test_an_emoji_leaves_the_name_whole() -> None:
    assert "Amina Prøvesen" in words_of(
        render_certificate(certificate("Amina 🎉 Prøvesen"), language="nb")
    )


@pytest.mark.parametrize("name", ["ሰላም ተስፋይ", "王小明", "Amina 王", "🎉"])
def test_a_name_that_would_lose_letters_is_refused(name: str) -> None:
    with pytest.raises(DocumentFailed, match="lack letters of this name") as refused:
        render_certificate(certificate(name), language="nb")

    assert name not in str(refused.value)


def test_lessons_that_do_not_fit_are_counted() -> None:
    lessons = tuple(
        f"Del nummer {n} med en tittel som fyller godt og vel en linje" for n in range(40)
    )

    words = words_of(render_certificate(certificate(lessons=lessons), language="nb"))

    shown = words.count("Del nummer")
    assert "Kurset har 40 deler" in words
    assert 8 < shown < 40
    assert f"og {40 - shown} til" in words


def test_the_same_certificate_is_the_same_file_and_names_no_author() -> None:
    first, second = (render_certificate(certificate(), language="nb") for _ in range(2))

    about = PdfReader(BytesIO(first)).metadata
    assert first == second
    assert about is not None
    assert about.author is None
    assert about.title == "Kursbevis – Amina Prøvesen"
