"""Kroner and shares as each language writes them."""

from __future__ import annotations

from babel.numbers import format_decimal, format_percent

_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def money(kroner: int, language: str) -> str:
    """Return "12 500 kr", kept on one line."""
    return f"{_number(kroner, language)}\N{NO-BREAK SPACE}kr"


def money_in_words(kroner: int, language: str) -> str:
    """Return "12 500 kroner", for a sentence."""
    return f"{_number(kroner, language)}\N{NO-BREAK SPACE}{'krone' if kroner == 1 else 'kroner'}"


def percent(share: float, language: str) -> str:
    """Return "48 %" in whole per cent."""
    return str(format_percent(share, locale=_LOCALES[language]))


def _number(kroner: int, language: str) -> str:
    return str(format_decimal(kroner, locale=_LOCALES[language])).replace("-", "\N{MINUS SIGN}")
