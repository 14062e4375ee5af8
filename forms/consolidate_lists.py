"""What the units wrote beside figures: lists joined, answers side by side, and where each value came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from forms import consolidate_book as books
from forms import consolidate_heights as heights
from forms import consolidate_totals as totals
from forms.consolidate_book import Book, Look
from forms.consolidate_reports import Consolidation, UnitReport
from forms.consolidate_units import list_look
from forms.form import Form, Sheet
from forms.labels import Labels
from roll.reports import Value

JOINED_TITLE, ANSWERS_TITLE, SOURCES_TITLE, FILES_TITLE = "Ghép", "Ghép ý kiến", "Nguồn số liệu", "Nguồn tệp"
_HEADER_ROW = 3
_LEADING = ("Đơn vị", "Mã tiếp nhận", "Dòng trong tệp")
_LEADING_WIDTHS = (26, 18, 16)
_WIDTHS = {"text": 28, "select_one": 20, "date": 12, "decimal": 12, "integer": 10, "yes_no": 8}
_ANSWER_WIDTH = 60
SOURCE_HEADERS = (
    "Đơn vị", "Sheet của biểu", "STT", "Chỉ tiêu", "Cột", "Giá trị", "Ghi trong tệp", "Quy tắc đọc", "Tệp", "Sheet",
    "Ô", "Mã tiếp nhận", "Nhận lúc",
)  # fmt: skip
_SOURCE_WIDTHS = (24, 12, 6, 48, 20, 14, 18, 8, 30, 12, 7, 18, 16)
FILE_HEADERS = ("Mã", "Đơn vị", "Trạng thái", "Tệp", "Sheet", "Lần gửi", "Mã tiếp nhận", "Nhận lúc")
_FILE_WIDTHS = (10, 44, 22, 40, 36, 9, 18, 16)
_TEXT = Look("small_cell", "@")


def write_joined(book: Book, told: Consolidation, sheet: Sheet) -> None:
    """Write a sheet with the records of all units, each with its unit before it."""
    page = book.page(f"{JOINED_TITLE} {sheet.name}")
    book.put(page, 1, 1, f"{sheet.caption}. {sheet.title}: ghép của các đơn vị", Look("page_title"))
    headers = (*_LEADING, *(column.label for column in sheet.columns))
    widths = (*_LEADING_WIDTHS, *(_WIDTHS[column.type] for column in sheet.columns))
    row = book.table(page, _HEADER_ROW, headers, widths)
    for report in told.reports:
        for record in report.records(sheet.name):
            first = next(iter(record.values()))
            leading = (report.short_name, report.receipt, f"{first.sheet}, dòng {first.row}")
            for column, text in enumerate(leading, start=1):
                book.put(page, row, column, text, _TEXT)
            for column, asked in enumerate(sheet.columns, start=len(_LEADING) + 1):
                look = list_look(asked)
                small = Look("small_figure" if look.style == "open" else "small_cell", look.format)
                book.put(page, row, column, content_of(record.get(asked.name)), small)
            row += 1
    _finish(book, page, len(headers), row - 1)


def content_of(value: Value | None) -> books.Content:
    """Return what a cell holds for a value: a day as a date."""
    if value is None or value.value is None:
        return None
    return (totals.day_of(value.value) if value.type == "date" else None) or value.value


def write_answers(book: Book, told: Consolidation) -> None:
    """Write a sheet with the texts of all units, a column for each question."""
    asked = [each for each in totals.asked_cells(told.form) if each.kind == "text"]
    if not asked:
        return
    page = book.page(ANSWERS_TITLE)
    book.put(page, 1, 1, "Ý kiến, thuyết minh của các đơn vị", Look("page_title"))
    headers = ("Đơn vị", *(each.row.label for each in asked))
    row = book.table(page, _HEADER_ROW, headers, (_LEADING_WIDTHS[0], *(_ANSWER_WIDTH for _ in asked)))
    for report in told.reports:
        values = [report.printed_value(each.key) for each in asked]
        if any(value is not None for value in values):
            for column, value in enumerate((report.short_name, *values), start=1):
                book.put(page, row, column, value, _TEXT)
            row += 1
    _finish(book, page, len(headers), row - 1)


def _finish(book: Book, page: Worksheet, columns: int, last: int) -> None:
    if last > _HEADER_ROW:
        page.auto_filter.ref = f"A{_HEADER_ROW}:{books.place(last, columns)}"
    heights.fit(page, _HEADER_ROW, last)
    book.set_up(page, _HEADER_ROW, f"B{_HEADER_ROW + 1}")


@dataclass(slots=True)
class Sources:
    """The sheet with a line for each value: what was read, from which mail, file, sheet and cell."""

    book: Book
    page: Worksheet
    labels: Labels
    row: int = _HEADER_ROW + 1

    def add(self, report: UnitReport, value: Value) -> int:
        """Write the line of a value; return its row."""
        labels = self.labels.of(value)
        label = labels.label if value.row is None else f"dòng {value.row}"
        told = (
            report.short_name, labels.sheet, labels.item, label, labels.column, content_of(value), value.raw,
            value.rule, report.file, value.sheet, value.cell, report.receipt, report.received,
        )  # fmt: skip
        for number, content in enumerate(told, start=1):
            # A whole number is shown as it is, whatever it counts; what stood in the cell is text.
            self.book.put(self.page, self.row, number, content, _VALUE if number == _VALUE_COLUMN else _TEXT)
        self.row += 1
        return self.row - 1

    def finish(self) -> None:
        """Set the sheet up when all lines are there."""
        _finish(self.book, self.page, len(SOURCE_HEADERS), self.row - 1)


_VALUE_COLUMN = SOURCE_HEADERS.index("Giá trị") + 1
_VALUE = Look("small_cell", "General")


def sources(book: Book, form: Form) -> Sources:
    """Return the sheet of sources, empty."""
    page = book.page(SOURCES_TITLE)
    book.put(page, 1, 1, "Nguồn của từng số liệu: thư, tệp, sheet, ô", Look("page_title"))
    book.table(page, _HEADER_ROW, SOURCE_HEADERS, _SOURCE_WIDTHS)
    return Sources(book, page, Labels(form))


def write_files(book: Book, told: Consolidation) -> dict[str, str]:
    """Write a sheet with a line for each unit's file; return each unit's line as `sheet!cell`."""
    page = book.page(FILES_TITLE)
    book.put(page, 1, 1, "Tệp và thư mà số liệu của từng đơn vị được đọc từ đó", Look("page_title"))
    row = book.table(page, _HEADER_ROW, FILE_HEADERS, _FILE_WIDTHS)
    places = {}
    for report in told.reports:
        sheets = ", ".join(dict.fromkeys(value.sheet for value in report.values if value.value is not None))
        said: Sequence[books.Content] = (
            report.code, report.name, report.state, report.file, sheets, report.number, report.receipt, report.received,
        )  # fmt: skip
        for column, content in enumerate(said, start=1):
            cell = book.put(page, row, column, content, _TEXT)
        if report.link:
            books.link_out(cell, report.link)
        places[report.code] = f"{page.title}!A{row}"
        row += 1
    _finish(book, page, len(FILE_HEADERS), row - 1)
    return places
