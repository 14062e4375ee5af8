"""Indicators by units: one line for each figure of the form, one column for each unit; and where each came from.

Totals are formulas over the lines of the matrix. While every unit has a sheet, the matrix shows what stands there. With
more units the matrix itself holds the figures, and a second sheet of the same shape holds the cell of the sender's file
that each came from. References through sheets ('A:B'!D19) would be shorter; LibreOffice does not know them in quotes,
as names with blanks need, and Google Sheets not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank_style
from forms import consolidate_book as books
from forms import consolidate_heights as heights
from forms import consolidate_totals as totals
from forms.consolidate_book import Book, Look
from forms.consolidate_reports import Consolidation, Key, TooLargeError, UnitReport
from forms.consolidate_totals import AskedCell
from forms.consolidate_units import words_of
from roll.reports import Value

TITLE, SOURCES_TITLE = "Ma trận", "Ô nguồn"
HEADERS = ("STT", "Chỉ tiêu", "Đơn vị tính", "Cột", "Tổng hợp", "Số đơn vị có số liệu", "Phân bố")
WIDTHS = (6, 50, 12, 14, 13, 9, 22)
FIRST_UNIT = len(HEADERS) + 1
HEADER_ROW = 4  # below title, explanation and the way to the sources
_UNIT_WIDTH = 10
_HEADER_HEIGHT = 150
"""Points; a unit's name stands upright above its column, 31 letters of 11 points."""
COLUMNS_MOST = 16_384
"""Columns of a sheet (Excel specifications and limits)."""
UNITS_MOST = COLUMNS_MOST - len(HEADERS)
"""Units of a workbook: each has a column of the matrix."""
PRINTED_AT = 60
"""Per cent of its size: 17 units beside each other on A4 across, in print of six points."""
RAW_SHOWN = 100
"""Characters of what stood in the sender's cell; figures and dates are shorter."""
_LOOKS = {
    kind: Look("small_figure", blank_style.FORMATS[kind]) for kind in ("integer", "decimal", "yes_no", "date")
} | {"select_one": Look("small_cell", "@")}


@dataclass(frozen=True, slots=True)
class Matrix:
    """The sheet and the line of each figure on it."""

    title: str
    rows: Mapping[Key, int]
    units: int

    def over(self, key: Key) -> str:
        """Return the range of all units' figures on a line."""
        row = self.rows[key]
        first, last = books.place(row, FIRST_UNIT), books.place(row, FIRST_UNIT + self.units - 1)
        return f"{books.quoted(self.title)}!{first}:{last}"


@dataclass(frozen=True, slots=True)
class Origins:
    """Where figures come from: units' own sheets, in order, with the cell of each figure on one of them; or the twin.

    The `twin` is the sheet of the same shape that holds the cells of the senders' files.
    """

    titles: Sequence[str] = ()
    addresses: Mapping[Key, str] = field(default_factory=dict)
    twin: str = ""

    def place(self, number: int, key: Key, row: int) -> tuple[str, str]:
        """Return sheet and cell that the figure of a unit, counted from 0, comes from."""
        if self.titles:
            return self.titles[number], self.addresses[key]
        return self.twin, books.place(row, FIRST_UNIT + number)


def lines(told: Consolidation) -> list[AskedCell]:
    """Return the figures and choices that have a line: texts stand on a sheet of their own."""
    return [each for each in totals.asked_cells(told.form) if each.kind in _LOOKS]


def placed(title: str, told: Consolidation) -> Matrix:
    """Return where the lines of the matrix stand. Raises TooLargeError."""
    if len(told.reports) > UNITS_MOST:
        raise TooLargeError(f"{len(told.reports)} reports; a sheet has columns for {UNITS_MOST} of them.")
    rows = {each.key: row for row, each in enumerate(lines(told), start=HEADER_ROW + 1)}
    return Matrix(title, rows, len(told.reports))


def write(book: Book, page: Worksheet, told: Consolidation, matrix: Matrix, origins: Origins) -> None:
    """Write the matrix, each figure with a link to where it comes from while a sheet takes as many links."""
    _write_frame(book, page, told, f"{told.title}: số liệu theo đơn vị")
    count, units = len(matrix.rows), matrix.units
    each_linked = count * units + count + units <= books.LINKS_MOST
    _link_frame(page, matrix, origins)
    book.put(page, 3, 1, _way(origins, each_linked=each_linked), Look("reference_left"))
    for asked in lines(told):
        row = matrix.rows[asked.key]
        total = _write_summary(book, page, row, told, asked, matrix)
        if origins.twin:
            books.link(total, origins.twin, books.place(row, 1))
    for column, report in enumerate(told.reports, start=FIRST_UNIT):
        values = report.printed
        doubts = {(doubt.sheet, doubt.cell): words_of(doubt) for doubt in report.doubts if doubt.cell}
        for asked in lines(told):
            value = values.get(asked.key)
            doubt = doubts.get((value.sheet, value.cell), "") if value else ""
            look = _LOOKS[asked.kind]
            look = Look(look.style, look.format, doubtful=bool(doubt))
            content = _content(asked, value)
            place = (matrix.rows[asked.key], column)
            origin = origins.place(column - FIRST_UNIT, asked.key, place[0])
            if origins.titles:
                there = f"{books.quoted(origin[0])}!{origin[1]}"
                result = totals.as_number(asked.kind, value.value) if value and asked.is_figure else content
                cell = book.dressed(page, *place, look)
                book.calculate(cell, f'IF({there}="","",{there})', None if result is None else _plain(result))
            else:
                cell = book.put(page, *place, content, look)
            if each_linked and content is not None:
                books.link(cell, *origin)
            if doubt:
                books.comment(cell, doubt)


