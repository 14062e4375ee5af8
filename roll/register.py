"""The register over the years: what a list of units changes in it. Pure; nothing is written here.

A unit's code is its only stable key: area codes and names change hands (domain rules 2.5). What a list leaves out or
leaves blank stays as it is; what it replaces ends the day before, and stays known for the days before that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from roll import namesakes, units
from roll.roster_rows import match_key

_DAY = timedelta(days=1)
# As roll.roster_rows.match_key writes them; "và" and a dash come to nothing.
_KINDS_OF_BODIES = frozenset({
    "", "so", "ban", "hoi", "ubnd", "ui", "nhan", "dan", "huien", "xa", "phuong", "thi", "tran", "thanh", "pho", "tinh",
})  # fmt: skip


class Passing(StrEnum):
    """How one unit came out of another (domain rules 2.5)."""

    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Succession:
    """That `successor` takes over from `predecessor`, wholly or in part, from the day `effective` on."""

    predecessor: str
    successor: str
    kind: Passing
    effective: date


@dataclass(frozen=True, slots=True)
class Listed:
    """One unit as a list has it. `given` are the columns with something in them; `passing` is empty where not told."""

    unit: units.Unit
    given: frozenset[str]
    successors: tuple[str, ...] = ()
    passing: Passing | None = None


class Change(StrEnum):
    """What becomes of a unit, the weightiest word for it."""

    NEW = "new"
    ENDED = "ended"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit as it is to be, and what is other than before, a clause each."""

    change: Change
    unit: units.Unit
    what: tuple[str, ...]


@dataclass(slots=True)
class Comparison:
    """What a list changes. `refused` are sentences; with one of them nothing may be written.

    `missing` are units of the register that still exist and that the list does not name; `dropped` are successions that
    it replaces by others.
    """

    changed: list[Changed] = field(default_factory=list)
    successions: list[Succession] = field(default_factory=list)
    dropped: list[Succession] = field(default_factory=list)
    missing: list[units.Unit] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unchanged: int = 0


def compare(
    known: Mapping[str, units.Unit],
    passings: Sequence[Succession],
    listed: Sequence[Listed],
    on: date,
    ends_missing: date | None = None,
) -> Comparison:
    """Return what a list changes in the register `known` on a day.

    `known` has each unit with the addresses that earlier lists gave it, `passings` its successions. Units that the list
    does not name end with the day `ends_missing`, their last; without one they stay.
    """
    found = Comparison()
    after = dict(known)
    for each in listed:
        before = known.get(each.unit.code)
        problem = _other_body(before, each, on) if before else _other_spelling(known, each.unit.code)
        if problem:
            found.refused.append(problem)
            continue
        merged = _ending(each.unit if before is None else _merged(before, each, on))
        if before and _share_no_word(before.name, merged.name):
            found.ambiguous.append(
                f"{merged.code} was {before.name} and is {merged.name} in the list. Only if that is the same body: "
                "another one needs a code of its own, since old reports are kept under this one."
            )
        after[merged.code] = merged
        _note(found, before, merged)
    named = {each.unit.code for each in listed}
    for code, unit in known.items():
        if code in named or (unit.valid_to and unit.valid_to < on):
            continue
        found.missing.append(unit)
        if ends_missing is not None and unit.valid_to is None:
            after[code] = _ending(replace(unit, valid_to=ends_missing))
            _note(found, unit, after[code])
    found.successions = _successions(found, after, passings, listed)
    _check_names(found, after)
    return found


def _ending(unit: units.Unit) -> units.Unit:
    """Return a unit whose addresses end with it where they have no last day: an ended unit writes no more."""
    if unit.valid_to is None:
        return unit
    addresses = tuple(each if each.valid_to else replace(each, valid_to=unit.valid_to) for each in unit.addresses)
    return replace(unit, addresses=addresses)


def _share_no_word(one: str, other: str) -> bool:
    """Return whether two names have nothing in common but words for kinds of bodies."""
    words, others = ({match_key(word) for word in name.split()} - _KINDS_OF_BODIES for name in (one, other))
    return bool(words and others) and words.isdisjoint(others)


