"""A worksheet as an officer draws one: merged titles, boxed tables, dotted lines to fill in, signatures."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

FILLS = {
    "grey": "D9D9D9",
    "blue": "DDEBF7",
    "yellow": "FFF2CC",
    "green": "E2EFDA",
    "bright": "FFFF00",
    "orange": "F8CBAD",
    "navy": "1F3864",
    "teal": "B7DEE8",
}
COLOURS = {"white": "FFFFFF", "red": "C00000"}
HEAD = "bold center wrap box"
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_THIN = Side(style="thin")
_SIDES = {"box": _THIN, "hair": Side(style="hair"), "dotted": Side(style="dotted"), "medium": Side(style="medium")}


@dataclass(frozen=True, slots=True)
class Page:
    """One worksheet and the font of its office.

    A `look` is words: bold, italic, underline, left, center, right, top, wrap, turned, indent, open, a border (box, or
    the lines above and below hair, dotted, medium), the name of a fill or of a colour of letters.
    """

    sheet: Worksheet
    font: str = "Times New Roman"
    size: float = 12

    def put(self, area: str, value: object = None, look: str = "", number: str = "", size: float = 0) -> None:
        """Write `value` into `area` ("B3", or "B3:D4", which is merged); `number` is its number format."""
        cell = self.sheet[area.split(":", maxsplit=1)[0]]
        words = frozenset(look.split())
        cell.value = value
        cell.font = Font(
            name=self.font,
            size=size or self.size,
            bold="bold" in words,
            italic="italic" in words,
            underline="single" if "underline" in words else None,
            color=next((COLOURS[word] for word in COLOURS if word in words), None),
        )
        cell.alignment = Alignment(
            horizontal=next((word for word in ("left", "center", "right") if word in words), None),
            vertical="top" if "top" in words else "center",
            wrap_text="wrap" in words,
            indent=1 if "indent" in words else 0,
            text_rotation=90 if "turned" in words else 0,
        )
        side = next((_SIDES[word] for word in _SIDES if word in words), None)
        if side:
            cell.border = Border(left=_THIN, right=_THIN, top=side, bottom=side)
        fill = next((FILLS[word] for word in FILLS if word in words), "")
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        if "open" in words:
            cell.protection = Protection(locked=False)
        if number:
            cell.number_format = number
        if ":" in area:
            self.sheet.merge_cells(area)

    def head(self, **areas: str) -> None:
        """Write headers of a table by area: `A7_A8="STT"` is the merged area A7:A8."""
        for area, words in areas.items():
            self.put(area.replace("_", ":"), words, HEAD)

    def row(self, row: int, values: Sequence[object], looks: Sequence[str], number: str = "", column: int = 1) -> None:
        """Write `values` side by side from `column` on; the last look serves all that follow."""
        for offset, value in enumerate(values):
            place = f"{get_column_letter(column + offset)}{row}"
            self.put(place, value, looks[min(offset, len(looks) - 1)], number if offset >= len(looks) - 1 else "")

    def widths(self, *widths: float) -> None:
        for number, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width

    def heights(self, **heights: float) -> None:
        """Set heights in points: `r7=40`."""
        for row, height in heights.items():
            self.sheet.row_dimensions[int(row[1:])].height = height

    def motto(self, left: tuple[str, str], right: tuple[str, str], office: Sequence[str], place: str = "") -> None:
        """Write the office at the left, the motto at the right; `left` is first and last column."""
        for row, words in enumerate(office, start=1):
            look = "center bold" if row == len(office) else "center"
            self.put(f"{left[0]}{row}:{left[1]}{row}", words, look)
        for row, words in enumerate(MOTTO, start=1):
            look = "center bold" if row == 1 else "center bold underline"
            self.put(f"{right[0]}{row}:{right[1]}{row}", words, look)
        if place:
            self.put(f"{right[0]}3:{right[1]}3", place, "center italic")

    def sign(self, row: int, *blocks: tuple[str, str, Sequence[str]]) -> None:
        """Write signature blocks side by side: first column, last column, lines (capitals bold, brackets italic)."""
        for first, last, lines in blocks:
            for offset, words in enumerate(lines):
                look = "center bold" if words.isupper() else "center italic"
                self.put(f"{first}{row + offset}:{last}{row + offset}", words, look)

    def choose(self, area: str, choices: str, said: str = "") -> None:
        """Let the cells of `area` be chosen from: "Nam,Nữ" or a range "=DM!$A$1:$A$5"."""
        formula = choices if choices.startswith("=") else f'"{choices}"'
        rule = DataValidation(type="list", formula1=formula.removeprefix("="), allow_blank=True, showErrorMessage=True)
        rule.error = said or None
        self.sheet.add_data_validation(rule)
        rule.add(area)

    def fit(self, *, landscape: bool = False, titles: str = "") -> None:
        """Print on A4, one page wide; `titles` are the rows repeated on every page."""
        self.sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        self.sheet.page_setup.paperSize = 9
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.page_margins.left = self.sheet.page_margins.right = 0.5
        if titles:
            self.sheet.print_title_rows = titles
        self._grow()

    def _grow(self) -> None:
        """Give every row without a height of its own the height that its wrapped texts need."""
        widths = {letter: each.width for letter, each in self.sheet.column_dimensions.items()}
        spans = {area.start_cell.coordinate: area for area in self.sheet.merged_cells.ranges}
        for cells in self.sheet.iter_rows():
            lines = 1
            for cell in cells:
                area = spans.get(cell.coordinate)
                if isinstance(cell.value, str) and cell.alignment.wrap_text and (not area or area.size["rows"] == 1):
                    columns = range(cell.column, cell.column + (area.size["columns"] if area else 1))
                    width = sum(widths.get(get_column_letter(column), 9) for column in columns)
                    lines = max(lines, sum(1 + int(len(part) * 1.05 / width) for part in cell.value.split("\n")))
            if self.sheet.row_dimensions[cells[0].row].height is None:
                self.sheet.row_dimensions[cells[0].row].height = lines * (self.size + 4.5)


def new(*names: str, font: str = "Times New Roman", size: float = 12) -> tuple[Workbook, list[Page]]:
    """Return a workbook with empty sheets of these names."""
    book = Workbook()
    book.remove(book.worksheets[0])
    return book, [Page(book.create_sheet(name), font, size) for name in names]


def packed(book: Workbook) -> bytes:
    """Return the workbook as .xlsx."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
