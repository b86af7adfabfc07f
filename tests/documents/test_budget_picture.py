"""The budget as a picture: its size, its words, and that nothing runs over its edges."""

from __future__ import annotations

from datetime import date

import pytest

from bot.documents import picture_setting
from bot.documents.budget_files import render_budget
from bot.documents.budget_picture import budget_picture
from bot.domain.budget import (
    MAX_KRONER,
    Budget,
    ExpenseKind,
    ExpenseLine,
    IncomeKind,
    IncomeLine,
)
from tests.documents.png_pixels import pixels_of, size_of

ON = date(2026, 11, 22)
HOSTILE = (
    "W" * 40,
    "Kontingent på treningssenteret",
    "=SUM(A1:A9)",
    '#panic("x") *fet* $x$ @a <b>',
    "{label} {0} %s \\",
    "إيجار الشقة الجديدة",
    "Оренда квартири",
    "🍕🍕",
    "\u0301\u0301\u0301",
)
NORMAL = Budget(
    (IncomeLine(11_200, IncomeKind.WAGES), IncomeLine(1_300, IncomeKind.SUPPORT_PAYMENTS)),
    (
        ExpenseLine(2_400, ExpenseKind.FOOD),
        ExpenseLine(6_000, ExpenseKind.RENT),
        ExpenseLine(3_650, own_label="Alt annet"),
    ),
)
SHORT = Budget(
    (IncomeLine(9_000, IncomeKind.STUDENT_SUPPORT),),
    (ExpenseLine(8_000, ExpenseKind.RENT), ExpenseLine(1_300, ExpenseKind.FUN)),
)
FULL = Budget(
    tuple(IncomeLine(MAX_KRONER, own_label=words) for words in HOSTILE) + (IncomeLine(0),) * 11,
    tuple(ExpenseLine(MAX_KRONER - n, own_label=words) for n, words in enumerate(HOSTILE))
    + (ExpenseLine(1),) * 11,
)
BUDGETS = [
    pytest.param(NORMAL, id="normal"),
    pytest.param(SHORT, id="short"),
    pytest.param(FULL, id="twenty lines, huge numbers, hostile words"),
    pytest.param(Budget((IncomeLine(8_000),)), id="no expenses"),
    pytest.param(Budget((), (ExpenseLine(8_000),)), id="no income"),
    pytest.param(Budget(), id="nothing"),
]


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_picture_is_as_wide_as_a_phone_and_fit_to_send(budget: Budget) -> None:
    files = render_budget(budget, language="nb", on=ON)

    width, height = size_of(files.png)
    assert width == 780
    # Telegram takes photos whose sides make up at most 10 000 pixels, none 20 times the other.
    assert width + height <= 10_000
    assert height / width <= 20
    assert len(files.png) < 1_000_000
    assert 0 < len(files.alt_text) <= 1024


@pytest.mark.parametrize("budget", BUDGETS)
def test_nothing_runs_over_the_edges(budget: Budget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_setting, "PIXELS_PER_POINT", 0.3)

    picture = pixels_of(budget_picture(budget, language="nn", on=ON).png)

    white = {b"\xff\xff\xff"}
    assert picture.width == 117
    assert picture.colours(range(5)) == white
    assert picture.colours(range(112, 117)) == white
    assert picture.colours(range(6, 111)) > white


def test_what_is_left_is_told_in_words() -> None:
    files = render_budget(NORMAL, language="nb", on=ON)

    assert files.alt_text == (
        "Budsjett for en måned. Inn 12\u00a0500\u00a0kr, ut 12\u00a0050\u00a0kr. "
        "Du har 450\u00a0kroner igjen. "
        "Størst av utgiftene: Husleie 6\u00a0000\u00a0kr, Alt annet 3\u00a0650\u00a0kr, "
        "Mat 2\u00a0400\u00a0kr."
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Utgiftene er 300\u00a0kroner høyere enn inntektene. Det er nyttig å vite. "
               "Én ting å se på: Moro og fritid, 1\u00a0300\u00a0kr."),
        ("nn", "Utgiftene er 300\u00a0kroner høgare enn inntektene. Det er nyttig å vite. "
               "Éin ting å sjå på: Moro og fritid, 1\u00a0300\u00a0kr."),
        ("en", "300\u00a0kroner more goes out than comes in. That is useful to know. "
               "One thing to look at: Fun and free time, 1,300\u00a0kr."),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_plainly(language: str, said: str) -> None:
    assert said in render_budget(SHORT, language=language, on=ON).alt_text


def test_one_krone_is_one() -> None:
    budget = Budget((IncomeLine(2),), (ExpenseLine(1),))

    assert "Du har 1\u00a0krone igjen." in render_budget(budget, language="nb", on=ON).alt_text


def test_somebody_who_has_only_begun_lacks_nothing() -> None:
    begun = Budget((), (ExpenseLine(8_000),))

    told = render_budget(begun, language="nb", on=ON).alt_text

    assert "Du har ikke skrevet noe som kommer inn ennå." in told
    assert "høyere" not in told


def test_a_language_that_is_not_written_becomes_bokmaal() -> None:
    assert render_budget(NORMAL, language="so", on=ON) == render_budget(
        NORMAL, language="nb", on=ON
    )
