"""A CV as files: one page whatever was typed, readable text, nothing told that was not asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.documents import fonts
from bot.documents.cv_files import render_cv
from bot.domain.cv import Contact, Cv, Experience, Period
from bot.domain.errors import DocumentFailed, TettpaError
from tests.documents.people_with_cvs import AMINA, ARABIC, CYRILLIC, FIFTEEN_JOBS, overfull
from tests.documents.reading_files import (
    fonts_of,
    lines_of,
    metadata_of,
    pages_of,
    size_of_picture,
    unbroken,
    words_of,
)

ON = date(2026, 11, 22)
HOSTILE = '#eval("1+1") $x^2$ <b> *fet* _k_ @ref \\ `r` "q" \'p\' // [x] {y} ~ -- #import "a"'

CASES = [
    pytest.param(AMINA, id="an ordinary one"),
    pytest.param(Cv(), id="nothing at all"),
    pytest.param(Cv(name="Ola"), id="a name alone"),
    pytest.param(replace(AMINA, jobs=(), volunteering=(), courses=()), id="no jobs"),
    pytest.param(FIFTEEN_JOBS, id="fifteen jobs"),
    pytest.param(replace(AMINA, name="Maximiliana Kristiansdotter " * 3), id="a long name"),
    pytest.param(ARABIC, id="Arabic script"),
    pytest.param(CYRILLIC, id="Cyrillic script"),
    pytest.param(overfull(), id="everything too long"),
]


@pytest.mark.parametrize("cv", CASES)
def test_a_cv_is_always_one_page(cv: Cv) -> None:
    made = render_cv(cv, language="nb", on=ON)

    width, height = size_of_picture(made.png)
    assert pages_of(made.pdf) == 1
    assert (height / width) == pytest.approx(297 / 210, abs=0.01)
    assert all(embedded for _, embedded in fonts_of(made.pdf))


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        (
            "nb",
            ["Om meg", "Arbeidserfaring", "Utdanning", "Førerkort", "Klasse B", "aug. 2023 – nå"],
        ),
        (
            "nn",
            ["Om meg", "Arbeidserfaring", "Utdanning", "Førarkort", "Klasse B", "aug. 2023 – no"],
        ),
        ("en", ["About me", "Work experience", "Driving licence", "Class B", "Aug 2023 – now"]),
    ],
)
def test_every_language_has_its_own_words(language: str, titles: list[str]) -> None:
    made = render_cv(AMINA, language=language, on=ON)

    text = words_of(made.pdf)
    assert [title for title in titles if title not in text] == []
    assert "Amina Prøve-Åsen" in text


def test_nynorsk_references_are_written_as_nynorsk() -> None:
    made = render_cv(AMINA, language="nn", on=ON)

    assert "Referansar kan givast på førespurnad." in words_of(made.pdf)
    assert "Referansar kan givast på førespurnad." in lines_of(made.docx)


def test_an_unknown_language_gets_bokmal() -> None:
    made = render_cv(AMINA, language="xx", on=ON)

    assert "Arbeidserfaring" in words_of(made.pdf)


def test_the_newest_job_stands_first() -> None:
    made = render_cv(AMINA, language="nb", on=ON)

    text = words_of(made.pdf)
    assert text.index("Butikkmedarbeider") < text.index("Sommerjobb")


def test_fifteen_jobs_are_shortened_on_the_page_and_whole_in_the_word_file() -> None:
    made = render_cv(FIFTEEN_JOBS, language="nb", on=ON)

    text, lines = words_of(made.pdf), lines_of(made.docx)
    assert made.shortened
    assert all(f"Medarbeider nummer {number}" in text for number in range(15))
    assert lines.count("Bestilte varer fra lageret hver eneste uke.") == 15


def test_what_is_missing_leaves_no_title_behind() -> None:
    made = render_cv(Cv(name="Ola Prøve", offers_references=False), language="nb", on=ON)

    assert words_of(made.pdf) == "Ola Prøve"
    assert lines_of(made.docx) == ["Ola Prøve"]
    assert not made.shortened


@pytest.mark.parametrize(
    ("cv", "said"),
    [(ARABIC, ["حسن", "الناس", "المثال"]), (CYRILLIC, ["Прикладенко", "людьми", "ґанок"])],
    ids=["Arabic", "Cyrillic"],
)
def test_other_scripts_can_be_copied_from_the_page(cv: Cv, said: list[str]) -> None:
    made = render_cv(cv, language="nb", on=ON)

    text = words_of(made.pdf)
    assert [word for word in said if word not in text] == []
    assert made.unprintable == ""


def test_markup_in_a_text_is_only_signs() -> None:
    cv = replace(AMINA, name=HOSTILE[:70], about=HOSTILE, interests=(HOSTILE[:50],))

    made = render_cv(cv, language="nb", on=ON)

    assert unbroken(HOSTILE) in unbroken(words_of(made.pdf))
    assert HOSTILE in lines_of(made.docx)


def test_an_address_is_copied_without_invisible_signs() -> None:
    contact = Contact(email="kari.nordmann@example.no", link="javascript:alert(1)")

    made = render_cv(replace(AMINA, contact=contact), language="nb", on=ON)

    assert "kari.nordmann@example.no" in words_of(made.pdf)
    assert b"mailto:kari.nordmann@example.no" in made.pdf
    assert b"(javascript:" not in made.pdf


def test_signs_that_no_font_has_are_left_out_and_named() -> None:
    made = render_cv(replace(AMINA, about="Glad 😀 og rolig"), language="nb", on=ON)

    assert made.unprintable == "😀"
    assert "Glad og rolig" in words_of(made.pdf)
    assert "Glad 😀 og rolig" in lines_of(made.docx)


def test_a_name_is_printed_whole_or_not_at_all() -> None:
    made = render_cv(replace(AMINA, name="Sara ሳራ"), language="nb", on=ON)

    assert set(made.unprintable) == set("ሳራ")
    assert "Sara" not in words_of(made.pdf)
    assert lines_of(made.docx)[0] == "Sara ሳራ"


def test_the_file_tells_of_nobody_but_the_person() -> None:
    made = render_cv(AMINA, language="nb", on=ON)

    told = metadata_of(made.pdf)
    assert told["/Author"] == "Amina Prøve-Åsen"
    assert told["/Title"] == "CV – Amina Prøve-Åsen"
    assert told["/CreationDate"].startswith("D:20261122")
    assert set(told) <= {"/Author", "/Title", "/Creator", "/CreationDate", "/ModDate"}
    assert not any(b".typ" in file or b"site-packages" in file for file in (made.pdf, made.png))


def test_the_same_cv_gives_the_same_files() -> None:
    first = render_cv(AMINA, language="nb", on=ON)

    second = render_cv(AMINA, language="nb", on=ON)

    assert first == second


def test_missing_fonts_are_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_PACKAGES", ("no_such_fonts",))
    fonts.font_files.cache_clear()

    with pytest.raises(DocumentFailed, match=r"no-such-fonts are missing: install") as refused:
        fonts.font_files()

    assert isinstance(refused.value, TettpaError)
    fonts.font_files.cache_clear()


STRANGE = st.text(st.characters(codec=None), max_size=60)
ENTRIES = st.builds(
    Experience,
    title=STRANGE,
    place=STRANGE,
    period=st.builds(Period, start=STRANGE, end=STRANGE, ongoing=st.booleans()),
    did=STRANGE,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(name=STRANGE, about=STRANGE, jobs=st.lists(ENTRIES, max_size=3), email=STRANGE)
def test_any_text_at_all_becomes_one_page(
    name: str, about: str, jobs: list[Experience], email: str
) -> None:
    cv = Cv(name=name, about=about, jobs=tuple(jobs), contact=Contact(email=email))

    made = render_cv(cv, language="nn", on=ON)

    assert pages_of(made.pdf) == 1
    assert lines_of(made.docx)
