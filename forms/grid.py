"""What a workbook is once it is read: sheets of plain values; and the rows of a sheet in the making, within limits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from forms import package
from forms.marks import Marks
from forms.package import Limits

Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range."""
ERROR_TEXTS = frozenset(("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!"))
"""How Excel shows its errors (ECMA-376 part 1, 18.17.3), in every language that it speaks in Vietnam."""


@dataclass(slots=True)
class WorkbookSheet:
    """One sheet. `rows` are lists of values from row 0, column 0; a blank is "" or None; rows may differ in length.

    Texts in an old Vietnamese encoding are in Unicode already; `originals` keeps what such a cell holds.
    """

    name: str
    rows: list[list[Any]]
    marks: Marks = field(default_factory=Marks)
    merged: Sequence[Area] = ()
    visible: bool = True
    originals: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(slots=True)
class Workbook:
    """A file's sheets, its kind, the form code of its defined name MA_BIEU, notes for staff on how it was read.

    `added_up`: how many units' reports it consolidates, 0 for a report of one.
    """

    kind: str
    sheets: list[WorkbookSheet]
    form_code: str = ""
    notes: list[str] = field(default_factory=list)
    added_up: int = 0


TEXTS_SHARED = 10_000
"""Different texts that are kept once each; a list has a few hundred that recur."""


class Rows:
    """The rows of sheets that are read cell by cell: every row and every cell, blank or not, is counted."""

    def __init__(self, limits: Limits) -> None:
        self.rows: list[list[Any]] = []
        self._left = limits.area
        self._texts: dict[str, str] = {}

    def put(self, row: int, column: int, value: Any) -> None:
        """Put a value into a cell. Raises Unreadable (hostile) where the cells of the file come to be too many."""
        if row >= len(self.rows):
            self.spend(row + 1 - len(self.rows))
            self.rows.extend([] for _ in range(row + 1 - len(self.rows)))
        cells = self.rows[row]
        if column >= len(cells):
            self.spend(column + 1 - len(cells))
            cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value

    def same(self, text: str) -> str:
        """Return a text as the one object that stands for all its likes: a list says the same again and again."""
        return self._texts.setdefault(text, text) if len(self._texts) < TEXTS_SHARED else self._texts.get(text, text)

    def spend(self, cells: int) -> None:
        """Count cells that are looked at. Raises Unreadable (hostile) beyond the limit."""
        self._left -= cells
        if self._left < 0:
            raise package.hostile("trang tính quá lớn")

    def take(self) -> list[list[Any]]:
        """Return the rows and begin the next sheet; what was counted stays counted."""
        rows, self.rows = self.rows, []
        return rows
