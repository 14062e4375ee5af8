"""The filled 2019 workbook of tests.forms.workbooks as a Book, its cells marked with what they are."""

from datetime import date, datetime
from typing import Any

from openpyxl.utils import coordinate_to_tuple

from forms.form import Form, Sheet
from tests.forms import workbooks
from tests.forms.spoiling.sheets import Book, Cell, Mark, Page

_HEAD = {"C6": "unit", "C7": "preparer", "E7": "position", "C8": "phone", "E8": "email", "C9": "date", "E9": "period"}
_MERGED = ("A4:F4", "A5:F5", "D11:E11", "A11:A12", "B11:B12", "C11:C12", "F11:F12")


def make(form: Form, unit_name: str, seed: int) -> Book:
    """Return a correctly filled workbook with about 300 figures and texts, each with its truth."""
    content = workbooks.content_2019(form, unit_name, seed)
    truth: dict[Mark, Any] = {}
    pages = [_page(form.sheet(name), cells, truth) for name, cells in content.items()]
    main = pages[0]
    main.merged = [_area(area) for area in _MERGED]
    for address, name in _HEAD.items():
        row, column = _place(address)
        cell = main.cell(row, column)
        cell.mark = ("head", name)
        truth[cell.mark] = "2019-07-03" if name == "date" else cell.content
    labels = {(sheet.name, each.name): each.label for sheet in form.sheets for each in (*sheet.columns, *sheet.rows)}
    return Book(pages, truth, form.code, labels)


def _place(address: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(address)
    return row - 1, column - 1


def _area(area: str) -> list[int]:
    first, _, last = area.partition(":")
    return [*_place(first), *_place(last)]


def _page(sheet: Sheet, cells: dict[str, Any], truth: dict[Mark, Any]) -> Page:
    page = Page(sheet.name, [])
    for address, content in cells.items():
        page.cell(*_place(address)).content = content
    if sheet.kind == "list":
        _mark_list(page, sheet, truth)
    else:
        _mark_lines(page, sheet, truth)
    page.cell(0, 20).mark = ("page", sheet.name)
    return page


def _mark_lines(page: Page, sheet: Sheet, truth: dict[Mark, Any]) -> None:
    first = workbooks.FIRST_LINE if sheet.kind == "rows" else 7
    columns = {column.name: number for number, column in enumerate(sheet.columns, start=3 if sheet.unit else 2)}
    _mark_header(page, first - 2 if sheet.kind == "rows" else first - 1)
    for row, line in enumerate(sheet.rows, start=first - 1):
        page.cell(row, 0).mark = ("item", line.name or line.label)
        page.cell(row, 1).mark = ("label" if line.name else "section", line.name or line.label)
        if sheet.unit:
            page.cell(row, 2).mark = ("unit", line.name)
        for name in () if line.section else line.columns or columns:
            _mark_value(page.cell(row, columns[name]), (sheet.name, line.name, name), truth)


def _mark_list(page: Page, sheet: Sheet, truth: dict[Mark, Any]) -> None:
    _mark_header(page, workbooks.LIST_TOP + 1)
    for row in range(workbooks.LIST_TOP + 1, len(page.rows)):
        if page.cell(row, 0).content is None:
            page.cell(row, 1).mark = ("total", sheet.name)
            return
        page.cell(row, 0).mark = ("item", row)
        for column, declared in enumerate(sheet.columns, start=1):
            _mark_value(page.cell(row, column), (sheet.name, row, declared.name), truth)


def _mark_header(page: Page, bottom: int) -> None:
    """Mark the cells of the header, its number row too; `bottom` is the number of its last row, counted from 1."""
    top = workbooks.TABLE_TOP if page.name == "Bieu 01" else workbooks.LIST_TOP
    for row in range(top - 1, bottom):
        for cell in page.rows[row]:
            if cell.content is not None:
                cell.mark = (
                    "number" if str(cell.content).startswith("(") and row > top - 1 else "header",
                    cell.content,
                )


def _mark_value(cell: Cell, name: tuple[str, Any, str], truth: dict[Mark, Any]) -> None:
    cell.mark = ("value", *name)
    truth[cell.mark] = cell.content.strftime("%Y-%m-%d") if isinstance(cell.content, (datetime, date)) else cell.content
