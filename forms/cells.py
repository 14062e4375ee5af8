"""One cell of a filled sheet: its content, its marks, and what that yields (rules P14, P15, P26, P57)."""

import re
from typing import Any

from msgspec.structs import replace

from forms import notation, numbers, taken, text, values
from forms.taken import Asked, Taken
from forms.workbook import WorkbookSheet

_SUM = re.compile(r"=?SUM\(([A-Z0-9:,;$]{2,200})\)", re.IGNORECASE)
_PLUS = re.compile(r"=?\$?[A-Z]{1,3}\$?[0-9]{1,7}(?:\+\$?[A-Z]{1,3}\$?[0-9]{1,7}){1,40}", re.IGNORECASE)
SUMMED_MOST = 2_000
"""Cells that a formula without a result may add up: a whole column of a long list."""


def content(sheet: WorkbookSheet, row: int, column: int) -> Any:
    """Return what the cell holds, "" where the row is shorter."""
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    return cells[column] if column < len(cells) else ""


def is_plain(sheet: WorkbookSheet) -> bool:
    """Say whether no cell of `sheet` bears a mark, so that contents can be taken as they are."""
    marks = sheet.marks
    return not (marks.errors or marks.formulas or marks.percents or marks.struck or sheet.originals)


def read_plain(row: list[Any], column: int, asked: Asked) -> tuple[str | None, Taken]:
    """Do as `read` for a row of a sheet without marks."""
    found = row[column] if column < len(row) else ""
    if type(found) is float:
        whole = int(found) if 0 <= found < numbers.LARGEST else -1
        if whole == found:
            if asked.type == "integer":
                return str(whole), Taken(whole)
            if asked.type == "decimal":
                return str(whole), Taken(found)
    elif found is None or found == "":
        return None, taken.BLANK
    elif asked.type == "text" and type(found) is str and found[0].isalnum() and text.clean(found) == found:
        return found[: values.TEXT_MOST], Taken(found[: values.TEXT_MOST])
    return values.raw_of(found), values.take(found, asked)


def read(sheet: WorkbookSheet, row: int, column: int, asked: Asked) -> tuple[str | None, Taken]:
    """Return the raw text of the cell and what it says where `asked` is asked, its marks considered."""
    place = (row, column)
    marks = sheet.marks
    found = content(sheet, row, column)
    if place in marks.errors:
        return marks.errors[place], _error_cell(marks.errors[place])
    if place in marks.formulas:
        return _uncalculated(sheet, place, asked)
    read = values.take(found, asked)
    if place in marks.percents and asked.type in ("integer", "decimal") and type(found) is float:
        shown = f"{notation.number(round(found * 100, 3))}%"
        if asked.is_share:
            return shown, replace(values.take(round(found * 100, 6), asked), rule="P57")
        message = f"ghi {shown}; cột này ghi số liệu, không ghi tỷ lệ phần trăm."
        return shown, taken.error("P57", message, "một số")
    if place in marks.struck and read.value is not None and read.finding is None:
        message = f"ghi {taken.shown(found)} nhưng có gạch ngang; đề nghị xác nhận số liệu."
        read = taken.warning("P26", message, "số liệu đúng", read.value, ok=True)
    if place in sheet.originals:
        return values.raw_of(sheet.originals[place]), replace(read, rule=read.rule or "P35")
    return values.raw_of(found), read


def _error_cell(code: str) -> Taken:
    return taken.error(
        "P15", f"ô báo lỗi {code} của Excel; đề nghị kiểm tra lại công thức hoặc ghi trực tiếp số liệu.", "một số"
    )


def _uncalculated(sheet: WorkbookSheet, place: tuple[int, int], asked: Asked) -> tuple[str, Taken]:
    """A formula without a stored result: a plain sum is computed, everything else is asked for (P14)."""
    formula = sheet.marks.formulas[place]
    raw = f"={formula}"
    total = _sum(sheet, formula)
    if total is None:
        message = "công thức chưa có kết quả; đề nghị mở tệp bằng Excel, lưu lại và gửi lại."
        return raw, taken.error("P14", message, "kết quả của công thức")
    if place in sheet.marks.percents and asked.is_share:
        total = round(total * 100, 6)
    read = values.take(float(total), asked)
    return raw, replace(read, rule="P14", note=raw) if read.finding is None else read


def _sum(sheet: WorkbookSheet, formula: str) -> float | None:
    written = formula.replace("$", "").replace(" ", "").upper()
    match = _SUM.fullmatch(written)
    if match:
        pieces = re.split("[,;]", match[1])
    elif _PLUS.fullmatch(written):
        pieces = written.lstrip("=").split("+")
    else:
        return None
    total = 0.0
    for piece in pieces:
        added = _sum_range(sheet, piece)
        if added is None:
            return None
        total += added
    return round(total, 9)


def _sum_range(sheet: WorkbookSheet, piece: str) -> float | None:
    ends = [notation.ADDRESS.fullmatch(end) for end in piece.split(":")]
    if not 1 <= len(ends) <= 2 or not all(ends):  # noqa: PLR2004 - a cell, or two ends
        return None
    places = [(int(end[2]) - 1, notation.column_index(end[1])) for end in ends if end]
    (top, left), (bottom, right) = min(places), max(places)
    left, right = min(left, right), max(left, right)
    if (bottom - top + 1) * (right - left + 1) > SUMMED_MOST:
        return None
    total = 0.0
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            found = content(sheet, row, column)
            if (row, column) in sheet.marks.errors or (row, column) in sheet.marks.formulas:
                return None
            if type(found) in (int, float):
                total += found
            elif found not in ("", None):
                return None
    return total
