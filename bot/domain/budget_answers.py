"""A month's budget out of the numbers somebody keeps in their profile; nothing odd is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from bot.domain.budget import (
    MAX_KRONER,
    Budget,
    ExpenseKind,
    ExpenseLine,
    IncomeKind,
    IncomeLine,
)

BUDGET_PREFIX = "budget_"
INCOME_PREFIX, EXPENSE_PREFIX = f"{BUDGET_PREFIX}in_", f"{BUDGET_PREFIX}out_"

# "1 200,50 kr": what people type, should it ever come here as it was typed.
_NUMBER = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?(?:,-)?(?:kr\.?|kroner|nok)?", re.IGNORECASE)


def budget_of(profile: Mapping[str, object]) -> Budget:
    """Return the budget that the profile's budget_* values make, in the order of the kinds.

    What is no amount, and what is nothing at all (0), is no line.
    """
    return Budget(
        income=tuple(
            IncomeLine(amount, kind)
            for kind in IncomeKind
            if (amount := _kroner(profile.get(f"{INCOME_PREFIX}{kind.value}")))
        ),
        expenses=tuple(
            ExpenseLine(amount, kind)
            for kind in ExpenseKind
            if (amount := _kroner(profile.get(f"{EXPENSE_PREFIX}{kind.value}")))
        ),
    )


def _kroner(value: object) -> int:
    """Whole kroner within what a budget takes; 0 for anything that is no amount."""
    if not isinstance(value, str):
        return 0
    found = _NUMBER.fullmatch("".join(value.split()))
    if found is None:
        return 0
    exact = Decimal(f"{found[1]}.{found[2] or 0}")
    return min(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), MAX_KRONER)
