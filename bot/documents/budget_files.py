"""A month's budget as the files a person gets: a picture to look at, a sheet to go on with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.documents.budget_picture import budget_picture
from bot.documents.budget_sheet import budget_sheet
from bot.documents.label_files import written_language
from bot.domain.budget import Budget


@dataclass(frozen=True, slots=True)
class BudgetFiles:
    """The picture (PNG), the sheet (XLSX), and the picture in words."""

    png: bytes
    xlsx: bytes
    alt_text: str


def render_budget(budget: Budget, *, language: str, on: date) -> BudgetFiles:
    """Return the files, made from the budget's own numbers alone.

    Args:
        language: "nb", "nn" or "en"; bokmål for any other.
        on: The day that stands on them.

    Raises:
        DocumentFailed: They could not be made.
    """
    language = written_language(language)
    picture = budget_picture(budget, language=language, on=on)
    return BudgetFiles(
        png=picture.png,
        xlsx=budget_sheet(budget, language=language, on=on),
        alt_text=picture.alt_text,
    )
