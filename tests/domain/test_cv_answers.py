"""A CV and a letter's answers out of a profile: what lacks is empty, what is odd is left out."""

import pytest

from bot.domain.cv import Contact, Cv, Experience, LetterAnswers, Period, SpokenLanguage
from bot.domain.cv_answers import cv_of, letter_answers_of


def test_every_value_of_the_profile_has_its_place_in_the_cv() -> None:
    profile = {
        "cv_name": " Ada Eksempel ",
        "cv_phone": "00 00 00 00",
        "cv_email": "ada@example.no",
        "cv_town": "Røros",
        "cv_link": "https://example.no",
        "cv_about": "Rolig.",
        "cv_jobs": (
            {"title": "Kokk", "place": "Kroa", "period": "aug 2023 - nå", "did": "Lagde mat"},
        ),
        "cv_languages": [{"name": "Norsk", "level": "good"}],
        "cv_driving_licence": "B",
        "cv_references": "Kari Prøve, tlf. 00 00 00 00",
    }

    cv = cv_of(profile)

    assert cv == Cv(
        name="Ada Eksempel",
        contact=Contact("00 00 00 00", "ada@example.no", "Røros", "https://example.no"),
        about="Rolig.",
        jobs=(Experience("Kokk", "Kroa", Period("aug 2023", "", ongoing=True), "Lagde mat"),),
        languages=(SpokenLanguage("Norsk", "good"),),
        driving_licence="B",
        references="Kari Prøve, tlf. 00 00 00 00",
    )


def test_an_empty_profile_is_an_empty_cv_and_an_empty_letter() -> None:
    assert cv_of({}) == Cv()
    assert letter_answers_of({}) == LetterAnswers()


@pytest.mark.parametrize(
    "interests",
    ["Fotball, matlaging", "Fotball\nmatlaging", "- Fotball\n- matlaging", "Fotball; matlaging,"],
)
def test_interests_are_told_apart_however_they_were_listed(interests: str) -> None:
    assert cv_of({"cv_interests": interests}).interests == ("Fotball", "matlaging")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("b", "B"),
        ("b,be", "B, BE"),
        ("b_t", "B, T"),
        ("none", ""),
        ("Nei", ""),
        ("øvelseskjører", "øvelseskjører"),
    ],
)
def test_a_driving_licence_comes_as_a_button_or_as_words(typed: str, shown: str) -> None:
    assert cv_of({"cv_driving_licence": typed}).driving_licence == shown


@pytest.mark.parametrize(
    ("answer", "line", "offers"),
    [("on_request", "", True), ("none", "", False), ("", "", True), ("Per", "Per", True)],
)
def test_references_are_a_line_an_offer_or_nothing(answer: str, line: str, offers: bool) -> None:
    cv = cv_of({"cv_references": answer})

    assert (cv.references, cv.offers_references) == (line, offers)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(17, id="a number"),
        pytest.param("words", id="words where a list belongs"),
        pytest.param([1, None, "x", {"title": 4, 5: "y"}], id="records that are none"),
        pytest.param(({},) * 40, id="forty empty records"),
        pytest.param(({"period": "W" * 5000},) * 40, id="a long time"),
    ],
)
def test_odd_values_raise_nothing(value: object) -> None:
    names = ("cv_jobs", "cv_languages", "cv_name", "cv_interests", "cv_about", "letter_why")

    cv = cv_of(dict.fromkeys(names, value))
    letter = letter_answers_of(dict.fromkeys(names, value))

    assert isinstance(cv, Cv)
    assert isinstance(letter, LetterAnswers)
    assert all(job.title == "" for job in cv.jobs)


def test_a_letter_takes_its_six_answers() -> None:
    names = ("advert", "workplace", "why", "fits", "start", "greets")

    letter = letter_answers_of({f"letter_{name}": name for name in names})

    assert letter == LetterAnswers(*names)
