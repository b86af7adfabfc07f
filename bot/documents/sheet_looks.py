"""How the cells of a sheet look: fills, number formats, borders."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from bot.documents.colours import (
    BLUE,
    INK,
    LIGHT_BLUE,
    LIGHT_ORANGE,
    ORANGE,
    PAPER,
    QUIET_INK,
    TRACK,
)

_KRONER = '#,##0" kr";-#,##0" kr"'  # the program that opens it sets spaces or commas
_PER_CENT = "0 %"


@dataclass(frozen=True, slots=True)
class SheetLooks:
    """One look per kind of cell."""

    heading: Format
    heading_right: Format
    section_in: Format
    section_out: Format
    name: Format
    text_only: Format  # a name that would otherwise become a formula once somebody edits it
    amount: Format
    share: Format
    sum_name: Format
    sum_amount: Format
    left_name: Format
    left_amount: Format
    short: Format  # laid over `left_amount` when less comes in than goes out
    hint: Format


def sheet_looks(book: Workbook) -> SheetLooks:
    def look(**properties: object) -> Format:
        return book.add_format(
            {"font_size": 12, "font_color": INK, "valign": "vcenter", **properties}
        )

    line = {"bottom": 1, "bottom_color": TRACK}
    total = {"bold": True, "top": 1, "top_color": INK}
    left = {"bold": True, "font_size": 14, "bg_color": LIGHT_BLUE}
    return SheetLooks(
        heading=look(bold=True, font_size=14, bg_color=INK, font_color=PAPER),
        heading_right=look(bold=True, bg_color=INK, font_color=PAPER, align="right"),
        section_in=look(bold=True, bg_color=BLUE, font_color=PAPER),
        section_out=look(bold=True, bg_color=ORANGE, font_color=PAPER),
        name=look(**line, shrink=True),
        text_only=look(**line, shrink=True, quote_prefix=True),
        amount=look(**line, num_format=_KRONER),
        share=look(**line, num_format=_PER_CENT, font_color=QUIET_INK),
        sum_name=look(**total),
        sum_amount=look(**total, num_format=_KRONER),
        left_name=look(**left),
        left_amount=look(**left, num_format=_KRONER),
        short=book.add_format({"bg_color": LIGHT_ORANGE}),
        hint=look(font_color=QUIET_INK, text_wrap=True, valign="top"),
    )