def _other_body(before: units.Unit, listed: Listed, on: date) -> str:
    """Return the refusal where a code stands for another body than before, empty where it does not."""
    unit = listed.unit
    if match_key(before.name) == match_key(unit.name):
        return ""
    begins_anew = unit.valid_from is not None and unit.valid_from > (before.valid_from or date.min)
    has_ended = before.valid_to is not None and before.valid_to < (unit.valid_from or on)
    if not begins_anew and not has_ended:
        return ""
    since = f" from {unit.valid_from}" if unit.valid_from else ""
    until = f" until {before.valid_to}" if before.valid_to else ""
    return (
        f"The code {unit.code} was {before.name}{until} and is {unit.name}{since} in the list: a code stays with one "
        f"body for good, since old reports are kept under it. Give the new one a code of its own, such as "
        f"{unit.code}-{(unit.valid_from or on).year}; or, if it is the same body under another name, leave valid_from "
        f"as it was ({before.valid_from or 'blank'})."
    )


def _other_spelling(known: Mapping[str, units.Unit], code: str) -> str:
    """Return the refusal of a code that differs from a known one in case or the noughts before it alone, else empty.

    A spreadsheet takes 06211 for a number, and drops its nought.
    """

    def as_typed(some: str) -> str:
        return some.casefold().lstrip("0")

    same = next((other for other in known if as_typed(other) == as_typed(code)), None)
    return f"The code {code} is {same} in the register; write it so." if same else ""


def _merged(before: units.Unit, listed: Listed, on: date) -> units.Unit:
    """Return a known unit with what a list says of it, other names and addresses ending the day before `on`."""
    unit, given = listed.unit, listed.given
    own = {
        name: getattr(unit, name)
        for name in ("kind", "via", "salutation", "phone", "valid_from", "valid_to")
        if name in given
    }
    short_name = unit.short_name if "short_name" in given or before.short_name == before.name else before.short_name
    addressed_as = unit.addressed_as if "addressed_as" in given or before.addressed_as == before.name else None
    merged = replace(
        before,
        name=unit.name,
        short_name=short_name,
        addressed_as=before.addressed_as if addressed_as is None else addressed_as,
        aliases=unit.aliases if "aliases" in given else before.aliases,
        addresses=_addresses(before, unit, on) if "addresses" in given else before.addresses,
        **own,
    )
    return replace(merged, dated_names=_dated_names(before, merged, unit, on))


def _dated_names(before: units.Unit, merged: units.Unit, listed: units.Unit, on: date) -> tuple[units.DatedName, ...]:
    """Return the names that hold for a time: those of the list, and those that the unit does not bear any more."""
    current = {match_key(text) for text in (merged.name, merged.short_name, *merged.aliases)}
    dated = {match_key(name.text): name for name in before.dated_names}
    for text in dict.fromkeys((before.name, before.short_name, *before.aliases)):
        if match_key(text) not in current:
            dated[match_key(text)] = units.DatedName(text, None, on - _DAY)
    dated |= {match_key(name.text): name for name in listed.dated_names}
    return tuple(name for key, name in dated.items() if key not in current)


def _addresses(before: units.Unit, listed: units.Unit, on: date) -> tuple[units.Address, ...]:
    named = {each.address.casefold() for each in listed.addresses}
    left = [each for each in before.addresses if each.address.casefold() not in named]
    ended = [
        replace(each, valid_to=on - _DAY) if each.valid_to is None or each.valid_to >= on else each
        for each in left
        if each.valid_from is None or each.valid_from < on
    ]
    return (*listed.addresses, *ended)


def _note(found: Comparison, before: units.Unit | None, after: units.Unit) -> None:
    if before is None:
        found.changed.append(Changed(Change.NEW, after, (f"{len(after.addresses)} addresses",)))
        return
    what = _differences(before, after)
    if not what:
        found.unchanged += 1
        return
    ends = after.valid_to is not None and after.valid_to != before.valid_to
    renamed = before.name != after.name
    change = Change.ENDED if ends else Change.RENAMED if renamed else Change.CHANGED
    found.changed.append(Changed(change, after, tuple(what)))


