"""The filled-in lines above the table: unit, preparer, date (rules P30, P31, P72)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from forms import text, values
from forms.form import Form
from forms.taken import Asked, Taken
from forms.workbook import WorkbookSheet, address
from roll.reports import Value

ALIKE = 85
"""P21: labels are the same text from 0.85 on."""
ROWS_ABOVE = 40
"""P16: the table begins within the first 40 rows; where none is found the lines are looked for as far."""
LABEL_MOST = 60
"""Characters; the longest label of such a line ("Họ và tên người lập biểu, số điện thoại liên hệ") has 48."""
CELL_MOST = 300
"""Characters of a cell that may hold several such lines, label and content together."""
_ENOUGH_WORDS = 2
_LEADERS = "._…·\u2024 \t\r\n\xa0"
_COLUMNS = 30
_LETTERHEAD = re.compile(
    r"(?i)\(?(?:biểu số|biểu mẫu|mẫu số|phụ lục|mã biểu|kính gửi|ban hành theo|kèm theo|cộng hòa xã hội)\b"
)
_TITLE = re.compile(r"(?:BÁO CÁO|KẾT QUẢ|TỔNG HỢP|DANH SÁCH|THỐNG KÊ)\b")
_DATE_TO_COMPLETE = re.compile(r"(?i)(?:tháng|ngày|quý)\s*[.…]")


@dataclass(frozen=True, slots=True)
class Headings:
    """The header fields of a form with the keys of their labels."""

    fields: tuple[tuple[str, str, Asked], ...]
    exact: dict[str, int]


@dataclass(slots=True)
class _Found:
    row: int
    column: int
    rest: str


def prepare(form: Form) -> Headings:
    """Return the header fields of `form`, ready for looking."""
    fields = tuple(
        (each.name, text.fold(each.label), Asked(each.type, each.label, year=form.year)) for each in form.header
    )
    return Headings(fields, {key: number for number, (_, key, _) in enumerate(fields)})


def read(sheet: WorkbookSheet, headings: Headings, table_top: int | None) -> list[Value]:
    """Return the header fields that stand above row `table_top` of `sheet`, in the form's order, blank ones too."""
    rows = sheet.rows[: ROWS_ABOVE if table_top is None else table_top]
    found: dict[int, _Found] = {}
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells[:_COLUMNS]):
            if type(cell) is str and cell:
                _note_label(cell, (row, column), headings, found)
    labels = {(each.row, each.column) for each in found.values()}
    return [_value(number, found.get(number), sheet, rows, labels, headings) for number in range(len(headings.fields))]


def _note_label(cell: str, place: tuple[int, int], headings: Headings, found: dict[int, _Found]) -> None:
    label, colon, rest = cell.partition(":")
    if len(label) > LABEL_MOST:
        return
    key = text.fold(label)
    number = headings.exact.get(key)
    if number is None and colon:
        number = _similar(key, headings)
    if number is not None and number not in found:
        if ":" in rest and len(cell) <= CELL_MOST:
            rest = _note_further(rest, place, headings, found)
        found[number] = _Found(*place, rest)


def _note_further(rest: str, place: tuple[int, int], headings: Headings, found: dict[int, _Found]) -> str:
    """Note the fields that follow in the same cell, and return what stands before the first of them.

    `Người lập biểu: Hoàng Thị A    Chức vụ: Chuyên viên` is two fields.
    """
    pieces = rest.split(":")
    first = pieces[0]
    number: int | None = None
    content: list[str] = []
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        next_number, before = _label_at_end(piece, headings) if following is not None else (None, piece)
        content.append(before)
        if next_number is None and following is not None:
            continue
        if number is None:
            first = ":".join(content)
        elif number not in found:
            found[number] = _Found(*place, ":".join(content))
        number, content = next_number, []
    return first


def _label_at_end(piece: str, headings: Headings) -> tuple[int | None, str]:
    """Return the field whose label ends `piece`, and what stands before the label."""
    key = text.fold(piece)
    for label, number in headings.exact.items():
        if key == label or key.endswith(f" {label}"):
            words = piece.rsplit(None, label.count(" ") + 1)
            return number, words[0] if len(words) > label.count(" ") + 1 else ""
    return None, piece


def _similar(key: str, headings: Headings) -> int | None:
    """A label shortened at its end ("Tên đơn vị") or slightly other."""
    for number, (_, wanted, _) in enumerate(headings.fields):
        shortened = wanted.startswith(f"{key} ") and key.count(" ") + 1 >= _ENOUGH_WORDS
        if shortened or fuzz.ratio(key, wanted) >= ALIKE:
            return number
    return None


def _value(
    number: int,
    found: _Found | None,
    sheet: WorkbookSheet,
    rows: Sequence[list[Any]],
    labels: set[tuple[int, int]],
    headings: Headings,
) -> Value:
    name, _, asked = headings.fields[number]
    if found is None:
        return Value(name, "", sheet.name, "", None, None, asked.type)
    row, column, content = _content(found, sheet, rows, labels)
    content = _without_leaders(content) if type(content) is str else content
    read = values.take(content, asked)
    if read.value is None and isinstance(content, str) and read.finding is not None:
        # An unreadable day above the table is no fault of the figures: its text is kept (P30).
        read = Taken(text.clean(content), "P30")
    return Value(name, "", sheet.name, address(row, column), values.raw_of(content), read.value, asked.type, read.rule)


def _content(
    found: _Found, sheet: WorkbookSheet, rows: Sequence[list[Any]], labels: set[tuple[int, int]]
) -> tuple[int, int, Any]:
    """Return the place and content: in the label's own cell, else next to the right, else below (P31)."""
    rest = found.rest.strip()
    if rest and not _is_leader(rest):
        return found.row, found.column, rest
    cells = rows[found.row]
    first = _right_of(found, sheet)
    for column in range(found.column + 1, len(cells)):
        if (found.row, column) in labels:
            break
        if cells[column] not in ("", None):
            if _is_letterhead(cells[column]):
                break
            return found.row, column, cells[column]
    below = rows[found.row + 1] if found.row + 1 < len(rows) else []
    content = below[found.column] if found.column < len(below) else ""
    if (
        content not in ("", None)
        and (found.row + 1, found.column) not in labels
        and not (isinstance(content, str) and ":" in content)
        and not _is_letterhead(content)
    ):
        return found.row + 1, found.column, content
    return found.row, first, ""


def _is_letterhead(content: Any) -> bool:
    """Say whether a text is none that a unit writes: a form's number, a legal basis, a date to be completed."""
    if not isinstance(content, str):
        return False
    said = text.clean(content)
    return any(
        each is not None for each in (_LETTERHEAD.match(said), _TITLE.match(said), _DATE_TO_COMPLETE.search(said))
    )


def _right_of(found: _Found, sheet: WorkbookSheet) -> int:
    for (top, left), (bottom, right) in sheet.merged:
        if top <= found.row <= bottom and left <= found.column <= right:
            return right + 1
    return found.column + 1


def _without_leaders(content: str) -> str:
    """Return what stands on a dotted line, without the dots; a single full stop stays."""
    content = content.lstrip(_LEADERS)
    bare = content.rstrip(_LEADERS)
    return bare if content[len(bare) :].strip() != "." else content.rstrip()


def _is_leader(rest: str) -> bool:
    return not rest.strip("._…- ")
