"""The sender's own workbook, marked: a fill and a comment on each cell in question, and a first sheet that lists them.

A package of .xlsx is patched, not written anew: pictures, shapes, formulas, validations, print settings stay as they
are, to the byte. Of any other workbook a copy as .xlsx is marked in the same way (forms.mark_copy). Only what a sender
can act on is marked, errors and warnings; notices are for staff.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from forms import mark_cells, mark_comments, mark_copy, mark_list, mark_words, package
from forms.mark_styles import Styles
from forms.package import Unmarkable
from forms.package_parts import STYLES, WORKBOOK, WORKBOOK_RELATIONS, Parts
from roll.reports import Problem, Severity

PATCHED = ("xlsx", "xlsm")
COPIED = (
    "Tệp này là bản sao dạng .xlsx của tệp .{kind} do đơn vị gửi: vị trí các ô và số liệu được giữ nguyên, công thức "
    "được thay bằng kết quả."
)


def mark(data: bytes, kind: str, problems: Sequence[Problem], budget: mark_copy.Budget | None = None) -> bytes:
    """Return the workbook `data`, of a kind as forms.kinds names it, with the cells of `problems` marked.

    The answer is .xlsm for one, .xlsx for all others. Raises Unmarkable where it is larger than `budget` allows to
    copy, and Unreadable as forms.workbook.load does.
    """
    if kind in PATCHED:
        package.look(data, package.Limits())
    return mark_looked_at(data, kind, problems, budget)


def mark_looked_at(
    data: bytes, kind: str, problems: Sequence[Problem], budget: mark_copy.Budget | None = None
) -> bytes:
    """Do as `mark` for a workbook that was read, so that forms.package has looked at it."""
    if kind in PATCHED:
        with contextlib.suppress(Unmarkable):
            return patch(data, problems)
    return mark_in_copy(data, kind, problems, budget)


def mark_in_copy(data: bytes, kind: str, problems: Sequence[Problem], budget: mark_copy.Budget | None = None) -> bytes:
    """Do as `mark`, always in a copy as .xlsx, which has no macros. None is made of what its sender has encrypted."""
    if kind == "encrypted":
        raise Unmarkable(package.ENCRYPTED)
    copied = mark_copy.copy(data, kind, budget or mark_copy.Budget())
    there = [replace(each, sheet=copied.names.get(each.sheet, each.sheet)) for each in problems]
    return patch(copied.data, there, COPIED.format(kind=kind))


def patch(data: bytes, problems: Sequence[Problem], note: str = "") -> bytes:
    """Do as `mark` for a package of .xlsx that forms.package has looked at already.

    `note` is told on the first sheet. Raises Unmarkable where the package is built in a way that cannot be patched.
    """
    told = [problem for problem in problems if problem.severity is not Severity.NOTICE]
    parts = Parts.of(data)
    styles = Styles(parts.read(STYLES))
    sheets = package.sheet_parts({name.lower(): parts.read(name) for name in (WORKBOOK, WORKBOOK_RELATIONS)})
    by_sheet: dict[str, list[Problem]] = {}
    for problem in told:
        if problem.cell and sheets.get(problem.sheet):
            by_sheet.setdefault(problem.sheet, []).append(problem)
    silent: set[mark_list.Place] = set()
    for sheet, part in sheets.items():
        if part and parts.has(part):
            silent |= {(sheet, cell) for cell in _mark_sheet(parts, styles, part, by_sheet.get(sheet, ()))}
    mark_list.add(parts, styles, mark_list.Told(told, note, frozenset(silent)), sheets)
    parts.write(STYLES, styles.to_bytes())
    return parts.to_bytes()


def _mark_sheet(parts: Parts, styles: Styles, part: str, problems: Sequence[Problem]) -> set[str]:
    """Mark one sheet's cells; return those whose comment is the sender's own, so that ours is not there."""
    worst: dict[str, Severity] = {}
    texts: dict[str, list[str]] = {}
    for problem in problems:
        if worst.get(problem.cell) is not Severity.ERROR:
            worst[problem.cell] = problem.severity
        said = mark_words.WORDS.format(level=mark_words.LEVELS[problem.severity], message=problem.message)
        texts.setdefault(problem.cell, []).append(said)
    restyles: dict[str, mark_cells.Restyle] = dict.fromkeys(
        mark_comments.settled(parts, part, set(texts)), styles.without_mark
    )
    for cell, severity in worst.items():
        restyles[cell] = lambda own, severity=severity: styles.marked(own, severity)  # type: ignore[misc]
    if restyles:
        parts.write(part, mark_cells.restyle(parts.read(part), restyles))
    return mark_comments.comment(parts, part, {cell: "\n".join(said) for cell, said in texts.items()})
