"""Writing the consolidated workbook: texts that stay texts, formulas with their results, links, and stable bytes.

openpyxl writes formulas without results; the results are put into the finished package, since a reader that does not
calculate (`form read`, a viewer on a telephone) must see the totals. What came from outside is written by `put` alone,
which never makes a formula of a text.
"""

import math
import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank, blank_style
from forms.consolidate_totals import CELL_TEXT_MOST

TITLE_MOST = 31
"""Characters of a sheet's name (Excel specifications and limits)."""
LINKS_MOST = 65_000
"""Links of a sheet: Excel takes 65,530 (Excel specifications and limits)."""
COMMENT_MOST = 2_000
"""Characters of a comment: what a window beside a cell can show; the whole stands on the unit's sheet."""
SHOWN_AS_TEXT = 255
"""Characters that Excel shows of a cell in the format "@"; a longer one becomes a row of "#" in its older versions."""
DOUBT_FILL = PatternFill("solid", fgColor="FFEB9C")
LINK_COLOR = "0563C1"
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^<>]*)><f>([^<]*)</f><v(?: ?/>|></v>)</c>')
_RESERVED_TITLES = ("history",)  # Excel keeps this name for its list of changes

MARGIN = 0.5
"""Inches: half of what Excel leaves; tables of eight columns are legible so."""

Result = float | str | None
Content = str | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks: a style of the blank workbook, a number format, and what is added to it."""

    style: str
    format: str = ""
    doubtful: bool = False
    link: bool = False


@dataclass(slots=True)
class Book:
    """A workbook in the making, with the results of its formulas."""

    book: Workbook
    _results: dict[str, dict[str, Result]] = field(default_factory=dict)
    _styles: dict[Look, object] = field(default_factory=dict)

    def page(self, title: str) -> Worksheet:
        """Add a sheet whose name is `title` as far as Excel takes it."""
        page: Worksheet = self.book.create_sheet(self.free_title(title))
        return page

    def free_title(self, title: str) -> str:
        """Return `title` without what no sheet's name may hold, short enough, and unlike every name there is."""
        plain = " ".join(_NOT_XML.sub(" ", _FORBIDDEN_IN_TITLE.sub(" ", title)).split()) or "Sheet"
        taken = {name.casefold() for name in self.book.sheetnames} | set(_RESERVED_TITLES)
        number, name = 1, _cut(plain, "")
        while name.casefold() in taken:
            number += 1
            name = _cut(plain, f" ({number})")
        return name

    def copied(self, template: Worksheet, title: str) -> Worksheet:
        """Add a copy of a sheet under a name of its own."""
        name = self.free_title(title)
        page = self.book.copy_worksheet(template)
        page.title = name
        return page

    def put(self, page: Worksheet, row: int, column: int, content: Content, look: Look) -> Cell:
        """Write a value; a text stays a text whatever it begins with."""
        cell = self.dressed(page, row, column, look)
        if isinstance(content, bool):
            cell.value = int(content)
        elif isinstance(content, str):
            set_text(cell, content)
        elif isinstance(content, float) and not math.isfinite(content):
            set_text(cell, str(content))
        else:
            cell.value = content
        return cell

    def dressed(self, page: Worksheet, row: int, column: int, look: Look) -> Cell:
        """Return a cell in its look. Each look is worked out once."""
        cell = page.cell(row, column)
        assert isinstance(cell, Cell)
        known = self._styles.get(look)
        if known is None:
            _dress(cell, look)
            self._styles[look] = copy(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001 - the only way to pass it on
        else:
            cell._style = copy(known)  # type: ignore[attr-defined]  # noqa: SLF001
        return cell

    def table(self, page: Worksheet, row: int, headers: Sequence[str], widths: Sequence[float] = ()) -> int:
        """Write a row of headers, with the widths of its columns; return the row below."""
        for column, header in enumerate(headers, start=1):
            self.put(page, row, column, header, Look("header"))
        for column, width in enumerate(widths, start=1):
            page.column_dimensions[letter(column)].width = width
        return row + 1

    def set_up(self, page: Worksheet, titles: int, freeze: str = "", columns: tuple[str, str] | None = None) -> None:
        """Print on A4 across, as many pages down as needed, row `titles` and `columns` on each; freeze panes."""
        page.page_setup.paperSize = page.PAPERSIZE_A4
        page.page_setup.orientation = "landscape"
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=columns is None)
        page.page_setup.fitToHeight = 0
        if titles:
            page.print_title_rows = f"{titles}:{titles}"
        if columns:
            page.print_title_cols = f"{columns[0]}:{columns[1]}"
        if freeze:
            page.freeze_panes = freeze
        margins = page.page_margins
        margins.left = margins.right = margins.top = margins.bottom = MARGIN
        blank_style.number_pages(page)

    def calculate(self, cell: Cell, formula: str, result: Result) -> None:
        """Write a formula of our own and the result it has now."""
        cell.value = f"={formula}"
        assert cell.parent is not None
        self._results.setdefault(cell.parent.title, {})[cell.coordinate] = result

    def to_bytes(self, issued_at: datetime) -> bytes:
        """Return the package: results put in, all times those of the issue."""
        written = BytesIO()
        self.book.save(written)
        return blank.without_times(written.getvalue(), issued_at.astimezone(UTC), self._with_results())

    def _with_results(self) -> dict[str, Callable[[bytes], bytes]]:
        changes: dict[str, Callable[[bytes], bytes]] = {}
        for number, title in enumerate(self.book.sheetnames, start=1):
            if title in self._results:
                changes[f"xl/worksheets/sheet{number}.xml"] = _Putting(self._results[title])
        return changes


