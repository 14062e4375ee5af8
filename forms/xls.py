"""The binary workbook of Excel 97 to 2003 and before, read with xlrd ([MS-XLS]).

xlrd knows error cells, fonts and hidden rows, which calamine does not tell.
"""

import contextlib
import io
import re
import struct
from datetime import datetime, timedelta
from typing import Any

import xlrd
from xlrd import biffh, compdoc, xldate

from forms import package, text, xls_formulas
from forms.grid import WorkbookSheet
from forms.marks import Marks
from forms.package import Limits, Unreadable

FORMATTED_MOST = 4 * 1024 * 1024
"""Formatting is read of files up to this size: formatted blank cells become objects then, 6 bytes of file each."""

# The head of the record, with as many bytes behind it as are looked at.
_DIMENSIONS = re.compile(rb"\x00\x02\x0e\x00(?=.{14})", re.DOTALL)
_OLD_DIMENSIONS = re.compile(rb"\x00\x02\x0a\x00(?=.{10})", re.DOTALL)
_ROWS_WRAP, _COLUMNS_WRAP = 1 << 32, 1 << 16
_EXCEL_97 = 80
"""What xlrd calls its version."""

ERRORS = (
    xlrd.XLRDError, compdoc.CompDocError, struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError,
    AssertionError, LookupError, EOFError, NotImplementedError, MemoryError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What xlrd raises at a file that is damaged."""


def open_book(data: bytes, formatted: bool) -> Any:
    """Return xlrd's book, with what it tells of formats where `formatted`. Raises Unreadable."""
    try:
        # xlrd prints its doubts about a file; they go nowhere.
        with contextlib.redirect_stdout(io.StringIO()):
            # On demand: else the records are given up before formulas are looked for in them.
            book = xlrd.open_workbook(
                file_contents=data,
                formatting_info=formatted,
                ragged_rows=True,
                logfile=io.StringIO(),
                on_demand=True,
            )
            book.sheets()
            return book
    except ERRORS as error:
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise Unreadable("encrypted", package.ENCRYPTED) from error
        raise package.damaged() from error


def declares_too_much(data: bytes, area: int) -> bool:
    """Say whether a sheet declares more cells than `area` ([MS-XLS] 2.4.90), which calamine allocates unseen."""
    for pattern, layout in ((_DIMENSIONS, "<IIHH"), (_OLD_DIMENSIONS, "<HHHH")):
        for match in pattern.finditer(data):
            top, bottom, left, right = struct.unpack_from(layout, data, match.end())
            # A last row before the first counts too: the difference is one of unsigned numbers.
            if (bottom - top) % _ROWS_WRAP * ((right - left) % _COLUMNS_WRAP) > area:
                return True
    return False


def read(data: bytes, limits: Limits) -> tuple[list[WorkbookSheet], list[str]]:
    """Return the sheets, and notes. Raises Unreadable."""
    notes: list[str] = []
    formatted = len(data) <= FORMATTED_MOST
    try:
        book = open_book(data, formatted)
    except Unreadable as refused:
        if not formatted or refused.reason == "encrypted":
            raise
        book, formatted = open_book(data, formatted=False), False
        notes.append("reduced_mode")
    if book.nsheets > limits.sheets:
        raise package.hostile("tệp có quá nhiều trang tính")
    legacy = _legacy_fonts(book) if formatted else {}
    try:
        return [_read_sheet(book, sheet, formatted, legacy, limits) for sheet in book.sheets()], notes
    except ERRORS as error:
        raise package.damaged() from error


def _legacy_fonts(book: Any) -> dict[int, str]:
    """Return the legacy font of each cell format that has one."""
    names = {number: font.name for number, font in enumerate(book.font_list) if text.is_legacy_font(font.name)}
    return {number: names[each.font_index] for number, each in enumerate(book.xf_list) if each.font_index in names}


def _read_sheet(book: Any, sheet: Any, formatted: bool, legacy: dict[int, str], limits: Limits) -> WorkbookSheet:
    marks = Marks()
    rows = []
    durations = _durations(book) if formatted else frozenset()
    for number in range(min(sheet.nrows, limits.rows)):
        values = list(sheet.row_values(number, 0, limits.columns))
        for column, kind in enumerate(sheet.row_types(number, 0, limits.columns)):
            if kind == xlrd.XL_CELL_DATE and durations and sheet.cell_xf_index(number, column) in durations:
                values[column] = _length(values[column])
            elif kind in (xlrd.XL_CELL_DATE, xlrd.XL_CELL_ERROR, xlrd.XL_CELL_BOOLEAN):
                values[column] = _special(book, kind, values[column], marks, (number, column))
        rows.append(values)
    _read_formulas(book, sheet, rows, marks)
    if formatted:
        _read_formats(book, sheet, rows, legacy, marks)
        marks.hidden.update(number for number, row in sheet.rowinfo_map.items() if row.hidden)
        notes = sheet.cell_note_map.items()
        marks.remarks.update({place: text.collapse(note.text) for place, note in notes if note.text})
    merged = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells]
    return WorkbookSheet(sheet.name, rows, marks, merged, sheet.visibility == 0)


