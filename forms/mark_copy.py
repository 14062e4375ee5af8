"""A copy of a workbook as .xlsx for those that cannot be marked as they are: .xls, .ods, .xlsb, odd packages of .xlsx.

Sheets, addresses, values and, as far as it is known, looks stay the same; formulas become their results. Macros,
pictures and shapes do not come along.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forms import copy_looks, copy_ods, copy_write, copy_xls, copy_xlsx, workbook
from forms.package import UNMARKABLE, Limits, Unmarkable

CELLS_MOST = 200_000
"""Cells, filled or with a look, that are copied for one mail: at 20 to 40 µs a tenth to a quarter of the 30 seconds of
a reader. The 2019 form has 1,700; a district's 60 communes have half of this."""
_BYTES_A_CELL = 20
"""What a cell takes of an .xls at least, where each row has a record of its own; opening a file is paid by its size."""


@dataclass(slots=True)
class Budget:
    """How many cells may still be copied: what one mail may cost is bounded, however many workbooks it brings."""

    cells: int = CELLS_MOST

    def take(self, cells: int) -> None:
        """Use up `cells`. Raises Unmarkable where there are not so many left."""
        if cells > self.cells:
            raise Unmarkable(UNMARKABLE)
        self.cells -= cells


@dataclass(frozen=True, slots=True)
class Copy:
    """An .xlsx workbook, and its sheets' names by those of the original, where they may differ."""

    data: bytes
    names: dict[str, str]


def copy(data: bytes, kind: str, budget: Budget) -> Copy:
    """Return a workbook of any kind that forms.workbook reads as .xlsx.

    Raises Unreadable as forms.workbook.load does, and Unmarkable where it has more cells than the budget.
    """
    book = workbook.load(data, Limits())
    budget.take(len(data) // _BYTES_A_CELL)
    budget.take(sum(sum(value not in ("", None) for value in row) for sheet in book.sheets for row in sheet.rows))
    if kind in ("xlsx", "xlsm") and (rewritten := copy_xlsx.rewrite(data, book)):
        return Copy(rewritten, {})
    boxes = {sheet.name: _box_of(sheet, budget) for sheet in book.sheets}
    known = _LOOKS[kind](data, boxes) if kind in _LOOKS else {}
    looks = [known.get(sheet.name) or copy_looks.plain(sheet, boxes[sheet.name]) for sheet in book.sheets]
    for sheet, look in zip(book.sheets, looks, strict=True):
        look.merged = look.merged or copy_looks.separate(sheet.merged)
        copy_looks.fit_rows(look, sheet.rows)
    return Copy(*copy_write.write(book, looks))


def _box_of(sheet: workbook.WorkbookSheet, budget: Budget) -> copy_looks.Box:
    """Return how far the looks of a sheet are copied: not at all where the cells are too many for the budget."""
    box = len(sheet.rows), max(map(len, sheet.rows), default=0)
    try:
        budget.take(box[0] * box[1])
    except Unmarkable:
        return 0, 0
    return box


_LOOKS: dict[str, Callable[[bytes, Mapping[str, copy_looks.Box]], dict[str, copy_looks.SheetLook]]] = {
    "xls": copy_xls.looks,
    "ods": copy_ods.looks,
}
