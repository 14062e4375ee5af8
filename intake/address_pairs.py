"""Pairs of unit and address as old mail has them, with what speaks for each; a person looks before any is believed.

Who a mail is from is asked as for a new one (intake.sender); an address counts for a unit as often as its mails name
that unit alone, and the line in a workbook weighs more than any other text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from intake import sender
from roll import mails

# Where an address has been heard of twice, or in two ways, it was hardly a slip.
_TWICE = 2


class Certainty(StrEnum):
    """How much speaks for a pair. Only the weak ones are not worth writing down before somebody has looked."""

    CERTAIN = "certain"
    LIKELY = "likely"
    WEAK = "weak"


_RANKS = tuple(Certainty)


@dataclass(slots=True)
class Pair:
    """A unit and an address: in how many mails, of which days, and what named the unit.

    `said` counts (source, text), such as ("workbook", "UBND huyện Cao Lộc"). `is_known` says that the register has it
    on the day of the last of these mails.
    """

    unit: str
    address: str
    count: int = 0
    first: date = date.max
    last: date = date.min
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    is_known: bool = False

    @property
    def certainty(self) -> Certainty:
        """Return how much speaks for the pair, others that speak against it left out."""
        sources = {source for source, _ in self.said}
        if "workbook" in sources:
            return Certainty.CERTAIN
        return Certainty.LIKELY if self.count >= _TWICE or len(sources) >= _TWICE else Certainty.WEAK

    def overlaps(self, other: "Pair") -> bool:
        """Return whether mails of the two pairs came in turns, not one pair's after the other's."""
        return self.first <= other.last and other.first <= self.last


@dataclass(slots=True)
class PastMail:
    """What a heap of old mail says, mail after mail. `left_out` counts what was not looked at, by why."""

    ours: frozenset[str]
    count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    _pairs: dict[tuple[str, str], Pair] = field(default_factory=dict)

    def note(self, contents: mails.Contents, register: sender.Register, day: date) -> None:
        """Take a mail of a person into account; `register` has the units of the day of its receipt."""
        address = contents.headers.from_addresses[0]
        identity = sender.identify(contents, register, day)
        telling = [piece for piece in identity.evidence if piece.source != "address" and len(piece.units) == 1]
        of_workbooks = [piece for piece in telling if piece.source == "workbook"]
        if not telling:
            self.left_out["names no unit"] += 1
        # A workbook that names its unit settles the mail: its subject may well speak of others.
        by_unit: dict[str, list[mails.Evidence]] = {}
        for piece in of_workbooks or telling:
            by_unit.setdefault(piece.units[0], []).append(piece)
        for unit, pieces in by_unit.items():
            pair = self._pairs.setdefault((address.casefold(), unit), Pair(unit, address.casefold()))
            pair.count += 1
            pair.first, pair.last = min(pair.first, day), max(pair.last, day)
            pair.said.update({(piece.source, piece.text) for piece in pieces})
            pair.is_known = unit in register.units_of_address(address, pair.last)

    def pairs(self) -> list[Pair]:
        """Return the pairs, the most certain and the most often seen first."""
        return sorted(
            self._pairs.values(),
            key=lambda pair: (_RANKS.index(pair.certainty), -pair.count, pair.unit, pair.address),
        )

    def of_one_address(self) -> Iterator[tuple[Pair, ...]]:
        """Yield the pairs of each address that was seen with several units, the earliest first."""
        by_address: dict[str, list[Pair]] = {}
        for pair in self._pairs.values():
            by_address.setdefault(pair.address, []).append(pair)
        for _, pairs in sorted(by_address.items()):
            if len(pairs) > 1:
                yield tuple(sorted(pairs, key=lambda pair: (pair.first, pair.unit)))


def handed_over(pairs: Sequence[Pair]) -> bool:
    """Return whether an address went from unit to unit, each one's mails after the other's."""
    return all(not one.overlaps(other) for index, one in enumerate(pairs) for other in pairs[:index])


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pair worth writing down, with the days that follow from the mails where the address was handed over."""

    pair: Pair
    first: date | None = None
    last: date | None = None


def proposed(past: PastMail) -> list[Proposed]:
    """Return the pairs that nothing speaks against, known and weak ones left out."""
    shared = {pairs[0].address: pairs for pairs in past.of_one_address()}
    return list(_proposed(past.pairs(), shared))


def _proposed(pairs: Iterable[Pair], shared: dict[str, tuple[Pair, ...]]) -> Iterator[Proposed]:
    for pair in pairs:
        if pair.is_known or pair.certainty is Certainty.WEAK:
            continue
        others = shared.get(pair.address, (pair,))
        if len(others) == 1:
            yield Proposed(pair)
        elif handed_over(others):
            place = others.index(pair)
            first = pair.first if place else None
            last = others[place + 1].first - timedelta(days=1) if place + 1 < len(others) else None
            yield Proposed(pair, first, last)
