"""What the units' values of one printed cell make together, and the formula that says so.

Numbers are added up. A yes counts where any unit says yes, a date is the earliest, a choice the most frequent one
(the earlier in the form where two are equal), texts are put one below the other with their unit's name. The result is
a value of the same type, so that the consolidated workbook is a report of the same form.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl.utils.datetime import to_excel

from forms import notation, rates
from forms.form import Column, Form, Row, Sheet
from roll.reports import Scalar

FUNCTIONS = {"integer": "SUM", "decimal": "SUM", "yes_no": "MAX", "date": "MIN"}
CELL_TEXT_MOST = 32_767  # characters that a cell of Excel holds (Excel specifications and limits)
CUT_OFF = "… (xem tiếp ở sheet ghép)"
DECIMALS_KEPT = 9
"""Decimals of a sum: those beyond are what adding binary fractions leaves, not what anybody wrote."""
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel's count of days is one off (ECMA-376 part 1, 18.17.4.1)


@dataclass(frozen=True, slots=True)
class AskedCell:
    """One cell that the form asks for on a printed line or in answer to a question."""

    sheet: Sheet
    row: Row
    column: Column

    @property
    def key(self) -> tuple[str, str]:
        """Return line and column as values name them."""
        return self.row.name, self.column.name

    @property
    def kind(self) -> str:
        """Return the type of its value."""
        return self.row.type or self.column.type

    @property
    def is_figure(self) -> bool:
        """Whether a cell of Excel holds a number for its value."""
        return self.kind in FUNCTIONS

    @property
    def is_rate(self) -> bool:
        """Whether it is a share or an average: there is no total of the units' ones."""
        return rates.has_no_sum(self.row, self.column)

    @property
    def is_counted(self) -> bool:
        """Whether a formula over the units gives its total."""
        return self.is_figure and not self.is_rate


def asked_cells(form: Form) -> tuple[AskedCell, ...]:
    """Return every asked-for cell of the printed lines and questions, in the form's order."""
    return tuple(each for sheet in form.sheets if sheet.kind != "list" for each in _cells_of(sheet))


def _cells_of(sheet: Sheet) -> Iterator[AskedCell]:
    columns = {column.name: column for column in sheet.columns}
    for row in sheet.rows:
        for name in () if row.section else row.columns or tuple(columns):
            yield AskedCell(sheet, row, columns[name])


def as_number(kind: str, value: Scalar) -> float | None:
    """Return what a cell of Excel holds for a value that is counted, None where it is blank or something else."""
    if kind == "date":
        day = day_of(value)
        return None if day is None else float(to_excel(day))  # type: ignore[no-untyped-call]
    if kind == "yes_no":
        return int(value) if isinstance(value, bool | int) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def day_of(value: Scalar) -> date | None:
    """Return the day that a value in ISO 8601 says, None where it says none or one that Excel counts otherwise."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is not None and day >= _FIRST_DAY else None


def combined(kind: str, values: Sequence[Scalar]) -> float | None:
    """Return the result of the formula for a counted cell, None where no unit gave a figure."""
    numbers = [number for value in values if (number := as_number(kind, value)) is not None]
    if not numbers:
        return None
    if FUNCTIONS[kind] != "SUM":
        return max(numbers) if FUNCTIONS[kind] == "MAX" else min(numbers)
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    return round(math.fsum(numbers), DECIMALS_KEPT)


def formula(kind: str, over: str) -> str:
    """Return the formula over a range; blank where no unit gave a figure, since 0 would be a figure."""
    return f'IF(COUNT({over})=0,"",{FUNCTIONS[kind]}({over}))'


def chosen(column: Column, values: Sequence[Scalar]) -> str | None:
    """Return the most frequent choice, the earlier in the form where two are equal."""
    given = Counter(str(value) for value in values if value is not None)
    order = {choice: place for place, choice in enumerate(column.choices)}
    return min(given, key=lambda choice: (-given[choice], order.get(choice, len(order)), choice), default=None)


def joined(values: Sequence[tuple[str, Scalar]]) -> str | None:
    """Return texts one below the other, each with its unit's name; cut where a cell can hold no more."""
    text = "\n".join(f"{unit}: {str(value).strip()}" for unit, value in values if value not in (None, ""))
    if len(text) > CELL_TEXT_MOST:
        text = text[: CELL_TEXT_MOST - len(CUT_OFF)] + CUT_OFF
    return text or None


def spread(cell: AskedCell, values: Sequence[Scalar]) -> str:
    """Return in words how values lie that no sum tells.

    How many yes, from which day or share to which, how many of each choice.
    """
    given = [value for value in values if value is not None]
    if not given:
        return ""
    if cell.is_rate:
        numbers = sorted(number for value in given if (number := as_number(cell.kind, value)) is not None)
        return f"{notation.number(numbers[0])} - {notation.number(numbers[-1])}" if numbers else ""
    if cell.kind == "yes_no":
        yes = sum(bool(value) for value in given)
        return f"Có: {yes}; Không: {len(given) - yes}"
    if cell.kind == "date":
        days = sorted(day for value in given if (day := day_of(value)))
        return f"{days[0]:%d/%m/%Y} - {days[-1]:%d/%m/%Y}" if days else ""
    if cell.kind == "select_one":
        return "; ".join(f"{choice}: {count}" for choice, count in sorted(Counter(map(str, given)).items()))
    return ""
