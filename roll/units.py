"""Units: the bodies that report, their addresses, and the roster of a campaign (contract: units.csv)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from roll import namesakes, roster_rows
from roll.mistakes import OperatorError
from roll.roster_rows import RosterRow

DEFAULT_SALUTATION = "quý đơn vị"

read_csv = roster_rows.read_csv  # callers know it as the first half of reading a roster


class Obligation(StrEnum):
    """What a campaign wants of a unit: a report it must give, one it is asked for, or nothing (told only)."""

    REQUIRED = "required"
    ASKED = "asked"
    INFORMED = "informed"


def _within(day: date, valid_from: date | None, valid_to: date | None) -> bool:
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address of a unit. Both ends of its validity are included; None is unbounded.

    `is_learned`: a person said so by assigning a mail, no roster does.
    """

    address: str
    valid_from: date | None = None
    valid_to: date | None = None
    is_learned: bool = field(default=False, compare=False)

    def is_valid_on(self, day: date) -> bool:
        """Return whether the address is the unit's on `day` (in the office's zone)."""
        return _within(day, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class DatedName:
    """A name that a unit bore for a time, or an alias that held for a time. Both ends are included."""

    text: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Return whether the name was the unit's on `day` (in the office's zone)."""
        return _within(day, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that reports. Both ends of its validity are included; None is unbounded.

    `code` is its only stable key: names and area codes change hands (domain rules on the register). `addressed_as` is
    what follows "Kính gửi", `via` the department named below it, `salutation` how the unit is spoken to. `numbers` are
    what the office knows of the unit and the form's checks compare with, by name: communes, children. `dated_names`
    are names and aliases that hold on some days only.
    """

    code: str
    name: str
    short_name: str
    kind: str = ""
    addresses: tuple[Address, ...] = ()
    aliases: tuple[str, ...] = ()
    addressed_as: str = ""
    via: str = ""
    salutation: str = DEFAULT_SALUTATION
    phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    numbers: tuple[tuple[str, int], ...] = ()
    dated_names: tuple[DatedName, ...] = ()

    def on(self, day: date) -> "Unit":
        """Return the unit as it is named on `day`: a name that it bears for a time is an alias then."""
        names = tuple(name.text for name in self.dated_names if name.is_valid_on(day))
        return replace(self, aliases=(*self.aliases, *names), dated_names=()) if self.dated_names else self

    def bearings(self) -> Iterator[namesakes.Bearing]:
        """Yield the names by which the unit is known and their days, aliases first."""
        for text in self.aliases:
            yield namesakes.Bearing(self.code, text, self.valid_from, self.valid_to, is_alias=True)
        for name in self.dated_names:
            first = namesakes.latest(name.valid_from, self.valid_from)
            last = namesakes.earliest(name.valid_to, self.valid_to)
            yield namesakes.Bearing(self.code, name.text, first, last, is_alias=True)
        for text in dict.fromkeys((self.name, self.short_name)):
            yield namesakes.Bearing(self.code, text, self.valid_from, self.valid_to, is_alias=False)

    def address_on(self, day: date) -> str | None:
        """Return the first address that is valid on `day`, None where there is none."""
        return next((known.address for known in self.addresses if known.is_valid_on(day)), None)

    def is_valid_on(self, day: date) -> bool:
        """Return whether the unit exists on `day` (in the office's zone)."""
        return _within(day, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A unit in a campaign, and what the campaign wants of it."""

    unit: Unit
    obligation: Obligation


def parse_roster(
    rows: Sequence[Mapping[str, str]], where: str, numbers: Collection[str] | None = ()
) -> tuple[RosterEntry, ...]:
    """Return the roster that `rows` describe, in their order; a row maps columns to texts.

    `numbers` are further columns, of numbers about a unit (see `roster_rows.column_problems`). Wholly blank rows are
    skipped. One address under two units on the same day is allowed: a mail from it may then be either's. Raises
    OperatorError with every problem, each with `where` and its line (the header is line 1).
    """
    problems = roster_rows.column_problems(rows[0], where, numbers) if rows else []
    entries: list[tuple[str, RosterEntry]] = []
    for line, cells in enumerate(rows, start=roster_rows.FIRST_LINE):
        if any(text and text.strip() for text in cells.values()):
            row = RosterRow(cells, f"{where}, line {line}", problems)
            entries.append((row.place, _read_entry(row, numbers or ())))
    if not entries:
        problems.append(f"{where} lists no unit; write one unit a line below the header.")
    problems += [*_repeated_codes(entries), *_ambiguous_aliases(entries)]
    if problems:
        raise OperatorError(problems)
    return tuple(entry for _, entry in entries)


def _read_entry(row: RosterRow, numbers: Collection[str]) -> RosterEntry:
    name = row.text("name")
    if not name:
        row.complain("name is blank; write the unit's official name.")
    valid_from, valid_to = row.day("valid_from"), row.day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        row.complain(f"valid_to {valid_to} lies before valid_from {valid_from}; correct one of them.")
    aliases = row.dated_texts("aliases")
    unit = Unit(
        code=row.code(),
        name=name,
        short_name=row.text("short_name") or name,
        kind=row.text("kind"),
        addresses=tuple(Address(each.text, each.valid_from, each.valid_to) for each in row.addresses()),
        aliases=tuple(each.text for each in aliases if not (each.valid_from or each.valid_to)),
        addressed_as=row.text("addressed_as") or name,
        via=row.text("via"),
        salutation=row.text("salutation") or DEFAULT_SALUTATION,
        phone=row.text("phone"),
        valid_from=valid_from,
        valid_to=valid_to,
        numbers=tuple((name, number) for name in numbers if (number := row.number(name)) is not None),
        dated_names=tuple(
            DatedName(each.text, each.valid_from, each.valid_to) for each in aliases if each.valid_from or each.valid_to
        ),
    )
    return RosterEntry(unit, _read_obligation(row))


def _read_obligation(row: RosterRow) -> Obligation:
    text = row.text("obligation").lower() or Obligation.REQUIRED
    if text not in set(Obligation):
        row.complain(f"obligation is {text!r}; write one of {', '.join(Obligation)}, or leave it blank for required.")
        return Obligation.REQUIRED
    return Obligation(text)


def _repeated_codes(entries: Sequence[tuple[str, RosterEntry]]) -> list[str]:
    first: dict[str, str] = {}
    problems = []
    for place, entry in entries:
        code = entry.unit.code
        if code and first.setdefault(code.casefold(), place) != place:
            problems.append(
                f"{place}: the code {code!r} stands already in {first[code.casefold()]}; give each unit its own."
            )
    return problems


def _ambiguous_aliases(entries: Sequence[tuple[str, RosterEntry]]) -> list[str]:
    """Return a sentence for each alias that on some day is also an alias or a name of an earlier or later unit."""
    places = {entry.unit.code: place for place, entry in entries}
    return [
        f"{places[shared.code]}: {shared.text!r} names {shared.code} and also {shared.other} "
        f"({places[shared.other]}); take it out of the aliases of one of them."
        for shared in namesakes.shared_names(bearing for _, entry in entries for bearing in entry.unit.bearings())
        if shared.is_alias
    ]
