"""How the sheets of an .ods workbook look: content.xml and styles.xml of its package.

ODF 1.3 part 3: 9.1 (tables), 16 and 17 (styles, formatting properties), 16.29 (data styles), 20 (attributes).
"""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from forms import text
from forms.copy_looks import UNICODE_FONT, Area, Box, CellLook, SheetLook, separate

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XML_MOST = 4 * 1024 * 1024
"""Bytes of a part that is searched for looks; a filled form has 0.3 MB. Such a tree takes 60 MB."""
_PARENTS_MOST = 20
"""Styles that one may be derived from, one after the other; programs write two levels."""
_PREFIX = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _STYLE, _TABLE = f"{_PREFIX}office:1.0}}", f"{_PREFIX}style:1.0}}", f"{_PREFIX}table:1.0}}"
_FO, _NUMBER = f"{_PREFIX}xsl-fo-compatible:1.0}}", f"{_PREFIX}datastyle:1.0}}"
_POINTS = {"pt": 1.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "px": 0.75, "pc": 12.0}
_POINTS_A_CHARACTER = 5.6
"""The width of a digit of Excel's own font, 7 pixels with its part of the margin, at 96 to an inch."""
_MEDIUM, _THICK = 1.5, 2.5
"""Points from which a line counts as medium and as thick."""
_HORIZONTAL = {"start": "left", "left": "left", "center": "center", "end": "right", "right": "right",
               "justify": "justify"}  # fmt: skip
_VERTICAL = {"top": "top", "middle": "center", "bottom": "bottom"}
_WEIGHTS = ("bold", "600", "700", "800", "900")

Properties = Mapping[str, str]


@dataclass(slots=True)
class _Styles:
    """Named styles with what they say, and the formats of numbers that they refer to."""

    own: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)
    _looks: dict[str, CellLook] = field(default_factory=dict)

    def of(self, family: str, name: str) -> Properties:
        """Return what a style says, together with those it is derived from."""
        chain = [self.own.get((family, ""), {})]
        for _ in range(_PARENTS_MOST):
            said = self.own.get((family, name))
            if not name or said is None:
                break
            chain.insert(1, said)
            name = said.get("parent", "")
        whole: dict[str, str] = {}
        for said in chain:
            if "font-name" in said:
                # One style may say the family itself, another the name of a declared font; the nearer one counts.
                whole.pop("font-family", None)
            whole |= said
        return whole

    def look(self, name: str) -> CellLook:
        """Return the look of the cells that bear a style."""
        if name not in self._looks:
            self._looks[name] = _cell_look(self.of("table-cell", name), self)
        return self._looks[name]


