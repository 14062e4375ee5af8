"""A filled workbook as a grid of cells that know what they are, so that it can be spoiled and still be judged.

A cell's `mark` travels with it wherever a spoiling moves it: ("value", sheet, line or record, column) for a figure,
("label", line), ("item", line), ("unit", line) for the printed part of a line, ("head", name) for the lines above.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Mark = tuple[Any, ...]


@dataclass(slots=True)
class Cell:
    content: Any = None
    mark: Mark = ()
    struck: bool = False
    comment: str = ""


@dataclass(slots=True)
class Page:
    """One sheet. Rows and columns count from 0; `merged` holds [top, left, bottom, right]."""

    name: str
    rows: list[list[Cell]]
    merged: list[list[int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    visible: bool = True
    boxes: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def form_name(self) -> str:
        """Return the name that the form gives this sheet; empty for a sheet of the unit's own."""
        return next((cell.mark[1] for cell in self.marked("page")), "")

    def places(self) -> Iterator[tuple[int, int, Cell]]:
        for number, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                yield number, column, cell

    def place_of(self, mark: Mark) -> tuple[int, int]:
        return next((row, column) for row, column, cell in self.places() if cell.mark == mark)

    def has(self, mark: Mark) -> bool:
        return any(cell.mark == mark for _, _, cell in self.places())

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell there, making the sheet as large as that needs."""
        while len(self.rows) <= row:
            self.rows.append([])
        while len(self.rows[row]) <= column:
            self.rows[row].append(Cell())
        return self.rows[row][column]

    def marked(self, kind: str) -> list[Cell]:
        return [cell for _, _, cell in self.places() if cell.mark[:1] == (kind,)]

    def rows_of(self, kind: str) -> list[int]:
        """Return the numbers of the rows that hold a cell of this kind."""
        return sorted({row for row, _, cell in self.places() if cell.mark[:1] == (kind,)})

    def insert_rows(self, at: int, rows: list[list[Any]]) -> None:
        self.rows[at:at] = [[Cell(content) for content in row] for row in rows]
        self._shift(at, len(rows), 0)
        self.hidden_rows = {row + len(rows) if row >= at else row for row in self.hidden_rows}

    def delete_row(self, at: int) -> list[Cell]:
        taken = self.rows.pop(at)
        self.merged = [area for area in self.merged if not area[0] == at == area[2]]
        for area in self.merged:
            area[0] -= area[0] > at
            area[2] -= area[2] >= at
        self.hidden_rows = {row - 1 if row > at else row for row in self.hidden_rows if row != at}
        return taken

    def insert_column(self, at: int, contents: dict[int, Any]) -> None:
        """Insert a column before `at` with `contents` by row."""
        for number, row in enumerate(self.rows):
            while len(row) < at:
                row.append(Cell())
            row.insert(at, Cell(contents.get(number)))
        self._shift(at, 1, 1)
        self.hidden_columns = {column + 1 if column >= at else column for column in self.hidden_columns}

    def delete_column(self, at: int) -> None:
        for row in self.rows:
            if at < len(row):
                row.pop(at)
        self.merged = [area for area in self.merged if not area[1] == at == area[3]]
        for area in self.merged:
            area[1] -= area[1] > at
            area[3] -= area[3] >= at

    def _shift(self, at: int, count: int, side: int) -> None:
        for area in self.merged:
            area[side] += count if area[side] >= at else 0
            area[side + 2] += count if area[side + 2] >= at else 0


@dataclass(slots=True)
class Book:
    """A workbook with what is true of it.

    `truth` maps the mark of a figure to what it says; `gone` are the marks whose figures a spoiling took away for
    good, so that only a question can be right. `labels` are those of lines and columns by sheet and name.
    """

    pages: list[Page]
    truth: dict[Mark, Any]
    code: str = ""
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    gone: set[Mark] = field(default_factory=set)

    def page(self, name: str) -> Page:
        """Return the page that was `name` in the form, whatever it is called now."""
        return next(page for page in self.pages if page.form_name == name)

    @property
    def main(self) -> Page:
        return self.page("Bieu 01")
