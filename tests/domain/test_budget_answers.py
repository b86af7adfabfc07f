"""A budget out of a profile's numbers; what is no amount is no line."""

import pytest

from bot.domain.budget import MAX_KRONER, Budget, ExpenseKind, ExpenseLine, IncomeKind, IncomeLine
from bot.domain.budget_answers import budget_of


def test_numbers_become_lines_in_the_order_of_the_kinds() -> None:
    profile = {"budget_out_food": "2500", "budget_in_wages": "12500", "budget_out_rent": "6000"}

    budget = budget_of(profile)

    assert budget == Budget(
        income=(IncomeLine(12_500, IncomeKind.WAGES),),
        expenses=(ExpenseLine(6000, ExpenseKind.RENT), ExpenseLine(2500, ExpenseKind.FOOD)),
    )


@pytest.mark.parametrize("kind", [*IncomeKind, *ExpenseKind])
def test_every_kind_has_a_name_in_the_profile(kind: IncomeKind | ExpenseKind) -> None:
    side = "in" if isinstance(kind, IncomeKind) else "out"

    budget = budget_of({f"budget_{side}_{kind.value}": "100"})

    kinds = [line.kind for line in budget.income], [line.kind for line in budget.expenses]
    assert kinds == (([kind], []) if side == "in" else ([], [kind]))


@pytest.mark.parametrize(
    ("typed", "kroner"),
    [
        ("1200.50", 1201),
        ("7.5", 8),
        ("1 200,50 kr", 1201),
        ("999999999", MAX_KRONER),
        ("  300 ", 300),
        ("300,-", 300),
    ],
)
def test_amounts_are_read_as_whole_kroner(typed: str, kroner: int) -> None:
    assert budget_of({"budget_in_wages": typed}).money_in == kroner


@pytest.mark.parametrize("typed", ["", "0", "mye", "-5", "1e9", "NaN", "9" * 40, 12, None, ({},)])
def test_what_is_no_amount_is_no_line(typed: object) -> None:
    assert budget_of({"budget_in_wages": typed, "budget_out_bananas": "5"}) == Budget()
