"""How a spoiled workbook was read, value by value, against its truth; beside it, what fixed addresses give."""

import math
from dataclasses import dataclass, field
from datetime import date
from string import ascii_uppercase
from typing import Any

from forms.workbook import address, load
from roll.outcomes import Verdict
from roll.reports import Problem, Reading, Value
from tests.forms.spoiling.sheets import Book, Mark

_WHOLE_SHEET = ("P07", "P12", "P34")


@dataclass(slots=True)
class Judgement:
    """Values read right; not right with a problem on their cell or line; wrong in silence, by mark with what was read.

    `extra` are values read of cells that are no figure of the report. `problems` counts what the sender is told.
    """

    total: int = 0
    right: int = 0
    asked: int = 0
    lost: int = 0
    silent: list[tuple[Mark, Any, Any]] = field(default_factory=list)
    extra: list[Value] = field(default_factory=list)
    problems: int = 0
    fixed: int = 0


def judge(reading: Reading, book: Book) -> Judgement:
    """Return how `reading` tells what `book` says. A figure that is gone is right where it is blank and asked for."""
    result = Judgement(len(book.truth), problems=len(reading.problems))
    read = _read_by_mark(reading, book, result)
    for mark, true in book.truth.items():
        value = read.get(mark)
        if mark not in book.gone and value is not None and _same(value.value, true):
            result.right += 1
        elif _is_asked(reading, book, mark, value):
            result.asked += 1
            result.lost += mark not in book.gone
        else:
            result.silent.append((mark, true, value))
    return result


def _read_by_mark(reading: Reading, book: Book, result: Judgement) -> dict[Mark, Value]:
    records = {}
    for page in book.pages:
        for row, _, cell in page.places():
            if cell.mark[:1] == ("value",) and isinstance(cell.mark[2], int):
                records[page.name, row + 1] = cell.mark[2]
    found: dict[Mark, Value] = {("head", value.name): value for value in reading.header}
    names = {page.name: page.form_name for page in book.pages}
    sheets = {mark[2:]: mark[1] for mark in book.truth}
    for value in reading.values:
        sheet = names.get(value.sheet) or value.sheet
        if value.row is None:
            found["value", sheets[value.name, value.column], value.name, value.column] = value
        elif (value.sheet, value.row) in records:
            found["value", sheet, records[value.sheet, value.row], value.column] = value
        elif value.value is not None:
            result.extra.append(value)
    return found


def _same(read: Any, true: Any) -> bool:
    if isinstance(true, (int, float)) and isinstance(read, (int, float)):
        return math.isclose(read, true, abs_tol=1e-9)
    return bool(read == true)


def _is_asked(reading: Reading, book: Book, mark: Mark, value: Value | None) -> bool:
    if reading.verdict is Verdict.WRONG_FORM:
        return True
    page = next((page for page in book.pages if page.has(mark)), None)
    places = {(page.name, address(*page.place_of(mark)))} if page is not None else set()
    if value is not None and value.cell:
        places.add((value.sheet, value.cell))
    # A doubtful label is asked about at the label.
    lines = {(sheet, cell.lstrip(ascii_uppercase)) for sheet, cell in places}
    sheets = {page.name if page else "", mark[1]}
    return any(_is_about(problem, mark, book) for problem in reading.problems if not problem.cell) or any(
        (problem.sheet, problem.cell) in places
        or (problem.code in ("P21", "P23") and (problem.sheet, problem.cell.lstrip(ascii_uppercase)) in lines)
        or (problem.code in _WHOLE_SHEET and problem.sheet in sheets)
        for problem in reading.problems
    )


def _is_about(problem: Problem, mark: Mark, book: Book) -> bool:
    """Say whether a problem without a cell of its own is about the line, column or sheet of `mark`."""
    if problem.code == "P23":
        return problem.label == book.labels.get(mark[1:3])
    if problem.code == "P24":
        return problem.label == book.labels.get((mark[1], mark[-1]))
    return problem.code in _WHOLE_SHEET and problem.label == mark[1]


def fixed_addresses(data: bytes, original: Book) -> int:
    """Return how many figures stand where the blank form has them, the sheets found by name."""
    sheets = {sheet.name: sheet.rows for sheet in load(data).sheets}
    right = 0
    for page in original.pages:
        rows = sheets.get(page.name, [])
        for row, column, cell in page.places():
            if cell.mark in original.truth:
                content = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
                right += _same(_day(content), _day(cell.content))
    return right


def _day(content: Any) -> Any:
    return content.strftime("%Y-%m-%d") if isinstance(content, date) else content
