"""Where the table of a sheet is: its header rows, and the column of each declared label (rules P16 to P18, P24).

Labels decide, never positions: people insert rows above the table and columns inside it.
"""

import itertools
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from forms import columns, text
from forms.columns import Printed, Wanted
from forms.form import Sheet
from forms.workbook import WorkbookSheet

HEADERS_TRIED = 20
"""Rows that look like a header and are read as one below the first table; each may be held against all merges."""
HEADER_WITHIN = 40
"""P16: the header stands within the first 40 rows."""
ENOUGH = 0.6
"""P16: a row is the header from 60 % of the declared labels on."""
DEEPER = 2
"""Rows that a header may have beyond the form's own: a title over the results, a row of communes."""
LABEL_MOST = 300
"""Characters: the longest label of the 2019 form has 93."""
MOST_COLUMNS = 300
"""The widest form known has 40 columns; formatted whole rows must not be walked to column XFD (P06)."""
HEADERS_REMEMBERED = 50
"""Different printed headers of one sheet that are remembered: one blank, and what units made of it."""
_NUMBER_CELL = re.compile(r"\(?(?:[A-Za-z]|[0-9]{1,2})\)?(?: ?= ?[0-9A-Za-z()+\-x*/.: ]{1,40})?")
_NUMBERED_MOST = 100

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WantedTable:
    """What the header of a declared sheet must show. `first` are the keys that make a row worth a closer look.

    `remembered` keeps what printed headers were found to be: every unit fills in the same blank.
    """

    columns: tuple[Wanted, ...]
    first: frozenset[str]
    depth: int
    year: int | None = None
    remembered: dict[Hashable, "Table"] = field(default_factory=dict, compare=False, repr=False)


@dataclass(slots=True)
class Table:
    """A header that was found in rows `top` to `bottom`.

    `columns` is the column of each declared name, ITEM, LABEL, UNIT too; `printed` what stands over it; `unknown` are
    the headers that the form does not know; `doubtful` the headers that vie for a name; `totals` those of columns of
    totals that were taken for want of another (P34).
    """

    top: int
    bottom: int
    columns: dict[str, int]
    unknown: dict[int, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)
    totals: tuple[str, ...] = ()


ITEM, LABEL, UNIT = "\0item", "\0label", "\0unit"


def prepare(sheet: Sheet, year: int | None = None) -> WantedTable:
    """Return what to look for in the header of `sheet`, once per form; `year` is that of the form."""
    named = [(ITEM, sheet.item, False), (LABEL, sheet.label, False), (UNIT, sheet.unit, False)]
    named += [(column.name, column.label, column.type == "integer") for column in sheet.columns]
    wanted = tuple(columns.wanted(name, label, counts) for name, label, counts in named if label)
    paths = [label.split(" / ") for _, label, _ in named if label]
    first = frozenset(text.fold(part) for path in paths for part in (path[0], path[-1]))
    return WantedTable(wanted, first, max((len(path) for path in paths), default=1), year)


def find(sheet: WorkbookSheet, wanted: WantedTable) -> Table | None:
    """Return the table of `sheet` whose header shows at least 60 % of the declared labels, None where there is none."""
    return _find_within(sheet, wanted, range(min(HEADER_WITHIN, len(sheet.rows))))


def find_below(sheet: WorkbookSheet, wanted: WantedTable, first: int) -> Table | None:
    """Do as `find` for a table whose header stands in row `first` or anywhere below it."""
    least = min(2, len(wanted.columns))
    likely = (row for row in range(first, len(sheet.rows)) if _hits(sheet.rows[row], wanted) >= least)
    return _find_within(sheet, wanted, list(itertools.islice(likely, HEADERS_TRIED)))


def _find_within(sheet: WorkbookSheet, wanted: WantedTable, tops: Sequence[int]) -> Table | None:
    rows = sheet.rows
    for top in tops:
        if _hits(rows[top], wanted) >= min(2, len(wanted.columns)):
            table = _read_deep_header(sheet, wanted, top)
            if len(table.columns) >= ENOUGH * len(wanted.columns):
                table.bottom = _skip_numbers(rows, table)
                return table
    return None


def _hits(row: Sequence[Any], wanted: WantedTable) -> int:
    """Return how many cells of `row` are a declared label."""
    return sum(
        1 for cell in row if cell and type(cell) is str and len(cell) < LABEL_MOST and text.fold(cell) in wanted.first
    )


def _read_deep_header(sheet: WorkbookSheet, wanted: WantedTable, top: int) -> Table:
    """Read the header as deep as the form has it, deeper where columns are missing and the next row names some."""
    best = _read_known_header(sheet, wanted, top, wanted.depth)
    for depth in range(wanted.depth + 1, wanted.depth + 1 + DEEPER):
        below = top + depth - 1
        if len(best.columns) == len(wanted.columns) or below >= len(sheet.rows):
            break
        if not _hits(sheet.rows[below], wanted):
            continue
        deeper = _read_known_header(sheet, wanted, top, depth)
        if len(deeper.columns) > len(best.columns):
            best = deeper
    return best


