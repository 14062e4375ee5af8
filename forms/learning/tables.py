"""Where the printed tables of a sheet are: header rows, logical columns with their header paths, body rows.

Drawn boxes say it best; where nothing is drawn, the words of headers and blank rows do (rules P16 to P18, P27 to P29).
"""

import re
from dataclasses import dataclass, field

from forms import endings, layout, text
from forms.learning import words
from forms.learning.page import Page

HEADER_DEPTH_MOST = 5
"""Rows of one header; three are the most in the forms at hand."""
HEADER_CELLS = 2
"""Columns of the narrowest table: what is asked, and the answer."""
PREPARED_ROWS = 30
"""Blank rows below a header that are looked at: what holds for the first holds for all."""
GAP_MOST = 1
"""Columns without a header inside a table; beyond it stands something else: choices for validations, remarks."""
_LEADER = re.compile(r"\.{3,}|…|_{3,}")
BLANK_ROWS_END = 3
"""Blank rows that end a table without lines around it; officers leave one or two for what they forgot."""


@dataclass(slots=True)
class LearnedColumn:
    """One column as a reader of the form sees it: where it begins, its header path, its number in the number row."""

    place: int
    path: tuple[str, ...]
    number: str = ""
    last: int = 0

    @property
    def label(self) -> str:
        """Return the printed header path, its parts joined as the contract has it."""
        return " / ".join(self.path)

    @property
    def leaf(self) -> str:
        """Return the last part of the path."""
        return self.path[-1] if self.path else ""


@dataclass(slots=True)
class LearnedTable:
    """A table: its header in rows `top` to `bottom` (the number row included), its body in rows `first` to `last`."""

    top: int
    bottom: int
    first: int
    last: int
    columns: list[LearnedColumn] = field(default_factory=list)
    boxed: bool = False

    @property
    def span(self) -> range:
        """Return the columns from the first to the last one."""
        return range(self.columns[0].place, self.columns[-1].last + 1)


def find(page: Page) -> list[LearnedTable]:
    """Return the tables of a sheet from the top down."""
    found: list[LearnedTable] = []
    row = 0
    while row < len(page.rows):
        table = _table_at(page, row)
        if table is None:
            row += 1
            continue
        found.append(table)
        row = max(table.last, table.bottom) + 1
    return found


def _table_at(page: Page, top: int) -> LearnedTable | None:
    if not _is_header(page, top):
        return None
    bottom = _header_bottom(page, top)
    columns = _columns(page, top, bottom)
    if len(columns) < HEADER_CELLS:
        return None
    table = LearnedTable(top, bottom, bottom + 1, bottom, columns)
    table.boxed = page.is_boxed(top, table.span)
    if bottom + 1 < len(page.rows) and layout.is_number_row(_visible(page, bottom + 1)):
        _note_numbers(page, table)
        table.bottom, table.first = bottom + 1, bottom + 2
    if all(said.startswith("#") for _, said in page.texts(table.first)) and list(page.texts(table.first)):
        table.first += 1  # tags for machines, as HXL has them
    table.last = _last_row(page, table)
    return table


def _visible(page: Page, row: int) -> list[object]:
    return [cell for column, cell in enumerate(page.rows[row]) if column not in page.dressing.hidden_columns]


def _is_header(page: Page, row: int) -> bool:
    cells = dict(page.texts(row))
    if len(cells) < HEADER_CELLS or row in page.hidden_rows:
        return False
    keys = [text.fold(word) for word in cells.values()]
    if layout.is_number_row(_visible(page, row)) or any(_is_above_tables(said) for said in cells.values()):
        return False
    if all(said.startswith("#") for said in cells.values()):
        return False
    known = sum(_is_known(key, len(cells)) for key in keys)
    named = known and len(cells) + known > HEADER_CELLS
    if named and not _is_data_like(page, row, cells):
        return True
    span = range(min(cells), max(cells) + 1)
    looks = [page.look(row, column) for column in cells]
    strong = all(look.bold or look.fill for look in looks) and page.is_boxed(row, span)
    return strong and len(cells) > HEADER_CELLS and not any(type(page.content(row, column)) is float for column in span)


def _is_above_tables(said: str) -> bool:
    """Say whether a text stands above tables: the national motto, a line to fill in, dots to write on."""
    return said.endswith(":") or _LEADER.search(said) is not None or text.fold(said).startswith(words.MOTTO)


def _is_data_like(page: Page, row: int, cells: dict[int, str]) -> bool:
    """Say whether a row with a header's word is a line of a table: it has a figure, or an item number at its head."""
    first = cells[min(cells)].strip(".)( ")
    numbered = first.isdigit() or (first.isupper() and set(first) <= set("IVX"))
    return numbered or any(type(cell) in (int, float) for cell in page.rows[row])


def _is_known(key: str, cells: int) -> bool:
    """Say whether a text is a header's; "Tên ..." is one among several only, since lines to fill in begin so too."""
    known = (words.ITEM_HEADERS, words.UNIT_HEADERS, words.LABEL_HEADERS)
    if any(words.is_header(key, headers) for headers in known) or key.startswith(words.LABEL_BEGINNINGS):
        return True
    return cells > HEADER_CELLS and key.startswith(words.RECORD_BEGINNINGS)


def _header_bottom(page: Page, top: int) -> int:
    """Return the last row of the header: as far down as its cells are merged, or have parts beneath them."""
    bottom = top
    for row in range(top, min(top + HEADER_DEPTH_MOST, len(page.rows))):
        if row > bottom:
            break
        for column, _ in page.texts(row):
            area = page.area(row, column)
            bottom = max(bottom, min(area[1][0], top + HEADER_DEPTH_MOST - 1))
        if row == bottom and _has_parts_below(page, top, row):
            bottom = row + 1
    return bottom


