"""A sheet in another unit of money than the form asks: every amount is then off by the same factor (P52)."""

import re

from forms import money, text
from forms.form import Sheet
from forms.layout import Table
from forms.workbook import WorkbookSheet, address
from roll.reports import Problem, Severity

ABOVE = 4
"""Rows above the header in which "(đơn vị tính: ...)" stands: one in the 2019 form, with room for more."""
_BRACKETS = re.compile(r"\(([^()]{1,60})\)")
_SAID = re.compile(r"\b(?:don vi|dvt)\b.{0,40}?\b((?:nghin|ngan|trieu|ty) dong|trd|dong)\b")


def problems(sheet: WorkbookSheet, table: Table, form_sheet: Sheet) -> list[Problem]:
    """Return an error for each header, and for the line above the table, that names another unit of money."""
    asked = {column.name: column.unit for column in form_sheet.columns if text.fold(column.unit) in money.MONEY}
    if not asked:
        return []
    found = [
        _problem(sheet, (_row_of(sheet, table, column, bracket), column), table.printed[name], bracket, unit)
        for name, unit in asked.items()
        if (column := table.columns.get(name)) is not None
        for bracket in _BRACKETS.findall(table.printed[name])
        if _differs(text.fold(bracket), unit)
    ]
    units = set(asked.values())
    return found or (_above(sheet, table, units.pop()) if len(units) == 1 else [])


def _row_of(sheet: WorkbookSheet, table: Table, column: int, words: str) -> int:
    """Return the header row in which `words` stand."""
    rows = range(table.top, table.bottom + 1)
    return next((row for row in rows if words in str(sheet.rows[row][column : column + 1])), table.top)


def _differs(key: str, unit: str) -> bool:
    factor = money.MONEY_WORDS.get(key)
    return factor is not None and factor != money.MONEY[text.fold(unit)]


def _above(sheet: WorkbookSheet, table: Table, unit: str) -> list[Problem]:
    for row in range(max(0, table.top - ABOVE), table.top):
        for column, cell in enumerate(sheet.rows[row]):
            said = _SAID.search(text.fold(cell)) if type(cell) is str and 0 < len(cell) < 100 else None  # noqa: PLR2004
            if said and _differs(said[1], unit):
                return [_problem(sheet, (row, column), cell, cell.strip("() "), unit)]
    return []


def _problem(sheet: WorkbookSheet, place: tuple[int, int], printed: str, said: str, unit: str) -> Problem:
    message = f"ghi đơn vị tính “{said}”; biểu quy định đơn vị tính là {unit}. Đề nghị quy đổi số liệu theo biểu mẫu."
    return Problem(Severity.ERROR, "P52", sheet.name, address(*place), printed, said, unit, message)
