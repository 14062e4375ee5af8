"""What a sheet's XML says beyond the values that calamine tells: error cells, missing results, fonts, hidden rows.

The XML is searched as bytes, each pattern in one pass; nothing of it is interpreted. ECMA-376 part 1, 18.3
(worksheets), 18.8 (styles).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from forms import text

Place = tuple[int, int]

_ROW_OR_CELL = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?(row|c)((?:[\s/][^<>]*)?)>")
_CELL_EDGE = re.compile(rb"<(/?)(?:[A-Za-z]\w{0,15}:)?c((?:[\s/][^<>]*)?)>")
_ROW = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?row\s([^<>]*)>")
_REFERENCE = re.compile(rb"""\br=["']([A-Za-z]{1,3})([0-9]{1,12})["']""")
_ROW_NUMBER = re.compile(rb"""\br=["']([0-9]{1,12})["']""")
_NOT_NEAR = re.compile(rb'<c(?! r="[A-Za-z]{1,2}[0-9]{1,4}")')
_SHARED_WITHOUT_RESULT = re.compile(rb"<f [^<>]*/>(?!<v>[^<])")
_COMPUTED = re.compile(rb"<c(\s[^<>]*)><f[\s/>]")
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_VALUE = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?v(?:\s[^<>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:[A-Za-z]\w{0,15}:)?f(?:\s[^<>]*)?(?:/>|>([^<]*)</)")
_FORMAT = re.compile(rb"<(?:\w{1,16}:)?xf\s([^<>]*)>")
_NUMBER_FORMAT = re.compile(rb"<(?:\w{1,16}:)?numFmt\s([^<>]*)>")
_FONT_END = re.compile(rb"</(?:\w{1,16}:)?font>|<(?:\w{1,16}:)?font\s*/>")
_FONT_NAME = re.compile(rb"<(?:\w{1,16}:)?name\s([^<>]*)>")
_STRIKE = re.compile(rb'<strike(?:\s+val="(?:1|true)")?\s*/>')
_STYLE_SIGNS = (b'numFmtId="9"', b'numFmtId="10"', b"%", b".Vn", b".VN", b"VNI-", b"strike")
_TAGS_OF_ONE = 2
_BUILT_IN_PERCENTS = ("9", "10")


@dataclass(slots=True)
class Marks:
    """What calamine does not tell of a sheet, by (row, column) counted from 0.

    `errors` such as "#REF!"; `formulas` without a stored result, their text; `computed`
    are all cells with a formula, where a kind of file tells them; `fonts` that are legacy; `percents` shown
    as per cent; `struck` out. `hidden` are row numbers. `remarks` are comments; `boxes` text boxes as first cell, last
    cell, text. `far` says that the cells lie so far apart that the rectangle
    between them must not be allocated.
    """

    errors: dict[Place, str] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    computed: set[Place] = field(default_factory=set)
    fonts: dict[Place, str] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    remarks: dict[Place, str] = field(default_factory=dict)
    boxes: list[tuple[Place, Place, str]] = field(default_factory=list)
    far: bool = False


@dataclass(slots=True)
class Styles:
    """Cell style numbers that matter: those shown as per cent, struck out, or in a legacy font."""

    percents: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)
    fonts: dict[str, str] = field(default_factory=dict)

    def numbers(self) -> set[str]:
        """Return every style number that matters."""
        return self.percents | self.struck | set(self.fonts)


def attribute(attributes: bytes, name: bytes) -> str:
    """Return the value of an attribute, whatever its prefix and quotes; empty where it is missing."""
    for quote in (b'"', b"'"):
        start = attributes.find(name + b"=" + quote)
        if start == 0 or (start > 0 and attributes[start - 1 : start] in b" \t\r\n:"):
            start += len(name) + 2
            return attributes[start : attributes.find(quote, start)].decode("utf-8", "replace")
    return ""


def unescape(value: str) -> str:
    """Return `value` with the five entities of XML replaced."""
    if "&" not in value:
        return value
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        value = value.replace(entity, letter)
    return value


def read_styles(xml: bytes) -> Styles:
    """Return the style numbers of xl/styles.xml that matter."""
    styles = Styles()
    if not any(sign in xml for sign in _STYLE_SIGNS):
        return styles
    codes = {
        attribute(each[1], b"numFmtId"): attribute(each[1], b"formatCode") for each in _NUMBER_FORMAT.finditer(xml)
    }
    percents = {key for key, code in codes.items() if "%" in code} | set(_BUILT_IN_PERCENTS)
    fonts = _FONT_END.split(_between(xml, b"fonts"))
    for number, match in enumerate(_FORMAT.finditer(_between(xml, b"cellXfs"))):
        if attribute(match[1], b"numFmtId") in percents:
            styles.percents.add(str(number))
        font = attribute(match[1], b"fontId")
        if font.isdigit() and int(font) < len(fonts):
            _note_font(styles, str(number), fonts[int(font)])
    return styles


def _between(xml: bytes, name: bytes) -> bytes:
    """Return what stands between the first start tag and the last end tag of `name`."""
    start = re.search(rb"<(?:\w{1,16}:)?" + name + rb"[\s>]", xml)
    end = xml.rfind(name + b">")
    return xml[start.end() : end] if start and end > start.end() else b""


def _note_font(styles: Styles, number: str, font: bytes) -> None:
    if b"<strike" in font and _STRIKE.search(font):
        styles.struck.add(number)
    name = _FONT_NAME.search(font)
    if name and text.is_legacy_font(attribute(name[1], b"val")):
        styles.fonts[number] = attribute(name[1], b"val")


def read_marks(xml: bytes, styles: Styles, area: int) -> Marks:
    """Return the marks of one sheet part. `area` is the largest rectangle of cells that may be allocated."""
    marks = Marks(far=_is_far(xml, area))
    # The columns stand before the rows, and our own blank hides one.
    if xml.find(b" hidden=", max(xml.find(b"sheetData"), 0)) >= 0:
        marks.hidden.update(_hidden_rows(xml))
    if _has_formulas(xml):
        marks.computed.update(place for each in _COMPUTED.finditer(xml) if (place := _place(each[1])) is not None)
    prefixed = b"<sheetData" not in xml
    if prefixed or b't="e"' in xml or _may_lack_results(xml) or _uses(xml, styles):
        for place, attributes, content in _filled_cells(xml):
            _note_cell(marks, place, attributes, content)
            _note_style(marks, place, attributes, styles)
    return marks


def _cells_of(xml: bytes) -> tuple[int, int]:
    """Return from where to where the cells stand; (-1, -1) where that is not plain: a second tag in a comment, say."""
    if xml.count(b"sheetData") != _TAGS_OF_ONE:
        return -1, -1
    return xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")


def _is_far(xml: bytes, area: int) -> bool:
    """Say whether the rectangle around the cells that hold something is larger than `area`.

    Cells without a reference take the place after the one before; a sheet that has them is measured cell by cell.
    """
    start, end = _cells_of(xml)
    if 0 <= start < end and xml.find(b"<c", start, end) > 0 and not _NOT_NEAR.search(xml, start, end):
        # Every cell says that it lies in the columns to ZZ and the rows to 9999, as those of nearly every form do: at
        # worst 7 million cells, which may be allocated before they are counted.
        return False
    row = column = lowest = rightmost = -1
    for match in _ROW_OR_CELL.finditer(xml):
        attributes = match[2]
        if match[1] == b"row":
            number = _ROW_NUMBER.search(attributes)
            row, column = (int(number[1]) - 1 if number else row + 1), -1
            continue
        row, column = _place(attributes) or (row, column + 1)
        if not attributes.endswith(b"/"):
            lowest, rightmost = max(lowest, row), max(rightmost, column)
    return (lowest + 1) * (rightmost + 1) > area


def _place(attributes: bytes) -> Place | None:
    reference = _REFERENCE.search(attributes)
    if not reference:
        return None
    column = 0
    for letter in reference[1]:
        column = column * 26 + (letter & 0x1F)
    return int(reference[2]) - 1, column - 1


def _hidden_rows(xml: bytes) -> Iterator[int]:
    for match in _ROW.finditer(xml):
        number = _ROW_NUMBER.search(match[1])
        if number and attribute(match[1], b"hidden") in ("1", "true"):
            yield int(number[1]) - 1


def _has_formulas(xml: bytes) -> bool:
    """Say whether a cell may have a formula; those of validations stand outside the cells."""
    start, end = _cells_of(xml)
    return not (0 <= start < end and xml.find(b"<f", start, end) < 0)


def _may_lack_results(xml: bytes) -> bool:
    """Say whether a formula may be without a result: at worst the cells are looked at one by one for nothing."""
    if not _has_formulas(xml):
        return False
    formulas = xml.count(b"</f>")
    if formulas != xml.count(b"</f><v>") or b"</f><v></v>" in xml:
        return True
    return b"<f/>" in xml or (b"<f " in xml and _SHARED_WITHOUT_RESULT.search(xml) is not None)


def _uses(xml: bytes, styles: Styles) -> bool:
    numbers = styles.numbers()
    return "0" in numbers or any(b's="%s"' % number.encode() in xml for number in numbers)


def _filled_cells(xml: bytes) -> Iterator[tuple[Place, bytes, bytes]]:
    """Yield place, attributes and content of each cell that has a content; each edge of a cell is visited once."""
    place: Place | None = None
    attributes, start = b"", 0
    for match in _CELL_EDGE.finditer(xml):
        if place is not None:
            yield place, attributes, xml[start : match.start()]
        attributes, start = match[2], match.end()
        place = None if match[1] or attributes.endswith(b"/") else _place(attributes)


def _note_cell(marks: Marks, place: Place, attributes: bytes, content: bytes) -> None:
    value = _VALUE.search(content)
    if b't="e"' in attributes:
        marks.errors[place] = value[1].decode("ascii", "replace") if value else "#VALUE!"
        return
    formula = _FORMULA.search(content)
    # An empty text is a result too: =IF(A1="","",A1).
    has_result = value is not None and (value[1] or b't="str"' in attributes)
    if formula and not has_result and b"<is>" not in content:
        marks.formulas[place] = unescape((formula[1] or b"").decode("utf-8", "replace"))


def _note_style(marks: Marks, place: Place, attributes: bytes, styles: Styles) -> None:
    found = _STYLE.search(attributes)
    number = found[1].decode("ascii") if found else "0"
    if number in styles.percents:
        marks.percents.add(place)
    if number in styles.struck:
        marks.struck.add(place)
    if number in styles.fonts:
        marks.fonts[place] = styles.fonts[number]
