"""A month's budget as a picture for a phone."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from bot.documents.amounts import money
from bot.documents.budget_words import alt_text, budget_labels, printed_name, sentence
from bot.documents.colours import PALETTE
from bot.documents.label_files import day
from bot.documents.picture_setting import set_picture
from bot.documents.pictures import Picture
from bot.domain.budget import Budget, ExpenseLine, IncomeLine, ObservationCode


def budget_picture(budget: Budget, *, language: str, on: date) -> Picture:
    """Return the picture: sums, what is left, every line, expenses largest first.

    Raises:
        DocumentFailed: It could not be set.
    """
    return Picture(
        png=set_picture("budget", _values(budget, language, on)),
        alt_text=alt_text(budget, language),
    )


def _values(budget: Budget, language: str, on: date) -> dict[str, object]:
    labels = budget_labels(language)
    larger_side = max(budget.money_in, budget.money_out)
    largest = max((line.amount for line in budget.expenses), default=0)
    sides = (
        (labels["money_in"], budget.money_in, "blue"),
        (labels["money_out"], budget.money_out, "orange"),
    )
    return {
        "language": language,
        "colours": PALETTE,
        "title": labels["title"],
        "made": labels["made"].format(day=day(on, language)),
        "sides": [
            {
                "name": name,
                "amount": money(amount, language),
                "share": _part(amount, larger_side),
                "colour": colour,
            }
            for name, amount, colour in sides
        ],
        "result": _result(budget, language),
        "sentences": [
            sentence(budget, observation, language)
            for observation in budget.observations()
            if observation.code is not ObservationCode.LEFT  # the figure says it
        ],
        "income_heading": labels["income_heading"],
        "income": [_entry(line, largest, language) for line in budget.income],
        "expenses_heading": labels["expenses_heading"],
        "expenses": [_entry(line, largest, language) for line in budget.by_size],
    }


def _result(budget: Budget, language: str) -> dict[str, object]:
    is_short = budget.left < 0
    # Somebody who has only begun to fill in does not lack anything yet.
    has_begun = budget.money_in > 0
    return {
        "name": budget_labels(language)["short" if is_short else "left"],
        "amount": money(abs(budget.left), language) if has_begun else None,
        "colour": "orange" if is_short and has_begun else "blue",
        "fill": "light_orange" if is_short and has_begun else "light_blue",
    }


def _entry(line: IncomeLine | ExpenseLine, largest: int, language: str) -> dict[str, object]:
    return {
        "name": printed_name(line, language),
        "amount": money(line.amount, language),
        "share": _part(line.amount, largest),
    }


def _part(amount: int, whole: int) -> float:
    return float(Fraction(amount, whole)) if whole else 0.0
