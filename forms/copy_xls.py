"""How the sheets of an .xls workbook look: what xlrd tells of fonts, borders, fills, formats, widths and heights.

[MS-XLS] 2.4.122 (Font), 2.4.353 (XF), 2.5.11 (BorderStyle), 2.4.53 (ColInfo), 2.4.221 (Row).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from forms import text, xls
from forms.copy_looks import UNICODE_FONT, Box, CellLook, SheetLook, separate
from forms.package import Unreadable

_LINES = (
    "", "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed", "dashDot", "mediumDashDot",
    "dashDotDot", "mediumDashDotDot", "slantDashDot",
)  # fmt: skip
_HORIZONTAL = ("", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
_VERTICAL = ("top", "center", "bottom", "justify", "distributed")
_WIDTH_UNIT = 256
"""Widths are counted in 256ths of a character ([MS-XLS] 2.4.53)."""
_TWIPS = 20
"""Heights are counted in twentieths of a point ([MS-XLS] 2.4.221)."""


def looks(data: bytes, boxes: Mapping[str, Box]) -> dict[str, SheetLook]:
    """Return the looks of the sheets by name; none of a file of which xlrd cannot tell them.

    `boxes` say how many rows and columns of each sheet are wanted.
    """
    if len(data) > xls.FORMATTED_MOST:
        return {}
    try:
        book = xls.open_book(data, formatted=True)
        formats = [_cell_look(book, each) for each in book.xf_list]
        return {
            sheet.name: _sheet_look(sheet, formats, boxes[sheet.name]) for sheet in book.sheets() if sheet.name in boxes
        }
    except (Unreadable, *xls.ERRORS):
        return {}


def _sheet_look(sheet: Any, formats: list[CellLook], box: Box) -> SheetLook:
    columns = {number: info for number, info in sheet.colinfo_map.items() if number < box[1]}
    rows = {number: info for number, info in sheet.rowinfo_map.items() if number < box[0]}
    return SheetLook(
        widths={number: info.width / _WIDTH_UNIT for number, info in columns.items() if info.width},
        heights={number: info.height / _TWIPS for number, info in rows.items() if info.height > 0},
        set_by_hand={number for number, info in rows.items() if info.height_mismatch},
        hidden_columns={number for number, info in columns.items() if info.hidden},
        hidden_rows={number for number, info in rows.items() if info.hidden},
        cells=dict(_cells(sheet, formats, box)),
        merged=separate(((top, left), (down - 1, end - 1)) for top, down, left, end in sheet.merged_cells),
        default_width=sheet.standardwidth / _WIDTH_UNIT if sheet.standardwidth else sheet.defcolwidth or 0,
        default_height=(sheet.default_row_height or 0) / _TWIPS,
    )


def _cells(sheet: Any, formats: list[CellLook], box: Box) -> Iterator[tuple[tuple[int, int], CellLook]]:
    for row in range(min(sheet.nrows, box[0])):
        for column in range(min(sheet.row_len(row), box[1])):
            number = sheet.cell_xf_index(row, column)
            if number < len(formats):
                yield (row, column), formats[number]


def _cell_look(book: Any, xf: Any) -> CellLook:
    font, border = book.font_list[xf.font_index], xf.border
    number_format = book.format_map.get(xf.format_key)
    edges = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
    alignment = xf.alignment
    return CellLook(
        font=UNICODE_FONT if text.is_legacy_font(font.name) else font.name,
        size=font.height / _TWIPS,
        bold=bool(font.bold),
        italic=bool(font.italic),
        underlined=bool(font.underline_type),
        struck=bool(font.struck_out),
        colour=_colour(book, font.colour_index),
        fill=_colour(book, xf.background.pattern_colour_index) if xf.background.fill_pattern else "",
        borders=tuple(_named(_LINES, edge) for edge in edges),  # type: ignore[arg-type]
        number_format=str(number_format.format_str) if number_format else "",
        horizontal=_named(_HORIZONTAL, alignment.hor_align),
        vertical=_named(_VERTICAL, alignment.vert_align),
        wrapped=bool(alignment.text_wrapped),
    )


def _named(names: tuple[str, ...], number: int) -> str:
    return names[number] if 0 <= number < len(names) else ""


def _colour(book: Any, number: int) -> str:
    """Return a colour of the file's own palette, empty for the one that the system chooses."""
    found = book.colour_map.get(number)
    return "{:02X}{:02X}{:02X}".format(*found) if found else ""
