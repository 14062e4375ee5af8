"""The binary workbook of Excel 97 to 2003 and before, read with xlrd ([MS-XLS]).

xlrd knows error cells, fonts and hidden rows, which calamine does not tell.
"""

import contextlib
import io
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlrd
from xlrd import biffh, compdoc, xldate

from forms import package, text
from forms.marks import Marks
from forms.package import Limits, Unreadable

FORMATTED_MOST = 4 * 1024 * 1024
"""Formatting is read of files up to this size: formatted blank cells become objects then, 6 bytes of file each."""

SheetParts = tuple[str, list[list[Any]], Marks, Sequence[tuple[tuple[int, int], tuple[int, int]]], bool]

_XLRD_ERRORS = (
    xlrd.XLRDError, compdoc.CompDocError, struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError,
    AssertionError, OverflowError, LookupError, EOFError, NotImplementedError, MemoryError,
)  # fmt: skip


def _open(data: bytes, formatted: bool) -> Any:
    try:
        # xlrd prints its doubts about a file; they go nowhere.
        with contextlib.redirect_stdout(io.StringIO()):
            return xlrd.open_workbook(
                file_contents=data, formatting_info=formatted, ragged_rows=True, logfile=io.StringIO()
            )
    except _XLRD_ERRORS as error:
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise Unreadable("encrypted", package.ENCRYPTED) from error
        raise package.damaged() from error


def read(data: bytes, limits: Limits) -> tuple[list[SheetParts], list[str]]:
    """Return the sheets as (name, rows, marks, merged, visible), and notes. Raises Unreadable."""
    notes: list[str] = []
    formatted = len(data) <= FORMATTED_MOST
    try:
        book = _open(data, formatted)
    except Unreadable as refused:
        if not formatted or refused.reason == "encrypted":
            raise
        book, formatted = _open(data, formatted=False), False
        notes.append("reduced_mode")
    if book.nsheets > limits.sheets:
        raise package.hostile("tệp có quá nhiều trang tính")
    legacy = _legacy_fonts(book) if formatted else {}
    try:
        return [_read_sheet(book, sheet, formatted, legacy, limits) for sheet in book.sheets()], notes
    except _XLRD_ERRORS as error:
        raise package.damaged() from error


def _legacy_fonts(book: Any) -> dict[int, str]:
    """Return the legacy font of each cell format that has one."""
    names = {number: font.name for number, font in enumerate(book.font_list) if text.is_legacy_font(font.name)}
    return {number: names[each.font_index] for number, each in enumerate(book.xf_list) if each.font_index in names}


def _read_sheet(book: Any, sheet: Any, formatted: bool, legacy: dict[int, str], limits: Limits) -> SheetParts:
    marks = Marks()
    rows = []
    for number in range(min(sheet.nrows, limits.rows)):
        values = list(sheet.row_values(number, 0, limits.columns))
        for column, kind in enumerate(sheet.row_types(number, 0, limits.columns)):
            if kind in (xlrd.XL_CELL_DATE, xlrd.XL_CELL_ERROR, xlrd.XL_CELL_BOOLEAN):
                values[column] = _special(book, kind, values[column], marks, (number, column))
        rows.append(values)
    if formatted:
        _read_formats(book, sheet, rows, legacy, marks)
        marks.hidden.update(number for number, row in sheet.rowinfo_map.items() if row.hidden)
        notes = sheet.cell_note_map.items()
        marks.remarks.update({place: text.collapse(note.text) for place, note in notes if note.text})
    merged = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells]
    return sheet.name, rows, marks, merged, sheet.visibility == 0


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
    struck = {number for number, each in enumerate(book.xf_list) if book.font_list[each.font_index].struck_out}
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
