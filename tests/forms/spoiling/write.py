"""A Book as the bytes of a file, with openpyxl and xlwt."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import xlwt
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from tests.forms.spoiling import boxes
from tests.forms.spoiling.sheets import Book, Cell, Page

_STRUCK = Font(name="Times New Roman", strike=True)


def to_xlsx(book: Book) -> bytes:
    """Return `book` as Excel since 2007 stores it."""
    written = openpyxl.Workbook()
    written.remove(written.active)
    for page in book.pages:
        _write_sheet(written.create_sheet(page.name), page)
    if book.code:
        written.defined_names["MA_BIEU"] = DefinedName("MA_BIEU", attr_text=f'"{book.code}"')
    data = io.BytesIO()
    written.save(data)
    shown = {number: page.boxes for number, page in enumerate(book.pages, start=1) if page.boxes}
    return boxes.add(data.getvalue(), shown) if shown else data.getvalue()


def _write_sheet(sheet: Worksheet, page: Page) -> None:
    for row, column, cell in page.places():
        if cell.content is not None:
            _write_cell(sheet, row, column, cell)
    _write_looks(sheet, page)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    written = sheet.cell(row + 1, column + 1, cell.content)
    if isinstance(cell.content, (datetime, date)):
        written.number_format = "dd/mm/yyyy"
    if cell.struck:
        written.font = _STRUCK
    if cell.comment:
        written.comment = Comment(cell.comment, "Phòng LĐTBXH")


def _write_looks(sheet: Worksheet, page: Page) -> None:
    for top, left, bottom, right in page.merged:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    for row in page.hidden_rows:
        sheet.row_dimensions[row + 1].hidden = True
    for column in page.hidden_columns:
        sheet.column_dimensions[get_column_letter(column + 1)].hidden = True
    if page.filtered:
        sheet.auto_filter.ref = f"A{page.rows_of('header')[0] + 1}:F{len(page.rows)}"
    if not page.visible:
        sheet.sheet_state = "hidden"


def to_xls(book: Book) -> bytes:
    """Return `book` as Excel 97 to 2003 store it; comments and text boxes, which xlwt does not write, are left out."""
    written = xlwt.Workbook(encoding="utf-8")
    for page in book.pages:
        sheet = written.add_sheet(page.name)
        sheet.visibility = 0 if page.visible else 1
        below = _write_merged(sheet, page)
        for row, column, cell in page.places():
            if cell.content is not None and (row, column) not in below:
                sheet.write(row, column, cell.content, _style_of(cell.content, cell.struck))
        for row in page.hidden_rows:
            sheet.row(row).hidden = True
        for column in page.hidden_columns:
            sheet.col(column).hidden = True
    data = io.BytesIO()
    written.save(data)
    return data.getvalue()


_STYLES = {
    (day, struck): xlwt.easyxf(f"font: struck_out {'on' if struck else 'off'}", "DD/MM/YYYY" if day else "General")
    for day in (False, True)
    for struck in (False, True)
}


def _style_of(content: Any, struck: bool) -> xlwt.XFStyle:
    return _STYLES[isinstance(content, (datetime, date)), struck]


def _write_merged(sheet: Any, page: Page) -> set[tuple[int, int]]:
    """Merge as `page` does and return the cells that are written already or lie under a merged one."""
    below = set()
    for top, left, bottom, right in page.merged:
        sheet.write_merge(top, bottom, left, right, page.cell(top, left).content)
        below |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    return below
