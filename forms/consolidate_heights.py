"""Rows as high as their text: LibreOffice and viewers do not fit rows of a workbook that was never opened in Excel."""

import math

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

HIGHEST = 409
"""Points a row can be high (Excel specifications and limits)."""
LINE_OF_POINT = 1.28
"""Height of a printed line in sizes of its font, Times New Roman with Vietnamese accents above capitals."""
LETTERS_IN_WIDTH = 1.15
"""Letters of Times New Roman in the width of a digit of Calibri, by which columns are measured."""
SURELY_FITS = 0.8
"""Of a column's width in characters: the largest font in a table has 12 points, a twelfth more than the standard."""
STANDARD_SIZE, STANDARD_WIDTH, STANDARD_HEIGHT = (
    11,
    8.43,
    15.0,
)  # of a sheet that says nothing else (ECMA-376, 18.3.1.81)


def fit(page: Worksheet, first: int, last: int) -> None:
    """Give the rows from `first` to `last` the height of their longest wrapped text, where they have none yet."""
    spans = {
        (area.min_row, area.min_col): area.max_col for area in page.merged_cells.ranges if area.min_row == area.max_row
    }
    widths: dict[int, float] = {}
    for cells in page.iter_rows(min_row=first, max_row=last):
        number = cells[0].row
        if number is None or page.row_dimensions[number].height is not None:
            continue
        height = 0.0
        for cell in cells:
            # What is surely short is passed over first: to ask a cell for its style takes long.
            if not isinstance(cell.value, str) or cell.data_type == "f":
                continue
            column = cell.column
            if len(cell.value) < _width(page, column, widths) * SURELY_FITS and "\n" not in cell.value:
                continue
            if not cell.alignment.wrap_text:
                continue
            size = cell.font.size or STANDARD_SIZE
            end = spans.get((number, column), column)
            room = (
                sum(_width(page, each, widths) for each in range(column, end + 1))
                * STANDARD_SIZE
                / size
                * LETTERS_IN_WIDTH
            )
            lines = sum(max(math.ceil(len(part) / max(room, 1)), 1) for part in cell.value.split("\n"))
            height = max(height, lines * size * LINE_OF_POINT) if lines > 1 else height
        if height > STANDARD_HEIGHT:
            page.row_dimensions[number].height = min(round(height, 1), HIGHEST)


def _width(page: Worksheet, column: int, known: dict[int, float]) -> float:
    if column not in known:
        dimension = page.column_dimensions.get(get_column_letter(column))
        known[column] = dimension.width if dimension is not None and dimension.width else STANDARD_WIDTH
    return known[column]