def _differences(before: units.Unit, after: units.Unit) -> list[str]:
    what = [f"before: {before.name}"] if before.name != after.name else []
    if before.valid_to != after.valid_to:
        what.append(f"last day {after.valid_to or 'open'}")
    names = ("short_name", "kind", "addressed_as", "via", "salutation", "phone", "valid_from", "aliases")
    what += [f"{name} is changed" for name in names if getattr(before, name) != getattr(after, name)]
    old = {each.address.casefold(): each for each in before.addresses}
    for each in after.addresses:
        known = old.get(each.address.casefold())
        if known is None:
            what.append(f"address {each.address} is new")
        elif (known.valid_from, known.valid_to) != (each.valid_from, each.valid_to):
            span = f"from {each.valid_from}" if each.valid_to is None else f"until {each.valid_to}"
            what.append(f"address {each.address} holds {'always' if span == 'from None' else span}")
    left = set(old) - {each.address.casefold() for each in after.addresses}
    what += [f"address {old[key].address} is taken out" for key in sorted(left)]
    if not what and before != after:
        what.append("names of earlier days" if before.dated_names != after.dated_names else "order of addresses")
    return what


def _successions(
    found: Comparison, after: Mapping[str, units.Unit], passings: Sequence[Succession], listed: Sequence[Listed]
) -> list[Succession]:
    """Return the successions that a list adds or changes; what cannot be one is refused."""
    wanted = [(each, code) for each in listed for code in each.successors]
    told = {each.unit.code: each.successors for each in listed if each.successors}
    found.dropped = [old for old in passings if old.successor not in told.get(old.predecessor, (old.successor,))]
    kept = [old for old in passings if old not in found.dropped]
    pairs = {(old.predecessor, old.successor) for old in kept} | {(each.unit.code, code) for each, code in wanted}
    added = []
    for each, code in wanted:
        before, successor = after.get(each.unit.code), after.get(code)
        problem = _no_successor(each.unit.code, before, code, successor)
        if problem:
            found.refused.append(problem)
        elif before is not None and before.valid_to is not None:
            kind = each.passing or _kind_of(each.unit.code, code, pairs)
            added.append(Succession(each.unit.code, code, kind, before.valid_to + _DAY))
    return [each for each in added if each not in passings]


def _no_successor(code: str, before: units.Unit | None, successor_code: str, successor: units.Unit | None) -> str:
    """Return why a unit cannot be another's successor, empty where it can."""
    where = f"{code}: the successor {successor_code}"
    if successor is None:
        return f"{where} is in neither the list nor the register; add it, or correct the code."
    if successor_code == code:
        return f"{where} is the unit itself; leave it out."
    if before is None or before.valid_to is None:
        return f"{where} is named, but no valid_to; write the last day of {code}."
    if successor.valid_to is not None and successor.valid_to <= before.valid_to:
        return f"{where} ends on {successor.valid_to}, before it could succeed; correct one of the days."
    return ""


def _kind_of(predecessor: str, successor: str, pairs: set[tuple[str, str]]) -> Passing:
    """Return what a succession is where nobody says: by how many stand on each side of it."""
    heirs = sum(old == predecessor for old, _ in pairs)
    parents = sum(new == successor for _, new in pairs)
    if heirs > 1:
        return Passing.SPLIT
    return Passing.MERGE if parents > 1 else Passing.RENAME


def _check_names(found: Comparison, after: Mapping[str, units.Unit]) -> None:
    """Refuse aliases that another unit bears on the same day, where the list has a part in it; tell of equal names."""
    concerned = {each.unit.code for each in found.changed}
    bearings = (bearing for unit in after.values() for bearing in unit.bearings())
    for shared in namesakes.shared_names(bearings):
        if concerned.isdisjoint((shared.code, shared.other)):
            continue
        one, other = after[shared.code], after[shared.other]
        both = f"{shared.code} ({one.name}) and {shared.other} ({other.name}), {shared.days()}"
        if shared.is_alias:
            advice = "take it out of the aliases of one of them, or write its days: ALIAS (2024-01-01..2025-06-30)."
            found.refused.append(f"The alias {shared.text!r} names {both}; {advice}")
        else:
            found.ambiguous.append(f"The name {shared.text!r} is borne by {both}: a mail that says no more waits.")
