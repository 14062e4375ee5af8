"""Names that two units bear on the same day: an alias may not be one of them, since it would decide for the wrong unit.

Official names may be: communes share names, and a person says which one is meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from roll.roster_rows import match_key


@dataclass(frozen=True, slots=True)
class Bearing:
    """A name that the unit `code` bears from `first` to `last`, both included; None is unbounded."""

    code: str
    text: str
    first: date | None
    last: date | None
    is_alias: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """A name that the unit `code` bears, and the unit `other` too, from `first` to `last`."""

    text: str
    code: str
    other: str
    first: date | None
    last: date | None
    is_alias: bool

    def days(self) -> str:
        """Return the days in words."""
        if self.first is None and self.last is None:
            return "on every day"
        start = f"from {self.first}" if self.first else ""
        end = f"until {self.last}" if self.last else ""
        return " ".join(filter(None, (start, end)))


def shared_names(bearings: Iterable[Bearing]) -> Iterator[Shared]:
    """Yield the names that two units bear on the same day, a name once for each pair of units.

    `bearings` are the names of one unit after the other, a unit's aliases before its names.
    """
    known: dict[str, list[Bearing]] = defaultdict(list)
    told: set[tuple[str, str, str]] = set()
    for bearing in bearings:
        key = match_key(bearing.text)
        for other in known[key] if key else ():
            first, last = latest(bearing.first, other.first), earliest(bearing.last, other.last)
            pair = (key, bearing.code, other.code)
            if other.code != bearing.code and (first is None or last is None or first <= last) and pair not in told:
                told.add(pair)
                is_alias = bearing.is_alias or other.is_alias
                yield Shared(bearing.text, bearing.code, other.code, first, last, is_alias)
        known[key].append(bearing)


def latest(one: date | None, other: date | None) -> date | None:
    """Return the later of two first days, None being always."""
    return max(filter(None, (one, other)), default=None)


def earliest(one: date | None, other: date | None) -> date | None:
    """Return the earlier of two last days, None being always."""
    return min(filter(None, (one, other)), default=None)
