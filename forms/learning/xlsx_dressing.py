"""How the sheets of an .xlsx blank are drawn and what their cells accept, read with openpyxl."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from forms.learning.page import COLUMNS_LOOKED_AT, ROWS_LOOKED_AT, Accepted, Dressing, Look

_WHITE = ("FFFFFF", "000000", "")
_CHOICES_MOST = 200
"""Choices of one list; provinces are 63."""
_CELLS_MOST = 20_000
"""Cells to which one validation is applied: a column of ROWS_LOOKED_AT rows twenty times."""


def read(data: bytes) -> dict[str, Dressing]:
    """Return the dressing of each worksheet by its name; `data` has been read by forms.workbook already."""
    import openpyxl  # noqa: PLC0415 - a fifth of a program's start, and only learning needs it

    book = openpyxl.load_workbook(BytesIO(data))
    return {page.title: _dressing(page, book) for page in book.worksheets}


def _dressing(page: Any, book: Any) -> Dressing:
    dressing = Dressing(protected=bool(page.protection.sheet))
    known: dict[int, Look] = {}
    # A bound beyond the last cell would make cells.
    rows, columns = min(page.max_row, ROWS_LOOKED_AT), min(page.max_column, COLUMNS_LOOKED_AT)
    for row in page.iter_rows(max_row=rows, max_col=columns):
        for cell in row:
            if cell.has_style or cell.data_type == "f":
                dressing.looks[cell.row - 1, cell.column - 1] = _look(cell, known)
    for letters, dimension in page.column_dimensions.items():
        _read_column(dressing, letters, dimension)
    for number, dimension in page.row_dimensions.items():
        if dimension.height and number <= ROWS_LOOKED_AT:
            dressing.heights[number - 1] = float(dimension.height)
    for rule in page.data_validations.dataValidation:
        _read_validation(dressing, rule, page, book)
    return dressing


def _read_column(dressing: Dressing, letters: str, dimension: Any) -> None:
    first = dimension.min or 0
    last = min(dimension.max or first, COLUMNS_LOOKED_AT)
    for column in range(first, last + 1) if first else ():
        if dimension.hidden:
            dressing.hidden_columns.add(column - 1)
        if dimension.customWidth or dimension.width:
            dressing.widths[column - 1] = float(dimension.width)
    if not first and dimension.hidden:
        from openpyxl.utils import column_index_from_string  # noqa: PLC0415

        dressing.hidden_columns.add(column_index_from_string(letters) - 1)


def _look(cell: Any, known: dict[int, Look]) -> Look:
    formula = cell.value[1:] if cell.data_type == "f" and isinstance(cell.value, str) else ""
    standing = known.get(cell.style_id)
    if standing is None:
        standing = known[cell.style_id] = _look_of_style(cell)
    return replace(standing, formula=formula) if formula else standing


def _look_of_style(cell: Any) -> Look:
    border, font = cell.border, cell.font
    sides = (border.left, border.right, border.top, border.bottom)
    return Look(
        bold=bool(font.bold),
        size=float(font.sz or 0),
        boxed=sum(1 for side in sides if side is not None and side.style) >= 2,  # noqa: PLR2004 - a line above alone is no box
        fill=_fill(cell.fill),
        locked=bool(cell.protection.locked),
        number_format=cell.number_format or "General",
        centred=cell.alignment.horizontal in ("center", "centerContinuous"),
        indent=int(cell.alignment.indent or 0),
        crossed=bool((border.diagonalUp or border.diagonalDown) and border.diagonal and border.diagonal.style),
    )


def _fill(fill: Any) -> str:
    if fill is None or fill.fill_type in (None, "none"):
        return ""
    color = fill.fgColor
    if color.type == "rgb" and isinstance(color.rgb, str):
        return "" if color.rgb[-6:] == "FFFFFF" else color.rgb[-6:].upper()
    if color.type == "theme":
        # The theme's first two colours are those of paper and ink; a tint makes paper grey.
        return "" if color.theme == 0 and not color.tint else f"theme{color.theme}{color.tint:+.2f}"
    return f"indexed{color.indexed}" if color.type == "indexed" and color.indexed not in (9, 64) else ""


def _read_validation(dressing: Dressing, rule: Any, page: Any, book: Any) -> None:
    accepted = Accepted(
        str(rule.type or ""), _choices(str(rule.formula1 or ""), page, book) if rule.type == "list" else ()
    )
    cells = 0
    for area in rule.sqref.ranges:
        for row in range(area.min_row, min(area.max_row, ROWS_LOOKED_AT) + 1):
            for column in range(area.min_col, min(area.max_col, COLUMNS_LOOKED_AT) + 1):
                cells += 1
                if cells > _CELLS_MOST:
                    return
                dressing.accepted[row - 1, column - 1] = accepted


def _choices(formula: str, page: Any, book: Any) -> tuple[str, ...]:
    """Return the choices of a list: written out, in a range of cells, or in a range that has a name."""
    if formula.startswith('"'):
        return tuple(choice.strip() for choice in formula.strip('"').split(",") if choice.strip())[:_CHOICES_MOST]
    formula = formula.lstrip("=")
    if formula in book.defined_names:
        formula = book.defined_names[formula].attr_text or ""
    sheet, mark, area = formula.rpartition("!")
    source = page
    if mark:
        name = sheet.strip("'").replace("''", "'")
        if name not in book.sheetnames:
            return ()
        source = book[name]
    try:
        rows = source[area.replace("$", "")]
    except (ValueError, KeyError, TypeError):
        return ()
    cells = rows if isinstance(rows, tuple) else ((rows,),)
    flat = [cell for row in cells for cell in (row if isinstance(row, tuple) else (row,))]
    return tuple(str(cell.value).strip() for cell in flat[:_CHOICES_MOST] if cell.value not in (None, ""))
