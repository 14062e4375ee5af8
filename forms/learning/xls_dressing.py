"""How the sheets of an .xls blank are drawn, read with xlrd ([MS-XLS] 2.4.353, XF).

What its cells accept and compute is in forms.learning.xls_records, since xlrd does not tell it.
"""

import contextlib
import io
from dataclasses import replace
from typing import Any

import xlrd

from forms.learning import xls_records
from forms.learning.page import COLUMNS_LOOKED_AT, ROWS_LOOKED_AT, Dressing, Look

_TWIPS = 20
"""Font and row heights count twentieths of a point."""
_CHARACTER = 256
"""Column widths count 256ths of a character."""
_NO_FILL = (64, 65, 9, 1)
"""Palette numbers of no colour, the window's and white."""
_CENTRED = (2, 6)


def read(data: bytes) -> dict[str, Dressing]:
    """Return the dressing of each worksheet by its name; `data` has been read by forms.workbook already."""
    with contextlib.redirect_stdout(io.StringIO()):
        # On demand, since the stream that forms.learning.xls_records walks is let go of otherwise.
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO(), on_demand=True)
        sheets = book.sheets()
        looks = {number: _look(book, style) for number, style in enumerate(book.xf_list)}
        return {sheet.name: _dressing(book, sheet, looks) for sheet in sheets}


def _dressing(book: Any, sheet: Any, looks: dict[int, Look]) -> Dressing:
    formulas, accepted = xls_records.formulas_and_validations(book, sheet.number)
    dressing = Dressing(accepted=accepted)
    for row in range(min(sheet.nrows, ROWS_LOOKED_AT)):
        for column in range(min(sheet.row_len(row), COLUMNS_LOOKED_AT)):
            look, formula = looks[sheet.cell_xf_index(row, column)], formulas.get((row, column), "")
            dressing.looks[row, column] = replace(look, formula=formula) if formula else look
    for column, described in sheet.colinfo_map.items():
        if column < COLUMNS_LOOKED_AT:
            dressing.widths[column] = described.width / _CHARACTER
            if described.hidden:
                dressing.hidden_columns.add(column)
    for row, described in sheet.rowinfo_map.items():
        if row < ROWS_LOOKED_AT and described.height:
            dressing.heights[row] = described.height / _TWIPS
    return dressing


def _look(book: Any, style: Any) -> Look:
    font, border = book.font_list[style.font_index], style.border
    lines = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
    shown = book.format_map.get(style.format_key)
    return Look(
        bold=bool(font.bold),
        size=font.height / _TWIPS,
        boxed=sum(1 for line in lines if line) >= 2,  # noqa: PLR2004 - a line above alone is no box
        fill=_fill(book, style.background),
        locked=bool(style.protection.cell_locked),
        number_format=shown.format_str if shown else "General",
        centred=style.alignment.hor_align in _CENTRED,
        indent=style.alignment.indent_level,
        crossed=bool(border.diag_line_style and (border.diag_up or border.diag_down)),
    )


def _fill(book: Any, background: Any) -> str:
    if not background.fill_pattern or background.pattern_colour_index in _NO_FILL:
        return ""
    color = book.colour_map.get(background.pattern_colour_index)
    return "" if color is None or color == (255, 255, 255) else "".join(f"{part:02X}" for part in color)
