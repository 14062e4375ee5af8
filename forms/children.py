"""Lists of named children: they have no place in a report and are kept from being read further (domain.md 3.5)."""

import itertools
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from forms import text
from forms.workbook import Workbook, WorkbookSheet

HEADER_MOST = 60
"""Characters of a column header such as "Ngày, tháng, năm sinh của trẻ"."""
_BIRTH = ("ngay sinh", "nam sinh", "sinh ngay", "sinh nam", "ngay thang nam sinh", "ns", "date of birth")
_NAME = ("ho va ten", "ho ten", "ten tre", "ho va ten tre", "ten hoc sinh", "full name")
_TEXTS_REMEMBERED = 1024
"""Texts with "sinh" in them: "học sinh", "sinh hoạt hè" recur in every workbook."""
_LINES_FEWEST = 3
"""Lines of names with birth dates that make a list of them: a story of one child may name its date of birth too."""
_BORN = re.compile(
    r"\b(?:sinh\s+(?:ngày|năm|tháng)|ns|(?<!học )sinh(?=\s+[0-9]{1,2}[/.-]))\b[^0-9]{0,20}[0-9]", re.IGNORECASE
)
_LOOKED_BELOW = 5
"""Rows under such a header in which a name is looked for: a second header row and a row of numbers may come between."""


def lists_children(workbook: Workbook, asked: Collection[str] = ()) -> bool:
    """Say whether a sheet has columns of names and of birth dates with someone in them.

    `asked` are the names of sheets in which the form itself asks for both.
    """
    return any(_in_sheet(sheet) for sheet in workbook.sheets if sheet.name not in asked)


def are_asked(labels: Iterable[str]) -> bool:
    """Say whether the columns of a form's list ask for names with birth dates."""
    told = [label.rpartition(" / ")[2] for label in labels]
    return any(_says(label, _NAME) for label in told) and any(_says(label, _BIRTH) for label in told)


def are_named_in(lines: Iterable[str]) -> bool:
    """Say whether lines of text make a list of names with birth dates: "1. Nguyễn Văn A, sinh ngày 02/3/2012"."""
    named = (line for line in lines if _names_one(line[: 4 * HEADER_MOST]))
    return sum(1 for _ in zip(named, range(_LINES_FEWEST), strict=False)) == _LINES_FEWEST


def _names_one(line: str) -> bool:
    born = _BORN.search(line)
    words = line[: born.start()].replace(",", " ").split() if born else []
    capitals = [word[0].isupper() and word.isalpha() for word in words]
    return any(one and other for one, other in itertools.pairwise(capitals))


def _in_sheet(sheet: WorkbookSheet) -> bool:
    # Every cell of every workbook is looked at, so what most of them are comes first.
    for number, row in enumerate(sheet.rows):
        for cell in row:
            if type(cell) is str and ("inh" in cell or "INH" in cell) and _is_birth(cell) and _is_list(sheet, number):
                return True
    return False


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def _is_birth(cell: str) -> bool:
    return _says(cell, _BIRTH)


def _is_list(sheet: WorkbookSheet, number: int) -> bool:
    row = sheet.rows[number]
    names = [column for column, cell in enumerate(row) if _says(cell, _NAME)]
    births = [column for column, cell in enumerate(row) if _says(cell, _BIRTH)]
    if not names or not births or names == births:
        return False
    below = sheet.rows[number + 1 : number + 1 + _LOOKED_BELOW]
    return any(_is_name(each[column]) for each in below for column in names if column < len(each))


def _says(cell: Any, words: tuple[str, ...]) -> bool:
    # "Ngày sinh:" is a line to fill in about one person, not the header of a column.
    if type(cell) is not str or len(cell) >= HEADER_MOST or ":" in cell:
        return False
    key = text.fold(cell)
    return any(key == word or key.startswith(f"{word} ") or f" {word}" in key for word in words)


def _is_name(cell: Any) -> bool:
    """Say whether a cell looks like a person's name: two words or more, in letters."""
    return (
        type(cell) is str
        and " " in cell.strip()
        and len(cell) < HEADER_MOST
        and not any(letter.isdigit() for letter in cell)
    )
