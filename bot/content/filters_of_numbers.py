"""Filters for numbers, sums of money, and the words that go with a number."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import format_decimal

from bot.content.filters_reading import LOCALES, is_nothing, number_in, words_in

_MINUS = "\N{MINUS SIGN}"
_HUNDREDTH = Decimal("0.01")


def number(value: object, *, language: str) -> str:
    """ "1 200", "7,5"; "1,200", "7.5" in English; at most two decimals."""
    if is_nothing(value):
        return ""
    return _written(_rounded(number_in(value, name="number")), "#,##0.##", language)


def money(value: object, *, language: str) -> str:
    """ "1 200 kr", "NOK 1,200"; øre only where there are any. Stays on one line.

    Babel's own form always has øre ("1 200,00 kr"), and in English no space ("NOK1,200.00").
    """
    if is_nothing(value):
        return ""
    kroner = _rounded(number_in(value, name="money"))
    pattern = "#,##0" if kroner == kroner.to_integral_value() else "#,##0.00"
    amount = _written(kroner, pattern, language)
    if language != "en":
        return f"{amount}\N{NO-BREAK SPACE}kr"
    sign, amount = (_MINUS, amount[1:]) if amount.startswith(_MINUS) else ("", amount)
    return f"{sign}NOK\N{NO-BREAK SPACE}{amount}"


def plural(value: object, one: str, many: str, *, language: str) -> str:
    """`one` or `many`, whichever goes with the number: "time" with 1, "timer" with 0, 2 and 1,5.

    Source: CLDR's plural rules, by way of Babel
    """
    if is_nothing(value):
        return ""
    # Trailing noughts count in English ("1.0 hours"), and are nobody's meaning here.
    count = number_in(value, name="plural").normalize()
    form = Locale.parse(LOCALES[language]).plural_form(count)
    return words_in(one if form == "one" else many, name="plural")


def _rounded(amount: Decimal) -> Decimal:
    # Nothing is below nothing: "−0" is left after rounding.
    return amount.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP) or Decimal(0)


def _written(amount: Decimal, pattern: str, language: str) -> str:
    written = format_decimal(amount, format=pattern, locale=LOCALES[language], group_separator=True)
    return str(written).replace("-", _MINUS)
