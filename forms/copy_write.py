"""A workbook of another kind written as .xlsx: the same sheets and cells, values with their types, the same look."""

import math
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from forms import copy_save
from forms.copy_looks import CellLook, SheetLook
from forms.marks import Place
from forms.package_parts import writable
from forms.workbook import Workbook, WorkbookSheet, address

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_NAME_MOST = 31
"""Characters of a sheet's name, and of a font's ("Excel specifications and limits"; [MS-XLS] 2.4.122)."""
_FORMAT_MOST = 255
"""Characters of a number format: [MS-XLS] 2.4.126."""
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_FORMULA_SIGNS = ("=", "+", "-", "@")
_DAY, _MOMENT, _CLOCK = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "hh:mm"
_LANDSCAPE = 90
"""Characters: an A4 page upright holds about so many in 12 points; a wider sheet is printed across."""
_WIDTH_MOST, _HEIGHT_MOST = 255.0, 409.0
"""Characters, and points, which a font has no more of either ("Excel specifications and limits")."""


@dataclass(slots=True)
class _Styles:
    """What makes a cell look as it should, made once for each look; each cell then gets a copy of the numbers."""

    _made: dict[CellLook, Any] = field(default_factory=dict)

    def apply(self, cell: Any, look: CellLook) -> None:
        """Give a cell of openpyxl's its look."""
        made = self._made.get(look)
        if made is None:
            _paint(cell, look)
            self._made[look] = copy(cell._style)  # noqa: SLF001
        else:
            # Six lookups by value for each cell take ten times as long as all the rest of writing it.
            cell._style = copy(made)  # noqa: SLF001


def write(book: Workbook, looks: list[SheetLook]) -> tuple[bytes, dict[str, str]]:
    """Return an .xlsx workbook of what was read, and its sheets' names by those of `book`.

    `looks` has one for each sheet. A name differs where .xlsx does not allow the old one: more than 31 characters, or
    signs such as "/".
    """
    import openpyxl  # noqa: PLC0415 - a fifth of a reader's start, and most workbooks are patched
    from openpyxl.workbook.defined_name import DefinedName  # noqa: PLC0415

    written = openpyxl.Workbook()
    written.remove(written.active)  # type: ignore[arg-type]
    styles, names = _Styles(), _names(sheet.name for sheet in book.sheets)
    for sheet, look, name in zip(book.sheets, looks, names, strict=True):
        page = written.create_sheet(name)
        page.sheet_state = "visible" if sheet.visible else "hidden"
        _write_sheet(page, sheet, look, styles)
    if not any(sheet.visible for sheet in book.sheets):
        # A workbook shows one sheet at least.
        (written.worksheets or [written.create_sheet()])[0].sheet_state = "visible"
    if book.form_code:
        code = book.form_code.replace('"', "")
        written.defined_names["MA_BIEU"] = DefinedName("MA_BIEU", attr_text=f'"{writable(code)}"')
    return copy_save.to_bytes(written), {sheet.name: name for sheet, name in zip(book.sheets, names, strict=True)}


def _names(wanted: Iterable[str]) -> list[str]:
    """Return names that a workbook may have, no two alike in the eyes of Excel, which knows no capitals in them."""
    names: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        base = writable(name).translate(_NOT_IN_NAMES).strip("' ")[:_NAME_MOST] or "Sheet"
        one, number = base, 1
        while one.casefold() in taken:
            number += 1
            one = f"{base[: _NAME_MOST - 6].strip()} ({number})"
        names.append(one)
        taken.add(one.casefold())
    return names


def _write_sheet(page: "Worksheet", sheet: WorkbookSheet, look: SheetLook, styles: _Styles) -> None:
    _write_sizes(page, look)
    cells = _cells_of(sheet)
    for row, column in sorted({*cells, *look.cells}):
        cell = page.cell(row + 1, column + 1)
        if (row, column) in look.cells:
            styles.apply(cell, look.cells[row, column])
        if (row, column) in cells:
            write_value(cell, cells[row, column])  # type: ignore[arg-type]
    _merge(page, look)
    page.page_setup.paperSize = 9  # A4
    page.page_setup.orientation = "landscape" if sum(look.widths.values()) > _LANDSCAPE else "portrait"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]


