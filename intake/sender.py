"""Which unit a mail is from, and on what evidence.

Two kinds of evidence decide: the registered address, valid on the day of receipt, and the unit named in the workbook.
Names in subjects, file names, display names and bodies only propose (design.md, "What always holds", 6 and 8): a bare
place name or a two-letter abbreviation never decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from intake import unit_names
from roll import mails, units

# Providers that pass over dots and "+tag" in the part before the @ (support.google.com/mail/answer/7436150).
_DOTLESS_DOMAINS = frozenset({"gmail.com", "googlemail.com"})
# What a piece of evidence quotes of a mail, and how much of a body is looked at: a signature stands within.
_QUOTED, _BODY_LINES = 200, 200


@dataclass(frozen=True, slots=True)
class Identity:
    """What the evidence says. `registered` are the units of the address, `named` those that workbooks name, by reading.

    `unmatched` are unit lines that name nobody on the roster, `of_others` those of them that name a lower body: a
    commune, a school. `hinted` are units that other texts speak of, best first; `proposed` is the one that they speak
    of clearly.
    """

    registered: tuple[str, ...] = ()
    named: tuple[tuple[str, ...], ...] = ()
    unmatched: tuple[str, ...] = ()
    of_others: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()
    proposed: str | None = None
    evidence: tuple[mails.Evidence, ...] = ()


class Register:
    """The units of a roster by address and by every way of writing their names, valid on given days."""

    def __init__(self, entries: Sequence[units.RosterEntry]) -> None:
        self.entries = {entry.unit.code: entry for entry in entries}
        self._by_address: dict[str, list[tuple[str, units.Address]]] = defaultdict(list)
        for entry in entries:
            for address in entry.unit.addresses:
                self._by_address[_address_key(address.address)].append((entry.unit.code, address))
        self._names = unit_names.Names([entry.unit for entry in entries])

    @property
    def addresses(self) -> frozenset[str]:
        """Return every registered address, whenever it holds."""
        return frozenset(known.address for entry in self.entries.values() for known in entry.unit.addresses)

    def units_of_address(self, address: str, day: date) -> tuple[str, ...]:
        """Return the units whose registered address this is on a day (in the office's zone)."""
        found = self._by_address.get(_address_key(address), ())
        return tuple(dict.fromkeys(code for code, known in found if known.is_valid_on(day)))

    def addresses_of(self, code: str, day: date) -> tuple[str, ...]:
        """Return the addresses of a unit that are valid on a day."""
        entry = self.entries.get(code)
        if entry is None:
            return ()
        return tuple(known.address for known in entry.unit.addresses if known.is_valid_on(day))

    def units_named(self, line: str) -> tuple[str, ...]:
        """Return the units that a whole line names: one, several where it is ambiguous, none where it names nobody."""
        return self._names.named(line)

    def units_mentioned(self, words: str) -> tuple[str, ...]:
        """Return the units whose names stand inside a text, the longest name first."""
        return self._names.mentioned(words)


def is_same_address(one: str, other: str) -> bool:
    """Return whether two addresses are one mailbox, as far as its provider is known to say so."""
    return _address_key(one) == _address_key(other)


def _address_key(address: str) -> str:
    """Return the key by which an address is known: case does not count, nor what its provider passes over.

    An address with letters beyond ASCII is compared as it is: folding would make one letter of another's.
    """
    if not address.isascii():
        return address
    local, at, domain = address.strip().lower().rpartition("@")
    if domain in _DOTLESS_DOMAINS:
        local, domain = local.partition("+")[0].replace(".", ""), "gmail.com"
    return f"{local}{at}{domain}"


def identify(contents: mails.Contents, register: Register, day: date) -> Identity:
    """Return what the evidence inside a mail says about the unit it is from, as of the day of receipt."""
    headers = contents.headers
    registered = tuple(
        dict.fromkeys(code for address in headers.from_addresses for code in register.units_of_address(address, day))
    )
    evidence = [mails.Evidence("address", ", ".join(headers.from_addresses), registered)]
    named, unmatched = [], []
    for reading in contents.readings:
        line = unit_names.filled_in(reading.header_text("unit"))
        units_named = register.units_named(line) if line else ()
        named.append(units_named)
        if line:
            evidence.append(mails.Evidence("workbook", line, units_named))
            unmatched += [] if units_named else [line]
    hints = _hints(contents, register)
    return Identity(
        registered=registered,
        named=tuple(named),
        unmatched=tuple(unmatched),
        of_others=tuple(line for line in unmatched if unit_names.is_of_a_lower_body(line)),
        hinted=tuple(dict.fromkeys(code for hint in hints for code in hint.units)),
        proposed=next((hint.units[0] for hint in hints if len(hint.units) == 1), None),
        evidence=(*evidence, *hints),
    )


def _hints(contents: mails.Contents, register: Register) -> list[mails.Evidence]:
    headers = contents.headers
    texts: Iterable[tuple[str, str]] = (
        ("subject", headers.subject),
        *(("file name", part.name) for part in contents.parts if not part.inline),
        ("display name", headers.from_name),
    )
    hints = [
        mails.Evidence(source, words[:_QUOTED], register.units_mentioned(words)) for source, words in texts if words
    ]
    return [hint for hint in (*hints, _body_hint(contents.text, register)) if hint.units]


def _body_hint(text: str, register: Register) -> mails.Evidence:
    """Return the units that the lines of a body speak of, and of its words the first such line only."""
    found: dict[str, str] = {}
    for line in text.splitlines()[:_BODY_LINES]:
        for code in register.units_mentioned(line):
            found.setdefault(code, line.strip()[:_QUOTED])
    return mails.Evidence("body", next(iter(found.values()), ""), tuple(found))
