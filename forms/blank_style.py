"""How a blank workbook looks and what its cells accept: fonts, borders, widths, printing, protection, validation."""

from collections.abc import Mapping, Sequence
from typing import Literal

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Times New Roman"  # the font of official documents: Nghị định 30/2020, Phụ lục I
DATE_FORMAT = "dd/mm/yyyy"
FORMATS = {
    "integer": "#,##0",
    "decimal": "General",
    "text": "@",
    "date": DATE_FORMAT,
    "yes_no": "0",
    "select_one": "@",
}
# Points: about ten printed lines, what an officer writes in answer to a question.
ANSWER_HEIGHT = 180
CLOSED_FILL = PatternFill("solid", fgColor="D9D9D9")
SECTION_FILL = PatternFill("solid", fgColor="F2F2F2")
HEADER_FILL = PatternFill("solid", fgColor="DDEBF7")
LINE = Side(style="thin", color="808080")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
NONE = PatternFill()

Kind = Literal["whole", "decimal", "list", "date"]
Operator = Literal["greaterThan", "greaterThanOrEqual"]

# Of texts that may run over the next cells, and of unit names above narrow columns.
_PLACED = {
    "unwrapped": Alignment(horizontal="left", vertical="center"),
    "upright": Alignment(horizontal="center", vertical="bottom", wrap_text=True, text_rotation=90),
}

# style: (font size, bold, italic, horizontal, boxed, fill, locked)
STYLES: dict[str, tuple[int, bool, bool, str, bool, PatternFill, bool]] = {
    "motto": (12, True, False, "center", False, NONE, True),
    "open_heading": (12, True, False, "center", False, NONE, False),
    "open_note": (11, False, True, "center", False, NONE, False),
    "title": (14, True, False, "center", False, NONE, True),
    "reference": (11, False, True, "center", False, NONE, True),
    "field_label": (12, False, False, "left", False, NONE, True),
    "field": (12, True, False, "left", False, NONE, False),
    "small_left": (11, False, True, "left", False, NONE, True),
    "small_right": (11, False, True, "right", False, NONE, True),
    "header": (12, True, False, "center", True, HEADER_FILL, True),
    "number": (10, False, True, "center", True, HEADER_FILL, True),
    "section": (12, True, False, "left", True, SECTION_FILL, True),
    "label": (12, False, False, "left", True, NONE, True),
    "open": (12, False, False, "right", True, NONE, False),
    "open_text": (12, False, False, "left", True, NONE, False),
    "open_answer": (12, False, False, "left", True, NONE, False),
    "open_total": (12, True, False, "right", True, SECTION_FILL, False),
    "closed": (12, False, False, "right", True, CLOSED_FILL, True),
    "explanation": (11, False, True, "left", False, NONE, True),
    # Of the consolidated workbook alone.
    "page_title": (14, True, False, "unwrapped", False, NONE, True),
    "caption": (12, True, False, "unwrapped", False, NONE, True),
    "plain": (11, False, False, "unwrapped", False, NONE, False),
    "reference_left": (11, False, True, "unwrapped", False, NONE, False),
    "note": (10, False, True, "left", True, NONE, False),
    "count": (12, True, False, "center", True, NONE, False),
    "small_cell": (10, False, False, "left", True, NONE, False),
    "small_figure": (10, False, False, "right", True, NONE, False),
    "upright": (11, True, False, "upright", True, HEADER_FILL, True),
}


def span(page: Worksheet, area: tuple[int, int, int, int], text: str | None, style: str) -> Cell:
    """Write `text` in `style` over `area` (first row, column, last row, column), merged; return its first cell."""
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            dress(page.cell(row, column), style)
    cell = page.cell(top, left)
    assert isinstance(cell, Cell)
    cell.value = text
    if (top, left) != (bottom, right):
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    return cell


