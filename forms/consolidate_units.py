"""A sheet for each unit: its values in the form's layout, the same cell for the same figure on every one of them.

Tables stand one below the other, then answers, then lists: those end where a unit's records end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.worksheet.worksheet import Worksheet

from forms import blank_style, blank_table
from forms import consolidate_book as books
from forms import consolidate_heights as heights
from forms.consolidate_book import Book, Look
from forms.consolidate_reports import Key, UnitReport
from forms.consolidate_totals import CELL_TEXT_MOST, day_of
from forms.form import Column, Form, Sheet
from roll.reports import Problem, Value

BACK = "← Về sheet tình hình"
NO_RECORD = "(không có dòng nào)"
SOURCE = "{state}; nhận lúc {received}; mã tiếp nhận {receipt}; tệp {file} (lần gửi {number})"
_FIRST_TABLE = 5
_LIST_STYLES = {"text": "open_text", "select_one": "open_text"}
ANSWER_ACROSS = 4
"""Columns that an answer takes beyond its question: those of the table above it."""


@dataclass(slots=True)
class UnitPages:
    """Where every value stands on a unit's sheet: printed cells by line and column, header fields by name."""

    form: Form
    places: dict[Key, tuple[int, int]] = field(default_factory=dict)
    headers: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: dict[str, tuple[int, int]] = field(default_factory=dict)
    lists_from: int = 0
    width: int = 0
    title_row: int = 0


def draw(book: Book, form: Form) -> tuple[Worksheet, UnitPages]:
    """Return a sheet with all that is the same for every unit, to be copied, and where values go on it."""
    page, pages = book.page("-"), UnitPages(form)
    printed = [sheet for sheet in form.sheets if sheet.kind == "rows"]
    pages.width = max([blank_table.placed(sheet).last for sheet in printed], default=ANSWER_ACROSS + 2)
    row = _FIRST_TABLE
    for header in form.header:
        book.put(page, row, 1, f"{header.label}:", Look("field_label"))
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
        page.merge_cells(start_row=row, start_column=3, end_row=row, end_column=max(pages.width, 3))
        pages.headers[header.name] = (row, 3)
        row += 1
    for sheet in printed:
        row = _draw_table(book, page, row + 1, sheet, pages)
    for sheet in form.sheets:
        if sheet.kind == "text":
            row = _draw_questions(book, page, row + 1, sheet, pages)
    pages.lists_from = row + 1
    if printed:
        blank_style.set_widths(page, blank_table.column_widths(printed[0], blank_table.placed(printed[0])))
    heights.fit(page, _FIRST_TABLE, row)
    return page, pages


def _caption(book: Book, page: Worksheet, row: int, sheet: Sheet) -> int:
    book.put(page, row, 1, f"{sheet.caption}. {sheet.title}" if sheet.title else sheet.caption, Look("caption"))
    return row + 1


def _draw_table(book: Book, page: Worksheet, row: int, sheet: Sheet, pages: UnitPages) -> int:
    table = blank_table.placed(sheet)
    row = blank_table.write_table_header(page, _caption(book, page, row, sheet), sheet, table)
    pages.title_row = pages.title_row or row - 1
    for line in sheet.rows:
        style = "section" if line.section else "label"
        for position, text in ((table.item, line.item), (table.label, line.label), (table.unit, line.unit)):
            if position:
                book.put(page, row, position, text or None, Look(style, "@"))
        for position, column in enumerate(sheet.columns, start=table.first):
            if column.name in line.columns:
                kind = line.type or column.type
                book.dressed(page, row, position, Look(_LIST_STYLES.get(kind, "open"), blank_style.FORMATS[kind]))
                pages.places[line.name, column.name] = (row, position)
            else:
                book.dressed(page, row, position, Look("section" if line.section else "closed"))
        book.dressed(page, row, table.note, Look("section" if line.section else "open_text", "@"))
        pages.notes[line.name] = (row, table.note)
        row += 1
    return row


def _draw_questions(book: Book, page: Worksheet, row: int, sheet: Sheet, pages: UnitPages) -> int:
    row = _caption(book, page, row, sheet)
    for line in sheet.rows:
        book.put(page, row, 1, line.item or None, Look("label", "@"))
        book.put(page, row, 2, line.label, Look("label", "@"))
        for offset, name in enumerate(() if line.section else line.columns):
            # One below the other where a question has several columns: side by side they would not fit the page.
            place = row + offset
            for column in range(3, pages.width + 1):
                book.dressed(page, place, column, Look("open_text", "@"))
            page.merge_cells(start_row=place, start_column=3, end_row=place, end_column=max(pages.width, 3))
            pages.places[line.name, name] = (place, 3)
        row += max(len(line.columns), 1)
    return row