def _read_known_header(sheet: WorkbookSheet, wanted: WantedTable, top: int, depth: int) -> Table:
    """Do as `_read_header`, and remember the answer for headers of the same texts and merges."""
    rows = sheet.rows[top : top + depth]
    merged = tuple(area for area in sheet.merged if top <= area[0][0] < top + depth)
    key = (
        top,
        depth,
        merged,
        *(tuple([cell if type(cell) is str else "" for cell in row[:MOST_COLUMNS]]) for row in rows),
    )
    known = wanted.remembered.get(key)
    if known is None:
        known = _read_header(sheet, wanted, top, depth)
        if len(wanted.remembered) < HEADERS_REMEMBERED:
            wanted.remembered[key] = known
    return replace(known)


def _read_header(sheet: WorkbookSheet, wanted: WantedTable, top: int, depth: int) -> Table:
    printed = _printed_columns(sheet, top, min(depth, len(sheet.rows) - top))
    chosen = columns.choose(wanted.columns, printed, wanted.year)
    table = Table(top, top, {name: column for name, (column, _) in chosen.places.items()})
    table.bottom = top + max((level for _, level in chosen.places.values()), default=0)
    taken = set(table.columns.values())
    table.printed = {name: printed[column].words for name, column in table.columns.items()}
    table.unknown = {column: each.words for column, each in printed.items() if column not in taken and each.words}
    table.doubtful, table.totals = chosen.doubtful, tuple(chosen.totals)
    return table


def _printed_columns(sheet: WorkbookSheet, top: int, depth: int) -> dict[int, Printed]:
    width = min(max((len(row) for row in sheet.rows[top : top + depth]), default=0), MOST_COLUMNS)
    levels = [_level(sheet, top + offset, width, offset + 1 < depth) for offset in range(depth)]
    printed = {}
    for column in range(width):
        words = [level[column] for level in levels]
        if any(words):
            keys = [text.fold(word) for word in words]
            paths = tuple(" ".join(key for key in keys[: end + 1] if key) for end in range(depth))
            printed[column] = Printed(paths, tuple(keys), " / ".join(word for word in words if word))
    return printed


def _level(sheet: WorkbookSheet, row: int, width: int, spreads: bool) -> list[str]:
    """Return one header row's texts; a text spreads over the columns it is merged with (P17)."""
    cells: list[Any] = sheet.rows[row] if row < len(sheet.rows) else []
    words = [
        str(cells[column]) if column < len(cells) and isinstance(cells[column], str) else "" for column in range(width)
    ]
    words = [word if len(word) < LABEL_MOST else "" for word in words]
    if spreads:
        covered: set[int] = set()
        for (top, left), (bottom, right) in sheet.merged:
            if top <= row <= bottom and left < width:
                covered.update(range(left, min(right + 1, width)))
                words[left + 1 : min(right + 1, width)] = [words[left]] * (min(right + 1, width) - left - 1)
        _spread(sheet, row, words, covered)
    return [text.collapse(word) for word in words]


def _spread(sheet: WorkbookSheet, row: int, words: list[str], covered: set[int]) -> None:
    """Where nothing is merged, a text spreads to the right over blanks that have a text of their own below."""
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else []
    for column in range(1, min(len(words), len(below))):
        if words[column] or column in covered or column - 1 in covered:
            continue
        if isinstance(below[column], str) and below[column].strip():
            words[column] = words[column - 1]


def _skip_numbers(rows: Sequence[list[Any]], table: Table) -> int:
    """Return the last row of the header, the row of column numbers under it included (P18)."""
    below = table.bottom + 1
    if below < len(rows) and is_number_row(rows[below]):
        return below
    return table.bottom


def is_number_row(row: Sequence[Any]) -> bool:
    """Say whether `row` numbers the columns: `A B 1 2`, `(1) (2) (3)=(1)+(2)`."""
    cells = [cell for cell in row if cell not in ("", None)]
    if len(cells) < 3:  # noqa: PLR2004 - one or two cells may be a line with a figure
        return False
    numbers = [cell for cell in cells if type(cell) in (int, float)]
    if any(not 0 < number < _NUMBERED_MOST or number != int(number) for number in numbers):
        return False
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    if len(numbers) + len(texts) != len(cells) or not all(_NUMBER_CELL.fullmatch(word) for word in texts):
        return False
    counted = [int(number) for number in numbers]
    in_order = sorted(set(counted))
    # Columns that were moved took their numbers along.
    return counted == in_order or (len(in_order) == len(counted) and in_order[-1] - in_order[0] < len(counted))
