"""The open lists.

One record a line, from the header to the total, a note or the signatures (rules P25, P27 to P29, P58).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from forms import cells, endings, layout, lines, measures, numbers, taken, text, values
from forms.checks import FilledCell
from forms.form import Column, Sheet
from forms.layout import Table
from forms.taken import Asked, Taken
from forms.workbook import WorkbookSheet, address
from roll.reports import Problem, Severity, Value

MOST_MERGED = 2_000
"""Merged areas looked at; a list of some hundred records has one for each donor."""
MERGED_ROWS = 500
"""Records that one merged cell may span: the longest list of a district has some hundreds."""
MOST_LISTED = 200
"""Characters of headers that a message lists: three or four columns."""
MOST_RECORDS = 5_000
"""Records read of one list; a district's longest list of gifts has some hundreds."""
MOST_RECORDS_ADDED_UP = 50_000
"""The same for a workbook that adds up many units' reports: 1,000 units with 15 gifts each, three times over."""
HINTS_LEAST = 2
"""Columns of figures that all hold words before a row is taken for a printed hint: one may be a slip."""
_ADVICE = ("ghi ", "nhap ", "chon ", "dien ", "ngay thang nam", "enter ", "select ", "choose ", "format ", "dd mm")
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
    result = _Reader(sheet, table, prepared, most).read()
    if result.records:
        _note_columns(result, sheet, table, prepared.sheet)
    return result


class _Reader:
    """Reads the records of one list. Use once: `read()`."""

    def __init__(self, sheet: WorkbookSheet, table: Table, prepared: PreparedList, most: int) -> None:
        self._most = most
        self._sheet = sheet
        self._list = prepared.sheet.name
        self._first = table.bottom + 1
        self._present = [
            (column, asked, table.columns[column.name])
            for column, asked in prepared.asked
            if column.name in table.columns
        ]
        self._item = table.columns.get(layout.ITEM)
        self._plain = cells.is_plain(sheet)
        self._numbers = any(self._is_numbered(filled) for filled in sheet.rows[self._first :])
        self._above: dict[str, Taken] = {}
        self._merged = _merged_down(sheet, table) if sheet.merged else {}
        self._result = ReadList(problems=measures.problems(sheet, table, prepared.sheet))

    def read(self) -> ReadList:
        ended = False
        for row in range(self._first, len(self._sheet.rows)):
            filled = self._sheet.rows[row]
            kind = self._kind_of(row, filled)
            ended = ended or kind == "end"
            if ended and not _goes_on(filled, self._item, self._present):
                continue
            if kind in ("heading", "example"):
                said = next(cell for cell in filled[::-1] if type(cell) is str and cell.strip())
                self._result.notes.append(f"P27 {self._sheet.name}!{row + 1}: {text.collapse(said)[: lines.NOTE_MOST]}")
            if kind == "note":
                _note(self._result, self._sheet, row, filled)
            elif kind == "record":
                if len(self._result.records) >= self._most:
                    self._result.notes.append(f"P06 {self._sheet.name}: {row + 1}")
                    break
                self._read_record(row)
        return self._result

    def _kind_of(self, row: int, filled: Sequence[Any]) -> str:
        """Return what `_kind_of_row` says, its marks and its place considered."""
        kind = "nothing"
        if any(filled) or any(cell == 0 and cell is not False for cell in filled):
            kind = _kind_of_row(filled, self._item, self._present)
            if kind == "heading" and not self._numbers and not _text_of(filled, self._item):
                return "record"  # nothing is numbered here: a name alone is a record without the rest
        if kind == "nothing" and not self._plain and self._is_broken(row):
            return "record"
        if row == self._first and not self._is_numbered(filled) and _is_hint(filled, self._present):
            return "example"
        return kind

    def _is_broken(self, row: int) -> bool:
        """Say whether a row shows nothing because its cells are in error, or most were never calculated (P14, P15)."""
        places = [(row, place) for _, _, place in self._present]
        marks = self._sheet.marks
        waiting = sum(place in marks.formulas for place in places)
        return any(place in marks.errors for place in places) or waiting * 2 > len(places)

    def _is_numbered(self, filled: Sequence[Any]) -> bool:
        said = filled[self._item] if self._item is not None and self._item < len(filled) else ""
        return type(said) is float or (type(said) is str and said.strip(" .)").isdigit())

    def _read_record(self, row: int) -> None:
        record: dict[str, FilledCell] = {}
        sheet, name, keep = self._sheet, self._sheet.name, self._result.values.append
        for column, asked, place in self._present:
            raw, read = self._read_cell(row, place, asked, column.name)
            where = address(row, place)
            if read.value is not None:
                self._above[column.name] = read
            record[column.name] = FilledCell(read.value, name, where, read.ok)
            keep(Value(self._list, column.name, name, where, raw, read.value, asked.type, read.rule, row + 1))
            if read.finding is not None:
                self._result.problems.append(_problem(read, sheet, where, column, raw))
            elif column.required and read.value is None:
                message = f"chưa ghi {_leaf(column).lower()}; đề nghị bổ sung."
                self._result.problems.append(
                    Problem(Severity.ERROR, "C39", name, where, column.label, "", _leaf(column), message)
                )
        if row in sheet.marks.hidden:
            column, _, place = self._present[0]
            self._result.problems.append(_hidden(name, address(row, place), column))
        self._result.records.append(record)

    def _read_cell(self, row: int, place: int, asked: Asked, name: str) -> tuple[str | None, Taken]:
        if self._plain:
            raw, read = cells.read_plain(self._sheet.rows[row], place, asked)
        else:
            raw, read = cells.read(self._sheet, row, place, asked)
        if raw is None:
            merged = self._merged.get((row, place))
            return (raw, read) if merged is None else (merged, Taken(values.take(merged, asked).value, "P17"))
        if asked.type in ("text", "select_one") and numbers.is_ditto(raw):
            return raw, Taken(self._above.get(name, taken.BLANK).value, "P58")
        return raw, read


