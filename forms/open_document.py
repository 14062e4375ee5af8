"""What an ods says beyond the values that calamine tells: errors, missing results, hidden rows, merged cells, looks.

content.xml is searched as bytes in one pass. OpenDocument 1.3 part 3, 9 (tables), 19.6 (repeated rows and columns);
`calcext` is LibreOffice's own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from forms import package, text
from forms.grid import ERROR_TEXTS, Area
from forms.marks import Marks, attribute, unescape
from forms.package import Limits

MARKS_MOST = 200_000
"""Marked cells of a workbook: an error in every cell of a list of 20,000 lines; each takes 200 bytes."""
_TAG = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)"
    rb"((?:\s(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)?/?)>"
)
_PARAGRAPH = re.compile(rb"<text:p(?:\s[^<>]*)?>([^<]*)")
_REMARK, _REMARK_END = b"<office:annotation", b"</office:annotation>"
STYLES_WITHIN = 2_000_000
"""Bytes in which cell styles are looked for; a workbook with a hundred formats has 50,000."""
_STYLE = re.compile(rb"<style:style\s([^<>]*)>(.{0,4000}?)</style:style>", re.DOTALL)
_TEXT_LOOKS = re.compile(rb"<style:text-properties\s([^<>]*)>")
_ERROR = re.compile(r"Err:[0-9]{3}")


@dataclass(slots=True)
class OpenSheet:
    """What is found of one sheet."""

    marks: Marks = field(default_factory=Marks)
    merged: list[Area] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Looks:
    fonts: dict[str, str]
    struck: frozenset[str]


class _Walk:
    """Where the pass through the tables is."""

    def __init__(self, limits: Limits, looks: _Looks) -> None:
        self.sheets: dict[str, OpenSheet] = {}
        self._limits, self._looks = limits, looks
        self._sheet = OpenSheet()
        self._depth = 0
        self._row, self._rows, self._column = 0, 1, 0
        self._lowest = self._rightmost = -1
        self._marked = 0
        self._hidden = False

    def begin_table(self, attributes: bytes) -> None:
        self._depth += 1
        if self._depth == 1:
            self._sheet = self.sheets[unescape(attribute(attributes, b"name"))] = OpenSheet()
            self._row, self._rows, self._lowest, self._rightmost = 0, 0, -1, -1

    def end_table(self) -> None:
        self._depth = max(self._depth - 1, 0)

    def is_in_sheet(self) -> bool:
        """Say whether the cells are those of a sheet, not of a table inside a cell."""
        return self._depth == 1

    def begin_row(self, attributes: bytes) -> None:
        self._row += self._rows
        self._rows, self._column = _count(attributes, b"number-rows-repeated"), 0
        self._hidden = attribute(attributes, b"visibility") in ("collapse", "filter")

    def cell(self, attributes: bytes, content: bytes) -> None:
        count = _count(attributes, b"number-columns-repeated")
        column, self._column = self._column, self._column + count
        kind = attribute(attributes, b"value-type")
        formula = attribute(attributes, b"formula")
        if not (kind or formula or b"<text:p" in content):
            return
        self._measure(column + count - 1)
        self._merge(attributes, column)
        if formula:
            self._sheet.marks.computed.update(self._places(range(column, column + count)))
        self._mark(attributes, _shown(content), kind, formula, range(column, column + count))

    def _measure(self, last: int) -> None:
        self._lowest = max(self._lowest, self._row + self._rows - 1)
        self._rightmost = max(self._rightmost, last)
        if (self._lowest + 1) * (self._rightmost + 1) > self._limits.area:
            raise package.hostile("trang tính quá lớn")

    def _merge(self, attributes: bytes, column: int) -> None:
        across, down = (_count(attributes, name) for name in (b"number-columns-spanned", b"number-rows-spanned"))
        if across * down > 1:
            self._sheet.merged.append(((self._row, column), (self._row + down - 1, column + across - 1)))

    def _mark(self, attributes: bytes, shown: str, kind: str, formula: str, columns: Iterable[int]) -> None:
        marks = self._sheet.marks
        style = attribute(attributes, b"style-name")
        if shown in ERROR_TEXTS or _ERROR.fullmatch(shown) or b'calcext:value-type="error"' in attributes:
            marks.errors.update(dict.fromkeys(self._places(columns), shown or "#VALUE!"))
        elif formula and not kind and not shown:
            marks.formulas.update(dict.fromkeys(self._places(columns), _in_excels_words(formula)))
        elif kind == "percentage":
            marks.percents.update(self._places(columns))
        if style in self._looks.fonts:
            marks.fonts.update(dict.fromkeys(self._places(columns), self._looks.fonts[style]))
        if style in self._looks.struck:
            marks.struck.update(self._places(columns))
        if self._hidden:
            self._count_marks(self._rows)
            marks.hidden.update(range(self._row, self._row + self._rows))

    def _places(self, columns: Iterable[int]) -> list[tuple[int, int]]:
        columns = list(columns)
        self._count_marks(self._rows * len(columns))
        return [(row, column) for row in range(self._row, self._row + self._rows) for column in columns]

    def _count_marks(self, count: int) -> None:
        self._marked += count
        if self._marked > MARKS_MOST:
            raise package.hostile("trang tính có quá nhiều ô lỗi hoặc định dạng riêng")


def read_marks(xml: bytes, limits: Limits) -> dict[str, OpenSheet]:
    """Return what is found of each sheet, by name. Raises Unreadable (hostile) beyond the limits."""
    walk = _Walk(limits, _looks(xml))
    for closing, name, attributes, content in _elements(xml):
        if name == b"table":
            if closing:
                walk.end_table()
            elif not attributes.endswith(b"/"):
                walk.begin_table(attributes)
                if len(walk.sheets) > limits.sheets:
                    raise package.hostile("tệp có quá nhiều trang tính")
        elif closing or not walk.is_in_sheet():
            continue
        elif name == b"table-row":
            walk.begin_row(attributes)
        else:
            walk.cell(attributes, b"" if attributes.endswith(b"/") else content)
    return walk.sheets


def _elements(xml: bytes) -> Iterator[tuple[bool, bytes, bytes, bytes]]:
    """Yield (is an end tag, name, attributes, content up to the next tag of a table) for every tag of a table."""
    previous: re.Match[bytes] | None = None
    for match in _TAG.finditer(xml):
        if previous is not None:
            yield bool(previous[1]), previous[2], previous[3], xml[previous.end() : match.start()]
        previous = match
    if previous is not None:
        yield bool(previous[1]), previous[2], previous[3], b""


def _count(attributes: bytes, name: bytes) -> int:
    written = attribute(attributes, name)
    return max(int(written), 1) if written.isascii() and written.isdigit() and len(written) < 10 else 1  # noqa: PLR2004


def _shown(content: bytes) -> str:
    """Return the text of a cell that is short, which is all that is compared."""
    if b"<text:p" not in content:
        return ""
    if _REMARK in content:
        # A remark stands before what the cell shows.
        end = content.rfind(_REMARK_END)
        content = content[end:] if end >= 0 else b""
    found = _PARAGRAPH.search(content)
    return unescape(found[1].decode("utf-8", "replace")).strip() if found else ""


def _in_excels_words(formula: str) -> str:
    """Return a formula as Excel writes it, as far as plain sums go: of:=SUM([.A1:.A3]) becomes SUM(A1:A3)."""
    bare = unescape(formula).partition(":=")[2] or unescape(formula)
    return bare.lstrip("=").replace("[.", "").replace(":.", ":").replace("]", "")


def _looks(xml: bytes) -> _Looks:
    """Return the cell styles in a legacy font or struck out."""
    fonts: dict[str, str] = {}
    struck: set[str] = set()
    end = xml.find(b"</office:automatic-styles>")
    if not any(sign in xml for sign in (b".Vn", b".VN", b"VNI", b"line-through")):
        return _Looks(fonts, frozenset())
    for match in _STYLE.finditer(xml, 0, min(max(end, 0), STYLES_WITHIN)):
        looks = _TEXT_LOOKS.search(match[2])
        if looks is None:
            continue
        name = attribute(match[1], b"name")
        font = (attribute(looks[1], b"font-name") or attribute(looks[1], b"font-family")).strip("'\"")
        if text.is_legacy_font(font):
            fonts[name] = font
        if attribute(looks[1], b"text-line-through-style") not in ("", "none"):
            struck.add(name)
    return _Looks(fonts, frozenset(struck))
