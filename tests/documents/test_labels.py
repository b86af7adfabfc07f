"""The documents' labels: the same in every language, and by the rules of the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.content.house_words import HOUSE_WORDS
from bot.documents.amounts import money, money_in_words, percent
from bot.documents.label_files import day, labels_of, written_language
from bot.domain.budget import ExpenseKind, IncomeKind, ObservationCode
from bot.domain.people import LANGUAGES

FOLDER = Path(__file__).parents[2] / "bot/documents/labels"
SUBJECTS = sorted(file.stem for file in FOLDER.glob("*.yaml"))


def flat(tree: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def placeholders(subject: str, language: str) -> dict[str, set[str]]:
    return {
        key: set(re.findall(r"\{(\w*)\}", text)) for key, text in flat(labels_of(subject, language))
    }


def test_there_are_labels_to_read() -> None:
    assert SUBJECTS == ["budget", "certificate", "progress"]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_language_has_the_same_labels_with_the_same_values(subject: str) -> None:
    assert tuple(yaml.safe_load((FOLDER / f"{subject}.yaml").read_text("utf-8"))) == LANGUAGES
    assert placeholders(subject, "nn") == placeholders(subject, "nb")
    assert placeholders(subject, "en") == placeholders(subject, "nb")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_labels_keep_to_the_words_of_the_house(subject: str, language: str) -> None:
    texts = dict(flat(labels_of(subject, language)))

    found = [
        (key, word.pattern.pattern)
        for key, text in texts.items()
        for word in HOUSE_WORDS[language]
        if word.pattern.search(text)
    ]

    assert found == []
    assert [key for key, text in texts.items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_observation_has_its_words(language: str) -> None:
    labels = labels_of("budget", language)

    assert set(labels["income_kinds"]) == {kind.value for kind in IncomeKind}
    assert set(labels["expense_kinds"]) == {kind.value for kind in ExpenseKind}
    assert set(labels["observations"]) == {code.value for code in ObservationCode}


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("nb", "12 500 kr|12 500 kroner|48 %|22. november 2026"),
        ("nn", "12 500 kr|12 500 kroner|48 %|22. november 2026"),
        ("en", "12,500 kr|12,500 kroner|48%|22 November 2026"),
    ],
)
def test_numbers_and_days_are_written_as_the_language_does(language: str, written: str) -> None:
    said = (
        money(12_500, language),
        money_in_words(12_500, language),
        percent(0.483, language),
        day(date(2026, 11, 22), language),
    )

    assert "|".join(said).replace("\u00a0", " ") == written


def test_below_zero_has_a_minus_of_its_own() -> None:
    assert money(-300, "nb") == "\u2212300\u00a0kr"


def test_a_language_without_labels_gets_bokmaal() -> None:
    assert [written_language(language) for language in ("nn", "so", "")] == ["nn", "nb", "nb"]
