"""Which report repeats which: the figures of reports as sets, and an index that finds one much like a new one.

A copy shares at least a given share of the new report's figures, so of any one more than it may lack it has one at
least; the index looks up the rarest of them, and counts in full only for the few reports that have one of these.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from roll.reports import Value

Figures = Mapping[tuple[str, str], float]  # (line, column) -> figure
Place = tuple[datetime, int, int]  # roll.reports.Version.place: when it was known whose, mail, part
# Small reports are alike by chance: two departments that issued one plan and held three talks. A fifth of the 60 lines
# of the 2019 form is what C40 calls too few to be a report; ten figures are a little less.
FEWEST = 10
# Of a thousand reports that are all alike (a template filled in by one hand) the first twenty tell the story; counting
# through all of them would take 20 ms a mail.
ENOUGH_ALIKE = 20


def figures_of(values: Iterable[Value]) -> dict[tuple[str, str], float]:
    """Return the figures of the printed lines; neither blanks nor yes and no nor records of lists."""
    return {
        (value.name, value.column): value.value
        for value in values
        if value.row is None and isinstance(value.value, int | float) and value.value.__class__ is not bool
    }


def marks_of(figures: Figures) -> frozenset[int]:
    """Return one number for each figure other than 0 with its place; equal ones for equal figures, in one process."""
    return frozenset(hash((place, figure)) for place, figure in figures.items() if figure)


def needed(share: float, count: int) -> int:
    """Return how many of `count` figures make `share` of them."""
    return math.ceil(share * count - 1e-9)


@dataclass(frozen=True, slots=True)
class Filed:
    """A report in the index: whose it is, by code and by name, the receipt number of its mail, what it says."""

    unit: str
    name: str
    receipt: str
    place: Place
    marks: frozenset[int]


@dataclass(slots=True)
class Index:
    """The accepted reports of a campaign, to be searched for one like a new one."""

    share: float
    _filed: dict[int, Filed] = field(default_factory=dict)
    _numbers: dict[int, list[int]] = field(default_factory=dict)
    _having: dict[int, list[int]] = field(default_factory=dict)
    _last: int = 0

    def file(self, report: Filed) -> None:
        """Take a report in."""
        self._last += 1
        self._filed[self._last] = report
        self._numbers.setdefault(report.place[1], []).append(self._last)
        for mark in report.marks:
            self._having.setdefault(mark, []).append(self._last)

    def forget(self, mail_id: int) -> None:
        """Leave out what a mail brought: it is understood anew, or could not be recorded."""
        for number in self._numbers.pop(mail_id, ()):
            del self._filed[number]

    def closest(self, marks: frozenset[int], unit: str, before: Place) -> tuple[Filed, int] | None:
        """Return the report of another unit that shares most with `marks`, if enough, and how many figures they share.

        Only those whose place is before `before` count; of equals the one filed first, and where there are very many
        the closest of the first ones.
        """
        if len(marks) < FEWEST:
            return None
        enough = needed(self.share, len(marks))
        found: tuple[Filed, int] | None = None
        alike = 0
        for number in sorted(self._possible(marks, len(marks) - enough + 1)):
            report = self._filed.get(number)
            if report is None or report.unit == unit or report.place >= before:
                continue
            shared = len(marks & report.marks)
            if shared < enough:
                continue
            alike += 1
            if found is None or shared > found[1]:
                found = report, shared
            if shared == len(marks) or alike == ENOUGH_ALIKE:
                break
        return found

    def _possible(self, marks: frozenset[int], most: int) -> set[int]:
        having = self._having
        rarest = sorted((having[mark] for mark in marks if mark in having), key=len)
        # Figures that no report has are the rarest of all.
        return {number for numbers in rarest[: max(0, most - len(marks) + len(rarest))] for number in numbers}