@dataclass(frozen=True, slots=True)
class _Putting:
    """Puts results into the formulas of one sheet's XML."""

    results: dict[str, Result]

    def __call__(self, xml: bytes) -> bytes:
        return _FORMULA.sub(self._with_result, xml)

    def _with_result(self, match: re.Match[bytes]) -> bytes:
        result = self.results.get(match[1].decode())
        kind = b"" if isinstance(result, int | float) else b' t="str"'
        value = escape(str(result if result is not None else "")).encode()
        return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (match[1], match[2], kind, match[3], value)


def _cut(title: str, ending: str) -> str:
    """Return a title with an ending, whole words of it where it is too long; counted in UTF-16 as Excel counts."""
    room = (TITLE_MOST - len(ending)) * 2
    encoded = title.encode("utf-16-le")
    if len(encoded) <= room:
        return title + ending
    kept = encoded[: room - 2].decode("utf-16-le", "ignore")
    words = kept if title[len(kept)] == " " else kept.rpartition(" ")[0] or kept
    return words.rstrip(" ,-(") + "…" + ending


def _dress(cell: Cell, look: Look) -> None:
    blank_style.dress(cell, look.style)
    if look.format:
        cell.number_format = look.format
    if look.doubtful:
        cell.fill = DOUBT_FILL
    if look.link:
        font = copy(cell.font)
        cell.font = Font(name=font.name, size=font.size, bold=font.bold, color=LINK_COLOR, underline="single")


def set_text(cell: Cell, text: str) -> None:
    """Write a text as a text: openpyxl would make a formula of one that begins with "=", an error of "#N/A"."""
    cell.value = _NOT_XML.sub(" ", text)[:CELL_TEXT_MOST]
    cell.data_type = "s"
    if len(text) > SHOWN_AS_TEXT:
        cell.number_format = "General"


def quoted(title: str) -> str:
    """Return a sheet's name as formulas and links write it."""
    return "'" + title.replace("'", "''") + "'"


def link(cell: Cell, title: str, place: str = "A1") -> None:
    """Let a cell lead to a place in the workbook. A blank one stays blank, to which openpyxl would give the place."""
    blank_before = cell.value is None
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quoted(title)}!{place}")
    if blank_before:
        cell.value = None


def link_out(cell: Cell, address: str) -> None:
    """Let a cell lead to an address of the office's own page."""
    cell.hyperlink = Hyperlink(ref=cell.coordinate, target=address)


def comment(cell: Cell, text: str) -> None:
    """Put a comment on a cell."""
    cell.comment = Comment(_NOT_XML.sub(" ", text)[:COMMENT_MOST], "Rollcall", height=110, width=320)


def place(row: int, column: int) -> str:
    """Return an address: (19, 4) -> "D19"."""
    return f"{letter(column)}{row}"


def letter(column: int) -> str:
    """Return the letters of a column counted from 1."""
    return get_column_letter(column)
