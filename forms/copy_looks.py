"""How a sheet looks, whatever kind of file it came in: what a copy of it in another kind needs to know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.marks import Place
from forms.workbook import WorkbookSheet

Area = tuple[Place, Place]
"""The first and the last cell of a merged range."""
Box = tuple[int, int]
"""How many rows and columns of a sheet are copied."""
UNICODE_FONT = "Times New Roman"
"""Nghị định 30/2020, phụ lục I: the letters of an office are written in it; it stands in for .VnTime and VNI-Times."""
_NARROWEST, _WIDEST = 9, 45
"""Characters: the width of a column that nobody chose, about Excel's own at least, a line read at a glance at most."""
_SIZE, _LINE = 11, 1.25
"""Points of the font whose digits widths are counted in (Calibri), and how much higher than its font a line is."""
_LETTERS = 1.1
"""Letters of a text in the room of one digit: Times New Roman, measured on the 2019 form with words kept whole."""
_MERGES_MOST = 1_000
"""Merged ranges of one sheet; each is compared with those before it. The 2019 form has 7."""
_TABLE_CELLS = 3
"""Filled cells of a row that belongs to a table: number, label, figure."""


@dataclass(frozen=True, slots=True)
class CellLook:
    """How one cell looks. Colours are RRGGBB; borders left, right, top, bottom by their names in ECMA-376, 18.18.3.

    What is empty, 0 or False is as in any cell that nobody has touched.
    """

    font: str = ""
    size: float = 0
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False
    colour: str = ""
    fill: str = ""
    borders: tuple[str, str, str, str] = ("", "", "", "")
    number_format: str = ""
    horizontal: str = ""
    vertical: str = ""
    wrapped: bool = False


@dataclass(slots=True)
class SheetLook:
    """How one sheet looks: widths in characters by column, heights in points by row, counted from 0.

    `set_by_hand` are rows whose height somebody chose; the others are as high as their texts.
    """

    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    set_by_hand: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    cells: dict[Place, CellLook] = field(default_factory=dict)
    merged: Sequence[Area] = ()
    default_width: float = 0
    default_height: float = 0


def plain(sheet: WorkbookSheet, box: Box) -> SheetLook:
    """Return a sensible look for a sheet of which only the values are known: widths by content, a ruled table."""
    look = SheetLook(hidden_rows=set(sheet.marks.hidden), merged=separate(sheet.merged))
    if box == (0, 0):
        return look
    top, bottom, left, right = _table_of(sheet.rows)
    look.widths = _widths(sheet.rows[top : bottom + 1])
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate([*values, *[""] * (right + 1 - len(values))]):
            in_table = top <= row <= bottom and left <= column <= right
            if in_table or value not in ("", None):
                percent = "0.##%" if (row, column) in sheet.marks.percents else ""
                look.cells[row, column] = _plain_cell(in_table, type(value) is str and in_table, percent)
    return look


def _plain_cell(in_table: bool, wrapped: bool, number_format: str) -> CellLook:
    line = "thin" if in_table else ""
    return CellLook(
        UNICODE_FONT, 12, borders=(line, line, line, line), number_format=number_format, vertical="top", wrapped=wrapped
    )


def _widths(rows: Sequence[Sequence[Any]]) -> dict[int, float]:
    """Return widths into which nine of ten texts of each column fit: a heading may run over into the next one."""
    lengths: dict[int, list[int]] = {}
    for row in rows:
        for column, value in enumerate(row):
            if type(value) is str and value:
                lengths.setdefault(column, []).append(max(map(len, value.split("\n"))) + 1)
    return {
        column: float(min(_WIDEST, max(_NARROWEST, sorted(each)[len(each) * 9 // 10])))
        for column, each in lengths.items()
    }


def _table_of(rows: Sequence[Sequence[Any]]) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of the longest stretch of rows with several filled cells, or 0, -1, 0, -1.

    A row with one filled cell, a heading of a section, belongs to the stretch around it; an empty row ends it.
    """
    best, start, last = (0, -1), -1, -1
    for number, row in enumerate([*rows, ()]):
        filled = sum(value not in ("", None) for value in row)
        if filled >= _TABLE_CELLS:
            start, last = (number if start < 0 else start), number
        elif filled == 0:
            best = max(best, (start, last), key=lambda each: each[1] - each[0])
            start = last = -1
    top, bottom = best if best[0] >= 0 else (0, -1)
    columns = [column for row in rows[top : bottom + 1] for column, value in enumerate(row) if value not in ("", None)]
    return top, bottom, min(columns, default=0), max(columns, default=-1)


def fit_rows(look: SheetLook, rows: Sequence[Sequence[Any]]) -> None:
    """Make rows as high as their wrapped texts: neither Excel nor LibreOffice does so by itself at opening."""
    covered = {area[0] for area in look.merged}
    for (row, column), cell in look.cells.items():
        value = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        if not cell.wrapped or type(value) is not str or row in look.set_by_hand or (row, column) in covered:
            continue
        size = cell.size or _SIZE
        room = max(1.0, look.widths.get(column, look.default_width or _NARROWEST) * _LETTERS * _SIZE / size)
        lines = sum(1 + int(len(line) / room) for line in value.split("\n"))
        if lines > 1:
            needed = lines * size * _LINE
            look.heights[row] = max(look.heights.get(row, 0), needed)


def separate(areas: Iterable[Area]) -> list[Area]:
    """Return the merged ranges that share no cell with one before them: Excel calls a file with others damaged."""
    kept: list[Area] = []
    for area in areas:
        (top, left), (bottom, right) = area
        if area[0] == area[1] or bottom < top or right < left:
            continue
        if not any(
            top <= down and up <= bottom and left <= end and begin <= right for (up, begin), (down, end) in kept
        ):
            kept.append(area)
            if len(kept) == _MERGES_MOST:
                break
    return kept
