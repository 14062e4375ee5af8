"""The printed lines of a sheet, read cell by cell: values, type problems, blanks (rules P21, P24, P34, P60)."""

import re
from dataclasses import dataclass, field, replace

from forms import cells, measures, questions, taken, text, values
from forms.checks import Filled, FilledCell
from forms.form import Column, Row, Sheet
from forms.recognition import Found
from forms.taken import Asked, Taken
from forms.workbook import WorkbookSheet, address
from roll.reports import Problem, Severity, Value

NOTE_MOST = 200
"""Characters of a remark that staff are shown."""
_INSTEAD = re.compile(r"[0-9]|xem |theo bao cao|trong bao cao")
LISTED_MOST = 200
"""Characters of headers that a message lists: three or four columns."""


@dataclass(frozen=True, slots=True)
class AskedCell:
    """One cell that is asked for: its line (by number), row, column and what is asked in it."""

    line: int
    row: Row
    column: Column
    asked: Asked


@dataclass(frozen=True, slots=True)
class PreparedPrinted:
    """A sheet of printed lines or questions, ready for reading: its asked-for cells in the form's order."""

    sheet: Sheet
    cells: tuple[AskedCell, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """An asked-for cell without a value and without a problem of its own.

    `missing` where its whole line is not there; `noted` is what the column of notes says instead (P65).
    """

    cell: AskedCell
    sheet: str
    where: str
    missing: bool = False
    noted: str = ""


@dataclass(slots=True)
class ReadPrinted:
    """What one printed sheet yields."""

    values: list[Value] = field(default_factory=list)
    filled: Filled = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare(sheet: Sheet, year: int | None) -> PreparedPrinted:
    """Return `sheet` ready for reading, once per form."""
    columns = {column.name: column for column in sheet.columns}
    asked = tuple(
        AskedCell(line, row, columns[name], _asked(row, columns[name], year))
        for line, row in enumerate(sheet.rows)
        if not row.section
        for name in row.columns or columns
    )
    return PreparedPrinted(sheet, asked)


def _asked(row: Row, column: Column, year: int | None) -> Asked:
    name = column.label.split(" / ")[-1].split("(")[0].strip()
    plausible = row.plausible if not row.columns or row.columns[0] == column.name else None
    return Asked(
        row.type or column.type, name, column.unit, "" if column.unit else row.unit, column.choices, plausible, year
    )


def read(found: Found | None, prepared: PreparedPrinted) -> ReadPrinted:
    """Return what the sheet holds for every asked-for cell.

    A sheet that is not there yields blanks without addresses.
    """
    result = ReadPrinted()
    if found is None:
        for each in prepared.cells:
            _read_missing(result, each, prepared.sheet.name)
        if prepared.sheet.kind == "rows":
            result.blanks.clear()
        return result
    if not found.table.columns:
        _read_answers(result, found, prepared)
        return result
    result.notes += found.placed.notes
    _note_columns(result, found, prepared)
    result.problems += measures.problems(found.sheet, found.table, prepared.sheet)
    plain = cells.is_plain(found.sheet)
    rows, columns, name = found.sheet.rows, found.table.columns, found.sheet.name
    for each in prepared.cells:
        row, column = found.placed.row_of.get(each.line), columns.get(each.column.name)
        if row is None or column is None:
            _read_missing(result, each, name, in_line=row is None)
            continue
        raw, value = (
            cells.read_plain(rows[row], column, each.asked)
            if plain
            else cells.read(found.sheet, row, column, each.asked)
        )
        if value.value is None and value.finding is None and each.column.type == "decimal":
            raw, value, column = _in_count_column(found, each, row, (raw, value, column), prepared)
        if raw is None and found.sheet.marks.boxes:
            raw, value = _in_a_box(found.sheet, (row, column), (raw, value))
        _keep(result, each, name, address(row, column), (raw, value), found.placed.alike)
    _note_marks(result, found)
    _note_figures_in_remarks(result, found)
    _incomplete(result, found)
    _doubtful_lines(result, found, prepared)
    return result


def _read_answers(result: ReadPrinted, found: Found, prepared: PreparedPrinted) -> None:
    """Read the answers on a sheet whose questions stand outside any table."""
    answers = questions.find_answers(found.sheet, prepared.sheet)
    for each in prepared.cells:
        if each.line not in answers:
            _read_missing(result, each, found.sheet.name)
            continue
        row, column, content = answers[each.line]
        value = values.take(content, each.asked)
        _keep(result, each, found.sheet.name, address(row, column), (values.raw_of(content), value), {})


def _keep(
    result: ReadPrinted,
    each: AskedCell,
    sheet: str,
    where: str,
    read_cell: tuple[str | None, Taken],
    alike: dict[int, str],
) -> None:
    raw, value = read_cell
    rule = value.rule or ("P21" if each.line in alike else "")
    result.values.append(Value(each.row.name, each.column.name, sheet, where, raw, value.value, each.asked.type, rule))
    result.filled[each.row.name, each.column.name] = FilledCell(value.value, sheet, where, value.ok, rule)
    if value.finding is not None:
        finding = value.finding
        result.problems.append(
            Problem(
                finding.severity,
                finding.code,
                sheet,
                where,
                each.row.label,
                raw or "",
                finding.expected,
                finding.message,
                each.row.item,
            )
        )
    elif value.value is None:
        result.blanks.append(Blank(each, sheet, where))


def _read_missing(result: ReadPrinted, each: AskedCell, sheet: str, in_line: bool = True) -> None:
    result.values.append(Value(each.row.name, each.column.name, sheet, "", None, None, each.asked.type))
    result.filled[each.row.name, each.column.name] = FilledCell(None, sheet, "")
    if in_line:
        result.blanks.append(Blank(each, sheet, "", missing=True))


def _in_count_column(
    found: Found, each: AskedCell, row: int, blank: tuple[str | None, Taken, int], prepared: PreparedPrinted
) -> tuple[str | None, Taken, int]:
    """On a line that asks an amount alone, take the amount from the column of counts, to be confirmed (P60)."""
    if len(each.row.columns) != 1:
        return blank
    for other in prepared.sheet.columns:
        column = found.table.columns.get(other.name)
        if other.type != "integer" or column is None:
            continue
        raw, value = cells.read(found.sheet, row, column, each.asked)
        if value.value is not None and value.finding is None:
            said, wanted = taken.shown(value.value), _leaf(each.column)
            message = f"số liệu {said} ghi ở cột {_leaf(other)}; đề nghị xác nhận là {wanted.lower()}."
            return raw, taken.warning("P60", message, f"ghi ở cột {wanted}", value.value, ok=True), column
    return blank


def _leaf(column: Column) -> str:
    return column.label.split(" / ")[-1]


def _note_columns(result: ReadPrinted, found: Found, prepared: PreparedPrinted) -> None:
    """Tell a column that is not there; note columns that the form does not know (P24)."""
    for column in prepared.sheet.columns:
        if column.name in found.table.doubtful:
            result.problems.append(_doubtful_column(found, column))
        elif column.name not in found.table.columns and prepared.sheet.kind == "rows":
            message = f"không tìm thấy cột “{column.label}”; đề nghị dùng đúng biểu mẫu đã gửi."
            result.problems.append(
                Problem(Severity.ERROR, "P24", found.sheet.name, "", column.label, "", column.label, message)
            )
    result.notes += [f"P34 {found.sheet.name}: {words[:100]}" for words in found.table.totals]
    for number, words in sorted(found.table.unknown.items()):
        if words != "Ghi chú":
            result.notes.append(f"P24 {found.sheet.name}!{address(found.table.top, number)}: {words[:100]}")


def _in_a_box(
    sheet: WorkbookSheet, place: tuple[int, int], blank: tuple[str | None, Taken]
) -> tuple[str | None, Taken]:
    """A blank cell under a text box: what the box shows is in no cell (P32)."""
    row, column = place
    for (top, left), (bottom, right), said in sheet.marks.boxes:
        if top <= row <= bottom and left <= column <= right:
            message = f"số liệu {taken.shown(said)} nằm trong hộp văn bản, không thuộc ô; đề nghị ghi trực tiếp vào ô."
            return said, taken.error("P32", message, "số liệu ghi trong ô", "P32")
    return blank


def _note_marks(result: ReadPrinted, found: Found) -> None:
    """Note hidden lines, remarks and text boxes for staff (P25, P26, P32)."""
    marks, name = found.sheet.marks, found.sheet.name
    if marks.hidden:
        hidden = sorted(marks.hidden.intersection(found.placed.row_of.values()))
        result.notes += [f"P25 {name}!{row + 1}" for row in hidden]
    result.notes += [f"P26 {name}!{address(*place)}: {said[:NOTE_MOST]}" for place, said in marks.remarks.items()]
    result.notes += [f"P32 {name}!{address(*place)}: {said[:NOTE_MOST]}" for place, _, said in marks.boxes]


def _note_figures_in_remarks(result: ReadPrinted, found: Found) -> None:
    """Keep what the column of notes says beside a blank, where it names a figure or refers to the text (P65)."""
    column = next((column for column, words in found.table.unknown.items() if text.fold(words) == "ghi chu"), None)
    if column is None:
        return
    for number, blank in enumerate(result.blanks):
        row = found.placed.row_of.get(blank.cell.line)
        said = cells.content(found.sheet, row, column) if row is not None else ""
        if type(said) is float or (type(said) is str and _INSTEAD.match(text.fold(said[:NOTE_MOST]))):
            result.blanks[number] = replace(blank, noted=values.raw_of(said) or "")


def _doubtful_column(found: Found, column: Column) -> Problem:
    """Several columns bear the header of one, a column for each commune perhaps: nobody can know which counts (P34)."""
    listed = "; ".join(found.table.doubtful[column.name])
    message = (
        f"có nhiều cột “{_leaf(column)}” ({listed[:LISTED_MOST]}), không rõ số liệu của đơn vị ở cột nào; "
        "đề nghị ghi số liệu tổng hợp của đơn vị theo đúng biểu mẫu đã gửi."
    )
    return Problem(Severity.ERROR, "P34", found.sheet.name, "", column.label, "", column.label, message)


def _doubtful_lines(result: ReadPrinted, found: Found, prepared: PreparedPrinted) -> None:
    """Ask about lines known by likeness only, where a word is another one (P21), and lines that stand twice (P23)."""
    for row, column, line in found.placed.doubtful:
        declared, said = prepared.sheet.rows[line], found.placed.alike[line]
        message = f"ghi “{said}”, biểu mẫu ghi “{declared.label}”; đề nghị xác nhận số liệu của dòng này."
        result.problems.append(_at_label(Severity.WARNING, "P21", found, (row, column), declared, said, message))
    for row, column, line in found.placed.twice:
        declared, first = prepared.sheet.rows[line], found.placed.row_of[line]
        message = f"dòng này được ghi hai lần (hàng {first + 1} và hàng {row + 1}); đề nghị chỉ ghi một lần."
        result.problems.append(
            _at_label(Severity.ERROR, "P23", found, (first, column), declared, declared.label, message)
        )


def _at_label(
    severity: Severity, code: str, found: Found, place: tuple[int, int], row: Row, said: str, message: str
) -> Problem:
    return Problem(severity, code, found.sheet.name, address(*place), row.label, said, row.label, message, row.item)


def _incomplete(result: ReadPrinted, found: Found) -> None:
    for row, column, said in found.placed.incomplete:
        message = f"ghi chú {taken.shown(said)}; đề nghị xác nhận số liệu đã đầy đủ."
        result.problems.append(
            Problem(
                Severity.WARNING,
                "P28",
                found.sheet.name,
                address(row, column),
                "Ghi chú",
                said,
                "số liệu đầy đủ",
                message,
            )
        )
