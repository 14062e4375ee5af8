"""Where the table of a sheet is: its header rows, and the column of each declared label (rules P16 to P18, P24).

Labels decide, never positions: people insert rows above the table and columns inside it.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import fuzz

from forms import text
from forms.form import Sheet
from forms.workbook import WorkbookSheet

HEADER_WITHIN = 40
"""P16: the header stands within the first 40 rows."""
ENOUGH = 0.6
"""P16: a row is the header from 60 % of the declared labels on."""
ALIKE = 85
"""P21: labels are the same text from 0.85 on."""
LABEL_MOST = 300
"""Characters: the longest label of the 2019 form has 93."""
MOST_COLUMNS = 300
"""The widest form known has 40 columns; formatted whole rows must not be walked to column XFD (P06)."""
HEADERS_REMEMBERED = 50
"""Different printed headers of one sheet that are remembered: one blank, and what units made of it."""
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_NUMBER_CELL = re.compile(r"\(?(?:[A-Za-z]|[0-9]{1,2})\)?(?: ?= ?[0-9A-Za-z()+\-x*/.: ]{1,40})?")
_NUMBERED_MOST = 100

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One declared column.

    `name`, the key of its whole header path, of its last part, and of that without its brackets.
    """

    name: str
    path: str
    leaf: str
    bare: str


@dataclass(frozen=True, slots=True)
class WantedTable:
    """What the header of a declared sheet must show. `first` are the keys that make a row worth a closer look.

    `remembered` keeps what printed headers were found to be: every unit fills in the same blank.
    """

    columns: tuple[Wanted, ...]
    first: frozenset[str]
    depth: int
    remembered: dict[Hashable, "Table"] = field(default_factory=dict, compare=False, repr=False)


@dataclass(slots=True)
class Table:
    """A header that was found in rows `top` to `bottom`.

    `columns` is the column of each declared name, ITEM, LABEL, UNIT too; `printed` what stands over it; `unknown` are
    the headers that the form does not know.
    """

    top: int
    bottom: int
    columns: dict[str, int]
    unknown: dict[int, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)


ITEM, LABEL, UNIT = "\0item", "\0label", "\0unit"


def prepare(sheet: Sheet) -> WantedTable:
    """Return what to look for in the header of `sheet`, once per form."""
    named = [(ITEM, sheet.item), (LABEL, sheet.label), (UNIT, sheet.unit)]
    named += [(column.name, column.label) for column in sheet.columns]
    columns = tuple(_wanted(name, label) for name, label in named if label)
    paths = [label.split(" / ") for _, label in named if label]
    first = frozenset(text.fold(part) for path in paths for part in (path[0], path[-1]))
    return WantedTable(columns, first, max((len(path) for path in paths), default=1))


def _wanted(name: str, label: str) -> Wanted:
    leaf = label.rsplit(" / ", maxsplit=1)[-1]
    return Wanted(name, text.fold(label), text.fold(leaf), text.fold(_IN_BRACKETS.sub(" ", leaf)))


def find(sheet: WorkbookSheet, wanted: WantedTable) -> Table | None:
    """Return the table of `sheet` whose header shows at least 60 % of the declared labels, None where there is none."""
    rows = sheet.rows
    for top in range(min(HEADER_WITHIN, len(rows))):
        hits = [
            1
            for cell in rows[top]
            if cell and type(cell) is str and len(cell) < LABEL_MOST and text.fold(cell) in wanted.first
        ]
        if len(hits) >= min(2, len(wanted.columns)):
            table = _read_known_header(sheet, wanted, top)
            if len(table.columns) >= ENOUGH * len(wanted.columns):
                table.bottom = _skip_numbers(rows, table)
                return table
    return None


@dataclass(frozen=True, slots=True)
class _Printed:
    """One column's printed header: the keys of its path down to each row, the keys of single cells, and the texts."""

    paths: tuple[str, ...]
    cells: tuple[str, ...]
    words: str


def _read_known_header(sheet: WorkbookSheet, wanted: WantedTable, top: int) -> Table:
    """Do as `_read_header`, and remember the answer for headers of the same texts and merges."""
    rows = sheet.rows[top : top + wanted.depth]
    merged = tuple(area for area in sheet.merged if top <= area[0][0] < top + wanted.depth)
    key = (
        top,
        merged,
        tuple(tuple(cell if type(cell) is str else "" for cell in row[:MOST_COLUMNS]) for row in rows),
        _texts_below(sheet, top + wanted.depth),
    )
    known = wanted.remembered.get(key)
    if known is None:
        known = _read_header(sheet, wanted, top)
        if len(wanted.remembered) < HEADERS_REMEMBERED:
            wanted.remembered[key] = known
    return replace(known)


