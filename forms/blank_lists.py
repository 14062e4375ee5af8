"""The list sheets (one record a line, open) and text sheets (a question a line) of a blank workbook."""

from copy import copy

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank_style, blank_table
from forms.form import Column, Form, HeaderField, Row, Sheet

TOTAL_LABEL = "Cộng"
# domain.md 1.4: the header of a list ends in row 6, its data begin in row 8.
HEADER_ROW = 6
FIELDS_ROW = 4  # below the form code, the title and the subtitle
LIST_ROWS = 20  # lines printed; more can be inserted, the sheet's protection allows it
CHOICES_GAP = 6  # hidden columns with choices stand this far right of the table, where nobody types


def header_row(sheet: Sheet, form: Form) -> int:
    """Return the row in which the table header of a list or text sheet ends."""
    return HEADER_ROW + len(_fields_on(sheet, form))


def _fields_on(sheet: Sheet, form: Form) -> tuple[HeaderField, ...]:
    """Return the lines to fill in above a sheet's table: a form without a printed sheet has them on its first one."""
    if sheet != form.sheets[0] or any(each.kind == "rows" for each in form.sheets):
        return ()
    return form.header


def write_list(page: Worksheet, sheet: Sheet, form: Form, subtitle: str, lines: int = LIST_ROWS) -> None:
    """Write a list sheet: its header, `lines` empty records, the line "Cộng"."""
    table = blank_table.placed(sheet)
    _write_top(page, sheet, form, subtitle, table)
    top = header_row(sheet, form) - blank_table.header_depth(sheet) + 1
    first = blank_table.write_table_header(page, top, sheet, table)
    last = first + lines - 1
    _write_record(page, first, sheet, table)
    for row in range(first + 1, last + 1):
        # As the line above: to work a style out anew takes a thousand times as long, and lists have thousands of lines.
        for position in range(1, table.last + 1):
            page.cell(row, position)._style = copy(page.cell(first, position)._style)  # type: ignore[union-attr]  # noqa: SLF001
    _write_validations(page, sheet, table, (first, last))
    _write_total(page, last + 1, table)
    blank_style.set_widths(page, blank_table.column_widths(sheet, table))
    blank_style.set_up_page(page, first, table.last, landscape=True)


def _write_top(page: Worksheet, sheet: Sheet, form: Form, subtitle: str, table: blank_table.Table) -> None:
    """Write what stands above the table: the form code, title, subtitle, and the lines to fill in."""
    blank_style.span(page, (1, 1, 1, table.last), f"Mã biểu: {form.code}", "small_right")
    blank_table.write_title(page, 2, sheet.title or sheet.name, subtitle, table.last)
    for row, field in enumerate(_fields_on(sheet, form), start=FIELDS_ROW):
        _write_field(page, row, field, table)


def _write_field(page: Worksheet, row: int, field: HeaderField, table: blank_table.Table) -> None:
    """Write a line to fill in across the table; its label stands over the first column, beside an item number."""
    value = min(2 if table.item else 1, max(table.last - 1, 1)) + 1
    blank_style.span(page, (row, 1, row, value - 1), f"{field.label}:", "field_label")
    cell = blank_style.span(page, (row, value, row, max(value, table.last)), None, "field")
    cell.number_format = blank_style.DATE_FORMAT if field.type == "date" else "@"


def _write_record(page: Worksheet, row: int, sheet: Sheet, table: blank_table.Table) -> None:
    if table.item:
        blank_style.span(page, (row, table.item, row, table.item), None, "open_text").number_format = "@"
    for position, column in enumerate(sheet.columns, start=table.first):
        style = "open_text" if column.type in {"text", "select_one"} else "open"
        cell = blank_style.span(page, (row, position, row, position), None, style)
        cell.number_format = blank_style.FORMATS[column.type]


def _write_total(page: Worksheet, row: int, table: blank_table.Table) -> None:
    """Write the line that ends the list. It sums nothing: a formula without a stored result reads as damaged."""
    label = min(table.first, table.last)
    for position in range(1, table.last + 1):
        style = "section" if position <= label else "open_total"
        blank_style.span(page, (row, position, row, position), TOTAL_LABEL if position == label else None, style)


def _write_validations(page: Worksheet, sheet: Sheet, table: blank_table.Table, rows: tuple[int, int]) -> None:
    for position, column in enumerate(sheet.columns, start=table.first):
        letter = get_column_letter(position)
        choices = _write_choices(page, table.last + CHOICES_GAP + position, column)
        blank_style.validate(page, f"{letter}{rows[0]}:{letter}{rows[1]}", column.type, choices)


def _write_choices(page: Worksheet, position: int, column: Column) -> str:
    """Write the choices into a hidden column and return its range: a validation's own list cannot hold commas."""
    if not column.choices:
        return ""
    for row, choice in enumerate(column.choices, start=1):
        page.cell(row, position, choice)
    letter = get_column_letter(position)
    page.column_dimensions[letter].hidden = True
    return f"${letter}$1:${letter}${len(column.choices)}"


def write_text(page: Worksheet, sheet: Sheet, form: Form, subtitle: str) -> None:
    """Write a text sheet: its questions, each with a tall cell for the answer."""
    table = blank_table.placed(sheet)
    _write_top(page, sheet, form, subtitle, table)
    top = header_row(sheet, form)
    singles = [(table.item, sheet.item), (table.label, sheet.label)]
    singles += [(position, column.label) for position, column in enumerate(sheet.columns, start=table.first)]
    for position, label in singles:
        if position:
            blank_style.span(page, (top, position, top, position), label or None, "header")
    for row, line in enumerate(sheet.rows, start=top + 1):
        _write_question(page, row, line, table)
    blank_style.set_widths(page, blank_table.column_widths(sheet, table))
    blank_style.set_up_page(page, top + 1, table.last, landscape=False)


def _write_question(page: Worksheet, row: int, line: Row, table: blank_table.Table) -> None:
    style = "section" if line.section else "label"
    if table.item:
        blank_style.span(page, (row, table.item, row, table.item), line.item or None, style).number_format = "@"
    blank_style.span(page, (row, table.label, row, table.label), line.label, style)
    for position in range(table.first, table.last + 1):
        blank_style.span(page, (row, position, row, position), None, "section" if line.section else "open_answer")
    if not line.section:
        page.row_dimensions[row].height = blank_style.ANSWER_HEIGHT
