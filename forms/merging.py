"""Several workbooks that make one report, read as if they were one: Biểu 01 in one, Biểu 02 and 03 in another.

For each sheet of the form the workbook that fills it in is taken; a blank copy of the sheet counts for nothing. What is
put together goes the way of a single workbook: the same rules, the same blanks, the same verdict and fingerprint as if
one workbook had held all sheets. Every value keeps which workbook it came from.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from forms import read, text
from forms.form import Form
from forms.recognition import Found
from forms.workbook import Workbook
from roll.outcomes import Verdict
from roll.reports import Problem, Reading, Value

# Two workbooks may well call different sheets the same ("Sheet1"). While they are read together each name has the
# number of its workbook behind a character that no sheet's name can have: XML knows no U+0000 (XML 1.0, 2.2).
_MARK = "\x00"
_MARKED = re.compile(f"{_MARK}[0-9]+")
_IS_THE_FORM = (Verdict.VALID, Verdict.NEEDS_CONFIRM, Verdict.NEEDS_FIX)


@dataclass(frozen=True, slots=True)
class Member:
    """One workbook with what it says by itself."""

    opened: read.Opened
    reading: Reading


def may_be_part(reading: Reading) -> bool:
    """Say whether a workbook holds sheets of the form that say something, though it may lack the main one."""
    return bool(reading.filled) and reading.verdict in (*_IS_THE_FORM, Verdict.WRONG_FORM)


def disputed(form: Form, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return the form's sheets that two workbooks fill in, and not alike."""
    said: dict[str, set[tuple[object, ...]]] = {}
    for reading in readings:
        for name in reading.filled:
            said.setdefault(name, set()).add(_said(form, reading, name))
    return tuple(name for name, sayings in said.items() if len(sayings) > 1)


def _said(form: Form, reading: Reading, sheet: str) -> tuple[object, ...]:
    """Return what a workbook says in one of the form's sheets, whatever its cells are called."""
    names = {sheet, *(row.name for each in form.sheets if each.name == sheet for row in each.rows if row.name)}
    return tuple(
        (value.name if value.row is None else "", value.column, repr(value.value))
        for value in reading.values
        if value.name in names and value.value is not None
    )


def join(members: Sequence[Member]) -> Reading | None:
    """Return the reading of workbooks as one report, None where they are not of one form or are added up already.

    Where two fill in the same sheet the later of `members` counts. `joined` and `origins` of the reading count them.
    """
    first = members[0].opened.prepared
    if any(each.opened.prepared is not first or each.opened.workbook.added_up for each in members):
        return None
    chosen = {sheet.name: place for sheet in first.form.sheets if (place := _bearer(members, sheet.name)) is not None}
    found = {name: _marked(members[place].opened.recognised.found[name], place) for name, place in chosen.items()}
    main = next((chosen[sheet.name] for sheet in first.form.sheets if sheet.kind == "rows" and sheet.name in chosen), 0)
    recognised = replace(
        members[main].opened.recognised,
        found=found,
        rivals=[_marked(rival, main) for rival in members[main].opened.recognised.rivals],
        notes=[note for each in members for note in each.opened.recognised.notes],
    )
    workbook = Workbook(
        members[main].opened.workbook.kind,
        list({each.sheet.name: each.sheet for each in found.values()}.values()),
        notes=[note for each in members for note in (*each.opened.notes, *each.opened.workbook.notes)],
    )
    return _unmarked(read.judge(workbook, first, recognised, _header(members, main)), len(members))


def _bearer(members: Sequence[Member], sheet: str) -> int | None:
    """Return which workbook's copy of a sheet counts: the last that is filled in, else the last there is."""
    bearing = [place for place, each in enumerate(members) if sheet in each.opened.recognised.found]
    filled = [place for place in bearing if sheet in members[place].reading.filled]
    return max(filled or bearing, default=None)


def _marked(found: Found, place: int) -> Found:
    return replace(found, sheet=replace(found.sheet, name=f"{found.sheet.name}{_MARK}{place}"))


def _header(members: Sequence[Member], main: int) -> list[Value]:
    """Return the lines above the table: those of the main sheet's workbook, what is blank there from the others."""
    order = [main, *(place for place in reversed(range(len(members))) if place != main)]
    header: dict[str, Value] = {}
    for place in order:
        for value in members[place].reading.header:
            standing = header.get(value.name)
            if standing is None or (standing.value is None and value.value is not None):
                header[value.name] = structs.replace(value, sheet=f"{value.sheet}{_MARK}{place}")
    return list(header.values())


def _unmarked(reading: Reading, count: int) -> Reading:
    """Return the reading with the sheets' own names; which workbook each value is from is told by `origins`."""
    values = (*reading.header, *reading.values)
    return replace(
        reading,
        header=tuple(map(_plain_value, reading.header)),
        values=tuple(map(_plain_value, reading.values)),
        problems=tuple(map(_plain_problem, reading.problems)),
        notes=tuple(dict.fromkeys(_MARKED.sub("", note) for note in reading.notes)),
        sheets=tuple(dict.fromkeys(_MARKED.sub("", name) for name in reading.sheets)),
        joined=tuple(range(count)),
        origins=tuple(_origin(value) for value in values),
    )


def _origin(value: Value) -> int:
    number = value.sheet.rpartition(_MARK)[2]
    return int(number) if _MARK in value.sheet else 0


def _plain_value(value: Value) -> Value:
    return structs.replace(value, sheet=_MARKED.sub("", value.sheet)) if _MARK in value.sheet else value


def _plain_problem(problem: Problem) -> Problem:
    return replace(
        problem,
        sheet=_MARKED.sub("", problem.sheet),
        label=_MARKED.sub("", problem.label),
        found=_MARKED.sub("", problem.found),
        expected=_MARKED.sub("", problem.expected),
        message=_MARKED.sub("", problem.message),
    )


def unit_line(reading: Reading) -> str:
    """Return the key of the unit that a workbook names, empty where it names none."""
    return text.fold(reading.header_text("unit"))


__all__ = ["Member", "disputed", "join", "may_be_part", "unit_line"]
