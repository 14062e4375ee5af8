"""The table of a printed form: where its columns stand, its title, its header of several rows, its widths."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from openpyxl.worksheet.worksheet import Worksheet

from forms import blank_style
from forms.form import Sheet

NOTE_LABEL = "Ghi chú"
# In characters of the standard font, so that an A4 page holds the 2019 form at a legible size.
ITEM_WIDTH, LABEL_WIDTH, UNIT_WIDTH, COLUMN_WIDTH, CHOICE_WIDTH, TEXT_WIDTH, NOTE_WIDTH = 6, 62, 16, 13, 21, 30, 24
ANSWER_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Table:
    """Where the columns of a sheet stand, counted from 1; 0 where the sheet has no such column.

    `first` to `last` are the columns to fill in, and that of notes if there is one.
    """

    item: int
    label: int
    unit: int
    first: int
    note: int
    last: int


def placed(sheet: Sheet) -> Table:
    """Return where the columns of `sheet` go: item number, label, unit of measure, the columns to fill in, notes."""
    item = 1 if sheet.item else 0
    label = item + 1 if sheet.kind != "list" else 0
    unit = label + 1 if sheet.unit else 0
    first = max(item, label, unit) + 1
    after = first + len(sheet.columns)
    noted = sheet.kind == "rows"
    return Table(item, label, unit, first, after if noted else 0, after if noted else after - 1)


def write_title(page: Worksheet, row: int, title: str, subtitle: str, last: int) -> int:
    """Write title and subtitle across the table's columns; return the row below."""
    blank_style.span(page, (row, 1, row, last), title, "title")
    blank_style.span(page, (row + 1, 1, row + 1, last), subtitle or None, "reference")
    return row + 2


def header_depth(sheet: Sheet) -> int:
    """Return how many rows the header takes: the longest header path."""
    return max(len(column.label.split(" / ")) for column in sheet.columns)


def write_table_header(page: Worksheet, row: int, sheet: Sheet, table: Table) -> int:
    """Write the header paths, one row a level, and the row of column numbers; return the first data row."""
    depth = header_depth(sheet)
    singles = ((table.item, sheet.item), (table.label, sheet.label), (table.unit, sheet.unit), (table.note, NOTE_LABEL))
    for column, label in singles:
        if column:
            blank_style.span(page, (row, column, row + depth - 1, column), label or None, "header")
    for level in range(depth):
        _write_level(page, row, level, sheet, table.first)
    _write_numbers(page, row + depth, table)
    return row + depth + 1


def _write_level(page: Worksheet, top: int, level: int, sheet: Sheet, first: int) -> None:
    """Write one level of the header: neighbours under one path share a cell, a path that ends goes down to the end."""
    paths = [column.label.split(" / ") for column in sheet.columns]
    bottom = top + header_depth(sheet) - 1
    column = first
    for path, group in groupby(paths, key=lambda path: tuple(path[: level + 1])):
        members = list(group)
        if len(path) > level:
            ends_here = all(len(member) == level + 1 for member in members)
            area = (top + level, column, bottom if ends_here else top + level, column + len(members) - 1)
            blank_style.span(page, area, path[level] or None, "header")
        column += len(members)


def _write_numbers(page: Worksheet, row: int, table: Table) -> None:
    described: Sequence[int] = [column for column in (table.item, table.label, table.unit) if column]
    for letter, column in zip("ABC", described, strict=False):
        blank_style.span(page, (row, column, row, column), f"({letter})", "number")
    for number, column in enumerate(range(table.first, table.last + 1), start=1):
        blank_style.span(page, (row, column, row, column), f"({number})", "number")


def column_widths(sheet: Sheet, table: Table) -> dict[int, float]:
    """Return the width of each column, in characters."""
    is_text = sheet.kind == "text"
    label_width = TEXT_WIDTH if is_text else LABEL_WIDTH
    widths: dict[int, float] = {table.item: ITEM_WIDTH, table.label: label_width, table.unit: UNIT_WIDTH}
    for position, column in enumerate(sheet.columns, start=table.first):
        text_width = ANSWER_WIDTH if is_text else TEXT_WIDTH
        widths[position] = text_width if column.type == "text" else CHOICE_WIDTH if column.choices else COLUMN_WIDTH
    widths[table.note] = NOTE_WIDTH
    widths.pop(0, None)  # where a column that the sheet does not have would stand
    return widths
