"""A drawn workbook as the .xls that an older Excel saves, in Unicode or in the old encoding TCVN3.

What .xls holds and xlwt can write is kept: texts, formulas, merged cells, fonts, borders, fills, number formats,
widths, heights, hidden columns. Lists to choose from are not: xlwt knows none.
"""

import io
import re
from datetime import date

import xlwt
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

_HORIZONTAL = {"left": 1, "center": 2, "right": 3}
_LINES = {None: 0, "thin": 1, "medium": 2, "dotted": 4, "hair": 7}
_GREY = 22  # "Gray-25%" of the .xls palette
_WIDTH = 256  # a width in .xls counts 256ths of a letter
_TWIPS = 20  # a height in .xls counts 20ths of a point

# TCVN 5712:1993 in the order of its codes, as seen through Windows-1252.
_LETTERS = (
    (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
    (0xB5, "àảãáạ"),
    (0xBB, "ằẳẵắ"),
    (0xC6, "ặầẩẫấậè"),
    (0xCE, "ẻẽéẹềểễếệìỉ"),
    (0xDC, "ĩíịò"),
    (0xE1, "ỏõóọồổỗốộờởỡớợù"),
    (0xF1, "ủũúụừửữứựỳỷỹýỵ"),
)
_TCVN3 = {ord(letter): first + offset for first, letters in _LETTERS for offset, letter in enumerate(letters)}


def to_tcvn3(words: str) -> str:
    """Return `words` in TCVN3, seen through Windows-1252."""
    return words.translate(_TCVN3)


def is_capital(words: str) -> bool:
    """Say whether `words` need the font of capitals: TCVN3 has no capital letters with tone marks."""
    return bool(re.search(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝĨŨẠ-ỹ]", words)) and words.isupper()


def packed_xls(book: Workbook, *, tcvn3: bool = False) -> bytes:
    """Return the drawn workbook as .xls; with `tcvn3` in fonts .VnTime and .VnTimeH."""
    target = xlwt.Workbook(encoding="utf-8")
    for sheet in book.worksheets:
        page = target.add_sheet(sheet.title)
        page.visibility = 0 if sheet.sheet_state == "visible" else 1
        _Copy(sheet, page, tcvn3).write()
    written = io.BytesIO()
    target.save(written)
    return written.getvalue()


class _Copy:
    """One worksheet, copied cell by cell."""

    def __init__(self, sheet: Worksheet, page: xlwt.Worksheet, tcvn3: bool) -> None:
        self._sheet, self._page, self._tcvn3 = sheet, page, tcvn3
        self._styles: dict[tuple[int, str], xlwt.XFStyle] = {}

    def write(self) -> None:
        merged = {(area.min_row, area.min_col): area for area in self._sheet.merged_cells.ranges}
        covered = {cell for area in merged.values() for cell in area.cells} - set(merged)
        for row in self._sheet.iter_rows():
            for cell in row:
                place = (cell.row, cell.column)
                if place in merged:
                    area, (value, style) = merged[place], self._content(cell)
                    bounds = (area.min_row - 1, area.max_row - 1, area.min_col - 1, area.max_col - 1)
                    self._page.write_merge(*bounds, value, style)
                elif place not in covered and (cell.value is not None or cell.has_style):
                    self._page.write(cell.row - 1, cell.column - 1, *self._content(cell))
        self._measure()

    def _measure(self) -> None:
        for letter, dimension in self._sheet.column_dimensions.items():
            column = self._page.col(column_index_from_string(letter) - 1)
            column.width = int(dimension.width * _WIDTH)
            column.hidden = dimension.hidden
        for number, dimension in self._sheet.row_dimensions.items():
            if dimension.height:
                self._page.row(number - 1).height_mismatch = True
                self._page.row(number - 1).height = int(dimension.height * _TWIPS)
        self._page.portrait = self._sheet.page_setup.orientation != "landscape"
        self._page.paper_size_code = 9
        self._page.fit_num_pages = 1
        self._page.fit_height_to_pages = 0

    def _content(self, cell: Cell) -> tuple[object, xlwt.XFStyle]:
        value, font = cell.value, cell.font.name
        if isinstance(value, str) and value.startswith("="):
            return xlwt.Formula(value[1:]), self._style(cell, font)
        if self._tcvn3:
            capital = isinstance(value, str) and is_capital(value)
            font = ".VnTimeH" if capital else ".VnTime"
            if isinstance(value, str):
                value = to_tcvn3(value.lower() if capital else value)
        if isinstance(value, date) and cell.number_format == "General":
            cell.number_format = "dd/mm/yyyy"
        return value, self._style(cell, font)

    def _style(self, cell: Cell, font: str) -> xlwt.XFStyle:
        key = (cell.style_id, font)
        if key not in self._styles:
            self._styles[key] = _style(cell, font)
        return self._styles[key]


def _style(cell: Cell, font: str) -> xlwt.XFStyle:
    style = xlwt.XFStyle()
    style.font.name, style.font.height = font, int(cell.font.size * _TWIPS)
    style.font.bold, style.font.italic = bool(cell.font.bold), bool(cell.font.italic)
    style.font.underline = bool(cell.font.underline)
    style.alignment.horz = _HORIZONTAL.get(cell.alignment.horizontal, 0)
    style.alignment.vert = 0 if cell.alignment.vertical == "top" else 1
    style.alignment.wrap = int(bool(cell.alignment.wrap_text))
    for side in ("left", "right", "top", "bottom"):
        setattr(style.borders, side, _LINES[getattr(cell.border, side).style])
    if cell.fill.fill_type == "solid":
        style.pattern.pattern, style.pattern.pattern_fore_colour = 1, _GREY
    style.num_format_str = cell.number_format
    return style