def _texts_below(sheet: WorkbookSheet, row: int) -> Hashable:
    """Return which cells below the header hold text: without merges, a text spreads over blanks that do."""
    if sheet.merged or row >= len(sheet.rows):
        return ()
    return tuple(isinstance(cell, str) and bool(cell.strip()) for cell in sheet.rows[row][:MOST_COLUMNS])


def _read_header(sheet: WorkbookSheet, wanted: WantedTable, top: int) -> Table:
    depth = min(wanted.depth, len(sheet.rows) - top)
    printed = _printed_columns(sheet, top, depth)
    table = Table(top, top, {})
    for choose in (_by_path, _by_leaf, _by_likeness):
        for each in wanted.columns:
            if each.name not in table.columns:
                found = choose(each, printed, set(table.columns.values()))
                if found is not None:
                    table.columns[each.name] = found[0]
                    table.bottom = max(table.bottom, top + found[1])
    taken = set(table.columns.values())
    table.printed = {name: printed[column].words for name, column in table.columns.items()}
    table.unknown = {column: each.words for column, each in printed.items() if column not in taken and each.words}
    return table


def _printed_columns(sheet: WorkbookSheet, top: int, depth: int) -> dict[int, _Printed]:
    width = min(max((len(row) for row in sheet.rows[top : top + depth]), default=0), MOST_COLUMNS)
    levels = [_level(sheet, top + offset, width, offset + 1 < depth) for offset in range(depth)]
    printed = {}
    for column in range(width):
        words = [level[column] for level in levels]
        if any(words):
            keys = [text.fold(word) for word in words]
            paths = tuple(" ".join(key for key in keys[: end + 1] if key) for end in range(depth))
            printed[column] = _Printed(paths, tuple(keys), " / ".join(word for word in words if word))
    return printed


def _level(sheet: WorkbookSheet, row: int, width: int, spreads: bool) -> list[str]:
    """Return one header row's texts; a text spreads over the columns it is merged with (P17)."""
    cells: list[Any] = sheet.rows[row] if row < len(sheet.rows) else []
    words = [
        str(cells[column]) if column < len(cells) and isinstance(cells[column], str) else "" for column in range(width)
    ]
    words = [word if len(word) < LABEL_MOST else "" for word in words]
    if spreads:
        for (top, left), (bottom, right) in sheet.merged:
            if top <= row <= bottom and left < width and right > left:
                words[left + 1 : min(right + 1, width)] = [words[left]] * (min(right + 1, width) - left - 1)
        if not sheet.merged:
            _spread(sheet, row, words)
    return [text.collapse(word) for word in words]


def _spread(sheet: WorkbookSheet, row: int, words: list[str]) -> None:
    """Without merges: a text spreads to the right over blanks that have a text of their own below."""
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else []
    for column in range(1, len(words)):
        if not words[column] and column < len(below) and isinstance(below[column], str) and below[column].strip():
            words[column] = words[column - 1]


_Choice = tuple[int, int] | None


def _by_path(wanted: Wanted, printed: Mapping[int, _Printed], taken: set[int]) -> _Choice:
    for column, each in printed.items():
        if column not in taken and wanted.path in each.paths:
            return column, each.paths.index(wanted.path)
    return None


def _by_leaf(wanted: Wanted, printed: Mapping[int, _Printed], taken: set[int]) -> _Choice:
    """The last part of the path, with or without what stands in brackets, where just one column shows it."""
    for keys in ({wanted.leaf}, {wanted.leaf, wanted.bare}):
        found = [
            (column, level)
            for column, each in printed.items()
            if column not in taken
            for level in _levels_of(each, keys)
        ]
        if len({column for column, _ in found}) == 1:
            return found[0]
    return None


def _levels_of(each: _Printed, keys: set[str]) -> list[int]:
    exact = [level for level, key in enumerate(each.cells) if key in keys]
    return exact or [
        level for level, word in enumerate(each.words.split(" / ")) if text.fold(_IN_BRACKETS.sub(" ", word)) in keys
    ]


def _by_likeness(wanted: Wanted, printed: Mapping[int, _Printed], taken: set[int]) -> _Choice:
    best: tuple[float, int, int] = (ALIKE - 0.01, -1, 0)
    for column, each in printed.items():
        if column in taken:
            continue
        for level, (path, cell) in enumerate(zip(each.paths, each.cells, strict=True)):
            score = max(fuzz.ratio(wanted.path, path), fuzz.ratio(wanted.leaf, cell) if cell else 0)
            if score > best[0]:
                best = (score, column, level)
    return (best[1], best[2]) if best[1] >= 0 else None


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
    return counted == sorted(set(counted))
