"""A month's budget: its sums, its bounds, and what it says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.budget import (
    MAX_KRONER,
    MAX_LABEL_CHARS,
    MAX_LINES,
    Budget,
    ExpenseKind,
    ExpenseLine,
    IncomeKind,
    IncomeLine,
    Observation,
    ObservationCode,
)
from bot.domain.errors import RuleBroken

unhurried = settings(deadline=None)  # a busy machine is no failure
AMOUNTS = st.integers(0, MAX_KRONER)
BUDGETS = st.builds(
    Budget,
    st.lists(st.builds(IncomeLine, AMOUNTS, st.sampled_from(IncomeKind)), max_size=MAX_LINES).map(
        tuple
    ),
    st.lists(st.builds(ExpenseLine, AMOUNTS, st.sampled_from(ExpenseKind)), max_size=MAX_LINES).map(
        tuple
    ),
)


def codes(budget: Budget) -> list[ObservationCode]:
    return [observation.code for observation in budget.observations()]


@unhurried
@given(BUDGETS)
def test_sums_follow_from_the_lines(budget: Budget) -> None:
    money_in = sum(line.amount for line in budget.income)
    money_out = sum(line.amount for line in budget.expenses)

    assert (budget.money_in, budget.money_out) == (money_in, money_out)
    assert budget.left == money_in - money_out


@unhurried
@given(BUDGETS)
def test_shares_make_up_the_whole(budget: Budget) -> None:
    shares = [budget.share(line) for line in budget.expenses]

    assert sum(shares) == (1 if budget.money_out else 0)
    assert all(0 <= share <= 1 for share in shares)


@unhurried
@given(BUDGETS)
def test_lines_by_size_are_the_same_lines(budget: Budget) -> None:
    amounts = [line.amount for line in budget.by_size]

    assert amounts == sorted(amounts, reverse=True)
    assert sorted(map(id, budget.by_size)) == sorted(map(id, budget.expenses))


@unhurried
@given(BUDGETS)
def test_one_or_two_things_are_said_and_the_first_is_how_it_ends(budget: Budget) -> None:
    said = budget.observations()

    assert 1 <= len(said) <= 2
    assert said[0].amount == abs(said[0].amount)
    if budget.money_in and budget.money_out:
        ends = {1: ObservationCode.LEFT, 0: ObservationCode.EVEN, -1: ObservationCode.SHORT}
        assert said[0].code is ends[(budget.left > 0) - (budget.left < 0)]


@pytest.mark.parametrize("amount", [-1, MAX_KRONER + 1, 12.5, True, "100", None])
def test_an_amount_is_a_whole_number_of_kroner_within_bounds(amount: object) -> None:
    with pytest.raises(RuleBroken, match="whole number of kroner"):
        IncomeLine(amount)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken, match="whole number of kroner"):
        ExpenseLine(amount)  # type: ignore[arg-type]


def test_an_own_label_is_one_clean_line() -> None:
    line = ExpenseLine(100, own_label="  Trening\n og\tsvømming\x00\u202e ")

    assert line.own_label == "Trening og svømming"


def test_a_label_too_long_is_refused() -> None:
    with pytest.raises(RuleBroken, match="longer than 40"):
        ExpenseLine(100, own_label="x" * (MAX_LABEL_CHARS + 1))


def test_more_lines_than_a_picture_holds_are_refused() -> None:
    with pytest.raises(RuleBroken, match="at most 20 lines"):
        Budget(expenses=(ExpenseLine(1),) * (MAX_LINES + 1))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="lottery"):
        IncomeLine(1, "lottery")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        pytest.param(Budget(), ["nothing_yet"], id="nothing"),
        pytest.param(Budget((IncomeLine(0),), (ExpenseLine(0),)), ["nothing_yet"], id="zeros"),
        pytest.param(Budget((), (ExpenseLine(5),)), ["no_income"], id="only out"),
        pytest.param(Budget((IncomeLine(5),)), ["no_expenses"], id="only in"),
        pytest.param(Budget((IncomeLine(5),), (ExpenseLine(5),)), ["even", "largest"], id="even"),
        pytest.param(Budget((IncomeLine(6),), (ExpenseLine(5),)), ["left", "largest"], id="left"),
        pytest.param(Budget((IncomeLine(5),), (ExpenseLine(6),)), ["short", "look_at"], id="short"),
    ],
)
def test_what_is_said(budget: Budget, said: list[str]) -> None:
    assert codes(budget) == said


def test_what_can_change_is_looked_at_before_the_rent() -> None:
    fun = ExpenseLine(900, ExpenseKind.FUN)
    budget = Budget(
        (IncomeLine(5000),), (ExpenseLine(6000, ExpenseKind.RENT), fun, ExpenseLine(100))
    )

    short, look_at = budget.observations()

    assert short == Observation(ObservationCode.SHORT, 2000)
    assert look_at == Observation(ObservationCode.LOOK_AT, 900, fun)


def test_rent_is_looked_at_when_there_is_nothing_else() -> None:
    rent = ExpenseLine(6000, ExpenseKind.RENT)
    budget = Budget((IncomeLine(5000),), (rent, ExpenseLine(0, ExpenseKind.FUN)))

    assert budget.observations()[1] == Observation(ObservationCode.LOOK_AT, 6000, rent)


@pytest.mark.parametrize(
    ("saving", "code"), [(300, ObservationCode.SAVING_CAN_WAIT), (299, ObservationCode.LOOK_AT)]
)
def test_saving_can_wait_when_it_covers_what_is_missing(saving: int, code: ObservationCode) -> None:
    budget = Budget(
        (IncomeLine(1000),),
        (ExpenseLine(saving, ExpenseKind.SAVING), ExpenseLine(1300 - saving, ExpenseKind.FOOD)),
    )

    assert codes(budget) == [ObservationCode.SHORT, code]


def test_a_share_is_exact() -> None:
    line = ExpenseLine(1)
    budget = Budget(expenses=(line, ExpenseLine(2)))

    assert budget.share(line) == Fraction(1, 3)
