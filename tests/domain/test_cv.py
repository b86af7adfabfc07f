"""Tidying a CV: clean signs, bounded lengths, the newest first, empty parts gone."""

from __future__ import annotations

import pytest

from bot.domain.cv import Contact, Cv, Experience, Period, SpokenLanguage
from bot.domain.cv_periods import moment_of, newest_first, period_from
from bot.domain.cv_tidying import LIMITS, tidy_cv, tidy_lines, tidy_text


def test_the_newest_comes_first_and_what_has_no_time_last() -> None:
    jobs = [
        Experience("eldst", period=period_from("2015-2017")),
        Experience("uten tid"),
        Experience("nyest", period=period_from("mars 2021 - mai 2022")),
        Experience("går fortsatt", period=period_from("2010 - nå")),
        Experience("en sommer", period=period_from("sommeren 2021")),
    ]

    ordered = [job.title for job in newest_first(jobs)]

    assert ordered == ["går fortsatt", "nyest", "en sommer", "eldst", "uten tid"]


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("2019–2021", Period("2019", "2021")),
        ("2019 - nå", Period("2019", ongoing=True)),
        ("frå august 2020 til no", Period("august 2020", ongoing=True)),
        ("since 2022", Period("2022", ongoing=True)),
        ("2021-03", Period("2021-03")),
        ("da jeg var ung", Period("da jeg var ung")),
        ("2021/22", Period("2021/22")),
        ("2019 2021", Period("2019 2021")),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, period: Period) -> None:
    assert period_from(typed) == period


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021", (2021, 0)),
        ("3.2021", (2021, 3)),
        ("01.08.2021", (2021, 8)),
        ("2021-12", (2021, 12)),
        ("oktober 2020", (2020, 10)),
        ("i fjor", None),
    ],
)
def test_a_moment_is_a_year_and_perhaps_a_month(text: str, moment: tuple[int, int] | None) -> None:
    assert moment_of(text) == moment


def test_invisible_signs_and_needless_gaps_go() -> None:
    text = "  Åse\u202e\x00\ud800\ufeff   Prøve\t\u200b "

    assert tidy_text(text, 80) == "Åse Prøve"


def test_joiners_that_shape_persian_words_stay() -> None:
    assert tidy_text("می\u200cروم", 80) == "می\u200cروم"


def test_towers_of_marks_are_cut_down() -> None:
    assert tidy_text("a" + "\u0336" * 40, 80) == "a" + "\u0336" * 3


@pytest.mark.parametrize(
    "text", ["ord " * 100, "W" * 500, "a\n" * 100], ids=["words", "word", "lines"]
)
def test_long_texts_are_cut_with_a_sign_of_it(text: str) -> None:
    short = tidy_text(text, 50)

    assert len(short) <= 50
    assert short.endswith("…")


def test_list_marks_are_dropped_from_lines() -> None:
    assert tidy_lines("- Kassa\n\n• Lager\nHelg - og natt", 200) == "Kassa\nLager\nHelg - og natt"


def test_empty_parts_disappear() -> None:
    cv = Cv(
        name=" ",
        contact=Contact(phone=" "),
        jobs=(Experience(" ", "\n", Period("2020")), Experience("Kokk")),
        languages=(SpokenLanguage(" ", "good"),),
        driving_licence="Nei.",
        interests=("", " Sykkel "),
    )

    tidied = tidy_cv(cv)

    assert tidied == Cv(jobs=(Experience("Kokk"),), interests=("Sykkel",))


def test_tidying_twice_changes_nothing_more() -> None:
    cv = Cv(
        name="x" * 500, about="å\n" * 900, jobs=(Experience("y " * 400, did="- z\n" * 30),) * 99
    )

    once = tidy_cv(cv)

    assert tidy_cv(once) == once
    assert len(once.jobs) == LIMITS.jobs
