"""What can be said of a report only once its unit is known: the rules that need the register, and what was reported.

The reader knows one workbook and no unit; here are the checks that come after it, with the values that it read. They
are made anew whenever a mail is understood: when it comes, when a person says whose it is, when it is read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms import checks, likeness, notation, rules, verdicts
from forms.checks import FilledCell
from forms.form import Comparison, Copied, Form
from roll.reports import Problem, Reading, Severity

FAR_MESSAGE = "{line} ghi {figure}; báo cáo trước của đơn vị (“{title}”) ghi {before}."
NOT_COMPARABLE_MESSAGE = (
    "Không so sánh được với báo cáo trước (“{title}”): đơn vị được thành lập từ nhiều đơn vị, hoặc từ một phần "
    "của đơn vị trước đây."
)
COPY_MESSAGE = "{shared}/{count} số liệu khác 0 trùng với {report}; đề nghị cán bộ xem có phải sao chép không."
OF_ANOTHER_UNIT = "báo cáo của {name} (thư {receipt})"
OF_THE_UNIT_ITSELF = "báo cáo trước của chính đơn vị (“{title}”, thư {receipt})"


@dataclass(frozen=True, slots=True)
class PreparedJudge:
    """A form's checks that need the unit, prepared once. `needed` are the cells that they name.

    `order` is the place of each code among the form's [[check]] entries: the earlier one is told first. `lines` are how
    messages call the printed lines.
    """

    form: Form
    unit_rules: tuple[rules.Rule, ...]
    needed: frozenset[rules.Key]
    order: Mapping[str, int]
    lines: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last report that a unit gave before: in which campaign, with which mail, its figures.

    Not `comparable` where the unit came out of several bodies or a part of one: then there are no figures.
    """

    title: str
    receipt: str
    figures: likeness.Figures
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Others:
    """The reports of a campaign among which a copy is looked for: `place` is that of the report in question."""

    index: likeness.Index
    unit: str
    place: likeness.Place


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside the workbook: what the register says of the unit in numbers, and other reports."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    last: Earlier | None = None
    others: Others | None = None


def prepare(form: Form) -> PreparedJudge:
    """Return the checks of `form` that need the unit; done once per form."""
    unit_rules = rules.unit_rules(form)
    order: dict[str, int] = {}
    for number, check in enumerate(form.checks):
        order.setdefault(check.name, number)
    needed = frozenset().union(*(rule.cells for rule in unit_rules))
    lines = {row.name: (row.item, row.label) for sheet in form.sheets for row in sheet.rows if row.name}
    return PreparedJudge(form, unit_rules, needed, order, lines)


def judge(judge: PreparedJudge, reading: Reading, circumstances: Circumstances) -> Reading:
    """Return the reading of a filled form with the problems that its unit brings to light, and the verdict on all."""
    found = _against_the_register(judge, reading, circumstances.numbers)
    if found:
        problems = verdicts.one_a_cell(_in_order(judge, reading.problems, found))
        verdict, reason = verdicts.verdict_of(problems)
        reading = replace(reading, problems=tuple(problems), verdict=verdict, reason=reason)
    # What is for staff alone weighs nothing in the verdict.
    noticed = _against_other_reports(judge, reading, circumstances)
    return replace(reading, problems=(*reading.problems, *noticed)) if noticed else reading


def _against_the_register(judge: PreparedJudge, reading: Reading, numbers: Mapping[str, int]) -> list[Problem]:
    if not judge.unit_rules:
        return []
    header = {value.name: "" if value.value is None else str(value.value) for value in reading.header}
    return checks.run_for_unit(judge.unit_rules, _filled(judge, reading), header, numbers)


def _filled(judge: PreparedJudge, reading: Reading) -> checks.Filled:
    """Return the needed cells as the reader took them: one that holds something it could not take is not to be used."""
    told = {(problem.sheet, problem.cell) for problem in reading.problems}
    return {
        (value.name, value.column): FilledCell(
            value.value,
            value.sheet,
            value.cell,
            ok=value.value is not None or not value.raw or (value.sheet, value.cell) not in told,
        )
        for value in reading.values
        if value.row is None and (value.name, value.column) in judge.needed
    }


