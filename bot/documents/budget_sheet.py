"""A month's budget as an XLSX sheet that goes on calculating when its numbers are changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from bot.documents.budget_words import budget_labels, name_of
from bot.documents.label_files import day
from bot.documents.sheet_looks import sheet_looks
from bot.domain.budget import MAX_KRONER, Budget, ExpenseLine, IncomeLine

SPARE_LINES = 3  # empty, inside the sums, for what somebody wants to add
_STARTS_A_FORMULA = ("=", "+", "-", "@")
_NAME, _AMOUNT, _SHARE = 0, 1, 2
# What somebody wrote is never a formula, a link or a number.
_PLAIN_TEXTS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def budget_sheet(budget: Budget, *, language: str, on: date) -> bytes:
    """Return the file: real formulas with their values beside them, so that previews show them.

    The same budget, language and day give the same bytes; nobody's name is in the file.
    """
    target = BytesIO()
    with Workbook(target, _PLAIN_TEXTS) as book:
        labels = budget_labels(language)
        # The day alone: a file tells nobody the minute somebody sat with their money.
        created = datetime.combine(on, time())
        book.set_properties({"title": labels["sheet"]["file_title"], "created": created})
        _BudgetPage(book, labels, language).fill(budget, on)
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class _Rows:
    """Lines of one side as the sheet counts them, from 1; their sum stands right below."""

    first: int
    last: int

    @property
    def total(self) -> int:
        return self.last + 1


class _BudgetPage:
    """The one page of the file, filled from the top."""

    def __init__(self, book: Workbook, labels: dict[str, Any], language: str) -> None:
        self.labels = labels
        self.words: dict[str, str] = labels["sheet"]
        self.language = language
        self.looks = sheet_looks(book)
        self.page = book.add_worksheet(self.words["name"])
        self.row = 0

    def fill(self, budget: Budget, on: date) -> None:
        labels, words, looks = self.labels, self.words, self.looks
        self._heading()
        shares = [float(budget.share(line)) if budget.money_out else "" for line in budget.expenses]
        money_in = self._side(labels["income_heading"], looks.section_in, budget.income)
        self._sum(words["sum_in"], money_in, budget.money_in)
        money_out = self._side(
            labels["expenses_heading"], looks.section_out, budget.expenses, shares=shares
        )
        self._sum(words["sum_out"], money_out, budget.money_out)
        self._left(f"=B{money_in.total}-B{money_out.total}", budget.left)
        hint = words["hint"].format(day=day(on, self.language))
        self.page.merge_range(self.row, _NAME, self.row, _SHARE, hint, looks.hint)
        self.page.set_row(self.row, 54)
        self._for_print()

    def _heading(self) -> None:
        self.page.set_default_row(20)
        self.page.set_column(_NAME, _NAME, 40)
        self.page.set_column(_AMOUNT, _SHARE, 20)
        self._text(_NAME, self.labels["title"], self.looks.heading)
        self._text(_AMOUNT, self.words["amounts"], self.looks.heading_right)
        self._text(_SHARE, self.words["shares"], self.looks.heading_right)
        self.page.set_row(0, 26)
        self.page.freeze_panes(1, 0)
        self.row = 1

    def _side(
        self,
        heading: str,
        look: Format,
        lines: Sequence[IncomeLine | ExpenseLine],
        *,
        shares: Sequence[float | str] | None = None,
    ) -> _Rows:
        for column, words in enumerate((heading, "", "")):
            self._text(column, words, look)
        self.row += 1
        rows = _Rows(self.row + 1, self.row + len(lines) + SPARE_LINES)
        for place in range(len(lines) + SPARE_LINES):
            line = lines[place] if place < len(lines) else None
            self._line(line)
            if shares is None:
                self.page.write_blank(self.row, _SHARE, None, self.looks.name)
            else:
                self._share(rows, shares[place] if line else "")
            self.row += 1
        self._numbers_only(rows)
        return rows

    def _line(self, line: IncomeLine | ExpenseLine | None) -> None:
        if line is None:
            self.page.write_blank(self.row, _NAME, None, self.looks.name)
            self.page.write_blank(self.row, _AMOUNT, None, self.looks.amount)
            return
        name = name_of(line, self.language)
        is_hostile = name.startswith(_STARTS_A_FORMULA)
        self._text(_NAME, name, self.looks.text_only if is_hostile else self.looks.name)
        self.page.write_number(self.row, _AMOUNT, line.amount, self.looks.amount)

    def _share(self, rows: _Rows, value: float | str) -> None:
        mine, total = f"B{self.row + 1}", f"B${rows.total}"
        formula = f'=IF(OR({mine}="",{total}=0),"",{mine}/{total})'
        self.page.write_formula(self.row, _SHARE, formula, self.looks.share, value)

    def _sum(self, name: str, rows: _Rows, value: int) -> None:
        self._text(_NAME, name, self.looks.sum_name)
        formula = f"=SUM(B{rows.first}:B{rows.last})"
        self.page.write_formula(self.row, _AMOUNT, formula, self.looks.sum_amount, value)
        self._text(_SHARE, "", self.looks.sum_name)
        self.row += 2

    def _left(self, formula: str, value: int) -> None:
        self._text(_NAME, self.words["left"], self.looks.left_name)
        self.page.write_formula(self.row, _AMOUNT, formula, self.looks.left_amount, value)
        self._text(_SHARE, "", self.looks.left_name)
        below_zero = {
            "type": "formula",
            "criteria": f"=$B${self.row + 1}<0",
            "format": self.looks.short,
        }
        self.page.conditional_format(self.row, _NAME, self.row, _SHARE, below_zero)
        self.page.set_row(self.row, 26)
        self.row += 2

    def _numbers_only(self, rows: _Rows) -> None:
        rule = {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": MAX_KRONER,
            "error_type": "warning",  # a person may know better; the sheet is theirs
            "error_title": self.words["number_title"],
            "error_message": self.words["number_hint"],
        }
        self.page.data_validation(rows.first - 1, _AMOUNT, rows.last - 1, _AMOUNT, rule)

    def _for_print(self) -> None:
        self.page.hide_gridlines(2)
        self.page.set_paper(9)  # A4
        self.page.fit_to_pages(1, 1)
        self.page.print_area(0, _NAME, self.row, _SHARE)

    def _text(self, column: int, words: str, look: Format) -> None:
        self.page.write_string(self.row, column, words, look)
