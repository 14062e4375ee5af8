"""One sheet of a blank as it looks to an officer: its texts, and how each cell is drawn and what it accepts.

Rows and columns are counted from 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from forms import text
from forms.workbook import WorkbookSheet

Place = tuple[int, int]
ROWS_LOOKED_AT = 1_000
"""Rows of a blank; the longest printed form at hand has 300 lines."""
COLUMNS_LOOKED_AT = 120
"""Columns of a blank; a table of months for three years has 36."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell is drawn: `fill` is its colour as "RRGGBB", empty for none or white; `size` is of the font, in points.

    `formula` is what it computes, without the equals sign.
    """

    bold: bool = False
    size: float = 0
    boxed: bool = False
    fill: str = ""
    locked: bool = True
    number_format: str = "General"
    formula: str = ""
    centred: bool = False
    indent: int = 0
    crossed: bool = False


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a cell's validation lets in: `kind` is whole, decimal, date, list or another word of ECMA-376 18.18.21."""

    kind: str
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Dressing:
    """What a sheet says beyond its contents.

    `widths` of columns in characters, `heights` of rows in points, where they are said. `protected` says that locks
    hold.
    """

    looks: dict[Place, Look] = field(default_factory=dict)
    accepted: dict[Place, Accepted] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    protected: bool = False


class Page:
    """A sheet's contents and dressing, asked cell by cell."""

    def __init__(self, sheet: WorkbookSheet, dressing: Dressing) -> None:
        self.name = sheet.name
        self.rows = [row[:COLUMNS_LOOKED_AT] for row in sheet.rows[:ROWS_LOOKED_AT]]
        self.dressing = dressing
        self.hidden_rows = sheet.marks.hidden
        self.width = max((len(row) for row in self.rows), default=0)
        self._area: dict[Place, tuple[Place, Place]] = {}
        for area in sheet.merged:
            (top, left), (bottom, right) = area
            for row in range(top, min(bottom, ROWS_LOOKED_AT) + 1):
                for column in range(left, min(right, COLUMNS_LOOKED_AT) + 1):
                    self._area[row, column] = area

    def content(self, row: int, column: int) -> Any:
        """Return what a cell holds, "" for a blank."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else []
        found = cells[column] if 0 <= column < len(cells) else ""
        return "" if found is None else found

    def words(self, row: int, column: int) -> str:
        """Return a cell's text on one line, empty where it holds a number or nothing."""
        found = self.content(row, column)
        return text.collapse(text.clean(found)) if type(found) is str else ""

    def texts(self, row: int) -> Iterator[tuple[int, str]]:
        """Yield column and text of each cell of a row that holds words, from the left; hidden columns are passed."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else []
        for column in range(len(cells)):
            if column not in self.dressing.hidden_columns and (words := self.words(row, column)):
                yield column, words

    def look(self, row: int, column: int) -> Look:
        """Return how a cell is drawn."""
        return self.dressing.looks.get((row, column), PLAIN)

    def area(self, row: int, column: int) -> tuple[Place, Place]:
        """Return first and last place of what the cell is merged with, itself where it stands alone."""
        return self._area.get((row, column), ((row, column), (row, column)))

    def is_boxed(self, row: int, columns: range) -> bool:
        """Say whether most cells of a row stand in a drawn table."""
        boxed = sum(self.look(row, column).boxed for column in columns)
        return boxed * 2 > len(columns)

    def is_blank(self, row: int) -> bool:
        """Say whether a row holds nothing that is seen."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else []
        return all(
            cell in ("", None) for number, cell in enumerate(cells) if number not in self.dressing.hidden_columns
        )
