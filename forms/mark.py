"""The sender's own workbook, marked: a fill and a comment on each cell in question, and a first sheet that lists them.

The package is patched, not written anew: pictures, shapes, formulas, validations, print settings stay as they are, to
the byte. Only what a sender can act on is marked, errors and warnings; notices are for staff.
"""

from collections.abc import Sequence

from forms import mark_cells, mark_comments, mark_list, package
from forms.mark_styles import Styles
from forms.package import UNMARKABLE, Unmarkable
from forms.package_parts import STYLES, WORKBOOK, WORKBOOK_RELATIONS, Parts
from roll.reports import Problem, Severity

MARKABLE = ("xlsx", "xlsm")
_COMMENT = "{level}: {message}"


def mark(data: bytes, kind: str, problems: Sequence[Problem]) -> bytes:
    """Return the workbook `data`, of a kind as forms.kinds names it, with the cells of `problems` marked.

    Raises Unmarkable where it is of another kind, or built in a way that cannot be patched, and Unreadable as
    forms.package.look does.
    """
    if kind not in MARKABLE:
        raise Unmarkable(UNMARKABLE)
    package.look(data, package.Limits())
    return patch(data, problems)


def patch(data: bytes, problems: Sequence[Problem]) -> bytes:
    """Do as `mark` for a workbook that forms.package has looked at already."""
    told = [problem for problem in problems if problem.severity is not Severity.NOTICE]
    parts = Parts.of(data)
    styles = Styles(parts.read(STYLES))
    sheets = package.sheet_parts({name.lower(): parts.read(name) for name in (WORKBOOK, WORKBOOK_RELATIONS)})
    by_sheet: dict[str, list[Problem]] = {}
    for problem in told:
        if problem.cell and sheets.get(problem.sheet):
            by_sheet.setdefault(problem.sheet, []).append(problem)
    for number, (sheet, found) in enumerate(by_sheet.items(), start=1):
        _mark_sheet(parts, styles, (sheets[sheet], number), found)
    mark_list.add(parts, styles, told, list(sheets.values()))
    parts.write(STYLES, styles.to_bytes())
    return parts.to_bytes()


def _mark_sheet(parts: Parts, styles: Styles, place: tuple[str, int], problems: Sequence[Problem]) -> None:
    part, number = place
    worst: dict[str, Severity] = {}
    texts: dict[str, list[str]] = {}
    for problem in problems:
        if worst.get(problem.cell) is not Severity.ERROR:
            worst[problem.cell] = problem.severity
        said = _COMMENT.format(level=mark_list.LEVELS[problem.severity], message=problem.message)
        texts.setdefault(problem.cell, []).append(said)
    restyles = {cell: lambda own, severity=severity: styles.marked(own, severity) for cell, severity in worst.items()}
    parts.write(part, mark_cells.restyle(parts.read(part), restyles))
    mark_comments.comment(parts, part, number, {cell: "\n".join(said) for cell, said in texts.items()})
