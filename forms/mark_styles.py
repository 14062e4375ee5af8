"""Styles for marked cells: each cell keeps its own style but for the fill (ECMA-376 part 1, 18.8)."""

import re
from dataclasses import dataclass, field

from forms import fonts
from forms.package import UNMARKABLE, Unmarkable
from roll.reports import Severity

# Excel's own "bad" and "neutral", which every officer has seen.
FILLS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C"}
_XF = re.compile(rb"<xf\b[^<>]*/>|<xf\b[^<>]*>.*?</xf>", re.DOTALL)
_FILL = re.compile(rb"<fill\b[^<>]*/>|<fill\b[^<>]*>.*?</fill>", re.DOTALL)
_FONT = re.compile(rb"<font\b[^<>]*/>|<font\b[^<>]*>.*?</font>", re.DOTALL)
_BORDER = re.compile(rb"<border\b[^<>]*/>|<border\b[^<>]*>.*?</border>", re.DOTALL)
_OF_FILL = re.compile(rb'\s(?:fillId|applyFill)="[^"]*"')
_FILL_NUMBER = re.compile(rb'\sfillId="([0-9]+)"')
_PLAIN_FONT = '<sz val="12"/><name val="Times New Roman"/><family val="1"/>'


@dataclass(slots=True)
class Styles:
    """The styles of a workbook, growing. Numbers are those of cellXfs, which cells refer to."""

    _xml: bytes
    _formats: list[bytes] = field(default_factory=list)
    _numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    _fills: dict[str, int] = field(default_factory=dict)
    _ruled: int = 0

    def __post_init__(self) -> None:
        """Read the cell formats. Raises Unmarkable where there are none."""
        self._formats = _XF.findall(_inside(self._xml, b"cellXfs"))
        if not self._formats:
            raise Unmarkable(UNMARKABLE)

    def marked(self, number: int, severity: Severity) -> int:
        """Return the number of the style that is `number` with the fill of a severity."""
        key = number, severity.value
        if key not in self._numbers:
            own = self._formats[number] if number < len(self._formats) else self._formats[0]
            other = _OF_FILL.sub(b"", own).replace(
                b"<xf", f'<xf fillId="{self._fill(FILLS[severity])}" applyFill="1"'.encode(), 1
            )
            self._numbers[key] = self._add(other)
        return self._numbers[key]

    def without_mark(self, number: int) -> int:
        """Return the number of the style that is `number` without a fill, where that is one of ours.

        What the cell's fill was before an earlier copy marked it, nobody knows any more: most cells have none.
        """
        own = self._formats[number] if number < len(self._formats) else b""
        found = _FILL_NUMBER.search(own)
        fills = _FILL.findall(_inside(self._xml, b"fills"))
        fill = fills[int(found[1])] if found and int(found[1]) < len(fills) else b""
        if not any(colour[2:].encode() in fill.upper() for colour in FILLS.values()):
            return number
        key = number, ""
        if key not in self._numbers:
            self._numbers[key] = self._add(_OF_FILL.sub(b"", own).replace(b"<xf", b'<xf fillId="0"', 1))
        return self._numbers[key]

    def of_list(self, font: str = "", fill: str = "", *, ruled: bool = False) -> int:
        """Return the number of a style for the list of problems: wrapped text, in a font with these properties."""
        border = self._border() if ruled else 0
        new_font = fonts.in_order(f"<font>{font}{_PLAIN_FONT}</font>".encode())
        self._xml, font_number = _added(self._xml, b"fonts", _FONT, new_font)
        painted = f'fillId="{self._fill(fill)}" applyFill="1"' if fill else 'fillId="0"'
        return self._add(
            f'<xf numFmtId="0" fontId="{font_number}" {painted} borderId="{border}" xfId="0" applyFont="1" '
            'applyBorder="1" applyAlignment="1">'
            '<alignment vertical="top" wrapText="1"/></xf>'.encode()
        )

    def to_bytes(self) -> bytes:
        """Return xl/styles.xml."""
        return _with_inside(self._xml, b"cellXfs", b"".join(self._formats), len(self._formats))

    def _add(self, xf: bytes) -> int:
        self._formats.append(xf)
        return len(self._formats) - 1

    def _border(self) -> int:
        if not self._ruled:
            edge = '<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>'
            edges = "".join(edge.format(side=side) for side in ("left", "right", "top", "bottom"))
            self._xml, self._ruled = _added(self._xml, b"borders", _BORDER, f"<border>{edges}</border>".encode())
        return self._ruled

    def _fill(self, colour: str) -> int:
        if colour not in self._fills:
            xml = (
                f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill>'
                "</fill>"
            )
            self._xml, self._fills[colour] = _added(self._xml, b"fills", _FILL, xml.encode())
        return self._fills[colour]


def _inside(xml: bytes, element: bytes) -> bytes:
    start, end = _edges(xml, element)
    return xml[start:end]


def _edges(xml: bytes, element: bytes) -> tuple[int, int]:
    opening = re.search(rb"<" + element + rb"(?:\s[^<>]*)?(?<!/)>", xml)
    end = xml.find(b"</" + element + b">")
    if opening is None or end < opening.end():
        raise Unmarkable(UNMARKABLE)
    return opening.end(), end


def _with_inside(xml: bytes, element: bytes, content: bytes, count: int) -> bytes:
    start, end = _edges(xml, element)
    opening = xml.rfind(b"<" + element, 0, start)
    return xml[:opening] + b'<%s count="%d">' % (element, count) + content + xml[end:]


def _added(xml: bytes, element: bytes, child: re.Pattern[bytes], new: bytes) -> tuple[bytes, int]:
    """Return `xml` with a child more in an element, and the child's number."""
    inside = _inside(xml, element)
    count = len(child.findall(inside))
    return _with_inside(xml, element, inside + new, count + 1), count
