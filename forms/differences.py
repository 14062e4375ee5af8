"""What differs between two versions of a unit's report: which values, in which cells, before and after."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roll.reports import Scalar, Value


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two versions differ; a value that is not there, as in a record that is new, is None."""

    before: Value | None
    after: Value | None

    @property
    def value(self) -> Value:
        """Return the value that says where the place is: the newer one where there is one."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def was(self) -> Scalar:
        """Return what the place said before."""
        return None if self.before is None else self.before.value

    @property
    def now(self) -> Scalar:
        """Return what it says now."""
        return None if self.after is None else self.after.value


def between(old: Sequence[Value], new: Sequence[Value]) -> list[Difference]:
    """Return where two readings of one form differ, in the form's order; cells that only moved do not differ.

    Records of a list are compared with those that are most like them: one put in between makes no others differ.
    """
    before = {(value.name, value.column): value for value in old if value.row is None}
    after = {(value.name, value.column): value for value in new if value.row is None}
    places = dict.fromkeys((*after, *before))
    found = [Difference(before.get(place), after.get(place)) for place in places]
    lists = dict.fromkeys(value.name for value in (*new, *old) if value.row is not None)
    for name in lists:
        found += _of_lists(_records(old, name), _records(new, name))
    return [each for each in found if repr(each.was) != repr(each.now)]


_Record = dict[str, Value]


def _records(values: Sequence[Value], name: str) -> list[_Record]:
    records: dict[int, _Record] = {}
    for value in values:
        if value.row is not None and value.name == name:
            records.setdefault(value.row, {})[value.column] = value
    return list(records.values())


def _of_lists(old: Sequence[_Record], new: Sequence[_Record]) -> Iterator[Difference]:
    matcher = difflib.SequenceMatcher(
        None, [_said(each) for each in old], [_said(each) for each in new], autojunk=False
    )
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for number in range(max(last - first, end - start)):
            was = old[first + number] if first + number < last else {}
            now = new[start + number] if start + number < end else {}
            yield from (Difference(was.get(column), now.get(column)) for column in dict.fromkeys((*now, *was)))


def _said(record: _Record) -> tuple[tuple[str, str], ...]:
    return tuple((column, repr(value.value)) for column, value in record.items())
