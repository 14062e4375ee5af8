"""Blanks of the printed lines that are told: no figure, no line, a form hardly filled (C39, C40, P23)."""

from collections.abc import Callable, Sequence

from forms import rates, taken
from forms.checks import Filled, FilledCell
from forms.printed import Blank
from roll.reports import Problem, Severity

FEW = 0.2
"""C40: fewer than 20 % of the lines filled."""
Holds = Callable[[str, str], bool]


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
        if blank.noted:
            said = taken.shown(blank.noted)
            message = f"để trống, cột Ghi chú ghi {said}; đề nghị ghi số liệu vào ô này."
        code = "P65" if blank.noted else "C39"
        problems.append(Problem(severity, code, blank.sheet, blank.where, row.label, "", expected, message, row.item))
    return problems


def is_without_total(blank: Blank) -> bool:
    """Say whether a consolidated workbook leaves the cell blank: shares and averages are not added up."""
    return not blank.missing and rates.has_no_sum(blank.cell.row, blank.cell.column)


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