def _in_order(judge: PreparedJudge, standing: Sequence[Problem], found: Sequence[Problem]) -> list[Problem]:
    """Put each problem that was found before those of the form's later checks."""
    ordered = list(standing)
    for problem in found:
        rank = judge.order[problem.code]
        later = (place for place, each in enumerate(ordered) if judge.order.get(each.code, -1) > rank)
        ordered.insert(next(later, len(ordered)), problem)
    return ordered


def _against_other_reports(judge: PreparedJudge, reading: Reading, circumstances: Circumstances) -> list[Problem]:
    far, copied = judge.form.compare_with_last, judge.form.copied
    last, others = circumstances.last, circumstances.others
    if not ((far or copied) and last) and not (copied and others):
        return []
    figures = likeness.figures_of(reading.values)
    noticed = _copies(judge, copied, figures, circumstances) if copied else []
    return noticed + (_far_from_last(judge, far, reading, last) if far and last else [])


def _far_from_last(judge: PreparedJudge, far: Comparison, reading: Reading, last: Earlier) -> list[Problem]:
    """Return a notice for each figure far from the one before, where nothing else is said of its cell."""
    if not last.comparable:
        message = NOT_COMPARABLE_MESSAGE.format(title=last.title)
        return [Problem(Severity.NOTICE, far.name, "", "", "", "", "", message)]
    told = {(problem.sheet, problem.cell) for problem in reading.problems}
    noticed = []
    for value in reading.values:
        figure, before = value.value, last.figures.get((value.name, value.column))
        if value.row is not None or before is None or type(figure) not in (int, float):
            continue
        assert isinstance(figure, int | float)
        if not _is_far(figure, before, far) or (value.sheet, value.cell) in told:
            continue
        item, label = judge.lines.get(value.name, ("", value.name))
        said, said_before = notation.number(figure), notation.number(before)
        line = f"mục {item} “{label}”" if item else f"“{label}”"
        message = FAR_MESSAGE.format(line=line, figure=said, title=last.title, before=said_before)
        noticed.append(
            Problem(Severity.NOTICE, far.name, value.sheet, value.cell, label, said, said_before, message, item)
        )
    return noticed


def _is_far(figure: float, before: float, far: Comparison) -> bool:
    is_apart = figure > before * far.factor or figure * far.factor < before
    return is_apart and abs(figure - before) > far.difference


def _copies(
    judge: PreparedJudge, copied: Copied, figures: likeness.Figures, circumstances: Circumstances
) -> list[Problem]:
    """Return a notice that a report repeats the unit's own last one, and one that it repeats another unit's."""
    marks = likeness.marks_of(figures)
    if len(marks) < likeness.FEWEST:
        return []
    noticed = []
    last, others = circumstances.last, circumstances.others
    if last:
        shared = len(marks & likeness.marks_of(last.figures))
        if shared >= likeness.needed(copied.share, len(marks)):
            report = OF_THE_UNIT_ITSELF.format(title=last.title, receipt=last.receipt)
            noticed.append(_copy(judge, copied, (shared, len(marks)), report))
    closest = others.index.closest(marks, others.unit, others.place) if others else None
    if closest:
        filed, shared = closest
        report = OF_ANOTHER_UNIT.format(name=filed.name, receipt=filed.receipt)
        noticed.append(_copy(judge, copied, (shared, len(marks)), report))
    return noticed


def _copy(judge: PreparedJudge, copied: Copied, counts: tuple[int, int], report: str) -> Problem:
    shared, count = counts
    message = COPY_MESSAGE.format(shared=shared, count=count, report=report)
    return Problem(Severity.NOTICE, copied.name, "", "", judge.form.title, f"{shared}/{count}", "", message)