def _link_frame(page: Worksheet, matrix: Matrix, origins: Origins) -> None:
    for number in range(matrix.units):
        column = FIRST_UNIT + number
        where = (origins.titles[number], "A1") if origins.titles else (origins.twin, books.place(HEADER_ROW, column))
        cell = page.cell(HEADER_ROW, column)
        assert isinstance(cell, Cell)
        books.link(cell, *where)


def _way(origins: Origins, *, each_linked: bool) -> str:
    """Return how one gets to the cell that a figure comes from."""
    if not origins.titles:
        here = "một số liệu" if each_linked else "tên đơn vị hoặc số tổng hợp"
        return f"Bấm vào {here} để tới sheet “{origins.twin}”; bấm vào tên đơn vị ở đó để tới tệp và thư."
    here = "một số liệu" if each_linked else "tên đơn vị"
    return f"Bấm vào {here} để tới sheet của đơn vị; bấm vào số liệu ở đó để tới tệp, sheet, ô và thư."


def _plain(result: object) -> float | str:
    return result if isinstance(result, int | float | str) else str(result)


def _content(asked: AskedCell, value: Value | None) -> books.Content:
    if value is None or value.value is None:
        return None
    return (totals.day_of(value.value) if asked.kind == "date" else None) or value.value


def _write_frame(book: Book, page: Worksheet, told: Consolidation, title: str) -> None:
    book.put(page, 1, 1, title, Look("page_title"))
    book.put(page, 2, 1, "Ô trống: đơn vị không ghi. Ô tô vàng: số liệu chờ xác nhận.", Look("reference_left"))
    for column, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True), start=1):
        book.put(page, HEADER_ROW, column, header, Look("header"))
        page.column_dimensions[books.letter(column)].width = width
    for column, report in enumerate(told.reports, start=FIRST_UNIT):
        look = Look("upright", "@", doubtful=report.unconfirmed)
        book.put(page, HEADER_ROW, column, report.short_name, look)
        page.column_dimensions[books.letter(column)].width = _UNIT_WIDTH
    page.row_dimensions[HEADER_ROW].height = _HEADER_HEIGHT
    for row, asked in enumerate(lines(told), start=HEADER_ROW + 1):
        leaf = asked.column.label.rpartition(" / ")[2]
        for column, text in enumerate((asked.row.item, asked.row.label, asked.row.unit, leaf), start=1):
            book.put(page, row, column, text or None, Look("small_cell", "@"))
    heights.fit(page, HEADER_ROW + 1, page.max_row)
    book.set_up(page, HEADER_ROW, f"C{HEADER_ROW + 1}", ("A", "B"))
    page.page_setup.scale, page.print_options.gridLines = PRINTED_AT, False
    page.page_setup.pageOrder = "overThenDown"


def _write_summary(
    book: Book, page: Worksheet, row: int, told: Consolidation, asked: AskedCell, matrix: Matrix
) -> Cell:
    """Write total, count and spread of a line; return the cell of the total, of the count where there is no total."""
    values = [report.printed_value(asked.key) for report in told.reports]
    look = _LOOKS[asked.kind]
    total = book.put(page, row, len(WIDTHS) - 2, None, Look("small_figure", look.format))
    count = book.put(page, row, len(WIDTHS) - 1, 0, Look("small_figure", "0"))
    book.put(page, row, len(WIDTHS), totals.spread(asked, values) or None, Look("small_cell", "@"))
    if not told.reports:
        return total
    if asked.is_counted:
        book.calculate(total, totals.formula(asked.kind, matrix.over(asked.key)), totals.combined(asked.kind, values))
    if asked.is_figure:
        given = sum(totals.as_number(asked.kind, value) is not None for value in values)
        book.calculate(count, f"COUNT({matrix.over(asked.key)})", given)
    else:
        books.set_text(total, totals.chosen(asked.column, values) or "")
        book.put(page, row, len(WIDTHS) - 1, sum(value is not None for value in values), Look("small_figure", "0"))
    return count if total.value in (None, "") else total


def write_sources(book: Book, page: Worksheet, told: Consolidation, links: Callable[[UnitReport], str]) -> None:
    """Write the sheet that says for each figure of the matrix, at the same place, which cell it came from.

    What stood there is told where it is written otherwise than the figure. `links` gives each unit's line of files.
    """
    _write_frame(book, page, told, f"{told.title}: ô nguồn của từng số liệu")
    for column, report in enumerate(told.reports, start=FIRST_UNIT):
        header = page.cell(HEADER_ROW, column)
        books.link(book.dressed(page, HEADER_ROW, column, Look("upright", "@", link=True)), *links(report).split("!"))
        assert header.value is not None
        values = report.printed
        for row, asked in enumerate(lines(told), start=HEADER_ROW + 1):
            value = values.get(asked.key)
            if value is not None and value.value is not None:
                book.put(page, row, column, source_of(value, asked.sheet.name), Look("small_cell", "@"))


def source_of(value: Value, usual: str) -> str:
    """Return the cell of a value (with its sheet, if not the `usual` one), and what stood there if a rule read it."""
    sheet = "" if value.sheet == usual else f"{value.sheet}!"
    raw = f" “{(value.raw or '')[:RAW_SHOWN]}”" if value.rule else ""
    return f"{sheet}{value.cell}{raw}"
