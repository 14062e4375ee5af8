"""Which unit a mail is from, and on what evidence.

All that speaks of a unit is gathered here and weighed in intake.weighing; what is decided on it, in intake.owner. An
address that is not registered never credits a report, whatever else speaks for a unit (the contract; design.md, "What
always holds", 6 and 8).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forms import text
from intake import clues, unit_names, weighing
from roll import mails, reports, units

# Providers that pass over dots and "+tag" in the part before the @ (support.google.com/mail/answer/7436150).
_DOTLESS_DOMAINS = frozenset({"gmail.com", "googlemail.com"})


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is on file about a mail from before it came: nothing later counts, so that a rereading sees the same.

    `answers` are our letters that it answers, `numbers` the receipt numbers in its subject, `history` the last mail of
    the same address: each as what was seen and whose it is.
    """

    answers: tuple[tuple[str, str], ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    history: tuple[tuple[str, str], ...] = ()


NOTHING_ON_FILE = OnFile()


@dataclass(frozen=True, slots=True)
class Identity:
    """What the evidence says. `registered` are the units of the address, `named` those that workbooks name, by reading.

    `formerly` are those of an address that is nobody's on the day and was, or will be, theirs on another.
    `unmatched` are unit lines that name nobody on the roster, `of_others` those of them that name a lower body: a
    commune, a school. `hinted` are units that texts speak of, best first; `answered` those whose letters from us the
    mail answers; `of_communes` the readings of files that are called a commune's, `of_places` those whose unit line is
    a bare place name. `evidence` has the weights.
    """

    registered: tuple[str, ...] = ()
    named: tuple[tuple[str, ...], ...] = ()
    unmatched: tuple[str, ...] = ()
    of_others: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    of_communes: tuple[int, ...] = ()
    of_places: tuple[int, ...] = ()
    formerly: tuple[str, ...] = ()
    evidence: tuple[mails.Evidence, ...] = ()


class Register:
    """The units of a roster by address and by every way of writing their names, valid on given days."""

    def __init__(self, entries: Sequence[units.RosterEntry]) -> None:
        self.entries = {entry.unit.code: entry for entry in entries}
        self._by_address: dict[str, list[tuple[units.Unit, units.Address]]] = defaultdict(list)
        for entry in entries:
            for address in entry.unit.addresses:
                self._by_address[address_key(address.address)].append((entry.unit, address))
        self._turns = _turns(entry.unit for entry in entries)
        self._names: dict[int | None, unit_names.Names] = {}

    def names(self, day: date | None = None) -> unit_names.Names:
        """Return the names of the units that exist on a day; of all of them for None."""
        span = None if day is None or not self._turns else bisect_right(self._turns, day)
        if span not in self._names:
            roster = [entry.unit for entry in self.entries.values()]
            existing = [unit for unit in roster if span is None or day is None or unit.is_valid_on(day)]
            self._names[span] = unit_names.Names(existing)
        return self._names[span]

    @property
    def addresses(self) -> frozenset[str]:
        """Return every registered address, whenever it holds."""
        return frozenset(known.address for entry in self.entries.values() for known in entry.unit.addresses)

    def units_of_address(self, address: str, day: date) -> tuple[str, ...]:
        """Return the units whose registered address this is on a day (in the office's zone)."""
        return tuple(dict.fromkeys(code for code, _ in self.known_of_address(address, day)))

    def known_of_address(self, address: str, day: date) -> list[tuple[str, units.Address]]:
        """Return (unit, address) for each entry of an address that is valid on a day, of units that exist then."""
        found = self._by_address.get(address_key(address), ())
        return [(unit.code, known) for unit, known in found if known.is_valid_on(day) and unit.is_valid_on(day)]

    def units_ever_of_address(self, address: str) -> tuple[str, ...]:
        """Return the units whose registered address this is on any day."""
        return tuple(dict.fromkeys(unit.code for unit, _ in self._by_address.get(address_key(address), ())))

    def addresses_of(self, code: str, day: date) -> tuple[str, ...]:
        """Return the addresses of a unit that are valid on a day."""
        entry = self.entries.get(code)
        if entry is None:
            return ()
        return tuple(known.address for known in entry.unit.addresses if known.is_valid_on(day))

    def units_named(self, line: str, day: date | None = None) -> tuple[str, ...]:
        """Return the units that a whole line names: one, several where it is ambiguous, none where it names nobody."""
        return self.names(day).named(line)

    def units_mentioned(self, words: str, day: date | None = None) -> tuple[str, ...]:
        """Return the units whose names stand inside a text, the longest name first."""
        return self.names(day).mentioned(words)


def _turns(roster: Iterable[units.Unit]) -> list[date]:
    """Return the days from which another set of units exists."""
    days: set[date] = set()
    for unit in roster:
        days |= {unit.valid_from} if unit.valid_from else set()
        days |= {unit.valid_to + timedelta(days=1)} if unit.valid_to and unit.valid_to < date.max else set()
    return sorted(days)


def is_same_address(one: str, other: str) -> bool:
    """Return whether two addresses are one mailbox, as far as its provider is known to say so."""
    return address_key(one) == address_key(other)


def address_key(address: str) -> str:
    """Return the key by which an address is known: case does not count, nor what its provider passes over.

    An address with letters beyond ASCII is compared as it is: folding would make one letter of another's.
    """
    if not address.isascii():
        return address
    local, at, domain = address.strip().lower().rpartition("@")
    if domain in _DOTLESS_DOMAINS:
        local, domain = local.partition("+")[0].replace(".", ""), "gmail.com"
    return f"{local}{at}{domain}"


def identify(contents: mails.Contents, register: Register, day: date, on_file: OnFile = NOTHING_ON_FILE) -> Identity:
    """Return what the evidence says about the unit that a mail is from, as of the day of receipt."""
    names = register.names(day)
    address = _of_address(contents.headers.from_addresses, register, day)
    registered = address.units
    texts = clues.of_texts(contents, names)
    lines = [_of_line(reading, names, registered, texts) for reading in contents.readings]
    answered = tuple(dict.fromkeys(unit for _, unit in on_file.answers))
    unmatched = [line.text for line in lines if line.text and not line.named]
    evidence = [address, *(line.evidence for line in lines if line.evidence)]
    evidence += [weighing.piece("reply", on_file.answers[0][0], answered)] if answered else []
    evidence += _of_other_addresses(contents, register, day)
    evidence += [*texts, *_of_what_is_on_file(on_file)]
    evidence += _of_initials(contents, names, evidence)
    return Identity(
        registered=registered,
        formerly=() if registered else _of_other_days(contents, register),
        named=tuple(line.named for line in lines),
        unmatched=tuple(unmatched),
        of_others=tuple(line for line in unmatched if names.is_of_others(line)),
        hinted=tuple(dict.fromkeys(code for each in texts for code in each.units)),
        answered=answered,
        of_communes=_of_communes(contents, names, registered),
        of_places=tuple(index for index, line in enumerate(lines) if line.text and names.of_place(line.text)),
        evidence=tuple(evidence),
    )


def _of_address(addresses: Sequence[str], register: Register, day: date) -> mails.Evidence:
    known = [each for address in addresses for each in register.known_of_address(address, day)]
    is_learned = bool(known) and all(address.is_learned for _, address in known)
    source = "learned address" if is_learned else "address"
    return weighing.piece(source, ", ".join(addresses), tuple(dict.fromkeys(unit for unit, _ in known)))


def _of_other_days(contents: mails.Contents, register: Register) -> tuple[str, ...]:
    ever = (code for each in contents.headers.from_addresses for code in register.units_ever_of_address(each))
    return tuple(dict.fromkeys(ever))


@dataclass(frozen=True, slots=True)
class _Line:
    """The unit line of a workbook, the units that it names, and what it weighs."""

    text: str
    named: tuple[str, ...]
    evidence: mails.Evidence | None


def _of_line(
    reading: reports.Reading, names: unit_names.Names, registered: Sequence[str], texts: Sequence[mails.Evidence]
) -> _Line:
    """Return what a workbook's unit line says. What nearly names a unit is believed of the address's own units only."""
    cell = next((value for value in reading.header if value.name == "unit"), None)
    line = unit_names.filled_in(reading.header_text("unit"))
    if not line:
        return _Line("", (), None)
    place = f"{cell.sheet}!{cell.cell}" if cell else ""
    if own := _own_of_place(line, names, registered, texts):
        return _Line(line, own, weighing.piece("workbook", line, own, is_bare=True, place=place))
    if named := names.named(line):
        return _Line(line, named, weighing.piece("workbook", line, named, place=place))
    if text.from_tcvn3(line) != line and (own := _own_of_legacy(line, names, registered)):
        return _Line(line, own, weighing.piece("workbook", line, own, is_bare=True, place=place))
    nearly = names.nearly_named(line)
    own = tuple(code for code in nearly if code in registered)
    if not nearly:
        own = tuple(code for code in registered if names.is_own_with_a_slip(line, code))
    if len(own) == 1:
        return _Line(line, own, weighing.piece("workbook", line, own, is_bare=True, place=place))
    spoken_of = nearly if len(nearly) == 1 else names.mentioned(line)
    return _Line(line, (), weighing.piece("workbook", line, spoken_of, place=place, of_one=weighing.NEARLY_SAID))


def _own_of_place(
    line: str, names: unit_names.Names, registered: Sequence[str], texts: Sequence[mails.Evidence]
) -> tuple[str, ...]:
    """Return the address's own unit of the bare place that a line says, where the texts give the unit's full name.

    "Chi Lăng" is the district; from the address of its town, in a file named "BC thị trấn Chi Lăng", it is the town.
    """
    of_place = names.of_place(line)
    own = tuple(code for code in of_place if code in registered)
    return own if len(own) == 1 < len(of_place) and weighing.is_given_in_full(texts, own[0]) else ()


def _own_of_legacy(line: str, names: unit_names.Names, registered: Sequence[str]) -> tuple[str, ...]:
    """Return the address's own unit that a line names once read as TCVN3: a few letters do not show their font."""
    converted = text.from_tcvn3(line)
    found = names.named(converted) or names.nearly_named(converted)
    own = tuple(code for code in found if code in registered)
    return own if len(own) == 1 else ()


def _of_other_addresses(contents: mails.Contents, register: Register, day: date) -> list[mails.Evidence]:
    """Return the registered addresses that stand in the signature, or from which a mail that was passed on came."""
    found = []
    passed_on = [address for _, address in clues.forwarded(contents)]
    for source, addresses in (
        ("forwarded address", passed_on[:1]),
        ("signature address", clues.addresses_in_signature(contents)),
    ):
        for address in dict.fromkeys(addresses):
            if units_ := register.units_of_address(address, day):
                found.append(weighing.piece(source, address, units_))
                break
    return found


def _of_what_is_on_file(on_file: OnFile) -> list[mails.Evidence]:
    pairs = (*(("receipt number", each) for each in on_file.numbers), *(("history", each) for each in on_file.history))
    return [weighing.piece(source, seen, (unit,)) for source, (seen, unit) in pairs]


def _of_initials(
    contents: mails.Contents, names: unit_names.Names, others: Sequence[mails.Evidence]
) -> list[mails.Evidence]:
    """Return what initials say: among the units that stronger evidence leaves open, or as the thinnest of proposals."""
    found, seen = clues.initials(contents, names)
    if not found:
        return []
    left_open = {code for each in others if each.source in weighing.STRONG for code in each.units}
    own = tuple(code for code in found if code in left_open)
    if left_open:
        return [weighing.piece("abbreviation", seen, own)] if own else []
    return [weighing.piece("abbreviation", seen, found, of_one=weighing.THIN)] if len(found) == 1 else []


def _of_communes(contents: mails.Contents, names: unit_names.Names, registered: Sequence[str]) -> tuple[int, ...]:
    """Return the readings that a file's name or a subject calls a commune's, where the address is that of none."""
    if not registered:
        return ()
    subjects = _subjects(contents)
    return tuple(
        part.reading
        for part in contents.parts
        if part.reading is not None
        and any(all(names.is_of_a_commune(text_, code) for code in registered) for text_ in (part.name, *subjects))
    )


def is_called_a_communes(contents: mails.Contents, names: unit_names.Names, unit: str) -> bool:
    """Return whether a subject or the name of a workbook calls a mail a commune's, which the unit is none of."""
    called = (*(part.name for part in contents.parts if part.reading is not None), *_subjects(contents))
    return any(names.is_of_a_commune(each, unit) for each in called)


def _subjects(contents: mails.Contents) -> tuple[str, ...]:
    return (contents.headers.subject, *(mail.subject for mail in contents.attached))
