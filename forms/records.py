"""The open lists.

One record a line, from the header to the total, a note or the signatures (rules P25, P27 to P29, P58).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from forms import cells, layout, lines, measures, taken, text
from forms.checks import FilledCell
from forms.form import Column, Sheet
from forms.layout import Table
from forms.taken import Asked, Taken
from forms.workbook import WorkbookSheet, address
from roll.reports import Problem, Severity, Value

MOST_RECORDS = 5_000
"""Records read of one list; a district's longest list of gifts has some hundreds."""
MOST_RECORDS_ADDED_UP = 50_000
"""The same for a workbook that adds up many units' reports: 1,000 units with 15 gifts each, three times over."""
_DITTO = frozenset(("nt", "nhu tren", "ditto"))
_DITTO_SIGNS = frozenset(('"', "''", "”", "“", "-nt-", '-"-'))
DITTO_MOST = 10
"""Characters; "như trên" has eight."""
_ROMAN = frozenset("IVX")


@dataclass(frozen=True, slots=True)
class PreparedList:
    """A list sheet, ready for reading: what is asked in each column."""

    sheet: Sheet
    asked: tuple[tuple[Column, Asked], ...]


@dataclass(slots=True)
class ReadList:
    """The records of one list as cells, values and problems, with notes for staff."""

    records: list[dict[str, FilledCell]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare(sheet: Sheet, year: int | None) -> PreparedList:
    """Return `sheet` ready for reading, once per form."""
    asked = tuple(
        (column, Asked(column.type, _leaf(column), column.unit, "", column.choices, None, year))
        for column in sheet.columns
    )
    return PreparedList(sheet, asked)


def _leaf(column: Column) -> str:
    return column.label.split(" / ")[-1].split("(")[0].strip()


def read(sheet: WorkbookSheet, table: Table, prepared: PreparedList, most: int = MOST_RECORDS) -> ReadList:
    """Return the records under the header of `table`, `most` of them at most."""
    result = ReadList(problems=measures.problems(sheet, table, prepared.sheet))
    present = [
        (column, asked, table.columns[column.name]) for column, asked in prepared.asked if column.name in table.columns
    ]
    item = table.columns.get(layout.ITEM)
    plain = cells.is_plain(sheet)
    above: dict[str, Taken] = {}
    for row in range(table.bottom + 1, len(sheet.rows)):
        filled = sheet.rows[row]
        if not any(filled) and not any(cell == 0 and cell is not False for cell in filled):
            continue
        kind = _kind_of_row(filled, item, present)
        if kind == "end":
            break
        if kind == "note":
            _note(result, sheet, row, filled)
        elif kind == "record":
            if len(result.records) >= most:
                result.notes.append(f"P06 {sheet.name}: {row + 1}")
                break
            _read_record(result, sheet, row, present, above, plain)
    return result


def _kind_of_row(filled: Sequence[Any], item: int | None, present: Sequence[tuple[Column, Asked, int]]) -> str:
    """Return record, total, heading, note, end or nothing for one row."""
    own = [filled[column] for _, _, column in present if column < len(filled) and filled[column] not in ("", None)]
    numbered = filled[item] if item is not None and item < len(filled) else ""
    if own and type(numbered) is float:
        return "record"
    first = next((cell for cell in filled if type(cell) is str and cell.strip()), "")
    kind = _kind_of_words(first, own, filled)
    if kind or not own:
        return kind or "nothing"
    is_heading = len(own) == 1 and type(numbered) is str and numbered.strip() and set(numbered.strip()) <= _ROMAN
    return "heading" if is_heading else "record"


def _kind_of_words(first: str, own: Sequence[Any], filled: Sequence[Any]) -> str:
    """Return total, end or note where the row's first words say so, else an empty text."""
    if len(first) >= layout.LABEL_MOST:
        return ""
    key = text.fold(first)
    second = text.fold(own[0]) if own and type(own[0]) is str and len(own[0]) < layout.LABEL_MOST else ""
    if lines.is_total(key) or lines.is_total(second):
        return "total"
    if lines.ends_table(key) and not any(type(cell) in (int, float) for cell in filled):
        return "end"
    return "note" if lines.is_note(key) or first.lstrip().startswith("*") else ""


def _note(result: ReadList, sheet: WorkbookSheet, row: int, filled: Sequence[Any]) -> None:
    column = next(number for number, cell in enumerate(filled) if type(cell) is str and cell.strip())
    said = text.collapse(text.clean(filled[column]))[: lines.NOTE_MOST]
    result.notes.append(f"P28 {sheet.name}!{row + 1}: {said}")
    if lines.is_incomplete(text.fold(said)):
        message = f"ghi chú {taken.shown(said)}; đề nghị xác nhận số liệu đã đầy đủ."
        where = address(row, column)
        result.problems.append(
            Problem(Severity.WARNING, "P28", sheet.name, where, "Ghi chú", said, "số liệu đầy đủ", message)
        )


def _read_record(
    result: ReadList,
    sheet: WorkbookSheet,
    row: int,
    present: Sequence[tuple[Column, Asked, int]],
    above: dict[str, Taken],
    plain: bool,
) -> None:
    record: dict[str, FilledCell] = {}
    name, filled, keep = sheet.name, sheet.rows[row], result.values.append
    for column, asked, place in present:
        raw, read = cells.read_plain(filled, place, asked) if plain else cells.read(sheet, row, place, asked)
        if raw is not None and len(raw) <= DITTO_MOST and asked.type in ("text", "select_one") and _is_ditto(raw):
            read = above.get(column.name, taken.BLANK)
            read = Taken(read.value, "P58")
        where = address(row, place)
        if read.value is not None:
            above[column.name] = read
        record[column.name] = FilledCell(read.value, name, where, read.ok)
        keep(Value(name, column.name, name, where, raw, read.value, asked.type, read.rule, row + 1))
        if read.finding is not None:
            result.problems.append(_problem(read, sheet, where, column, raw))
        elif column.required and read.value is None:
            message = f"chưa ghi {_leaf(column).lower()}; đề nghị bổ sung."
            result.problems.append(
                Problem(Severity.ERROR, "C39", name, where, column.label, "", _leaf(column), message)
            )
    if row in sheet.marks.hidden:
        where = address(row, present[0][2])
        message = "dòng đang bị ẩn trong tệp; đề nghị xác nhận có tính số liệu của dòng này không."
        result.problems.append(Problem(Severity.WARNING, "P25", name, where, present[0][0].label, "", "", message))
    result.records.append(record)


def _is_ditto(raw: str) -> bool:
    return raw.strip() in _DITTO_SIGNS or text.fold(raw) in _DITTO


def _problem(read: Taken, sheet: WorkbookSheet, where: str, column: Column, raw: str | None) -> Problem:
    finding = read.finding
    assert finding is not None
    return Problem(
        finding.severity, finding.code, sheet.name, where, column.label, raw or "", finding.expected, finding.message
    )