def dress(cell: Cell | MergedCell, style: str) -> None:
    """Give a cell the font, alignment, border, fill and protection of `style`."""
    size, bold, italic, horizontal, boxed, fill, locked = STYLES[style]
    cell.font = Font(name=FONT, size=size, bold=bold, italic=italic)
    if horizontal in _PLACED:
        cell.alignment = _PLACED[horizontal]
    else:
        vertical = "top" if style == "open_answer" else "center"
        cell.alignment = Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True)
    cell.protection = Protection(locked=locked)
    if boxed:
        cell.border = BOX
        cell.fill = fill


def expect(page: Worksheet, cell: Cell, kind: str, choices: Sequence[str]) -> None:
    """Format an open cell for values of type `kind` and let Excel refuse others."""
    cell.number_format = FORMATS[kind]
    inline = '"' + ",".join(choices) + '"' if choices else ""
    validate(page, cell.coordinate, kind, inline)


def validate(page: Worksheet, area: str, kind: str, choices: str) -> None:
    """Validate `area` for values of type `kind`; `choices` is a range or a quoted list. A rule is written once."""
    rule = _rule(kind, choices)
    if rule is None:
        return
    known = {_identity(each): each for each in page.data_validations.dataValidation}
    standing = known.get(_identity(rule))
    if standing is None:
        page.add_data_validation(rule)
        standing = rule
    standing.add(area)


def _identity(rule: DataValidation) -> tuple[object, ...]:
    return (rule.type, rule.operator, rule.formula1, rule.prompt)


def _rule(kind: str, choices: str) -> DataValidation | None:
    if kind == "integer":
        return _accepting("whole", "greaterThanOrEqual", "0", "Ghi số nguyên, không âm; không phát sinh ghi 0.")
    if kind == "decimal":
        return _accepting(
            "decimal", "greaterThanOrEqual", "0", "Ghi số không âm, đúng đơn vị tính của biểu; không phát sinh ghi 0."
        )
    if kind == "yes_no":
        return _accepting("list", None, '"1,0"', "Có ghi 1, không ghi 0.")
    if kind == "select_one" and choices:
        return _accepting("list", None, choices, "Chọn một mục trong danh sách.")
    if kind == "date":
        # Only advice: a date typed as text is understood as well, and Excel's own idea of a date depends on its
        # language.
        rule = _accepting("date", "greaterThan", "1", "Ghi ngày/tháng/năm, ví dụ 01/6/2019.")
        rule.errorStyle = "information"
        return rule
    return None


def _accepting(kind: Kind, operator: Operator | None, formula: str, prompt: str) -> DataValidation:
    rule = DataValidation(type=kind, operator=operator, formula1=formula, allow_blank=True)
    rule.prompt, rule.promptTitle = prompt, "Hướng dẫn"
    rule.error, rule.errorTitle = prompt, "Đề nghị kiểm tra lại"
    rule.showInputMessage = rule.showErrorMessage = True
    return rule


def set_widths(page: Worksheet, widths: Mapping[int, float]) -> None:
    """Set the width of each column, in characters."""
    for column, width in widths.items():
        page.column_dimensions[get_column_letter(column)].width = width


def set_up_page(page: Worksheet, first_line: int, last_column: int, landscape: bool) -> None:
    """Freeze what stands above `first_line`, print on A4 to the page's width, lock labels without a password."""
    page.freeze_panes = f"A{first_line}"
    page.print_title_rows = f"{first_line - 1}:{first_line - 1}"
    page.print_area = f"A1:{get_column_letter(last_column)}{page.max_row}"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    number_pages(page)
    protection = page.protection
    protection.sheet = True
    # False means allowed: lines may be inserted and removed, widths changed.
    protection.formatCells = protection.formatColumns = protection.formatRows = False
    protection.insertRows = protection.deleteRows = False


def number_pages(page: Worksheet) -> None:
    """Print the number of each page and of all."""
    page.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="&P/&N"))
