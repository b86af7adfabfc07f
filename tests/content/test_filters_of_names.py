"""The filters for names: lists of them, whose something is, and first names as people typed them."""

import pytest

from bot.content.rendering import Renderer


def said(template: str, value: object, language: str = "nb") -> str:
    return Renderer().html("x", template, {"v": value}, language=language)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Ada", "Ada"),
        ("Ada, Bo", "Ada og Bo"),
        (["Ada", "Bo", "Cem", "Dag"], "Ada, Bo, Cem og Dag"),
        (("Ada", " ", "Bo "), "Ada og Bo"),
        ("• Ada\n• Bo\n• Cem", "Ada, Bo og Cem"),
        (",, ", ""),
        ([], ""),
    ],
)
def test_names_are_listed_as_in_a_sentence(value: object, written: str) -> None:
    assert said("{{ v|names }}", value) == written


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Max", "Max’"),
        ("Inez", "Inez’"),
        ("LARS", "LARS’"),
        ("Louis", "Louis’"),
        ("André", "Andrés"),
        ("Bjørn Å", "Bjørn Ås"),
        ("Nav", "Navs"),
        ("Amina 🌻", "Amina 🌻s"),
        (" Ada ", "Adas"),
    ],
)
def test_norwegian_adds_s_or_an_apostrophe_alone(name: str, whose: str) -> None:
    assert said("{{ v|genitive }}", name) == said("{{ v|genitive }}", name, "nn") == whose


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Amina Eksempel", "Amina"),
        ("  AMINA\teksempel ", "Amina"),
        ("anne-lise", "Anne-Lise"),
        ("øystein", "Øystein"),
        ("O'NEIL", "O&#39;Neil"),
        ("McKay", "McKay"),
        ("Å", "Å"),
        ("أمينة علي", "أمينة"),
        ("علی\N{ZERO WIDTH NON-JOINER}رضا", "علی\N{ZERO WIDTH NON-JOINER}رضا"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}Ada\x07", "Ada"),
    ],
)
def test_a_first_name_is_tidied_and_no_more(name: str, first: str) -> None:
    assert said("{{ v|first_name }}", name) == first
