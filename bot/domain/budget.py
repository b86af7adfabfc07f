"""A person's monthly budget: lines in whole kroner, their sums, and what can be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bot.domain.errors import RuleBroken
from bot.domain.own_words import one_line

MAX_KRONER = 9_999_999  # a line, per month: far above any wage, and its sums stay readable
MAX_LINES = 20  # on each side; what a phone-sized picture holds without tiny text
MAX_LABEL_CHARS = 40


class IncomeKind(StrEnum):
    WAGES = "wages"
    SUPPORT_PAYMENTS = "support_payments"
    STUDENT_SUPPORT = "student_support"
    OTHER = "other"


class ExpenseKind(StrEnum):
    RENT = "rent"
    FOOD = "food"
    PHONE = "phone"
    TRANSPORT = "transport"
    CLOTHES = "clothes"
    FUN = "fun"
    LOANS_AND_BILLS = "loans_and_bills"
    SAVING = "saving"
    OTHER = "other"


# What a person can often change from one month to the next; rent and bills seldom are.
ADJUSTABLE = frozenset(
    {
        ExpenseKind.FOOD,
        ExpenseKind.PHONE,
        ExpenseKind.TRANSPORT,
        ExpenseKind.CLOTHES,
        ExpenseKind.FUN,
        ExpenseKind.OTHER,
    }
)


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """`amount` is whole kroner per month; `own_label` stands instead of the kind's name.

    Raises:
        RuleBroken: The amount is no whole number from 0 to MAX_KRONER, or the label is too long.
    """

    amount: int
    kind: IncomeKind = IncomeKind.OTHER
    own_label: str = ""

    def __post_init__(self) -> None:
        _check_amount(self.amount)
        object.__setattr__(self, "kind", IncomeKind(self.kind))
        object.__setattr__(self, "own_label", one_line(self.own_label, max_chars=MAX_LABEL_CHARS))


@dataclass(frozen=True, slots=True)
class ExpenseLine:
    """As `IncomeLine`, for money that goes out."""

    amount: int
    kind: ExpenseKind = ExpenseKind.OTHER
    own_label: str = ""

    def __post_init__(self) -> None:
        _check_amount(self.amount)
        object.__setattr__(self, "kind", ExpenseKind(self.kind))
        object.__setattr__(self, "own_label", one_line(self.own_label, max_chars=MAX_LABEL_CHARS))


class ObservationCode(StrEnum):
    """What is said; the words are the documents' own, in each language."""

    NOTHING_YET = "nothing_yet"
    NO_INCOME = "no_income"
    NO_EXPENSES = "no_expenses"
    LEFT = "left"
    EVEN = "even"
    SHORT = "short"
    LARGEST = "largest"
    LOOK_AT = "look_at"
    SAVING_CAN_WAIT = "saving_can_wait"


@dataclass(frozen=True, slots=True)
class Observation:
    """One plain sentence: an amount in kroner, and the expense it is about if there is one."""

    code: ObservationCode
    amount: int = 0
    line: ExpenseLine | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """One month, in the order the person gave.

    Raises:
        RuleBroken: More than MAX_LINES on a side.
    """

    income: tuple[IncomeLine, ...] = ()
    expenses: tuple[ExpenseLine, ...] = ()

    def __post_init__(self) -> None:
        for lines in (self.income, self.expenses):
            if len(lines) > MAX_LINES:
                raise RuleBroken(f"A budget has at most {MAX_LINES} lines in and as many out.")

    @property
    def money_in(self) -> int:
        return sum(line.amount for line in self.income)

    @property
    def money_out(self) -> int:
        return sum(line.amount for line in self.expenses)

    @property
    def left(self) -> int:
        """Below zero when more goes out than comes in."""
        return self.money_in - self.money_out

    @property
    def by_size(self) -> tuple[ExpenseLine, ...]:
        """Expenses, largest first; equal ones in the order given."""
        return tuple(sorted(self.expenses, key=lambda line: -line.amount))

    def share(self, line: ExpenseLine) -> Fraction:
        """The part of all expenses that `line` is; 0 when nothing goes out."""
        return Fraction(line.amount, self.money_out) if self.money_out else Fraction(0)

    def observations(self) -> tuple[Observation, ...]:
        """What the person's own numbers say: how it ends, and at most one thing beside it.

        Nothing is compared with other people or with what things ought to cost.
        """
        if not self.money_in and not self.money_out:
            return (Observation(ObservationCode.NOTHING_YET),)
        if not self.money_in:
            return (Observation(ObservationCode.NO_INCOME, self.money_out),)
        if not self.money_out:
            return (Observation(ObservationCode.NO_EXPENSES, self.money_in),)
        if self.left < 0:
            return (Observation(ObservationCode.SHORT, -self.left), self._one_thing_to_look_at())
        code = ObservationCode.LEFT if self.left else ObservationCode.EVEN
        largest = self.by_size[0]
        return (
            Observation(code, self.left),
            Observation(ObservationCode.LARGEST, largest.amount, largest),
        )

    def _one_thing_to_look_at(self) -> Observation:
        saving = [line for line in self.by_size if line.kind is ExpenseKind.SAVING and line.amount]
        if saving and sum(line.amount for line in saving) >= -self.left:
            return Observation(ObservationCode.SAVING_CAN_WAIT, saving[0].amount, saving[0])
        adjustable = [line for line in self.by_size if line.kind in ADJUSTABLE and line.amount]
        line = (adjustable or self.by_size)[0]
        return Observation(ObservationCode.LOOK_AT, line.amount, line)


def _check_amount(amount: int) -> None:
    # A bool is an int to Python, and a float would round away somebody's kroner.
    if type(amount) is not int or not 0 <= amount <= MAX_KRONER:
        raise RuleBroken(f"An amount is a whole number of kroner from 0 to {MAX_KRONER}.")