def _has_parts_below(page: Page, top: int, row: int) -> bool:
    """Say whether the next row goes on with the header: texts only under a text that spreads, none under the first."""
    if row + 1 >= len(page.rows) or layout.is_number_row(_visible(page, row + 1)):
        return False
    above, below = dict(page.texts(row)), dict(page.texts(row + 1))
    if not below or any(type(cell) in (int, float) for cell in _visible(page, row + 1)):
        return False
    spread = [column for column in above if page.area(row, column)[1][1] > column]
    if spread:
        covered = {place for column in spread for place in range(column, page.area(row, column)[1][1] + 1)}
        inside = [column for column in below if column in covered]
        # Parts stand under what spreads, or anywhere where the rest of the header ends above.
        bands = 2 * len(spread) > len(above) and 2 * len(inside) > len(below)
        return len(inside) >= HEADER_CELLS and (bands or min(below) > min(dict(page.texts(top))))
    gaps = [column for column in below if column not in above]
    return bool(gaps) and len(below) >= HEADER_CELLS and min(below) > min(above) and _is_unmerged_header(above, below)


def _is_unmerged_header(above: dict[int, str], below: dict[int, str]) -> bool:
    """Say whether a header drawn without merges goes on: what stands below is no longer line under a label's column."""
    return all(column > min(above) + 1 for column in below) and max(map(len, below.values())) < 60  # noqa: PLR2004


def _columns(page: Page, top: int, bottom: int) -> list[LearnedColumn]:
    width = _width(page, top, bottom)
    columns: list[LearnedColumn] = []
    areas: dict[tuple[object, ...], int] = {}
    for column in range(width):
        if column in page.dressing.hidden_columns:
            continue
        path, sources = _path(page, top, bottom, column)
        if not path:
            if columns and columns[-1].last == column - 1 and _continues(page, bottom, column):
                columns[-1].last = column
            elif columns and column - columns[-1].last > GAP_MOST:
                break
            continue
        if sources in areas and columns and columns[-1].last == column - 1:
            # One header cell over several columns without parts of its own: one column, drawn wide.
            columns[-1].last = column
            continue
        areas[sources] = column
        columns.append(LearnedColumn(column, path, last=column))
    return columns


def _continues(page: Page, bottom: int, column: int) -> bool:
    return page.area(bottom, column)[0][1] < column


def _width(page: Page, top: int, bottom: int) -> int:
    last = 0
    for row in range(top, bottom + 1):
        for column, _ in page.texts(row):
            last = max(last, page.area(row, column)[1][1])
    return last + 1


def _path(page: Page, top: int, bottom: int, column: int) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """Return the texts over a column from the top down, and the places that they come from."""
    path: list[str] = []
    sources: list[object] = []
    for row in range(top, bottom + 1):
        (first_row, first_column), _ = page.area(row, column)
        source = (max(first_row, top), first_column)
        said = page.words(first_row, first_column) or _spread(page, row, column, bottom)
        if said and source not in sources and (not path or path[-1] != said):
            path.append(said)
            sources.append(source)
    return tuple(path), tuple(sources)


def _spread(page: Page, row: int, column: int, bottom: int) -> str:
    """Without merges: a text spreads to the right over blanks that have a text of their own below (P17)."""
    if row >= bottom or page.words(row + 1, column) == "" or page.area(row, column) != ((row, column), (row, column)):
        return ""
    for left in range(column - 1, -1, -1):
        said = page.words(row, left)
        if said:
            return said if page.words(row + 1, left) and page.area(row, left)[1][1] < column else ""
        if page.words(row + 1, left) == "":
            return ""
    return ""


def _note_numbers(page: Page, table: LearnedTable) -> None:
    row = table.bottom + 1
    for column in table.columns:
        found = page.content(row, column.place)
        column.number = str(int(found)) if type(found) in (int, float) else str(found).strip()


def _last_row(page: Page, table: LearnedTable) -> int:
    """Return the last row of the body: before the next header, notes, signatures, or where the drawn table ends."""
    last, blanks = table.bottom, 0
    for row in range(table.first, len(page.rows)):
        first = next(iter(page.texts(row)), (0, ""))
        key = text.fold(first[1])
        boxed = page.is_boxed(row, table.span)
        if table.boxed and not boxed:
            if page.is_blank(row) or _ends(key, first[1]):
                break
            if not any(page.look(row, column).boxed for column in table.span):
                break
        if not (table.boxed and boxed) and _ends(key, first[1]):
            break
        if row > table.first and _is_header(page, row) and not (table.boxed and boxed and _goes_on(page, row, table)):
            break
        if page.is_blank(row) and not boxed:
            blanks += 1
            if blanks >= BLANK_ROWS_END:
                break
            continue
        blanks = 0
        last = row
    return last if last > table.bottom else _last_prepared(page, table)


def _last_prepared(page: Page, table: LearnedTable) -> int:
    """Return the last of the blank rows below a header that accept or show something of their own."""
    last = table.bottom
    for row in range(table.first, table.first + PREPARED_ROWS):
        if any((row, column) in page.dressing.accepted or _shows(page, row, column) for column in table.span):
            last = row
    return last


def _shows(page: Page, row: int, column: int) -> bool:
    look = page.look(row, column)
    return look.boxed or look.number_format != "General"


def _goes_on(page: Page, row: int, table: LearnedTable) -> bool:
    """Say whether a bold boxed row is a line of the table: its texts stand in its first columns only."""
    columns = [column for column, _ in page.texts(row)]
    return max(columns) <= table.columns[min(2, len(table.columns) - 1)].last


def _ends(key: str, first: str) -> bool:
    return (
        endings.ends_table(key) or endings.is_note(key) or first.startswith("*") or key.startswith(("notes", "note "))
    )
