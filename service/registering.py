"""A list of units for the register: read, compared, and written where nothing in it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from forms import sheets
from intake import sender
from roll import register, roster_rows, units
from roll.mistakes import OperatorError
from service import assemble
from storage import decisions, registry
from storage import register as stored_register

# What a list may say beside the columns of a campaign's units.csv.
SUCCESSORS, PASSING = "successors", "succession"
_COLUMNS = (*roster_rows.COLUMNS, SUCCESSORS, PASSING)
_SHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the list, from which day it holds, the last day of units that it does not name, and by whom."""

    path: Path
    on: date
    ends_missing: date | None = None
    writes: bool = False
    by: str = ""


def take_in(rollcall: assemble.Rollcall, request: Request) -> tuple[register.Comparison, list[str]]:
    """Compare a list with the register, and write what it changes if that is asked and nothing is refused.

    Returns what it changes, and remarks about the file. Raises OperatorError where it is no list of units.
    """
    listed, remarks = read(request.path)
    if request.writes:
        with rollcall.store.writing() as connection:
            found = _compared(
                stored_register.listed(connection), stored_register.successions(connection), listed, request
            )
            remarks += _shared(found, registry.all_units(connection))
            if not found.refused:
                changed = [each.unit for each in found.changed]
                stored_register.write(connection, changed, found.successions, rollcall.now(), found.dropped)
                for subject, detail in _told(found):
                    decisions.note(connection, rollcall.now(), request.by, "units import", subject, detail)
        return found, remarks
    with rollcall.store.reading() as connection:
        known, passings = stored_register.listed(connection), stored_register.successions(connection)
        found = _compared(known, passings, listed, request)
        remarks += _shared(found, registry.all_units(connection))
    return found, remarks


def _shared(found: register.Comparison, everyone: Sequence[units.Unit]) -> list[str]:
    """Return a sentence for each address in a list that is another unit's as well on some day."""
    changed = {each.unit.code: each.unit for each in found.changed}
    by_address: dict[str, dict[str, units.Address]] = {}
    for unit in (*(each for each in everyone if each.code not in changed), *changed.values()):
        for address in unit.addresses:
            by_address.setdefault(sender.address_key(address.address), {})[unit.code] = address
    shared = [
        owners
        for _, owners in sorted(by_address.items())
        if len(owners) > 1 and not changed.keys().isdisjoint(owners) and _hold_together(list(owners.values()))
    ]
    return [
        f"{owners[min(owners)].address} is of {' and '.join(sorted(owners))}: "
        "what each mail from it says decides whose it is."
        for owners in shared
    ]


def _hold_together(some: Sequence[units.Address]) -> bool:
    first = max(each.valid_from or date.min for each in some)
    return first <= min(each.valid_to or date.max for each in some)


def _compared(
    known: Mapping[str, units.Unit],
    passings: Sequence[register.Succession],
    listed: Sequence[register.Listed],
    request: Request,
) -> register.Comparison:
    return register.compare(known, passings, listed, request.on, request.ends_missing)


def _told(found: register.Comparison) -> list[tuple[str, str]]:
    """Return the lines of the trail: what changed, by unit."""
    changed = [
        (each.unit.code, f"{each.change.value}: {each.unit.name}; {', '.join(each.what)}") for each in found.changed
    ]
    passed = [
        (each.predecessor, f"succeeded by {each.successor} from {each.effective} ({each.kind.value})")
        for each in found.successions
    ]
    dropped = [(each.predecessor, f"not succeeded by {each.successor}") for each in found.dropped]
    return changed + passed + dropped


def read(path: Path) -> tuple[list[register.Listed], list[str]]:
    """Return what a CSV or workbook lists, and a remark for each column that is passed over. Raises OperatorError."""
    where = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OperatorError([f"{path}: it cannot be read ({error.strerror or error})."]) from error
    is_workbook = path.suffix.lower() in _SHEETS
    rows = sheets.records(data, where) if is_workbook else roster_rows.read_csv(data, where, None)
    remarks = _check_columns(rows, where)
    problems: list[str] = []
    passings = {}
    for line, cells in enumerate(rows, start=roster_rows.FIRST_LINE):
        row = roster_rows.RosterRow(cells, f"{where}, line {line}", problems)
        passings[row.text("code")] = (tuple(row.texts(SUCCESSORS)), _passing(row))
    try:
        entries = units.parse_roster(rows, where, None)
    except OperatorError as error:
        raise OperatorError([*error.problems, *problems]) from error
    if problems:
        raise OperatorError(problems)
    given = {
        (cells.get("code") or "").strip(): frozenset(name for name, text in cells.items() if text and text.strip())
        for cells in rows
    }
    return [
        register.Listed(entry.unit, given[entry.unit.code], *passings[entry.unit.code]) for entry in entries
    ], remarks


def _passing(row: roster_rows.RosterRow) -> register.Passing | None:
    text = row.text(PASSING).lower()
    if not text:
        return None
    if text not in set(register.Passing):
        row.complain(f"{PASSING} is {text!r}; write one of {', '.join(register.Passing)}, or leave it blank.")
        return None
    return register.Passing(text)


def _check_columns(rows: Sequence[Mapping[str, str]], where: str) -> list[str]:
    """Return a remark for each column that says nothing to the register; one like a known one is a mistake."""
    unknown = [name for name in (rows[0] if rows else ()) if name and name not in _COLUMNS]
    close = {name: get_close_matches(name, _COLUMNS, n=1) for name in unknown}
    mistakes = [
        f"{where}: the column {name!r} is unknown; did you mean {found[0]!r}?" for name, found in close.items() if found
    ]
    if mistakes:
        raise OperatorError(mistakes)
    return [f"The column {name!r} is passed over: the register keeps no such thing." for name in unknown]
