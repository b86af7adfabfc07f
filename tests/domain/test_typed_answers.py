"""Typed buttons: numbers, words and slips count; anything less clear is for a human."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed_answers import option_typed

REMINDER = (("coming", "Kommer"), ("late", "Kommer litt sent"), ("cannot", "Kan ikke"))
OFFER = (("yes", "Ja, gjerne"), ("no", "Nei takk"), ("more", "Fortell mer"))
MOOD = (("good", "😀 Bra"), ("hard", "Litt tungt"), ("call_me", "Jeg vil at noen ringer"))
ENGLISH = (("coming", "Coming"), ("cannot", "Can't come"))


@pytest.mark.parametrize(
    ("words", "labels", "expected"),
    [
        pytest.param("Kommer", REMINDER, "coming", id="the button's words"),
        pytest.param("kommer!", REMINDER, "coming", id="small letters and a sign"),
        pytest.param("  KOMMER  LITT SENT ", REMINDER, "late", id="capitals and blanks"),
        pytest.param("2", REMINDER, "late", id="its number"),
        pytest.param("3.", REMINDER, "cannot", id="its number with a stop"),
        pytest.param("Komer", REMINDER, "coming", id="a letter too few"),
        pytest.param("kan ikkje", REMINDER, "cannot", id="in nynorsk"),
        pytest.param("kan ike", REMINDER, None, id="a slip in the very word that says no"),
        pytest.param("ja", OFFER, "yes", id="what stands before the comma"),
        pytest.param("nei takk 🙏", OFFER, "no", id="an emoji behind"),
        pytest.param("bra", MOOD, "good", id="an emoji on the button"),
        pytest.param("litt tugnt", MOOD, "hard", id="two letters swapped"),
        pytest.param("cant come", ENGLISH, "cannot", id="an apostrophe left out"),
        pytest.param("0", REMINDER, None, id="no such number"),
        pytest.param("4", REMINDER, None, id="one number too high"),
        pytest.param("٢", REMINDER, None, id="digits we do not number with"),
        pytest.param("Kan", REMINDER, None, id="the opposite of a button"),
        pytest.param("Kommer ikke", REMINDER, None, id="a button turned round"),
        pytest.param(
            "kommer kl. 10 og blir til 12", REMINDER, None, id="more than the button says"
        ),
        pytest.param("Kommer du?", REMINDER, None, id="a question back"),
        pytest.param("nei", OFFER, None, id="not quite the button"),
        pytest.param("can come", ENGLISH, None, id="the opposite in English"),
        pytest.param("", REMINDER, None, id="nothing"),
        pytest.param("👍", REMINDER, None, id="only an emoji"),
        pytest.param("hm", REMINDER, None, id="too short for a slip"),
    ],
)
def test_words_mean_a_button_only_when_they_clearly_do(
    words: str, labels: tuple[tuple[str, str], ...], expected: str | None
) -> None:
    assert option_typed(words, labels) == expected


@pytest.mark.parametrize("words", ["ja", "1", "ja slett me", "Ja, slett"])
def test_what_cannot_be_taken_back_needs_the_buttons_own_words(words: str) -> None:
    labels = (("confirm_erase", "Ja, slett meg"), ("cancel", "Nei, alt som før"))

    assert option_typed(words, labels, exactly=True) is None
    assert option_typed("ja slett meg", labels, exactly=True) == "confirm_erase"


def test_two_buttons_as_near_as_each_other_are_no_answer() -> None:
    labels = (("a", "Tirsdag kl 10"), ("b", "Tirsdag kl 11"))

    assert option_typed("tirsdag kl 1", labels) is None
    assert option_typed("tirsdag kl 11", labels) == "b"


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=5))
def test_it_never_raises_and_gives_an_option_that_is_there(words: str, texts: list[str]) -> None:
    labels = [(f"option{number}", text) for number, text in enumerate(texts)]

    found = option_typed(words, labels)

    assert found is None or found in dict(labels)
