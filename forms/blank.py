"""A form as a blank workbook: what the office sends out, in the shape that such forms have (domain.md 1.2).

The form code stands in a visible cell and in the defined name MA_BIEU, item numbers are text, labels are locked
(without a password), cells to fill in are open and validated. The same form gives the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank_lists, blank_style, blank_table, fonts
from forms.form import Form, HeaderField, Row, Sheet

CODE_NAME = "MA_BIEU"
EXPLANATIONS = (
    "chỉ tiêu không phát sinh ghi số 0; ô tô xám không phải điền",
    "giữ nguyên thứ tự dòng, cột",
    "dòng “Trong đó” là một phần của dòng tổng, các dòng “Trong đó” có thể trùng nhau",
)
# The earliest time a zip member can bear (PKWARE APPNOTE 4.4.6): a blank has no date of its own.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
EARLIEST = datetime(*ZIP_TIME, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BlankHeading:
    """The lines around the table that belong to the occasion, not to the form.

    `reference` stands below the title ("Kèm theo Công văn ..."), `unit_lines` at the left of the national motto,
    `signer` above the right signature.
    """

    reference: str = ""
    unit_lines: tuple[str, str, str] = (
        "TÊN CƠ QUAN, ĐƠN VỊ: ……………………",
        "BỘ PHẬN LẬP BÁO CÁO: …………………",
        "Số:          /BC-……………",
    )
    signer: tuple[str, str] = ("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG")


def blank(form: Form, heading: BlankHeading) -> bytes:
    """Return the blank .xlsx workbook of `form`, the same bytes every time."""
    written = io.BytesIO()
    drawn(form, heading).save(written)
    return without_times(written.getvalue())


def drawn(form: Form, heading: BlankHeading, records: Mapping[str, int] | None = None) -> Workbook:
    """Return the blank workbook of `form` for further writing; `records` are lines for a list sheet, by its name."""
    book = Workbook()
    for page in list(book):
        book.remove(page)
    reference = f"({heading.reference})" if heading.reference else ""
    subtitle = " - ".join(filter(None, (reference, form.note.upper())))
    for sheet in form.sheets:
        page = book.create_sheet(sheet.name)
        if sheet.kind == "list":
            blank_lists.write_list(page, sheet, form, subtitle, (records or {}).get(sheet.name, blank_lists.LIST_ROWS))
        elif sheet.kind == "text":
            blank_lists.write_text(page, sheet, form, subtitle)
        else:
            _write_rows(page, sheet, form, heading, subtitle)
    book.defined_names[CODE_NAME] = DefinedName(CODE_NAME, attr_text=f'"{form.code}"')
    book.properties.title = form.title
    book.properties.creator = form.code
    return book


def without_times(
    data: bytes, moment: datetime = EARLIEST, changes: Mapping[str, Callable[[bytes], bytes]] | None = None
) -> bytes:
    """Return the package with one time for its members and properties, and its fonts as the schema has them.

    openpyxl writes the present moment, and fonts in an order of its own.

    `moment` is in UTC. `changes` are made to parts on the way, by their names.
    """
    result = io.BytesIO()
    told = rb"\g<1>%s\g<3>" % moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(told, content)
            if name == "xl/styles.xml":
                content = fonts.in_order(content)
            if changes and name in changes:
                content = changes[name](content)
            member = zipfile.ZipInfo(name, ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, content)
    return result.getvalue()


def _write_rows(page: Worksheet, sheet: Sheet, form: Form, heading: BlankHeading, subtitle: str) -> None:
    table = blank_table.placed(sheet)
    row = _write_motto(page, table, form, heading)
    row = blank_table.write_title(page, row, sheet.title or form.title, subtitle, table.last)
    if sheet is next(each for each in form.sheets if each.kind == "rows"):
        row = _write_header_fields(page, row, form.header, table)
    _write_units_and_code(page, row, sheet, form, table)
    row = blank_table.write_table_header(page, row + 1, sheet, table)
    first_line = row
    for line in sheet.rows:
        _write_line(page, row, line, sheet, table)
        row += 1
    _write_explanations(page, row + 1, form, table)
    _write_signatures(page, row + 3, heading, table)
    blank_style.set_widths(page, blank_table.column_widths(sheet, table))
    blank_style.set_up_page(page, first_line, table.last, landscape=False)


def _write_motto(page: Worksheet, table: blank_table.Table, form: Form, heading: BlankHeading) -> int:
    """Write the unit's lines and the national motto side by side; return the row below."""
    middle = table.first
    right = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"……………, ngày …… tháng …… năm {form.year or '……'}",
    )
    for row, (left, motto) in enumerate(zip(heading.unit_lines, right, strict=True), start=1):
        blank_style.span(page, (row, 1, row, middle - 1), left, "open_heading")
        blank_style.span(page, (row, middle, row, table.last), motto, "motto" if row < len(right) else "open_heading")
    return len(right) + 1


