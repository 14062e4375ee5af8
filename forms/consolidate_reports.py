"""What goes into a consolidated workbook: the reports of the units and what is known of those that are not in it.

Times are texts already, in the office's zone; states are the words of the board.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from forms.form import Form
from roll.reports import Problem, Scalar, Value

Key = tuple[str, str]  # row name, column name


@dataclass(frozen=True)
class UnitReport:
    """One unit's report that counts. `doubts` are its warnings that nobody confirmed; `link` leads to its mail."""

    code: str
    name: str
    short_name: str
    group: str
    state: str
    number: int
    receipt: str
    received: str
    file: str
    header: tuple[Value, ...]
    values: tuple[Value, ...]
    doubts: tuple[Problem, ...] = ()
    unconfirmed: bool = False
    link: str = ""

    @cached_property
    def printed(self) -> Mapping[Key, Value]:
        """Return the values of printed lines and questions by line and column."""
        return {(value.name, value.column): value for value in self.values if value.row is None}

    def printed_value(self, key: Key) -> Scalar:
        """Return what the unit gave on a line in a column, None where it gave nothing."""
        value = self.printed.get(key)
        return None if value is None else value.value

    def records(self, sheet: str) -> list[dict[str, Value]]:
        """Return the records of a list in their order, each as values by column."""
        return list(self._records.get(sheet, {}).values())

    @cached_property
    def _records(self) -> dict[str, dict[int, dict[str, Value]]]:
        found: dict[str, dict[int, dict[str, Value]]] = {}
        for value in self.values:
            if value.row is not None:
                found.setdefault(value.name, {}).setdefault(value.row, {})[value.column] = value
        return found


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit whose figures are not in the workbook, its state in words, and why."""

    name: str
    state: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another one than in the last issue, or what is to be said of a whole unit (`what` alone)."""

    unit: str
    what: str
    item: str = ""
    column: str = ""
    old: Scalar = None
    new: Scalar = None


@dataclass(frozen=True, slots=True)
class Since:
    """The last issue: when it was written, and what changed."""

    issued: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many units of one kind are expected, and how they stand."""

    group: str
    expected: int
    accepted: int
    waiting: int
    missing: int


@dataclass(frozen=True, slots=True)
class Consolidation:
    """A campaign's reports as of an instant. `counts` are figures of the board by their words, in order."""

    form: Form
    office: str
    campaign: str
    title: str
    issued_at: datetime
    reports: tuple[UnitReport, ...] = ()
    missing: tuple[LeftOut, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    groups: tuple[GroupCount, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    since: Since | None = None

    @property
    def unconfirmed(self) -> dict[Key, list[str]]:
        """Return, by line and column, the short names of the units whose value nobody confirmed."""
        found: dict[Key, list[str]] = {}
        for report in self.reports:
            places = {(doubt.sheet, doubt.cell) for doubt in report.doubts if doubt.cell}
            for key, value in report.printed.items() if places else ():
                if (value.sheet, value.cell) in places:
                    found.setdefault(key, []).append(report.short_name)
        return found


class TooLargeError(Exception):
    """More units or records than a sheet of the workbook holds; the text says which, in one sentence."""