def _hidden(sheet: str, where: str, column: Column) -> Problem:
    message = "dòng đang bị ẩn trong tệp; đề nghị xác nhận có tính số liệu của dòng này không."
    return Problem(Severity.WARNING, "P25", sheet, where, column.label, "", "", message)


def _merged_down(sheet: WorkbookSheet, table: Table) -> dict[tuple[int, int], str]:
    """Return what blank cells below the first one of a merged area hold: the text of the first (P17)."""
    filled: dict[tuple[int, int], str] = {}
    wanted = set(table.columns.values())
    for (top, left), (bottom, right) in sheet.merged[:MOST_MERGED]:
        if table.bottom < top < bottom and left == right and left in wanted:
            content = cells.content(sheet, top, left)
            if type(content) is str and content:
                filled |= {
                    (row, left): content for row in range(top + 1, min(bottom + 1, len(sheet.rows), top + MERGED_ROWS))
                }
    return filled


def _goes_on(filled: Sequence[Any], item: int | None, present: Sequence[tuple[Column, Asked, int]]) -> bool:
    """Say whether a numbered record stands below what looked like the signatures: its donor may be a director."""
    numbered = filled[item] if item is not None and item < len(filled) else ""
    own = [1 for _, _, column in present if column < len(filled) and filled[column] not in ("", None)]
    is_number = type(numbered) is float or (type(numbered) is str and numbered.strip(" .)").isdigit())
    return is_number and len(own) > 1


def _note_columns(result: ReadList, sheet: WorkbookSheet, table: Table, form_sheet: Sheet) -> None:
    """Tell a column that is not there or cannot be told from others; note columns that the form does not know (P24)."""
    for column in form_sheet.columns:
        if column.name in table.columns:
            continue
        vying = "; ".join(table.doubtful.get(column.name, ()))
        message = (
            f"có nhiều cột “{column.label}” ({vying[:MOST_LISTED]}); đề nghị dùng đúng biểu mẫu đã gửi."
            if vying
            else f"không tìm thấy cột “{column.label}”; đề nghị dùng đúng biểu mẫu đã gửi."
        )
        severity = Severity.ERROR if column.required else Severity.WARNING
        code = "P34" if vying else "P24"
        result.problems.append(Problem(severity, code, sheet.name, "", column.label, "", column.label, message))
    result.notes += [
        f"P24 {sheet.name}!{address(table.top, number)}: {words[:100]}"
        for number, words in sorted(table.unknown.items())
    ]


