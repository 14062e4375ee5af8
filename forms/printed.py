"""The printed lines of a sheet, read cell by cell: values, type problems, blanks (rules P23, P24, P60, C39, C40)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from forms import cells, measures, questions, taken, values
from forms.checks import Filled, FilledCell
from forms.form import Column, Row, Sheet
from forms.recognition import Found
from forms.taken import Asked, Taken
from forms.workbook import address
from roll.reports import Problem, Severity, Value

FEW = 0.2
"""C40: fewer than 20 % of the lines filled."""
Holds = Callable[[str, str], bool]


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

    `missing` where its whole line is not there.
    """

    cell: AskedCell
    sheet: str
    where: str
    missing: bool = False


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
        _keep(result, each, name, address(row, column), (raw, value), found.placed.alike)
    _incomplete(result, found)
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
    result.filled[each.row.name, each.column.name] = FilledCell(value.value, sheet, where, value.ok)
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
        if column.name not in found.table.columns and prepared.sheet.kind == "rows":
            message = f"không tìm thấy cột “{column.label}”; đề nghị dùng đúng biểu mẫu đã gửi."
            result.problems.append(
                Problem(Severity.ERROR, "P24", found.sheet.name, "", column.label, "", column.label, message)
            )
    for number, words in sorted(found.table.unknown.items()):
        if words != "Ghi chú":
            result.notes.append(f"P24 {found.sheet.name}!{address(found.table.top, number)}: {words[:100]}")


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


def blank_problems(blanks: Sequence[Blank], holds: Holds) -> list[Problem]:
    """Return a problem for each blank that matters (C39).

    It is an error where the figure is required, else a warning where the line and the column apply. A line that is not
    there is told once, as an error (P23).
    """
    problems = []
    told: set[str] = set()
    for blank in blanks:
        row, column = blank.cell.row, blank.cell.column
        required = column.name in row.required
        if not required and not (
            _applies(row.relevant, row.name, holds) and _applies(column.relevant, row.name, holds)
        ):
            continue
        if blank.missing:
            if row.name not in told:
                problems.append(_missing_line(blank))
            told.add(row.name)
            continue
        severity = Severity.ERROR if required else Severity.WARNING
        message, expected = _wording(blank.cell.asked.type)
        problems.append(Problem(severity, "C39", blank.sheet, blank.where, row.label, "", expected, message, row.item))
    return problems


def _applies(expression: str, row: str, holds: Holds) -> bool:
    return not expression or holds(expression, row)


def _wording(kind: str) -> tuple[str, str]:
    if kind == "date":
        return "chưa ghi ngày.", "ngày/tháng/năm"
    if kind == "yes_no":
        return "chưa ghi; đề nghị ghi 1 (có) hoặc 0 (không).", "1 hoặc 0"
    if kind in ("text", "select_one"):
        return "chưa ghi nội dung; nếu không có, đề nghị ghi “Không”.", "nội dung"
    return "chưa ghi số liệu; nếu không phát sinh, đề nghị ghi số 0.", "số liệu, hoặc số 0"


def _missing_line(blank: Blank) -> Problem:
    row = blank.cell.row
    message = f"không tìm thấy dòng “{row.label}” trong biểu; đề nghị bổ sung theo biểu mẫu đã gửi."
    return Problem(Severity.ERROR, "P23", blank.sheet, "", row.label, "", row.label, message, row.item)


def sparse_problem(blanks: Sequence[Blank], filled: Filled, holds: Holds) -> list[Problem]:
    """Return the warning that few of the lines that apply have a figure, or that every figure is 0 (C40)."""
    figures: dict[str, list[FilledCell]] = {}
    for (name, _), cell in filled.items():
        figures.setdefault(name, []).append(cell)
    numbers = [cell.value for each in figures.values() for cell in each if isinstance(cell.value, int | float)]
    some = sum(any(cell.value is not None or not cell.ok for cell in each) for each in figures.values())
    sheet = next((cell.sheet for cell in filled.values()), "")
    if numbers and not any(numbers):
        message = "tất cả chỉ tiêu đều ghi số 0; đề nghị xác nhận."
    elif some >= FEW * len(figures):
        return []
    else:
        skipped = {
            blank.cell.row.name for blank in blanks if not _applies(blank.cell.row.relevant, blank.cell.row.name, holds)
        }
        asked = len(figures) - len(skipped)
        if some >= FEW * asked:
            return []
        message = f"báo cáo mới có {some}/{asked} chỉ tiêu có số liệu."
    return [Problem(Severity.WARNING, "C40", sheet, "", "Toàn biểu", "", "", message)]