def fill(
    book: Book, page: Worksheet, pages: UnitPages, report: UnitReport, overview: str
) -> Iterator[tuple[str, Value]]:
    """Write a unit's values on its copy of the drawn sheet; yield the address of each with the value."""
    told = SOURCE.format(
        state=report.state, received=report.received, receipt=report.receipt, file=report.file, number=report.number
    )
    book.put(page, 1, 1, report.name, Look("page_title"))
    source = book.put(page, 2, 1, told, Look("plain", doubtful=report.unconfirmed, link=bool(report.link)))
    if report.link:
        books.link_out(source, report.link)
    books.link(book.put(page, 3, 1, BACK, Look("plain", link=True)), overview)
    doubts = _doubts_by_cell(report)
    for value in report.header:
        if value.name in pages.headers and value.value is not None:
            look = Look("field", blank_style.DATE_FORMAT if value.type == "date" else "@")
            yield _write(book, page, pages.headers[value.name], value, "", look), value
    for key, value in report.printed.items():
        if key in pages.places and value.value is not None:
            kind = value.type
            look = Look(_LIST_STYLES.get(kind, "open"), blank_style.FORMATS.get(kind, "General"))
            yield _write(book, page, pages.places[key], value, doubts.get((value.sheet, value.cell), ""), look), value
    _write_doubtful_blanks(book, page, pages, report, doubts)
    yield from _fill_lists(book, page, pages, report, doubts)
    heights.fit(page, _FIRST_TABLE, page.max_row)


def _doubts_by_cell(report: UnitReport) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for doubt in report.doubts:
        if doubt.cell:
            found.setdefault((doubt.sheet, doubt.cell), words_of(doubt))
    return found


def words_of(doubt: Problem) -> str:
    """Return what is to be confirmed, with the cell of the sender's file."""
    return f"Chờ xác nhận (ô {doubt.cell} trong tệp của đơn vị): {doubt.message}"


def _write(book: Book, page: Worksheet, place: tuple[int, int], value: Value, doubt: str, look: Look) -> str:
    content = day_of(value.value) if value.type == "date" else None
    cell = book.put(page, *place, content or value.value, Look(look.style, look.format, bool(doubt), look.link))
    if doubt:
        books.comment(cell, doubt)
    return cell.coordinate


def _write_doubtful_blanks(
    book: Book, page: Worksheet, pages: UnitPages, report: UnitReport, doubts: dict[tuple[str, str], str]
) -> None:
    """Mark cells that are left blank and asked about, and say beside each line what is to be confirmed on it."""
    said: dict[str, list[str]] = {}
    for key, value in report.printed.items():
        doubt = doubts.get((value.sheet, value.cell), "")
        if doubt and key in pages.places:
            said.setdefault(value.name, []).append(doubt)
            if value.value is None:
                books.comment(book.dressed(page, *pages.places[key], Look("open", doubtful=True)), doubt)
    for name, sentences in said.items():
        if name in pages.notes:
            text = "; ".join(sentences)[:CELL_TEXT_MOST]
            book.put(page, *pages.notes[name], text, Look("note", "@", doubtful=True))


def _fill_lists(
    book: Book, page: Worksheet, pages: UnitPages, report: UnitReport, doubts: dict[tuple[str, str], str]
) -> Iterator[tuple[str, Value]]:
    row = pages.lists_from
    for sheet in pages.form.sheets:
        if sheet.kind != "list":
            continue
        table = blank_table.placed(sheet)
        row = blank_table.write_table_header(page, _caption(book, page, row, sheet), sheet, table)
        records = report.records(sheet.name)
        for number, record in enumerate(records, start=1):
            if table.item:
                book.put(page, row, table.item, str(number), Look("open_text", "@"))
            for position, column in enumerate(sheet.columns, start=table.first):
                look, value = list_look(column), record.get(column.name)
                if value is None or value.value is None:
                    book.dressed(page, row, position, look)
                    continue
                yield _write(book, page, (row, position), value, doubts.get((value.sheet, value.cell), ""), look), value
            row += 1
        if not records:
            book.put(page, row, 2, NO_RECORD, Look("reference_left"))
            row += 1
        row += 1


def list_look(column: Column) -> Look:
    """Return how the cells of a list's column look."""
    return Look(_LIST_STYLES.get(column.type, "open"), blank_style.FORMATS[column.type])
