"""LIX and long sentences: warnings that name the place, silence where they mean nothing."""

from datetime import date

import pytest

from bot.content.check import check_files
from bot.content.readability import FEWEST_WORDS, LIX_TARGET, as_read, lix
from tests.content.sample_pack import sample_files, with_edit, with_message

TODAY = date(2026, 6, 1)
HEAVY = (
    "Arbeidsgiveren plikter umiddelbart skriftliggjøring av ansettelsesforholdets "
    "vesentligste bestemmelser overfor arbeidstakeren. "
)


def said(files: dict[str, str]) -> list[str]:
    return [str(finding) for finding in check_files(files, today=TODAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Du er her. Jeg er der.", 3.0, id="six short words in two sentences"),
        pytest.param("Arbeid gir penger.", 3.0, id="six letters are not long"),
        pytest.param("Arbeidet gir inntekter.", 3 + 100 * 2 / 3, id="two long words of three"),
        pytest.param("Hei\nDu er her", 2.0, id="a line ends a sentence"),
        pytest.param("", 0.0, id="nothing"),
        pytest.param("1200 kr: 7 dager!", 1 + 0.0, id="numbers are no words"),
    ],
)
def test_lix_is_words_a_sentence_and_the_share_of_long_words(text: str, expected: float) -> None:
    assert lix(text) == pytest.approx(expected)


def test_a_text_is_judged_as_it_is_read() -> None:
    source = '<b>Hei {{ participant.first_name }}</b>{% if x %}!{% endif %} <a href="https://x.no">Se</a>'

    assert as_read(source) == "Hei Amina! Se"


def test_a_lesson_that_is_hard_to_read_is_a_warning_at_its_place() -> None:
    files = with_edit("modules/rules/nb.yaml", "Nesten.", HEAVY * 12)

    findings = [line for line in said(files) if "LIX" in line]

    assert len(findings) == 1
    assert findings[0].startswith("modules/rules/nb.yaml:3: the lesson `contract` has LIX")
    assert f"at most {LIX_TARGET}" in findings[0]


@pytest.mark.parametrize("part", ["hint: {}", "feedback: {{month: {}}}"])
def test_what_a_quiz_says_to_one_answer_counts_as_well(part: str) -> None:
    files = with_edit("modules/rules/module.yaml", "right: week", "right: week, second_try: true")
    text = part.format(HEAVY * 12)
    files["modules/rules/nb.yaml"] = files["modules/rules/nb.yaml"].replace(
        "      wrong: Nesten.\n", f"      wrong: Nesten.\n      {text}\n"
    )

    findings = [line for line in said(files) if "LIX" in line]

    assert len(findings) == 1
    assert findings[0].startswith("modules/rules/nb.yaml:3: the lesson `contract` has LIX")


def test_a_few_hard_words_say_nothing_about_a_lesson() -> None:
    assert len(HEAVY.split()) < FEWEST_WORDS

    assert said(with_edit("modules/rules/nb.yaml", "Nesten.", HEAVY)) == []


def test_a_sentence_longer_than_a_breath_is_a_warning_at_its_line() -> None:
    long = "Kort først.\n" + "du og " * 13 + "jeg."

    findings = said(with_message("onboarding.welcome", long))

    assert len(findings) == 1
    assert "a sentence has 27 words" in findings[0]


def test_the_sample_pack_reads_well() -> None:
    assert said(sample_files()) == []
