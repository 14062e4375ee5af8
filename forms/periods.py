"""The period that a report speaks of, as officers write it: "Quý II", "6 tháng đầu năm", "T6/2019" (P73)."""

import re
from dataclasses import dataclass

from forms import text

_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = re.compile(r"\b(?:quy|quarter|q) ?(iv|i{1,3}|[1-4])\b")
_FIRST_MONTHS = re.compile(r"\b(3|6|9|12) (?:thang|months)\b")
_MONTH = re.compile(r"\b(?:thang|t|month) ?0?(1[0-2]|[1-9])\b|^0?(1[0-2]|[1-9]) (?:19|20)[0-9]{2}$")
_WHOLE_YEAR = re.compile(r"\b(?:ca nam|nam|year)\b")
_YEAR = re.compile(r"\b((?:19|20)[0-9]{2})\b")


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter, a month, the first months of a year (3, 6, 9, 12), or a year; `year` is None where it is not said."""

    kind: str
    number: int
    year: int | None

    def fits(self, other: "Period") -> bool:
        """Say whether both may be the same period: what one leaves open, the other may say."""
        years = {self.year, other.year} - {None}
        return (self.kind, self.number) == (other.kind, other.number) and len(years) <= 1


def parse(said: str) -> Period | None:
    """Return the period that a text names, None where it names none that is known."""
    key = text.fold(said)
    found = _YEAR.search(key)
    year = int(found[1]) if found else None
    if match := _QUARTER.search(key):
        return Period("quarter", _QUARTERS.get(match[1]) or int(match[1]), year)
    if match := _FIRST_MONTHS.search(key):
        return Period("first months", int(match[1]), year)
    if match := _MONTH.search(key):
        return Period("month", int(match[1] or match[2]), year)
    return Period("year", 0, year) if year is not None and _WHOLE_YEAR.search(key) else None
