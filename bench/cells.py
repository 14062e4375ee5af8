"""Cells of workbooks as three readers tell them, and in what they differ."""

import io
import math
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import python_calamine

from forms import workbook

Cells = dict[tuple[str, int, int], Any]
EXPLAINED = {
    "white space": "the same text, but for line ends, blanks at its ends, or `_x000D_` that is not decoded",
    "day": "one reader says a day or a time where the other says its serial number: each decides by the number format",
    "time of day": "a time or a length of time, which one reader tells as a day, as a text, or without its fractions",
    "truth": "TRUE and FALSE as one and nought",
    "rounded": "the same number to nine digits",
    "error": "one reader says the error of a cell, the other its text in another form, or nothing",
    "formula recomputed": "LibreOffice computed a formula anew, or for the first time; we take what the file says",
    "number as text": "a number that one reader gives as text",
    "only ours": "a cell that is filled for us alone",
    "only the other": "a cell that is filled for the other reader alone",
    "other": "something else",
}
ERRORS = frozenset(("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!"))


def ours(data: bytes) -> Cells:
    """Return what we read; error cells by their error, formulas without a result left out."""
    cells: Cells = {}
    for sheet in workbook.load(data).sheets:
        for row, values in enumerate(sheet.rows):
            for column, value in enumerate(values):
                _put(cells, sheet.name, row, column, sheet.originals.get((row, column), value))
        for (row, column), error in sheet.marks.errors.items():
            cells[sheet.name, row, column] = error
    return cells


def by_openpyxl(data: bytes) -> Cells:
    """Return what openpyxl reads."""
    cells: Cells = {}
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=False, data_only=True)
    for sheet in book.worksheets:
        for found in list(sheet._cells.values()):  # noqa: SLF001 - iter_rows walks the rectangle, up to 17 billion
            _put(cells, sheet.title, found.row - 1, found.column - 1, found.value)
    return cells


def by_calamine(data: bytes) -> Cells:
    """Return what calamine alone reads."""
    cells: Cells = {}
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
            for column, value in enumerate(values):
                _put(cells, name, row, column, value)
    return cells


def _put(cells: Cells, sheet: str, row: int, column: int, value: Any) -> None:
    if value not in ("", None):
        cells[sheet, row, column] = value


def compare(mine: Cells, other: Cells, *, recomputes: bool) -> Counter[str]:
    """Return how many cells are equal and how many differ in each way, over the sheets that both have."""
    both = {sheet for sheet, _, _ in mine} & {sheet for sheet, _, _ in other}
    found: Counter[str] = Counter()
    for place in mine.keys() | other.keys():
        if place[0] in both:
            found[difference(mine.get(place), other.get(place), recomputes=recomputes)] += 1
    return found


def difference(one: Any, other: Any, *, recomputes: bool) -> str:  # noqa: PLR0911 - a list of cases
    """Return in which way two values of a cell differ: a key of EXPLAINED, or `equal`."""
    one, other = _plain(one), _plain(other)
    if one == other and type(one) is type(other):
        return "equal"
    if one in ERRORS or other in ERRORS:
        return "error"
    if one is None or other is None:
        return "only ours" if other is None else "formula recomputed" if recomputes else "only the other"
    if isinstance(one, bool) or isinstance(other, bool):
        return "truth"
    if isinstance(one, time | timedelta) or isinstance(other, time | timedelta):
        return "time of day"
    if isinstance(one, datetime) or isinstance(other, datetime):
        return "day"
    if isinstance(one, float) and isinstance(other, float):
        return "rounded" if math.isclose(one, other, rel_tol=1e-9) else "formula recomputed" if recomputes else "other"
    if isinstance(one, str) and isinstance(other, str):
        return "white space" if _bare(one) == _bare(other) else "other"
    return "number as text" if _bare(str(one)) == _bare(str(other)) else "other"


def _plain(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return value


def _bare(text: str) -> str:
    return "".join(text.replace("_x000D_", "").split())
