"""Which figures are shares or averages: they are not added up, and that of a part may well exceed that of the whole."""

from forms import text
from forms.form import Column, Row

_RATES = ("ty le", "ti le", "nang suat", "binh quan", "rate", "average", "share")
_NUMBERS = ("integer", "decimal")
_BEFORE_A_LABEL = " -–+*•"


def is_rate(column: Column, unit: str = "") -> bool:
    """Say whether a column's figures are shares or averages, `unit` being the line's where it has one of its own."""
    leaf = column.label.rpartition(" / ")[2]
    measured = column.unit or unit
    return "%" in f"{measured}{leaf}" or "/" in measured or text.fold(leaf).startswith(_RATES)


def has_no_sum(row: Row, column: Column) -> bool:
    """Say whether an asked-for cell holds a share or an average, by its column or by its line's label and unit.

    A line's label says so only where the column counts in the line's unit: under "Kinh phí (triệu đồng)" stands money.
    A "%" within a label says nothing: "Xã có trên 50 % hộ nghèo" are counted.
    """
    if (row.type or column.type) not in _NUMBERS:
        return False
    called = not column.unit and text.fold(row.label).lstrip(_BEFORE_A_LABEL).startswith(_RATES)
    return called or is_rate(column, row.unit)