def _durations(book: Any) -> frozenset[int]:
    """Return the cell formats that show a length of time, [h]:mm: it is no day."""
    shown = {number: _format_of(book, each.format_key).lower() for number, each in enumerate(book.xf_list)}
    return frozenset(number for number, code in shown.items() if any(sign in code for sign in ("[h", "[m", "[s")))


def _length(days: float) -> timedelta | float:
    """Return a length of time, or what stands there where it is too long for one."""
    try:
        return timedelta(days=days)
    except (OverflowError, ValueError):
        return days


def _read_formulas(book: Any, sheet: Any, rows: list[list[Any]], marks: Marks) -> None:
    """Mark the cells with formulas, and those that were never calculated: they show an empty text."""
    if book.biff_version < _EXCEL_97 or not book.mem:
        return
    empty = {
        (number, column)
        for number, values in enumerate(rows)
        if "" in values
        for column, kind in enumerate(sheet.row_types(number, 0, len(values)))
        if kind == xlrd.XL_CELL_TEXT and values[column] == ""
    }
    begin = book._sh_abs_posn[sheet.number]  # noqa: SLF001 - where the sheet begins is told nowhere else
    records = bytes(book.mem[begin : book.base + book.stream_len])
    marks.computed.update(xls_formulas.places_of_formulas(records))
    if empty:
        marks.formulas.update(xls_formulas.uncalculated(records, empty))


def _special(book: Any, kind: int, value: Any, marks: Marks, place: tuple[int, int]) -> Any:
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        marks.errors[place] = biffh.error_text_from_code.get(value, "#VALUE!")
        return ""
    return _day(value, book.datemode)


def _day(serial: float, datemode: int) -> datetime | float:
    """Return the serial as a day, by the file's own date system (P13); as it is where it is no day."""
    try:
        day = xldate.xldate_as_datetime(serial, datemode)
    except (xldate.XLDateError, OverflowError, ValueError):
        return serial
    return day if serial >= 1 else serial


def _read_formats(book: Any, sheet: Any, rows: list[list[Any]], legacy: dict[int, str], marks: Marks) -> None:
    percents = {number for number, each in enumerate(book.xf_list) if "%" in _format_of(book, each.format_key)}
    # A format may name a font that the file does not have: those of Excel 2 do.
    struck_fonts = {number for number, font in enumerate(book.font_list) if font.struck_out}
    struck = {number for number, each in enumerate(book.xf_list) if each.font_index in struck_fonts}
    if not (percents or struck or legacy):
        return
    for number, values in enumerate(rows):
        for column, value in enumerate(values):
            if value in ("", None):
                continue
            style = sheet.cell_xf_index(number, column)
            if style in percents:
                marks.percents.add((number, column))
            if style in struck:
                marks.struck.add((number, column))
            if style in legacy:
                marks.fonts[number, column] = legacy[style]


def _format_of(book: Any, key: int) -> str:
    found = book.format_map.get(key)
    return str(found.format_str) if found else ""
