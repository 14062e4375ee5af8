"""Which unit a mail is from, and on what evidence.

Two kinds of evidence decide: the registered address, valid on the day of receipt, and the unit named in the workbook. Names in
subjects, file names, display names and bodies only propose (design.md, "What always holds", 6 and 8): a bare place name or a
two-letter abbreviation never decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from forms import text
from roll import mails, units

# Words that say what kind of body it is, not which one (domain rules 2.3).
_STOP_PHRASES = (
    "uy ban nhan dan", "ubnd", "lao dong thuong binh va xa hoi dan toc", "lao dong thuong binh va xa hoi", "ldtbxh dt",
    "ldtbxh", "ldtb xh dt", "ldtb xh", "phong", "tinh lang son", "tinh", "huyen", "thanh pho", "tp", "h",
)  # fmt: skip
# An alias shorter than this is an abbreviation such as "CL" (Cao Lộc, Chi Lăng): it never decides and never proposes.
_SHORTEST_ALIAS = 3
# A misspelt unit line still names its unit, but only when nothing else on the roster comes near (domain rule P21).
_LIKE_ENOUGH = 90.0
_CLEAR_BY = 5.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What the evidence says. `registered` are the units of the address, `named` those that workbooks name, by reading.

    `unmatched` are unit lines that name nobody on the roster. `hinted` are units that other texts speak of, best first.
    """

    registered: tuple[str, ...] = ()
    named: tuple[tuple[str, ...], ...] = ()
    unmatched: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()
    evidence: tuple[mails.Evidence, ...] = ()


class Register:
    """The units of a roster by address and by every way of writing their names, valid on given days."""

    def __init__(self, entries: Sequence[units.RosterEntry]) -> None:
        self.entries = {entry.unit.code: entry for entry in entries}
        self._by_address: dict[str, list[tuple[str, units.Address]]] = defaultdict(list)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._by_core: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            for address in entry.unit.addresses:
                self._by_address[address.address.casefold()].append((entry.unit.code, address))
            for name in _names(entry.unit):
                self._by_name[name].add(entry.unit.code)
                self._by_core[_core(name)].add(entry.unit.code)
        self._by_core.pop("", None)

    def units_of_address(self, address: str, day: date) -> tuple[str, ...]:
        """Return the units whose registered address this is on a day (in the office's zone)."""
        found = self._by_address.get(address.casefold(), ())
        return tuple(dict.fromkeys(code for code, known in found if known.is_valid_on(day)))

    def addresses_of(self, code: str, day: date) -> tuple[str, ...]:
        """Return the addresses of a unit that are valid on a day."""
        entry = self.entries.get(code)
        if entry is None:
            return ()
        return tuple(known.address for known in entry.unit.addresses if known.is_valid_on(day))

    def units_named(self, line: str) -> tuple[str, ...]:
        """Return the units that a whole line names: one, several where it is ambiguous, none where it names nobody."""
        key = text.fold(line)
        found = self._by_name.get(key) or self._by_core.get(_core(key)) or self._near(key)
        return tuple(sorted(found))

    def _near(self, key: str) -> set[str]:
        if len(key) < 2 * _SHORTEST_ALIAS:
            return set()
        ranked = process.extract(
            key, self._by_name.keys(), scorer=fuzz.ratio, limit=6, score_cutoff=_LIKE_ENOUGH - _CLEAR_BY
        )
        if not ranked or ranked[0][1] < _LIKE_ENOUGH:
            return set()
        best = self._by_name[ranked[0][0]]
        rivals = [score for name, score, _ in ranked[1:] if self._by_name[name] != best]
        return best if all(ranked[0][1] - score >= _CLEAR_BY for score in rivals) else set()

    def units_mentioned(self, words: str) -> tuple[str, ...]:
        """Return the units whose names stand inside a text, the longest name first."""
        padded = f" {text.fold(words)} "
        found: dict[str, int] = {}
        for names in (self._by_name, self._by_core):
            for name, codes in names.items():
                if len(name) >= _SHORTEST_ALIAS + 1 and len(codes) == 1 and f" {name} " in padded:
                    code = next(iter(codes))
                    found[code] = max(found.get(code, 0), len(name))
        return tuple(sorted(found, key=lambda code: (-found[code], code)))


def _names(unit: units.Unit) -> set[str]:
    written = (unit.name, unit.short_name, unit.addressed_as, *unit.aliases)
    keys = {text.fold(name) for name in written}
    return {key for key in keys if len(key) >= _SHORTEST_ALIAS}


def _core(key: str) -> str:
    """Return a folded name without the words that say what kind of body it is."""
    padded = f" {key} "
    for phrase in _STOP_PHRASES:
        padded = padded.replace(f" {phrase} ", " ")
    core = padded.strip()
    return core if len(core) > _SHORTEST_ALIAS else ""


def identify(contents: mails.Contents, register: Register, day: date) -> Identity:
    """Return what the evidence inside a mail says about the unit it is from, as of the day of receipt."""
    headers = contents.headers
    registered = tuple(
        dict.fromkeys(code for address in headers.from_addresses for code in register.units_of_address(address, day))
    )
    evidence = [mails.Evidence("address", ", ".join(headers.from_addresses), registered)]
    named, unmatched = [], []
    for reading in contents.readings:
        line = reading.header_text("unit")
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
        hinted=tuple(dict.fromkeys(code for hint in hints for code in hint.units)),
        evidence=(*evidence, *hints),
    )


def _hints(contents: mails.Contents, register: Register) -> list[mails.Evidence]:
    headers = contents.headers
    texts: Iterable[tuple[str, str]] = (
        ("subject", headers.subject),
        *(("file name", part.name) for part in contents.parts if not part.inline),
        ("display name", headers.from_name),
        ("body", contents.text),
    )
    hints = [mails.Evidence(source, words[:200], register.units_mentioned(words)) for source, words in texts if words]
    return [hint for hint in hints if hint.units]