def _write_header_fields(page: Worksheet, row: int, fields: Sequence[HeaderField], table: blank_table.Table) -> int:
    """Write the lines to fill in above the table, the unit on its own, the others in pairs; return the row below."""
    value_column = table.first - 1 if table.first > 2 else table.first  # noqa: PLR2004
    paired = table.last >= value_column + 2
    for line in _in_lines(fields, 2 if paired else 1):
        first, *second = line
        end = value_column if second else table.last
        _write_field(page, row, (1, value_column, end), first)
        if second:
            _write_field(page, row, (value_column + 1, value_column + 2, table.last), second[0])
        row += 1
    return row


def _in_lines(fields: Sequence[HeaderField], size: int) -> Iterator[Sequence[HeaderField]]:
    """Group header fields into printed lines of `size`; the one that names the unit has a line to itself."""
    for is_unit, group in groupby(fields, key=lambda field: field.name == "unit"):
        members = list(group)
        step = 1 if is_unit else size
        yield from (members[start : start + step] for start in range(0, len(members), step))


def _write_field(page: Worksheet, row: int, columns: tuple[int, int, int], field: HeaderField) -> None:
    label, value, end = columns
    blank_style.span(page, (row, label, row, value - 1), f"{field.label}:", "field_label")
    cell = blank_style.span(page, (row, value, row, end), None, "field")
    cell.number_format = blank_style.DATE_FORMAT if field.type == "date" else "@"


def _write_units_and_code(page: Worksheet, row: int, sheet: Sheet, form: Form, table: blank_table.Table) -> None:
    said = [f"đơn vị tính {_short(column.label).lower()}: {column.unit}" for column in sheet.columns if column.unit]
    split = max(table.first - 1, 1)
    blank_style.span(page, (row, 1, row, split), f"({'; '.join(said)})" if said else None, "small_left")
    blank_style.span(page, (row, split + 1, row, table.last), f"Mã biểu: {form.code}", "small_right")


def _short(label: str) -> str:
    """Return the end of a header path without what is in brackets: "Kết quả / Kinh phí (tr.đ)" -> "Kinh phí"."""
    return re.sub(r"\([^()]*\)", "", label.rpartition(" / ")[2]).strip()


def _write_line(page: Worksheet, row: int, line: Row, sheet: Sheet, table: blank_table.Table) -> None:
    """Write one printed line; its name goes into a hidden column, so that it is known even if its label is changed."""
    style = "section" if line.section else "label"
    for position, text in ((table.item, line.item), (table.label, line.label), (table.unit, line.unit)):
        if position:
            blank_style.span(page, (row, position, row, position), text or None, style).number_format = "@"
    for position, column in enumerate(sheet.columns, start=table.first):
        asked = column.name in line.columns
        cell = blank_style.span(page, (row, position, row, position), None, _style_of(line, asked))
        if asked:
            blank_style.expect(page, cell, line.type or column.type, column.choices)
    blank_style.span(page, (row, table.note, row, table.note), None, "section" if line.section else "open_text")
    page.cell(row, table.last + 1, line.name or None).number_format = "@"
    page.column_dimensions[get_column_letter(table.last + 1)].hidden = True


def _style_of(line: Row, asked: bool) -> str:
    if asked:
        return "open"
    return "section" if line.section else "closed"


def _write_explanations(page: Worksheet, row: int, form: Form, table: blank_table.Table) -> None:
    said = (form.note, *EXPLANATIONS) if form.note else EXPLANATIONS
    blank_style.span(page, (row, 1, row, table.last), f"{blank_table.NOTE_LABEL}: {'; '.join(said)}.", "explanation")
    page.row_dimensions[row].height = 32


def _write_signatures(page: Worksheet, row: int, heading: BlankHeading, table: blank_table.Table) -> None:
    middle = table.first
    left = ("NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)", "", "", "")
    right = (*heading.signer, "(Ký tên, đóng dấu)", "", "")
    for offset, (ours, theirs) in enumerate(zip(left, right, strict=True)):
        bracketed = [text.startswith("(") for text in (ours, theirs)]
        blank_style.span(
            page,
            (row + offset, 1, row + offset, middle - 1),
            ours or None,
            "open_note" if bracketed[0] else "open_heading",
        )
        blank_style.span(
            page,
            (row + offset, middle, row + offset, table.last),
            theirs or None,
            "open_note" if bracketed[1] else "open_heading",
        )