def _cells_of(sheet: WorkbookSheet) -> dict[Place, Any]:
    """Return what the cells hold, by place; an error as the text of its name, which write_value knows."""
    cells: dict[Place, Any] = {
        (row, column): value
        for row, values in enumerate(sheet.rows)
        for column, value in enumerate(values)
        if value not in ("", None)
    }
    return cells | {place: _Error(name) for place, name in sheet.marks.errors.items()}


class _Error(str):
    """The name of an error that stands in a cell, such as #DIV/0! or #REF!."""

    __slots__ = ()


def write_value(cell: "Cell", value: Any) -> None:
    """Put a value into a cell of openpyxl's as what it is: a text as a text, a day with a format of days."""
    kind = type(value)
    if kind is _Error:
        cell.value, cell.data_type = str(value), "e"
    elif kind is str or (kind is float and not math.isfinite(value)):
        words = writable(str(value))
        cell.value = words
        # A text stays one, whatever it looks like: "=cmd|..." is no formula, "#N/A" no error (CWE-1236).
        cell.data_type = "s"
        if words.startswith(_FORMULA_SIGNS):
            cell.quotePrefix = True
    elif kind in _FORMATS:
        own = cell.number_format
        cell.value = value
        cell.number_format = own if _is_of_dates(own) else _FORMATS[kind](value)
    else:
        cell.value = value


_FORMATS: dict[type, Callable[[Any], str]] = {
    datetime: lambda value: _MOMENT if value.time() != time() else _DAY,
    date: lambda _: _DAY,
    time: lambda _: _CLOCK,
    timedelta: lambda _: "[h]:mm",
}


def _is_of_dates(number_format: str) -> bool:
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415

    return is_date_format(number_format)


def _write_sizes(page: "Worksheet", look: SheetLook) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    if look.default_width:
        page.sheet_format.defaultColWidth = min(look.default_width, _WIDTH_MOST)
    if look.default_height:
        page.sheet_format.defaultRowHeight = min(look.default_height, _HEIGHT_MOST)
    for column in {*look.widths, *look.hidden_columns}:
        dimension = page.column_dimensions[get_column_letter(column + 1)]
        dimension.hidden = column in look.hidden_columns
        if column in look.widths:
            dimension.width = min(look.widths[column], _WIDTH_MOST)
    for row in {*look.heights, *look.hidden_rows}:
        line = page.row_dimensions[row + 1]
        line.hidden = row in look.hidden_rows
        if row in look.heights:
            line.height = min(look.heights[row], _HEIGHT_MOST)


def _merge(page: "Worksheet", look: SheetLook) -> None:
    """Merge cells; what the covered ones hold stays there, as it does in the other kinds."""
    from openpyxl.worksheet.cell_range import CellRange  # noqa: PLC0415

    for (top, left), (bottom, right) in look.merged:
        page.merged_cells.ranges.add(CellRange(f"{address(top, left)}:{address(bottom, right)}"))


def _paint(cell: "Cell", look: CellLook) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415

    cell.font = Font(
        name=writable(look.font)[:_NAME_MOST] or None,
        size=min(look.size, _HEIGHT_MOST) or None,
        bold=look.bold,
        italic=look.italic,
        underline="single" if look.underlined else None,
        strike=look.struck,
        color=f"FF{look.colour}" if look.colour else None,
    )
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=f"FF{look.fill}")
    if any(look.borders):
        left, right, top, bottom = (Side(style=edge or None) for edge in look.borders)  # type: ignore[arg-type]
        cell.border = Border(left=left, right=right, top=top, bottom=bottom)
    if look.horizontal or look.vertical or look.wrapped:
        cell.alignment = Alignment(
            horizontal=look.horizontal or None,
            vertical=look.vertical or None,
            wrap_text=look.wrapped,
        )
    if 0 < len(look.number_format) <= _FORMAT_MOST:
        cell.number_format = writable(look.number_format)
