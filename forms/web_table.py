"""One table of a web page in the making: cells at their places, spans, and what office programs say beside them.

HTML Living Standard 4.9 (tables, spans); `x:num`, `x:err`, `x:fmla`, `mso-number-format`: "Microsoft Office HTML and
XML Reference", Excel; `sdval`, `sdnum`: what LibreOffice Calc writes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from forms import package, text
from forms.grid import ERROR_TEXTS, Area, Rows
from forms.marks import Marks
from forms.markup import unescape

COLUMNS_MOST = 16_384
"""Columns of a sheet ("Excel specifications and limits")."""
COLSPAN_MOST, ROWSPAN_MOST = 1_000, 65_534
"""HTML Living Standard 4.9.11."""
_SPACES = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_FORMAT = re.compile(r"""mso-number-format\s{0,9}:\s{0,9}("(?:[^"\\]|\\.){0,500}+"|[^;"]{1,500}+)""", re.IGNORECASE)
_FONT = re.compile(r"""font-family\s{0,9}:\s{0,9}["']?([^;,"']{1,100})""", re.IGNORECASE)
_NO_FORMAT_OF_DAYS = frozenset(
    ("general", "general number", "standard", "fixed", "percent", "scientific", "currency", "yes/no", "true/false",
     "on/off", "@", "text")
)  # fmt: skip
_EPOCHS = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001 - serial days have no zone
_LAST_SERIAL = 2_958_465
"""31/12/9999, the last day that Excel knows."""
_WHOLE_DIGITS = 15


@dataclass(slots=True)
class Cell:
    """A cell while its text is collected. `attributes` and `css` are those of its tag."""

    attributes: Mapping[str, str]
    css: str
    parts: list[str] = field(default_factory=list)
    font: str = ""
    struck: bool = False

    def text(self) -> str:
        """Return the text: blanks run together, a line for each break."""
        return text_of(self.parts)


def text_of(parts: list[str]) -> str:
    """Return texts, with line ends as parts of their own, as a browser shows them."""
    if len(parts) == 1 and parts[0].isalnum():
        return parts[0]
    lines = "".join(part if part == "\n" else _SPACES.sub(" ", part) for part in parts).split("\n")
    return unescape("\n".join(line.strip(" ") for line in lines)).strip(" \n\xa0")


@dataclass(slots=True)
class WebTable:
    """A table: lines of values, marks and merged ranges, its height and width. `date1904` is the page's date system."""

    rows: Rows
    date1904: bool = False
    lines: list[list[Any]] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    merged: list[Area] = field(default_factory=list)
    width: int = 0
    row: int = -1
    column: int = 0
    cell: Cell | None = None
    hides: bool = False
    until: dict[int, int] = field(default_factory=dict)
    """The first row that a cell from above does not reach any more, by column."""

    def begin_row(self, *, hidden: bool) -> None:
        """Begin the next row."""
        self.end_cell()
        self.rows.spend(1)
        self.row, self.column, self.hides = self.row + 1, 0, hidden

    def begin_cell(self, cell: Cell) -> None:
        """Begin the next cell of the row."""
        self.end_cell()
        if self.row < 0:
            self.begin_row(hidden=False)
        while self.until.get(self.column, 0) > self.row:
            self.column += 1
            self.rows.spend(1)
        self.cell = cell

    def end_cell(self) -> None:
        """End the open cell, if there is one: its value, marks and spans are taken."""
        cell, self.cell = self.cell, None
        if cell is None:
            return
        place = (self.row, self.column)
        if self.column >= COLUMNS_MOST:
            raise package.hostile("trang tính quá lớn")
        value = self._value(cell, place)
        if value not in ("", None):
            self._put(value)
            self.width = max(self.width, self.column + 1)
            self._note(cell, place)
        self._span(cell)

    def _put(self, value: Any) -> None:
        # What rows and columns cost was counted when they began.
        self.lines.extend([] for _ in range(self.row + 1 - len(self.lines)))
        line = self.lines[self.row]
        line.extend([None] * (self.column - len(line)))
        line.append(self.rows.same(value) if type(value) is str else value)

    def is_filled(self) -> bool:
        """Say whether any cell holds something, an error or a formula without a result too."""
        return bool(self.width or self.marks.errors or self.marks.formulas)

    def _span(self, cell: Cell) -> None:
        if not cell.attributes:
            self.column += 1
            return
        across = _span_of(cell.attributes.get("colspan", ""), COLSPAN_MOST)
        down = _span_of(cell.attributes.get("rowspan", ""), ROWSPAN_MOST)
        self.rows.spend(across)
        if down > 1:
            self.until.update(dict.fromkeys(range(self.column, self.column + across), self.row + down))
        if across * down > 1:
            last = (self.row + down - 1, self.column + across - 1)
            self.merged.append(((self.row, self.column), last))
        self.column += across

    def _note(self, cell: Cell, place: tuple[int, int]) -> None:
        if self.hides:
            self.marks.hidden.add(self.row)
        if not (cell.css or cell.font or cell.struck):
            return
        font = cell.font or _first(_FONT, cell.css)
        if text.is_legacy_font(font):
            self.marks.fonts[place] = font
        if cell.struck or "line-through" in cell.css:
            self.marks.struck.add(place)

    def _value(self, cell: Cell, place: tuple[int, int]) -> Any:
        shown, attributes = cell.text(), cell.attributes
        exact = attributes.get("x:num", attributes.get("sdval"))
        if self._is_mark(shown, exact or "", attributes, place):
            return ""
        if "x:bool" in attributes:
            return attributes["x:bool"].upper() == "TRUE"
        if exact and _NUMBER.fullmatch(exact):
            return self._number(float(exact), shown, _format_of(cell), place)
        is_whole = exact == "" and shown.isascii() and shown.isdigit() and len(shown) <= _WHOLE_DIGITS
        return float(shown) if is_whole else shown

    def _is_mark(self, shown: str, exact: str, attributes: Mapping[str, str], place: tuple[int, int]) -> bool:
        """Mark an error, or a formula without a result, and say whether the cell is one."""
        error = attributes.get("x:err") or (shown if shown in ERROR_TEXTS else "")
        if error:
            self.marks.errors[place] = error
            return True
        if not shown and not exact and attributes.get("x:fmla"):
            self.marks.formulas[place] = attributes["x:fmla"].lstrip("=")
            return True
        return False

    def _number(self, exact: float, shown: str, number_format: str, place: tuple[int, int]) -> Any:
        if _shows_days(number_format):
            day = _day(exact, self.date1904)
            return shown if day is None else day
        if "/" in shown and "/" not in number_format:
            return shown  # a day whose format is not told
        if "%" in number_format or number_format.lower() == "percent" or shown.endswith("%"):
            self.marks.percents.add(place)
        return exact


def _span_of(written: str, most: int) -> int:
    digits = written.strip()
    return min(int(digits), most) or 1 if digits.isascii() and digits.isdigit() and len(digits) < _WHOLE_DIGITS else 1


def _first(pattern: re.Pattern[str], css: str) -> str:
    """Return what the last of the declarations says."""
    found = ""
    for match in pattern.finditer(css):
        found = match[1]
    return found.strip()


def _format_of(cell: Cell) -> str:
    """Return the number format that Excel or LibreOffice (after the languages, in `sdnum`) gives; empty: none."""
    told = _first(_FORMAT, cell.css)
    if told:
        return told.strip('"').replace("\\", "")
    return cell.attributes.get("sdnum", "").rpartition(";")[2]


def _shows_days(number_format: str) -> bool:
    folded = re.sub(r"\[[^\]]{0,40}\]|\"[^\"]{0,99}\"", "", number_format).lower().strip()
    return folded not in _NO_FORMAT_OF_DAYS and bool(re.search("[dy]|date", folded))


def _day(serial: float, date1904: bool) -> datetime | None:
    if not 1 <= serial <= _LAST_SERIAL:
        return None
    return _EPOCHS[date1904] + timedelta(days=serial)
