"""The budget as a sheet: opened again, recalculated, and safe whatever somebody called a line."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.documents.budget_files import render_budget
from bot.documents.budget_sheet import budget_sheet
from bot.domain.budget import MAX_KRONER, Budget, ExpenseKind, ExpenseLine, IncomeKind, IncomeLine

ON = date(2026, 11, 22)
BUDGET = Budget(
    (IncomeLine(12_500, IncomeKind.WAGES),),
    (ExpenseLine(9_000, ExpenseKind.RENT), ExpenseLine(3_050, own_label="Alt annet")),
)


def opened(file: bytes, *, values: bool = False) -> Worksheet:
    return load_workbook(BytesIO(file), data_only=values)["Budsjett"]


def recalculated(page: Worksheet, cell: str) -> float | str:
    """Work out a cell from numbers and formulas alone, by the few that the sheet may hold."""
    value = page[cell].value
    if not isinstance(value, str) or page[cell].data_type != "f":
        return 0 if value is None else value
    if summed := re.fullmatch(r"=SUM\(B(\d+):B(\d+)\)", value):
        first, last = map(int, summed.groups())
        return sum(float(recalculated(page, f"B{row}")) for row in range(first, last + 1))
    if minus := re.fullmatch(r"=(B\d+)-(B\d+)", value):
        taken, given_ = (float(recalculated(page, one)) for one in minus.groups())
        return taken - given_
    share = re.fullmatch(r'=IF\(OR\((B\d+)="",B\$(\d+)=0\),"",\1/B\$\2\)', value)
    assert share, f"{cell} holds a formula of another kind: {value}"
    total = float(recalculated(page, f"B{share.group(2)}"))
    if page[share.group(1)].value is None or not total:
        return ""
    return float(recalculated(page, share.group(1))) / total


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, MAX_KRONER), max_size=20),
    st.lists(st.integers(0, MAX_KRONER), max_size=20),
)
def test_every_formula_gives_the_value_beside_it(income: list[int], expenses: list[int]) -> None:
    budget = Budget(tuple(map(IncomeLine, income)), tuple(map(ExpenseLine, expenses)))

    file = budget_sheet(budget, language="nb", on=ON)

    page, seen = opened(file), opened(file, values=True)
    formulas = [cell.coordinate for row in page for cell in row if cell.data_type == "f"]
    assert len(formulas) == 3 + len(expenses) + 3
    for cell in formulas:
        cached = seen[cell].value
        assert ("" if cached is None else cached) == pytest.approx(recalculated(page, cell))
    (left,) = [row[1].value for row in seen if row[0].value == "Igjen (inn minus ut)"]
    assert left == budget.left


def test_a_line_added_in_the_empty_rows_is_counted() -> None:
    page = opened(budget_sheet(BUDGET, language="nb", on=ON))
    rows = {page.cell(row, 1).value: row for row in range(1, page.max_row + 1)}

    page.cell(rows["Alt annet"] + 3, 2).value = 500

    assert recalculated(page, f"B{rows['Sum ut']}") == 12_550
    assert recalculated(page, f"B{rows['Igjen (inn minus ut)']}") == -50


@pytest.mark.parametrize(
    "label",
    [
        "=1+1",
        '=HYPERLINK("https://example.org","x")',
        "+47 1",
        "-2+3",
        "@SUM(1)",
        "{=1+1}",
        "https://example.org",
        "mailto:a@example.org",
        "internal:Sheet1!A1",
        "00123",
        "_x0041_",
        "<b>&amp;</b>",
        "TRUE",
    ],
)
def test_what_somebody_called_a_line_stays_words(label: str) -> None:
    budget = Budget((IncomeLine(1, own_label=label),), (ExpenseLine(1, own_label=label),))

    page = opened(budget_sheet(budget, language="nb", on=ON))

    cells = [page[cell] for cell in ("A3", "A10")]
    assert [cell.value for cell in cells] == [label] * 2
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    # A leading apostrophe in the program's eyes: editing the cell keeps it text.
    assert {cell.quotePrefix for cell in cells} == {label[0] in "=+-@"}


@pytest.mark.parametrize(
    ("language", "sheet", "heading", "rent", "left"),
    [
        ("nb", "Budsjett", "Budsjett for en måned", "Husleie", "Igjen (inn minus ut)"),
        ("nn", "Budsjett", "Budsjett for ein månad", "Husleige", "Att (inn minus ut)"),
        ("en", "Budget", "Budget for one month", "Rent", "Left (in minus out)"),
    ],
)
def test_the_sheet_speaks_the_persons_language(
    language: str, sheet: str, heading: str, rent: str, left: str
) -> None:
    book = load_workbook(BytesIO(render_budget(BUDGET, language=language, on=ON).xlsx))

    names = [row[0].value for row in book[sheet]]

    assert book.sheetnames == [sheet]
    assert names[0] == heading
    assert {rent, left} <= set(names)


def test_the_sheet_is_ready_to_work_in() -> None:
    page = opened(budget_sheet(BUDGET, language="nb", on=ON))

    assert page.freeze_panes == "A2"
    assert page.column_dimensions["A"].width > 38
    assert page["B3"].number_format == '#,##0" kr";-#,##0" kr"'
    assert [str(rule.sqref) for rule in page.data_validations.dataValidation] == [
        "B3:B6",
        "B10:B14",
    ]


def test_the_file_names_nobody_and_is_the_same_each_time() -> None:
    first = budget_sheet(BUDGET, language="nb", on=ON)
    second = budget_sheet(BUDGET, language="nb", on=ON)

    about = load_workbook(BytesIO(first)).properties
    assert first == second
    assert (about.creator or "", about.lastModifiedBy or "") == ("", "")
    assert about.created.date() == about.modified.date() == ON
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
