"""What changed between two readings of a unit's report: the figures, one by one."""

from collections.abc import Iterator, Sequence

from forms.consolidate_reports import Change
from forms.labels import Labels
from roll.reports import Scalar, Value

# What is told of a whole unit, in place of an indicator.
NEW_UNIT, UNIT_GONE = "đơn vị mới có số liệu", "không còn số liệu của đơn vị"
READ_ANEW = "số liệu được đọc lại từ tệp của lần lập trước"
_Place = tuple[str, str, int]


def between(labels: Labels, unit: str, old: Sequence[Value], new: Sequence[Value]) -> Iterator[Change]:
    """Yield the values that differ, in the form's order. Records of a list are compared by their place in it."""
    before, after = _by_place(old), _by_place(new)
    for place in dict.fromkeys((*after, *before)):
        was, now = before.get(place), after.get(place)
        value = now or was
        assert value is not None
        if _scalar(was) != _scalar(now):
            told = labels.of(value)
            label = told.label if value.row is None else f"{value.name}, dòng {value.row}"
            yield Change(unit, label, told.item, told.column, _scalar(was), _scalar(now))


def _by_place(values: Sequence[Value]) -> dict[_Place, Value]:
    """Return the values by line, column, and which record of a list they belong to."""
    found: dict[_Place, Value] = {}
    numbers: dict[tuple[str, int], int] = {}
    for value in values:
        number = 0
        if value.row is not None:
            number = numbers.setdefault((value.name, value.row), len(numbers) + 1)
        found[value.name, value.column, number] = value
    return found


def _scalar(value: Value | None) -> Scalar:
    return None if value is None else value.value
