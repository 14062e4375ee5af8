"""The form's own sheets with the totals in them: the blank workbook of the form, so that they are a report of it.

Labels, item numbers, units of measure and the form code stand where `forms.blank` puts them; figures are formulas over
the units. Lists hold the records of all units, one after the other.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank_lists, blank_table
from forms import consolidate_book as books
from forms import consolidate_heights as heights
from forms import consolidate_totals as totals
from forms.consolidate_book import Book
from forms.consolidate_matrix import Matrix
from forms.consolidate_reports import Consolidation, Key, TooLargeError
from forms.consolidate_totals import AskedCell
from forms.form import Form, HeaderField, Sheet

Places = Mapping[Key, tuple[str, str]]  # sheet and address of each asked-for cell
ROWS_MOST = 1_048_576
"""Rows of a sheet (Excel specifications and limits)."""
NO_SUM = (
    "Tỷ lệ, số bình quân của các đơn vị không cộng được nên để trống; số liệu của từng đơn vị ở sheet “{title}”, "
    "dòng {row}."
)
DOUBT = "Có số liệu chờ xác nhận của: {units}"


def places_of(book: Book, form: Form) -> dict[Key, tuple[str, str]]:
    """Return where the asked-for cells stand on the form's own sheets, told by the line names that the blank hides."""
    found = {}
    for sheet in form.sheets:
        if sheet.kind == "list":
            continue
        page, table = book.book[sheet.name], blank_table.placed(sheet)
        columns = {column.name: position for position, column in enumerate(sheet.columns, start=table.first)}
        for row, name in _lines(page, sheet, form):
            for column, position in columns.items():
                found[name, column] = (sheet.name, books.place(row, position))
    return found


def _lines(page: Worksheet, sheet: Sheet, form: Form) -> Iterator[tuple[int, str]]:
    if sheet.kind == "text":
        yield from (
            (row, line.name) for row, line in enumerate(sheet.rows, start=blank_lists.header_row(sheet, form) + 1)
        )
        return
    table = blank_table.placed(sheet)
    for row in range(1, page.max_row + 1):
        name = page.cell(row, table.last + 1).value
        if name:
            yield row, str(name)


def fill_totals(book: Book, told: Consolidation, places: Places, matrix: Matrix) -> None:
    """Write what the units' values make together: formulas over the lines of the matrix."""
    printed = [(report, report.printed) for report in told.reports]
    doubtful = told.unconfirmed
    for asked in totals.asked_cells(told.form):
        title, address = places[asked.key]
        cell = book.book[title][address]
        assert isinstance(cell, Cell)
        given = [(report.short_name, values[asked.key].value) for report, values in printed if asked.key in values]
        said = []
        if asked.is_rate:
            said += [NO_SUM.format(title=matrix.title, row=matrix.rows[asked.key])] if told.reports else []
        elif asked.is_counted and told.reports:
            result = totals.combined(asked.kind, [value for _, value in given])
            book.calculate(cell, totals.formula(asked.kind, matrix.over(asked.key)), result)
        elif asked.kind == "select_one":
            books.set_text(cell, totals.chosen(asked.column, [value for _, value in given]) or "")
        elif asked.kind == "text":
            books.set_text(cell, totals.joined(given) or "")
        if asked.key in matrix.rows and told.reports:
            _link(book.book[title], cell, asked, matrix)
        _mark(cell, said, doubtful.get(asked.key, []))


def _link(page: Worksheet, cell: Cell, asked: AskedCell, matrix: Matrix) -> None:
    """Let a total lead to its line of the matrix; a blank one by its item number.

    Programs that know links as texts alone, openpyxl among them, take the link of a blank cell for its value.
    """
    item = blank_table.placed(asked.sheet).item
    linked = _cell(page, cell.row, item) if item and cell.value in (None, "") else cell
    if linked.value not in (None, ""):
        books.link(linked, matrix.title, books.place(matrix.rows[asked.key], 1))


def _mark(cell: Cell, said: list[str], units: list[str]) -> None:
    if units:
        cell.fill = books.DOUBT_FILL
        said = [*said, DOUBT.format(units=", ".join(units))]
    if said:
        books.comment(cell, "\n".join(said))


def fill_header(book: Book, told: Consolidation) -> None:
    """Write the office's name where a unit writes its own, the day of issue, and the period where all say the same."""
    sheets = told.form.sheets
    page = book.book[next((sheet for sheet in sheets if sheet.kind == "rows"), sheets[0]).name]
    for field in told.form.header:
        content: str | date | None = None
        if field.name == "unit":
            content = told.office
        elif field.name == "period":
            content = _same(told, field)
        elif field.type == "date":
            content = told.issued_at.date()
        cell = _beside(page, f"{field.label}:") if content else None
        if cell is not None and isinstance(content, str):
            books.set_text(cell, content)
        elif cell is not None:
            cell.value = content


def _same(told: Consolidation, field: HeaderField) -> str | None:
    said = {str(value.value) for report in told.reports for value in report.header if value.name == field.name}
    return said.pop() if len(said) == 1 and "None" not in said else None


def _beside(page: Worksheet, label: str) -> Cell | None:
    """Return the cell right of the one that holds a label, beyond what that is merged with."""
    for row in page.iter_rows(max_row=40):
        for cell in row:
            if cell.value == label:
                merged = [area for area in page.merged_cells.ranges if cell.coordinate in area]
                beside = page.cell(cell.row, (merged[0].max_col if merged else cell.column) + 1)
                return beside if isinstance(beside, Cell) else None
    return None


def records_wanted(told: Consolidation) -> dict[str, int]:
    """Return how many lines each list needs. Raises TooLargeError."""
    counts = {}
    for sheet in told.form.sheets:
        if sheet.kind == "list":
            count = sum(len(report.records(sheet.name)) for report in told.reports)
            if count > ROWS_MOST - blank_lists.header_row(sheet, told.form) - 2:
                raise TooLargeError(f"“{sheet.name}” would have {count} records; a sheet holds {ROWS_MOST} rows.")
            counts[sheet.name] = max(count, blank_lists.LIST_ROWS)
    return counts


def fill_lists(book: Book, told: Consolidation) -> None:
    """Write the records of all units, numbered through, into the form's lists."""
    for sheet in told.form.sheets:
        if sheet.kind != "list":
            continue
        page, table = book.book[sheet.name], blank_table.placed(sheet)
        row = first = blank_lists.header_row(sheet, told.form) + 2
        for report in told.reports:
            for record in report.records(sheet.name):
                if table.item:
                    books.set_text(_cell(page, row, table.item), str(row - first + 1))
                for position, column in enumerate(sheet.columns, start=table.first):
                    value = record.get(column.name)
                    if value is None or value.value is None:
                        continue
                    day = totals.day_of(value.value) if value.type == "date" else None
                    cell = _cell(page, row, position)
                    if day is None and isinstance(value.value, str):
                        books.set_text(cell, value.value)
                    else:
                        cell.value = day or (int(value.value) if isinstance(value.value, bool) else value.value)
                row += 1


def _cell(page: Worksheet, row: int, column: int) -> Cell:
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def print_across(book: Book, form: Form) -> None:
    """Let every sheet of the form print on A4 across; its table's header is on each page already."""
    for sheet in form.sheets:
        page, top = book.book[sheet.name], blank_lists.header_row(sheet, form)
        page.page_setup.orientation = "landscape"
        if sheet.kind == "text":
            for row in range(top + 1, page.max_row + 1):
                page.row_dimensions[row].height = None  # an answer of many units is as high as it is
        heights.fit(page, top, page.max_row)
