"""Numbers as people type them: "1 200,50", "ca. 500 kr", "1.200", "ingen"."""

from __future__ import annotations

import re
from decimal import Decimal

# A full stop before is that of "ca.500".
_NUMBER = re.compile(r"(?:(?<![\w.,])|(?<=[a-z]\.))([-\u2212]?)(\d[\d.,]*)", re.ASCII)
# "0.125" is no group: nobody writes thousands with a nought before them.
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_NOTHING = frozenset(
    {"null", "ingen", "ingenting", "inga", "inkje", "none", "nothing", "zero", "nil"}
)
MOST_DIGITS = 12


def number_typed(words: str) -> Decimal | None:
    """Return the one number that was meant, or None when there is none, or more than one.

    A comma or full stop before three digits groups thousands; before fewer it is the decimal sign,
    as Norwegian and English readers take it.
    """
    plain = words.strip().casefold()
    if plain.rstrip(".!") in _NOTHING:
        return Decimal(0)
    found = _NUMBER.findall(_BETWEEN_DIGITS.sub("", plain))
    if len(found) != 1:
        return None
    sign, digits = found[0]
    digits = digits.rstrip(".,")
    if sum(char.isdigit() for char in digits) > MOST_DIGITS:
        return None
    number = _read(digits)
    return None if number is None else -number if sign else number


def plain_number(number: Decimal) -> str:
    """ "1200" or "7.5": no exponent, no empty decimals."""
    whole = number.to_integral_value()
    return str(int(whole)) if number == whole else format(number.normalize(), "f")


def _read(digits: str) -> Decimal | None:
    if _GROUPED.fullmatch(digits):
        return Decimal(re.sub(r"[.,]", "", digits))
    whole, _, rest = digits.replace(",", ".").rpartition(".")
    if not whole:
        return Decimal(rest)
    # "1.200,50": what stands before the decimal sign may be grouped.
    if "." in whole and not _GROUPED.fullmatch(whole):
        return None
    return Decimal(f"{whole.replace('.', '')}.{rest}")