def looks(data: bytes, boxes: Mapping[str, Box]) -> dict[str, SheetLook]:
    """Return the looks of the sheets by name, none where the parts are damaged or larger than XML_MOST.

    `boxes` say how many rows and columns of each sheet are wanted.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - most workbooks are no .ods
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = [archive.getinfo(name) for name in ("styles.xml", "content.xml") if name in archive.NameToInfo]
            if any(part.file_size > XML_MOST for part in parts):
                return {}
            roots = [fromstring(archive.read(part)) for part in parts]
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, ValueError, OSError, NotImplementedError):
        return {}
    styles = _Styles()
    for root in roots:
        _collect(root, styles)
    return {
        name: _sheet_look(table, styles, boxes[name])
        for table in (roots[-1].iter(f"{_TABLE}table") if roots else ())
        if (name := table.get(f"{_TABLE}name", "")) in boxes
    }


def _collect(root: "Element", styles: _Styles) -> None:
    for face in root.iter(f"{_STYLE}font-face"):
        family = face.get("{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}font-family", "")
        styles.fonts[face.get(f"{_STYLE}name", "")] = family.strip("'")
    for kind in ("number", "percentage", "date", "time", "text", "currency"):
        for each in root.iter(f"{_NUMBER}{kind}-style"):
            styles.formats[each.get(f"{_STYLE}name", "")] = _format(each, kind)
    for tag in ("style", "default-style"):
        for each in root.iter(f"{_STYLE}{tag}"):
            key = each.get(f"{_STYLE}family", ""), each.get(f"{_STYLE}name", "")
            said = {"parent": each.get(f"{_STYLE}parent-style-name", ""),
                    "format": each.get(f"{_STYLE}data-style-name", "")}  # fmt: skip
            said = {name: value for name, value in said.items() if value}
            for properties in each:
                said |= {name.rpartition("}")[2]: value for name, value in properties.items()}
            styles.own[key] = said


def _format(style: "Element", kind: str) -> str:
    """Return the number format of Excel that says nearly what a data style says; dates in the order used in Vietnam."""
    if kind in ("date", "time", "text"):
        return {"date": "dd/mm/yyyy", "time": "hh:mm", "text": "@"}[kind]
    digits = next(style.iter(f"{_NUMBER}number"), None)
    if digits is None:
        return ""
    places = digits.get(f"{_NUMBER}decimal-places", "0")
    decimals = int(places) if places.isascii() and places.isdigit() and len(places) == 1 else 0
    whole = "#,##0" if digits.get(f"{_NUMBER}grouping") == "true" else "0"
    return whole + ("." + "0" * decimals if decimals else "") + ("%" if kind == "percentage" else "")


def _cell_look(said: Properties, styles: _Styles) -> CellLook:
    font = said.get("font-family", "").strip("'") or styles.fonts.get(said.get("font-name", ""), "")
    around = said.get("border", "")
    edges = tuple(_line(said.get(f"border-{side}", around)) for side in ("left", "right", "top", "bottom"))
    return CellLook(
        font=UNICODE_FONT if text.is_legacy_font(font) else font,
        size=_points(said.get("font-size", "")),
        bold=said.get("font-weight", "") in _WEIGHTS,
        italic=said.get("font-style", "") == "italic",
        underlined=said.get("text-underline-style", "none") != "none",
        struck=said.get("text-line-through-style", "none") != "none",
        colour="" if said.get("use-window-font-color") == "true" else _colour(said.get("color", "")),
        fill=_colour(said.get("background-color", "")),
        borders=edges,  # type: ignore[arg-type]
        number_format=styles.formats.get(said.get("format", ""), ""),
        horizontal=_HORIZONTAL.get(said.get("text-align", ""), ""),
        vertical=_VERTICAL.get(said.get("vertical-align", ""), ""),
        wrapped=said.get("wrap-option", "") == "wrap",
    )


def _points(length: str) -> float:
    """Return a length such as "2.26cm" in points, 0 for what is none (ODF 1.3 part 3, 18.3.18)."""
    number, unit = length[:-2], length[-2:]
    try:
        return max(0.0, min(float(number) * _POINTS[unit], 2000.0))
    except (ValueError, KeyError):
        return 0


def _colour(value: str) -> str:
    digits = value.removeprefix("#").upper()
    return digits if len(digits) == 6 and all(each in "0123456789ABCDEF" for each in digits) else ""  # noqa: PLR2004


def _line(border: str) -> str:
    """Return the name of a line such as "0.06pt solid #000000"."""
    words = border.split()
    if not words or "none" in words or "hidden" in words:
        return ""
    if "double" in words:
        return "double"
    if "dotted" in words or "dashed" in words:
        return "dotted" if "dotted" in words else "dashed"
    width = max((_points(word) for word in words), default=0)
    return "thick" if width >= _THICK else "medium" if width >= _MEDIUM else "thin"


def _sheet_look(table: "Element", styles: _Styles, box: Box) -> SheetLook:
    look = SheetLook()
    by_column = _read_columns(table, styles, look, box)
    merged: list[Area] = []
    for line, first, count in _counted(table.iter(f"{_TABLE}table-row"), "rows", box[0]):
        said = styles.of("table-row", line.get(f"{_TABLE}style-name", ""))
        height, by_hand = _points(said.get("row-height", "")), said.get("use-optimal-row-height") == "false"
        hidden = _is_hidden(line)
        names = _read_cells(line, first, box, merged)
        default = line.get(f"{_TABLE}default-cell-style-name", "")
        for row in range(first, first + count):
            if height:
                look.heights[row] = height
            if by_hand:
                look.set_by_hand.add(row)
            if hidden:
                look.hidden_rows.add(row)
            for column, name in names.items():
                look.cells[row, column] = styles.look(name or default or by_column.get(column, ""))
    look.merged = separate(merged)
    return look


def _read_columns(table: "Element", styles: _Styles, look: SheetLook, box: Box) -> dict[int, str]:
    """Note widths and hidden columns; return the style that cells of a column have unless they say otherwise."""
    names = {}
    for each, first, count in _counted(table.iter(f"{_TABLE}table-column"), "columns", box[1]):
        width = _points(styles.of("table-column", each.get(f"{_TABLE}style-name", "")).get("column-width", ""))
        for column in range(first, first + count):
            if width:
                look.widths[column] = width / _POINTS_A_CHARACTER
            if _is_hidden(each):
                look.hidden_columns.add(column)
            names[column] = each.get(f"{_TABLE}default-cell-style-name", "")
    return names


def _read_cells(line: "Element", row: int, box: Box, merged: list[Area]) -> dict[int, str]:
    """Return the style's name of each cell of a row, and note which of them are merged."""
    names = {}
    for cell, first, count in _counted(iter(line), "columns", box[1]):
        if not cell.tag.startswith(_TABLE):
            continue
        down = _number(cell.get(f"{_TABLE}number-rows-spanned"))
        across = _number(cell.get(f"{_TABLE}number-columns-spanned"))
        if down > 1 or across > 1:
            merged.append(((row, first), (min(row + down, box[0]) - 1, min(first + across, box[1]) - 1)))
        for column in range(first, first + count):
            names[column] = cell.get(f"{_TABLE}style-name", "")
    return names


def _counted(elements: Iterator["Element"], what: str, most: int) -> Iterator[tuple["Element", int, int]]:
    """Yield each element with its first place and how many places it stands for, below `most`."""
    place = 0
    for element in elements:
        if place >= most:
            return
        count = min(_number(element.get(f"{_TABLE}number-{what}-repeated")), most - place)
        yield element, place, count
        place += count


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 and int(value) else 1  # noqa: PLR2004


def _is_hidden(element: "Element") -> bool:
    return element.get(f"{_TABLE}visibility", "visible") != "visible"
