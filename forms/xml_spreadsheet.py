"""The XML Spreadsheet of Excel 2002 and 2003, named .xml or .xls ("XML Spreadsheet Reference", Microsoft, 2001).

It is read as a stream of events, so that no tree of it is ever in memory; document types are refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from forms import package, plain_text, text
from forms.grid import Area, Rows, Workbook, WorkbookSheet
from forms.marks import Marks
from forms.package import Limits

COLUMNS_MOST, ROWS_MOST = 16_384, 1_048_576
"""Of a sheet ("Excel specifications and limits")."""
_NAMESPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_STYLES_MOST = 64_000
"""Cell formats of a workbook ("Excel specifications and limits")."""
_PIECE = 64 * 1024
_DEPTH_MOST = 100
"""Elements in elements; a cell's text with all its looks has twelve."""
_REFERENCE = re.compile(r"\bR(\[-?[0-9]{1,7}\]|[0-9]{0,7})C(\[-?[0-9]{1,5}\]|[0-9]{0,5})(?![\w(])")
_NUMBER = re.compile(r"[+-]?[0-9]{0,40}(?:\.[0-9]{0,40})?(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(slots=True)
class _Style:
    percent: bool = False
    struck: bool = False
    font: str = ""


@dataclass(slots=True)
class _Cell:
    kind: str = ""
    parts: list[str] = field(default_factory=list)


class _Reader:
    """Takes the events of the parser and makes sheets of them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[WorkbookSheet] = []
        self.form_code = ""
        self._rows = Rows(limits)
        self._path: list[str] = []
        self._styles: dict[str, _Style] = {}
        self._style = _Style()
        self._sheet: WorkbookSheet | None = None
        self._merged: list[Area] = []
        self._row = self._column = -1
        self._after_row = self._after_cell = 0
        self._hidden = False
        self._attributes: Mapping[str, str] = {}
        self._row_style = ""
        self._cell: _Cell | None = None
        self._visible: list[str] | None = None

    # What the parser calls.

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.removeprefix(_NAMESPACE)
        self._path.append(name)
        if len(self._path) > _DEPTH_MOST:
            raise package.hostile("tệp có cấu trúc lồng nhau quá sâu")
        begin = getattr(self, f"_begin_{name.lower()}", None) if tag.startswith(_NAMESPACE) else None
        if begin is not None:
            begin(attributes)
        elif tag == f"{_EXCEL}Visible":
            self._visible = []

    def data(self, written: str) -> None:
        if self._cell is not None and "Data" in self._path[-4:]:
            self._cell.parts.append(written)
        elif self._visible is not None:
            self._visible.append(written)

    def end(self, tag: str) -> None:
        self._path.pop()
        if tag == f"{_NAMESPACE}Cell":
            self._end_cell()
        elif tag == f"{_NAMESPACE}Worksheet":
            self._end_sheet()
        elif tag == f"{_EXCEL}Visible" and self._visible is not None:
            if self._sheet is not None and "".join(self._visible).strip() in ("SheetHidden", "SheetVeryHidden"):
                self._sheet.visible = False
            self._visible = None

    def close(self) -> None:
        """End, as the parser asks."""

    # Styles and names.

    def _begin_style(self, attributes: Mapping[str, str]) -> None:
        if len(self._styles) >= _STYLES_MOST:
            raise package.hostile("tệp có quá nhiều định dạng")
        parent = self._styles.get(_of(attributes, "Parent"), _Style())
        self._style = _Style(parent.percent, parent.struck, parent.font)
        self._styles[_of(attributes, "ID")] = self._style

    def _begin_numberformat(self, attributes: Mapping[str, str]) -> None:
        shown = _of(attributes, "Format")
        self._style.percent = "%" in shown or shown == "Percent"

    def _begin_font(self, attributes: Mapping[str, str]) -> None:
        if "Style" in self._path[-2:]:
            self._style.struck = _of(attributes, "StrikeThrough") == "1"
            font = _of(attributes, "FontName")
            self._style.font = font if text.is_legacy_font(font) else ""

    def _begin_namedrange(self, attributes: Mapping[str, str]) -> None:
        if _of(attributes, "Name") == "MA_BIEU":
            self.form_code = _of(attributes, "RefersTo").strip('="')

    # Sheets, rows, cells.

    def _begin_worksheet(self, attributes: Mapping[str, str]) -> None:
        if len(self.sheets) >= self.limits.sheets:
            raise package.hostile("tệp có quá nhiều trang tính")
        self._sheet, self._merged, self._after_row = WorkbookSheet(_of(attributes, "Name"), []), [], 0

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.rows, self._sheet.merged = self._rows.take(), self._merged
            self.sheets.append(self._sheet)
        self._sheet = None

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _place(attributes, self._after_row, ROWS_MOST)
        self._after_row = self._row + 1 + _whole(attributes, "Span", ROWS_MOST)
        self._after_cell = 0
        self._hidden = _of(attributes, "Hidden") == "1"
        self._row_style = _of(attributes, "StyleID")
        self._rows.spend(1)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column = _place(attributes, self._after_cell, COLUMNS_MOST)
        across, down = _whole(attributes, "MergeAcross", COLUMNS_MOST), _whole(attributes, "MergeDown", ROWS_MOST)
        self._after_cell = self._column + 1 + across
        self._attributes, self._cell = attributes, _Cell()
        self._rows.spend(1)
        if across or down:
            self._merged.append(((self._row, self._column), (self._row + down, self._column + across)))

    def _begin_data(self, attributes: Mapping[str, str]) -> None:
        if self._cell is not None and "Comment" in self._path:
            return
        if self._cell is not None:
            self._cell.kind = _of(attributes, "Type")

    def _begin_comment(self, _attributes: Mapping[str, str]) -> None:
        # What a remark says is none of the cell's.
        self._end_cell()

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None or self._sheet is None:
            return
        place, marks = (self._row, self._column), self._sheet.marks
        written = "".join(cell.parts)
        formula = _of(self._attributes, "Formula")
        if cell.kind == "Error":
            marks.errors[place] = written.strip() or "#VALUE!"
        elif formula and not cell.kind:
            marks.formulas[place] = _in_a1(formula, self._row, self._column).lstrip("=")
        elif written:
            self._rows.put(*place, _value(cell.kind, self._rows.same(written)))
        else:
            return
        self._note(marks, place)

    def _note(self, marks: Marks, place: tuple[int, int]) -> None:
        style = self._styles.get(_of(self._attributes, "StyleID") or self._row_style)
        if self._hidden:
            marks.hidden.add(self._row)
        if style is None:
            return
        if style.percent:
            marks.percents.add(place)
        if style.struck:
            marks.struck.add(place)
        if style.font:
            marks.fonts[place] = style.font


def read(data: bytes, limits: Limits) -> Workbook:
    """Return the sheets. Raises Unreadable: damaged, or built to hurt (hostile)."""
    plain_text.check_size(data, limits)
    reader = _Reader(limits)
    try:
        parser = DefusedXMLParser(target=reader, forbid_dtd=True)
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
        parser.close()
    except DefusedXmlException as error:
        raise package.hostile("tệp có khai báo thực thể XML") from error
    except (ParseError, ValueError, LookupError) as error:
        raise package.damaged() from error
    if not reader.sheets:
        raise package.damaged()
    return Workbook("xml_spreadsheet", reader.sheets, reader.form_code)


def _of(attributes: Mapping[str, str], name: str) -> str:
    return attributes.get(f"{_NAMESPACE}{name}", "")


def _whole(attributes: Mapping[str, str], name: str, most: int) -> int:
    """Return an attribute that counts, 0 where it does not say a number. Raises Unreadable (hostile) beyond `most`."""
    written = _of(attributes, name)
    if not (written.isascii() and written.isdigit()):
        return 0
    number = int(written[:20])
    if number > most:
        raise package.hostile("tệp có ô nằm quá xa bảng số liệu")
    return number


def _place(attributes: Mapping[str, str], following: int, most: int) -> int:
    """Return the place of a row or cell, from 0: what its index says, else the one that follows."""
    index = _whole(attributes, "Index", most)
    place = index - 1 if index else following
    if place >= most:
        raise package.hostile("tệp có ô nằm quá xa bảng số liệu")
    return place


def _value(kind: str, written: str) -> Any:
    if kind == "Number":
        bare = written.strip()
        return float(bare) if _NUMBER.fullmatch(bare) and any(letter.isdigit() for letter in bare) else written
    if kind == "Boolean":
        return written.strip() == "1"
    return _day(written) if kind == "DateTime" else written


def _day(written: str) -> Any:
    """Return a day; days before 1900 are Excel's way of writing a time alone."""
    try:
        day = datetime.fromisoformat(written.strip())
    except ValueError:
        return written
    return time(day.hour, day.minute, day.second) if day.year < 1900 else day  # noqa: PLR2004 - Excel's first year


def _in_a1(formula: str, row: int, column: int) -> str:
    """Return a formula with its references as A1 instead of R1C1, so that plain sums can be computed."""
    from forms.workbook import address  # noqa: PLC0415 - that module reads this one's results

    def written(match: re.Match[str]) -> str:
        places = [_referred(told, own) for told, own in ((match[1], row), (match[2], column))]
        inside = 0 <= places[0] < ROWS_MOST and 0 <= places[1] < COLUMNS_MOST
        return address(places[0], places[1]) if inside else match[0]

    return _REFERENCE.sub(written, formula[:8_192])


def _referred(told: str, own: int) -> int:
    if not told:
        return own
    return own + int(told[1:-1]) if told.startswith("[") else int(told) - 1
