"""Questions answered in free text on a sheet without a table.

The answer stands after the colon, beside or below (P31).
"""

from typing import Any

from forms import text
from forms.form import Sheet
from forms.workbook import WorkbookSheet

QUESTION_MOST = 300
"""Characters; a longer text that begins like a question is its answer."""
ANSWER_ROWS = 50
"""Rows below a question that belong to its answer: a page."""
_COLUMNS = 20
_NUMBER_WORDS = 2


def find_answers(sheet: WorkbookSheet, form_sheet: Sheet) -> dict[int, tuple[int, int, Any]]:
    """Return row, column and content of the answer to each question, by line number; a blank answer has content ""."""
    keys = {
        text.fold(label): number for number, row in enumerate(form_sheet.rows) for label in (row.label, *row.aliases)
    }
    asked = [
        (row, column, number, rest)
        for row, cells in enumerate(sheet.rows)
        for column, cell in enumerate(cells[:_COLUMNS])
        if type(cell) is str and cell and (found := _question(cell, keys)) is not None
        for number, rest in (found,)
    ]
    places = {(row, column) for row, column, _, _ in asked}
    answers: dict[int, tuple[int, int, Any]] = {}
    for row, column, number, rest in asked:
        answers.setdefault(number, _answer(sheet, (row, column), rest, places))
    return answers


def _question(cell: str, keys: dict[str, int]) -> tuple[int, str] | None:
    """Return the question's number and what stands after its colon, None where the cell is no question."""
    label, _, rest = cell.partition(":")
    if len(label) > QUESTION_MOST:
        return None
    words = text.fold(label).split(" ")
    for skipped in range(min(_NUMBER_WORDS + 1, len(words))):
        number = keys.get(" ".join(words[skipped:]))
        if number is not None and all(len(word) <= _NUMBER_WORDS for word in words[:skipped]):
            return number, rest.strip()
    return None


def _answer(
    sheet: WorkbookSheet, place: tuple[int, int], rest: str, questions: set[tuple[int, int]]
) -> tuple[int, int, Any]:
    row, column = place
    if rest:
        return row, column, rest
    cells = sheet.rows[row]
    for right in range(column + 1, min(len(cells), _COLUMNS)):
        if cells[right] not in ("", None):
            return row, right, cells[right]
    below = []
    for lower in range(row + 1, min(row + 1 + ANSWER_ROWS, len(sheet.rows))):
        found = sheet.rows[lower][column] if column < len(sheet.rows[lower]) else ""
        if found in ("", None) or any(question[0] == lower for question in questions):
            break
        below.append(str(found))
    return row + 1, column, "\n".join(below)
