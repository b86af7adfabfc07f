"""Changing one text of a pack: what was asked for, and not a character more."""

import pytest

from bot.content.editing import edited, text_at
from bot.domain.errors import BadContent
from tests.content.sample_pack import sample_files

NB = "modules/rules/nb.yaml"
NN = "modules/rules/nn.yaml"
CONTRACT = ("lessons", "contract")


@pytest.mark.parametrize(
    ("place", "words", "old", "new"),
    [
        pytest.param(
            ("words",), "Og du?", "    words: Hva tenker du?", "    words: Og du?", id="plain"
        ),
        pytest.param(
            ("words",), "Nå: du", "    words: Hva tenker du?", '    words: "Nå: du"', id="quotes"
        ),
        pytest.param(
            ("words", "text"),
            "En.\n\nTo.",
            "    words: Hva tenker du?",
            "    words: |\n      En.\n\n      To.",
            id="several lines become a block",
        ),
        pytest.param(
            ("intro", "text"),
            "Kort.",
            "      Hei {{ participant.first_name }}!\n\n      Du skal ha en <b>avtale</b>.",
            "      Kort.",
            id="a block stays one",
        ),
        pytest.param(
            ("go_on", "options", "now"), "Ja, nå", "{now: Ja,", '{now: "Ja, nå",', id="braces"
        ),
        pytest.param(
            ("go_on", "text"), "En\nto", "{text: Videre?", '{text: "En\\nto"', id="lines in braces"
        ),
        pytest.param(
            ("words", "right"),
            "Ja.",
            "    words: Hva tenker du?",
            "    words:\n      text: Hva tenker du?\n      right: Ja.",
            id="beside the short form",
        ),
        pytest.param(
            ("go_on", "right"),
            "Ja.",
            "later: Siden}}",
            "later: Siden}, right: Ja.}",
            id="more braces",
        ),
    ],
)
def test_texts_are_written_as_their_author_wrote_them(
    place: tuple[str, ...], words: str, old: str, new: str
) -> None:
    files = sample_files()

    after = edited(files, NB, (*CONTRACT, *place), words)

    assert after[NB] == files[NB].replace(old, new)
    assert text_at(after, NB, (*CONTRACT, *place)) in (words, words + "\n")
    assert {path for path in files if files[path] != after[path]} == {NB}


def test_a_missing_text_is_put_where_the_original_has_it() -> None:
    files = sample_files()
    files[NN] = files[NN].replace("    words: Hva tenker du?\n", "    # go_on comes next\n")

    after = edited(files, NN, (*CONTRACT, "words", "text"), "Kva tenkjer du?")

    assert "      wrong: Nesten.\n    words: Kva tenkjer du?\n    # go_on" in after[NN]


def test_a_missing_lesson_title_comes_first() -> None:
    files = sample_files()
    files[NN] = files[NN].replace("    title: Avtalen\n", "")

    after = edited(files, NN, (*CONTRACT, "title"), "Avtalen")

    assert after[NN] == sample_files()[NN]


def test_a_key_of_digits_is_a_word_and_not_a_number() -> None:
    files = {"x.yaml": 'options: {"1": Bad, "2": Good}\n'}

    after = edited(files, "x.yaml", ("options", "2"), "Fine")

    assert after["x.yaml"] == 'options: {"1": Bad, "2": Fine}\n'


def test_a_language_without_the_file_gets_one() -> None:
    files = sample_files()
    del files[NN]

    after = edited(files, NN, (*CONTRACT, "intro", "text"), "Hei.\nDu.")

    assert after[NN] == "lessons:\n  contract:\n    intro: |\n      Hei.\n      Du.\n"


@pytest.mark.parametrize("place", [("sessions", 1, "from"), ("sessions", "0", "to")])
def test_settings_are_edited_like_texts(place: tuple[str | int, ...]) -> None:
    files = sample_files()

    after = edited(files, "programme.yaml", place, "14:30")["programme.yaml"]

    before = files["programme.yaml"].splitlines()
    changed = [
        (old, new) for old, new in zip(before, after.splitlines(), strict=True) if old != new
    ]
    assert len(changed) == 1
    assert text_at({"programme.yaml": after}, "programme.yaml", place) == "14:30"


@pytest.mark.parametrize(
    ("path", "place", "words"),
    [
        pytest.param("modules/rules/de.yaml", ("title",), "x", id="no such file"),
        pytest.param("modules/other/nb.yaml", ("title",), "x", id="no such module"),
        pytest.param(NB, (), "x", id="the whole file"),
        pytest.param(NB, CONTRACT, "x", id="a lesson"),
        pytest.param("programme.yaml", ("sessions", 9, "from"), "x", id="past a list"),
        pytest.param(NB, ("title",), "a\x07b", id="a bell"),
        pytest.param(NB, ("title",), "a\x00b", id="nought"),
        pytest.param(NB, ("title",), "a\ud800b", id="half a character"),
        pytest.param(NB, ("title", "deeper", "text"), "\x07", id="a bell in something new"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    path: str, place: tuple[str | int, ...], words: str
) -> None:
    with pytest.raises(BadContent, match=r"pack has no file|no place of a text|not text"):
        edited(sample_files(), path, place, words)


def test_a_file_that_cannot_be_read_names_its_line() -> None:
    files = sample_files()
    files[NB] += "a: &x 1\n"

    with pytest.raises(BadContent, match=f"{NB}:20: anchors"):
        edited(files, NB, ("title",), "x")
