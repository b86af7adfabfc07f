"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed_numbers import MOST_DIGITS, number_typed, plain_number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1200", "1200"),
        ("1 200", "1200"),
        ("1 200,50 kr", "1200.50"),
        ("1 234 567", "1234567"),
        ("1\u00a0200", "1200"),
        ("1\u202f200", "1200"),
        ("1'200", "1200"),
        ("1.200", "1200"),
        ("1,200", "1200"),
        ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"),
        ("1.234,567", "1234.567"),
        ("0,125", "0.125"),
        ("7,5", "7.5"),
        ("7.5", "7.5"),
        ("007", "7"),
        ("ca. 500", "500"),
        ("ca.500 kr", "500"),
        ("kr 500,-", "500"),
        ("10.000,-", "10000"),
        ("500kr", "500"),
        ("omtrent 500, tror jeg.", "500"),
        ("25 %", "25"),
        ("-5", "-5"),
        ("−5 grader", "-5"),
        ("ingen", "0"),
        ("Ingenting.", "0"),
        ("inga", "0"),
        ("None!", "0"),
        ("null", "0"),
    ],
)
def test_a_number_is_understood(typed: str, meant: str) -> None:
    assert number_typed(typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "mange",
        "500-600",
        "500 – 600",
        "mellom 5 og 6",
        "2 timer 30 minutter",
        "12.3.2026",
        "1.2.3",
        "1..2",
        "1/2",
        "ingen vet",
        "kl10",
        "9" * (MOST_DIGITS + 1),
        "9" * 5000,
    ],
)
def test_what_is_no_number_or_several_is_not_guessed_at(typed: str) -> None:
    assert number_typed(typed) is None


@given(st.text(max_size=40) | st.from_regex(r"[-0-9., ]{1,30}", fullmatch=True))
def test_whatever_is_typed_there_is_an_answer(typed: str) -> None:
    number = number_typed(typed)

    assert number is None or number.is_finite()


@given(st.decimals(-(10**6), 10**6, places=2))
def test_a_number_written_plainly_is_the_same_number(number: Decimal) -> None:
    written = plain_number(number)

    # Two decimals, so that none is read as three digits of thousands.
    assert number_typed(written) == number
    assert "e" not in written.casefold()