def _text_of(filled: Sequence[Any], column: int | None) -> str:
    found = filled[column] if column is not None and column < len(filled) else ""
    return found.strip() if isinstance(found, str) else ""


def _is_hint(filled: Sequence[Any], present: Sequence[tuple[Column, Asked, int]]) -> bool:
    """Say whether the row below the header says how to fill in: words in every column of figures or days, or tags."""
    held = [
        (column, filled[place])
        for column, _, place in present
        if place < len(filled) and filled[place] not in ("", None)
    ]
    said = [cell for _, cell in held if isinstance(cell, str)]
    if len(said) < len(held) or len(said) < HINTS_LEAST:
        return False
    if all(cell.startswith("#") for cell in said):
        return True
    figures = [str(cell) for column, cell in held if column.type in ("integer", "decimal", "date")]
    wordy = [cell for cell in figures if text.fold(cell).count(" ") >= HINTS_LEAST]
    advises = any(text.fold(cell).startswith(_ADVICE) for cell in said)
    return advises and len(figures) == len(wordy) >= HINTS_LEAST


def _kind_of_row(filled: Sequence[Any], item: int | None, present: Sequence[tuple[Column, Asked, int]]) -> str:
    """Return record, total, heading, note, example, end or nothing for one row."""
    own = [filled[column] for _, _, column in present if column < len(filled) and filled[column] not in ("", None)]
    numbered = filled[item] if item is not None and item < len(filled) else ""
    if own and all(type(cell) is float and cell == 0 for cell in own):
        # The blank's own formulas, calculated over nothing; or a way to say that there is nothing.
        return "nothing"
    if own and type(numbered) is float:
        return "record"
    first = next((cell for cell in filled if type(cell) is str and cell.strip()), "")
    kind = _kind_of_words(first, own, filled)
    if kind or not own:
        return kind or "nothing"
    is_heading = len(own) == 1 and type(numbered) is str and set(numbered.strip()) <= _ROMAN
    return "heading" if is_heading and type(own[0]) is str else "record"


def _kind_of_words(first: str, own: Sequence[Any], filled: Sequence[Any]) -> str:
    """Return total, end, note or example where the row's first words say so, else an empty text."""
    if len(first) >= layout.LABEL_MOST:
        return ""
    key = text.fold(first)
    if endings.is_example(key):
        return "example"
    second = text.fold(own[0]) if own and type(own[0]) is str and len(own[0]) < layout.LABEL_MOST else ""
    if endings.is_total(key) or endings.is_total(second):
        return "total"
    if endings.ends_table(key) and not any(type(cell) in (int, float) for cell in filled):
        return "end"
    return "note" if endings.is_note(key) or first.lstrip().startswith("*") else ""


def _note(result: ReadList, sheet: WorkbookSheet, row: int, filled: Sequence[Any]) -> None:
    column = next(number for number, cell in enumerate(filled) if type(cell) is str and cell.strip())
    said = text.collapse(text.clean(filled[column]))[: lines.NOTE_MOST]
    result.notes.append(f"P28 {sheet.name}!{row + 1}: {said}")
    if endings.is_incomplete(text.fold(said)):
        message = f"ghi chú {taken.shown(said)}; đề nghị xác nhận số liệu đã đầy đủ."
        where = address(row, column)
        result.problems.append(
            Problem(Severity.WARNING, "P28", sheet.name, where, "Ghi chú", said, "số liệu đầy đủ", message)
        )


def _problem(read: Taken, sheet: WorkbookSheet, where: str, column: Column, raw: str | None) -> Problem:
    finding = read.finding
    assert finding is not None
    return Problem(
        finding.severity, finding.code, sheet.name, where, column.label, raw or "", finding.expected, finding.message
    )
