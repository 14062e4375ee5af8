"""Units, campaigns and what changed in them, as the commands show them. Every time carries the office's offset."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from forms import form as forms_form
from intake import sender
from roll import calendar, campaigns, register, units
from service import shapes


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def dated(address: units.Address) -> str:
    """Return an address with its validity, where that has an end."""
    if address.valid_from is None and address.valid_to is None:
        return address.address
    return f"{address.address} ({span(address.valid_from, address.valid_to)})"


def span(first: date | None, last: date | None) -> str:
    """Return days as lists have them, empty for always."""
    return f"{_day(first) or ''}..{_day(last) or ''}" if first or last else ""


def unit(each: units.Unit, passings: Sequence[register.Succession]) -> dict[str, Any]:
    """Return one entry of `units list`; `passings` are all successions."""
    return {
        "code": each.code,
        "name": each.name,
        "short_name": each.short_name,
        "kind": each.kind,
        "addresses": [
            {"address": known.address, "valid_from": _day(known.valid_from), "valid_to": _day(known.valid_to)}
            for known in each.addresses
        ],
        "aliases": list(each.aliases),
        "addressed_as": each.addressed_as,
        "via": each.via,
        "salutation": each.salutation,
        "phone": each.phone,
        "valid_from": _day(each.valid_from),
        "valid_to": _day(each.valid_to),
        "dated_names": [
            {"text": name.text, "valid_from": _day(name.valid_from), "valid_to": _day(name.valid_to)}
            for name in each.dated_names
        ],
        "successors": [
            {"code": passing.successor, "kind": passing.kind.value, "effective": _day(passing.effective)}
            for passing in passings
            if passing.predecessor == each.code
        ],
        "predecessors": [
            {"code": passing.predecessor, "kind": passing.kind.value, "effective": _day(passing.effective)}
            for passing in passings
            if passing.successor == each.code
        ],
    }


def comparison(found: register.Comparison, remarks: Sequence[str], *, written: bool) -> dict[str, Any]:
    """Return what `units import` tells of a list."""
    told: dict[str, Any] = {
        change.value: [
            {"code": each.unit.code, "name": each.unit.name, "what": list(each.what)}
            for each in found.changed
            if each.change is change
        ]
        for change in register.Change
    }
    return told | {
        "successions": [_succession(each) for each in found.successions],
        "successions_dropped": [_succession(each) for each in found.dropped],
        "missing": [{"code": each.code, "name": each.name} for each in found.missing],
        "ambiguous": found.ambiguous,
        "refused": found.refused,
        "remarks": list(remarks),
        "unchanged": found.unchanged,
        "written": written,
    }


def _succession(each: register.Succession) -> dict[str, Any]:
    return {
        "predecessor": each.predecessor,
        "successor": each.successor,
        "kind": each.kind.value,
        "effective": _day(each.effective),
    }


def campaign(each: campaigns.Campaign, at: datetime) -> dict[str, Any]:
    """Return one entry of `campaign list`, as of `at`."""
    return {
        "name": each.name,
        "title": each.title,
        "opens": shapes.instant(each.opens, each.zone),
        "due_before": shapes.instant(each.due_before, each.zone),
        "grace_until": shapes.instant(each.grace_until, each.zone),
        "closes": shapes.instant(each.closes, each.zone),
        "open": each.is_open(at),
        "units": len(each.roster),
        "form": each.form_name,
        "form_version": each.form_version,
    }


# Told by their own sentences.
_APART = {"roster", "zone", "form_name", "form_version"}

Applied = tuple[campaigns.Campaign, forms_form.Form]


def changes(before: Applied | None, after: Applied) -> list[str]:
    """Return what applying a folder changes, one dry sentence each; `before` is None for a new campaign."""
    campaign_, form = after
    if before is None:
        required = sum(entry.obligation is units.Obligation.REQUIRED for entry in campaign_.roster)
        size = f"{len(campaign_.roster)} units, {required} of them required"
        due = campaign_.due_before.isoformat(" ")
        new = f"Campaign {campaign_.name} is new: {size}; form {form.name} version {form.version}; due before {due}."
        return [new, *_shared_addresses(campaign_)]
    told = [*_settings(before[0], campaign_), *_roster(before[0], campaign_), *_form(before[1], form)]
    return [*told, *_shared_addresses(campaign_)] if told else []


def _shared_addresses(campaign_: campaigns.Campaign) -> Iterator[str]:
    """Yield a remark for each address that several units have: allowed, and often a slip of the pen."""
    owners: dict[str, list[str]] = {}
    day = calendar.day_of(campaign_.due_before, campaign_.zone)
    for entry in campaign_.roster:
        keys = {sender.address_key(each.address) for each in entry.unit.addresses if each.is_valid_on(day)}
        for key in sorted(keys):
            owners.setdefault(key, []).append(f"{entry.unit.code} ({entry.unit.name})")
    for address, codes in owners.items():
        if len(codes) > 1:
            yield (
                f"{address} is an address of {' and of '.join(codes)}: whose a mail from it is, its words and its "
                "workbook must say, else a person."
            )


def _settings(before: campaigns.Campaign, after: campaigns.Campaign) -> Iterator[str]:
    for name in (field.name for field in fields(campaigns.Campaign) if field.name not in _APART):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{name} is {_shown(new)} now (before: {_shown(old)})."


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(getattr(item, "text", str(item)) for item in value) or "empty"
    return "empty" if value in (None, "") else str(value)


def _roster(before: campaigns.Campaign, after: campaigns.Campaign) -> Iterator[str]:
    old, new = _by_code(before), _by_code(after)
    for code in [code for code in old if code not in new]:
        yield f"Unit {code} ({old[code].unit.name}) is no longer in the roster."
    for code, entry in new.items():
        if code not in old:
            yield f"Unit {code} ({entry.unit.name}) is new in the roster ({entry.obligation.value})."
        elif _comparable(old[code]) != _comparable(entry):
            yield f"Unit {code} ({entry.unit.name}) is changed: {', '.join(_differences(old[code], entry))}."


def _by_code(campaign_: campaigns.Campaign) -> Mapping[str, units.RosterEntry]:
    return {entry.unit.code: entry for entry in campaign_.roster}


def _comparable(entry: units.RosterEntry) -> dict[str, object]:
    """Return what a roster says of a unit; addresses as a set, since the register adds those that were learned."""
    told: dict[str, object] = {field.name: getattr(entry.unit, field.name) for field in fields(units.Unit)}
    told["addresses"] = {(known.address.casefold(), known.valid_from, known.valid_to) for known in entry.unit.addresses}
    told["obligation"] = entry.obligation
    return told


def _differences(old: units.RosterEntry, new: units.RosterEntry) -> list[str]:
    before, after = _comparable(old), _comparable(new)
    return [name for name in after if before[name] != after[name]]


def _form(before: forms_form.Form, after: forms_form.Form) -> Iterator[str]:
    if (before.name, before.version) != (after.name, after.version):
        yield f"The form is {after.name} version {after.version} now (before: {before.name} version {before.version})."
    elif before != after:
        yield (
            f"The form {after.name} version {after.version} is changed; `rollcall replay --dry-run` tells what its "
            "reports read as now."
        )
