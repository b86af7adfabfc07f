"""The application letter: drafted from a person's own answers, without empty sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from bot.documents.letter_draft import draft_letter
from bot.documents.letter_files import render_letter
from bot.domain.cv import Cv, Experience, Letter, LetterAnswers
from tests.documents.people_with_cvs import AMINA, ANSWERS, ARABIC, overfull
from tests.documents.reading_files import lines_of, metadata_of, pages_of, words_of

ON = date(2026, 11, 22)
LANGUAGES = ("nb", "nn", "en")


def test_a_letter_says_what_the_person_answered() -> None:
    letter = draft_letter(ANSWERS, AMINA, language="nb")

    assert letter.heading == "Søknad: Butikkmedarbeider"
    assert letter.greeting == "Hei, Kari!"
    assert letter.paragraphs == (
        "Jeg søker på jobben som butikkmedarbeider hos Prøvekjøpet Røros. "
        "Jeg søker fordi jeg liker å møte folk.",
        "Jeg har erfaring som butikkmedarbeider fra Eksempelbutikken. "
        "Jeg har stått i kassa. Jeg er vant til å stå tidlig opp.",
        "Jeg har førerkort klasse B. Jeg kan begynne 1. desember.",
        "Jeg kommer gjerne på en prat, så dere kan bli kjent med meg. "
        "Dere kan nå meg på +47 00 00 00 00 eller amina@example.no.",
    )
    assert letter.closing == "Vennlig hilsen"


def test_a_letter_in_nynorsk_is_nynorsk() -> None:
    answers = LetterAnswers(
        advert_title="Kokk", workplace="Prøvekafeen", why="Eg likar å lage mat", can_start="no"
    )

    letter = draft_letter(answers, AMINA, language="nn")

    assert (
        letter.paragraphs[0] == "Eg søkjer på jobben som kokk hos Prøvekafeen. Eg likar å lage mat."
    )
    assert letter.paragraphs[2] == "Eg har førarkort klasse B. Eg kan begynne no."
    assert letter.closing == "Venleg helsing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_answer_may_be_missing(language: str) -> None:
    names = ("advert_title", "workplace", "why", "fits", "can_start", "greets")
    cvs = (Cv(), AMINA, replace(AMINA, jobs=()), replace(AMINA, jobs=(), education=()))

    for cv, given in product(cvs, product((True, False), repeat=len(names))):
        kept = dict(zip(names, given, strict=True))
        gaps = {name: "" for name, is_kept in kept.items() if not is_kept}
        letter = draft_letter(replace(ANSWERS, **gaps), cv, language=language)
        written = " ".join((letter.heading, letter.greeting, *letter.paragraphs))
        assert not re.search(r"[{}]|\s\s|\s[.,]|«»|\(\)|\.\.|None", written), written
        assert all(letter.paragraphs)


def test_an_advert_title_that_is_a_sentence_is_quoted() -> None:
    answers = LetterAnswers(advert_title="Vil du jobbe hos oss i sommer?")

    letter = draft_letter(answers, Cv(), language="nb")

    assert letter.paragraphs[0] == "Jeg søker på stillingen «Vil du jobbe hos oss i sommer?»."


def test_a_job_that_is_no_trade_is_not_what_somebody_was() -> None:
    cv = Cv(jobs=(Experience("Sommerjobb i parken", "Eksempel kommune"),))

    letter = draft_letter(LetterAnswers(), cv, language="nb")

    assert "Jeg har erfaring fra sommerjobb i parken hos Eksempel kommune." in letter.paragraphs


def test_what_the_person_told_is_not_told_again() -> None:
    answers = LetterAnswers(fits="Jeg har jobbet på Eksempelbutikken i to år.")

    letter = draft_letter(answers, AMINA, language="nb")

    assert letter.paragraphs[1] == "Jeg har jobbet på Eksempelbutikken i to år."


@pytest.mark.parametrize("licence", ["nei", "Øvelseskjører", ""])
def test_no_driving_licence_is_claimed_without_a_class(licence: str) -> None:
    letter = draft_letter(ANSWERS, replace(AMINA, driving_licence=licence), language="nb")

    assert "førerkort" not in " ".join(letter.paragraphs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_becomes_a_dated_page_and_a_word_file(language: str) -> None:
    letter = draft_letter(ANSWERS, AMINA, language=language)

    made = render_letter(letter, language=language, on=ON)

    text, lines = words_of(made.pdf), lines_of(made.docx)
    day = "22 November 2026" if language == "en" else "22. november 2026"
    assert pages_of(made.pdf) == 1
    assert f"Røros, {day}" in text
    assert f"Prøvekjøpet Røros\tRøros, {day}" in lines
    assert [one for one in letter.paragraphs if one not in lines] == []
    assert metadata_of(made.pdf)["/Author"] == "Amina Prøve-Åsen"
    assert made == render_letter(letter, language=language, on=ON)


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param(Letter(), id="empty"),
        pytest.param(draft_letter(ANSWERS, ARABIC, language="nb"), id="Arabic"),
        pytest.param(
            Letter(name="W" * 200, heading="W" * 300, paragraphs=("W" * 2000,) * 30), id="overfull"
        ),
        pytest.param(draft_letter(ANSWERS, overfull(), language="nb"), id="an overfull CV"),
    ],
)
def test_a_letter_is_always_one_page(letter: Letter) -> None:
    made = render_letter(letter, language="nb", on=ON)

    assert pages_of(made.pdf) == 1
    assert lines_of(made.docx)


def test_arabic_answers_stand_in_paragraphs_of_their_own() -> None:
    answers = LetterAnswers(advert_title="Kokk", why="أحب الطبخ")

    letter = draft_letter(answers, ARABIC, language="nb")

    assert letter.paragraphs[:2] == ("Jeg søker på jobben som kokk.", "أحب الطبخ.")
