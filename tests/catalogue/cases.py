"""What a case of the catalogue is: its mails, and how they end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.catalogue import office

# What a case's mails are made of: the number of the unit that sends them.
Made = bytes | Sequence[bytes]

OUTCOMES = {
    "A": "accepted", "E": "returned", "S": "held", "Q": "quarantined", "D": "duplicate", "N": "noted",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One case: `ends` are the reasons of its mails, in their order, each as "A valid" with the outcome's letter.

    `differs` says why it does not end as the catalogue asks (`asked`), where it does not. `received` are the mails'
    receipt times where they matter. `unit` is the sending unit's number where it may not be any. `reads` are figures
    of the version that the last mail became, by the name of their line, all in the column of quantities.
    """

    number: int
    title: str
    asked: str
    ends: tuple[str, ...]
    make: Callable[[int], Made]
    differs: str = ""
    received: tuple[datetime, ...] = ()
    unit: int = 0
    reads: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what `pytest -k` finds it by."""
        return f"{self.number:03} {self.title}"

    @property
    def expected(self) -> list[tuple[str, str]]:
        """Return (outcome, reason) of each mail."""
        return [(OUTCOMES[letter], reason) for letter, _, reason in (end.partition(" ") for end in self.ends)]

    def mails(self, unit: int) -> list[tuple[bytes, datetime]]:
        """Return the raw mails with their receipt times."""
        made = self.make(unit)
        raws = [made] if isinstance(made, bytes) else list(made)
        times = self.received or tuple(office.at(3, 9, minute) for minute in range(len(raws)))
        return list(zip(raws, times, strict=True))


@dataclass(slots=True)
class Chapter:
    """The cases of one letter of the catalogue, in the order in which they are written down."""

    cases: list[Case] = field(default_factory=list)

    def add(
        self, number: int, title: str, asked: str, ends: str | tuple[str, ...], make: Callable[[int], Made],
        **options: object,
    ) -> None:  # fmt: skip
        """Add a case. `ends` of one mail may be a plain text."""
        all_ends = (ends,) if isinstance(ends, str) else ends
        self.cases.append(Case(number, title, asked, all_ends, make, **options))  # type: ignore[arg-type]
