"""The first sheet: how the reports stand, whose figures are in, whose are not and why, and what changed."""

from collections.abc import Mapping, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from forms import consolidate_book as books
from forms import consolidate_heights as heights
from forms import notation
from forms.consolidate_book import Book, Look
from forms.consolidate_reports import Change, Consolidation, LeftOut, UnitReport
from roll.reports import Scalar

TITLE = "Tình hình"
WIDTHS = (6, 44, 26, 17, 20, 34, 40)
CHANGES_SHOWN = 2_000
"""Changes listed: 40 units with 50 changed figures each; more than that is another round of reports."""
NO_REPORT = "Chưa có báo cáo nào được tiếp nhận; các ô số liệu của biểu để trống."
HOW_TO_READ = (
    "Số liệu tổng hợp ở các sheet của biểu là công thức trên số liệu của các đơn vị; "
    "ô tô vàng là số liệu đơn vị chưa xác nhận."
)
INCLUDED = "1. Đơn vị có số liệu trong bản tổng hợp ({count})"
MISSING = "2. Chưa nhận được báo cáo ({count})"
LEFT_OUT = "3. Chưa đưa vào bản tổng hợp ({count})"
CHANGED = "4. Thay đổi so với lần lập trước, {issued} ({count})"
FIRST_ISSUE = "4. Thay đổi so với lần lập trước: đây là lần lập đầu tiên"
MORE = "… và {count} thay đổi khác"
BLANK = "(trống)"
_TEXT = Look("small_cell", "@")


def write(book: Book, page: Worksheet, told: Consolidation, links: Mapping[str, str]) -> None:
    """Write the sheet. `links` are places in the workbook by unit code, as `sheet!cell`."""
    for column, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[books.letter(column)].width = width
    row = _write_top(book, page, told)
    row = _write_counts(book, page, row + 1, told)
    row = _write_included(book, page, row + 1, told, links)
    row = _write_left_out(book, page, row + 1, MISSING, told.missing)
    row = _write_left_out(book, page, row + 1, LEFT_OUT, told.left_out)
    _write_changes(book, page, row + 1, told)
    heights.fit(page, 1, page.max_row)
    book.set_up(page, 0)


def _write_top(book: Book, page: Worksheet, told: Consolidation) -> int:
    said = (
        (told.office, Look("caption")),
        (f"TỔNG HỢP {told.title.upper()}", Look("page_title")),
        (f"Đợt báo cáo: {told.campaign}. Mã biểu: {told.form.code}", Look("plain")),
        (f"Thời điểm lập: {moment(told)}", Look("plain")),
        (HOW_TO_READ, Look("reference_left")),
        ("" if told.reports else NO_REPORT, Look("caption")),
    )
    row = 1
    for text, look in said:
        if text:
            book.put(page, row, 1, text, look)
            row += 1
    return row


def moment(told: Consolidation) -> str:
    """Return the instant of issue with its zone: "08:00 ngày 05/7/2019 (UTC+07:00)"."""
    at = told.issued_at
    offset = f"{at:%z}"
    return f"{at:%H:%M} ngày {notation.day(at.date())} (UTC{offset[:3]}:{offset[3:5]})"


def _write_counts(book: Book, page: Worksheet, row: int, told: Consolidation) -> int:
    """Write the figures of the board, the word before each."""
    for word, count in told.counts.items():
        book.put(page, row, 1, word, _TEXT)
        book.dressed(page, row, 2, _TEXT)
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
        book.put(page, row, 3, count, Look("count", "0"))
        row += 1
    return row


def _write_included(book: Book, page: Worksheet, row: int, told: Consolidation, links: Mapping[str, str]) -> int:
    book.put(page, row, 1, INCLUDED.format(count=len(told.reports)), Look("caption"))
    headers = ("STT", "Đơn vị", "Trạng thái", "Nhận lúc", "Mã tiếp nhận", "Tệp", "Ghi chú")
    row = book.table(page, row + 1, headers)
    for number, report in enumerate(told.reports, start=1):
        texts: Sequence[books.Content] = (
            number, report.name, report.state, report.received, report.receipt, report.file, _remark(report),
        )  # fmt: skip
        for column, text in enumerate(texts, start=1):
            link = (column == 2 and report.code in links) or (column == 5 and bool(report.link))  # noqa: PLR2004
            cell = book.put(page, row, column, text, Look("small_cell", "@", report.unconfirmed, link))
            if column == 2 and report.code in links:  # noqa: PLR2004
                books.link(cell, *links[report.code].rsplit("!", 1))
            elif link:
                books.link_out(cell, report.link)
        row += 1
    return row


def _remark(report: UnitReport) -> str:
    said = [f"lần gửi {report.number}"] if report.number > 1 else []
    if report.unconfirmed:
        said.append(f"{len(report.doubts)} nội dung chờ xác nhận")
    return "; ".join(said)


def _write_left_out(book: Book, page: Worksheet, row: int, title: str, units: Sequence[LeftOut]) -> int:
    book.put(page, row, 1, title.format(count=len(units)), Look("caption"))
    row += 1
    if not units:
        return row
    row = book.table(page, row, ("STT", "Đơn vị", "Trạng thái", "Lý do"))
    for number, unit in enumerate(units, start=1):
        said: Sequence[books.Content] = (number, unit.name, unit.state, unit.why)
        for column, text in enumerate(said, start=1):
            book.put(page, row, column, text, _TEXT)
        _widen(book, page, row, 4)
        row += 1
    _widen(book, page, row - len(units) - 1, 4)
    return row


def _widen(book: Book, page: Worksheet, row: int, column: int) -> None:
    """Let a text run to the last column of the sheet."""
    style = "header" if page.cell(row, 1).value == "STT" else "small_cell"
    for each in range(column + 1, len(WIDTHS) + 1):
        book.dressed(page, row, each, Look(style))
    page.merge_cells(start_row=row, start_column=column, end_row=row, end_column=len(WIDTHS))


def _write_changes(book: Book, page: Worksheet, row: int, told: Consolidation) -> None:
    since = told.since
    title = CHANGED.format(issued=since.issued, count=len(since.changes)) if since else FIRST_ISSUE
    book.put(page, row, 1, title, Look("caption"))
    changes = since.changes if since else ()
    if not changes:
        return
    row = book.table(page, row + 1, ("STT", "Đơn vị", "Cột", "Trước", "Nay", "Mục", "Chỉ tiêu"))
    for number, change in enumerate(changes[:CHANGES_SHOWN], start=1):
        for column, content in enumerate(_told(number, change), start=1):
            book.put(page, row, column, content, _TEXT)
        row += 1
    if len(changes) > CHANGES_SHOWN:
        book.put(page, row, 2, MORE.format(count=len(changes) - CHANGES_SHOWN), _TEXT)


def _told(number: int, change: Change) -> Sequence[books.Content]:
    if change.old is None and change.new is None:
        return (number, change.unit, "", "", "", "", change.what)
    old, new = _shown(change.old), _shown(change.new)
    return (number, change.unit, change.column.rpartition(" / ")[2], old, new, change.item, change.what)


def _shown(value: Scalar) -> str:
    return BLANK if value is None else notation.scalar(value)
