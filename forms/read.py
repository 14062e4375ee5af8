"""A filled workbook read against a form: values with their cells, problems, a verdict.

`prepare` does once per form what no workbook changes; `read_file` never raises, whatever bytes it is given.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from forms import blanks, checks, children, headings, kinds, periods, printed, recognition, records, verdicts
from forms.checks import FilledCell
from forms.form import Form
from forms.recognition import Recognised
from forms.workbook import Limits, Unreadable, Workbook, WorkbookSheet, address, load
from roll.outcomes import Verdict
from roll.reports import Problem, Reading, Severity, Value

MOST_PROBLEMS = 500
"""Problems kept of one workbook; a letter names 20, the 2019 form has 90 cells in its printed lines."""
RIVALS_TOLD = 5
"""Sheets that a message names; a district may send one for each of 24 communes."""
HEADED_SHEETS = 10
"""Sheets in which the lines above the table are looked for where the table itself is not found; a form has five."""
NOTHING_FOUND = "không tìm thấy bảng số liệu của biểu mẫu"
_VERDICTS = {"encrypted": Verdict.ENCRYPTED, "hostile": Verdict.HOSTILE, "unreadable": Verdict.UNREADABLE}


@dataclass(frozen=True, slots=True)
class PreparedForm:
    """A form with its match keys and parsed checks."""

    form: Form
    recognisable: recognition.Recognisable
    checks: checks.PreparedChecks
    headings: headings.Headings
    printed: dict[str, printed.PreparedPrinted]
    lists: dict[str, records.PreparedList]


@dataclass(slots=True)
class _Draft:
    """A reading in the making."""

    header: list[Value] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    filled: checks.Filled = field(default_factory=dict)
    records: checks.Records = field(default_factory=dict)
    blanks: list[printed.Blank] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    units: int = 1
    unasked: set[tuple[str, str]] = field(default_factory=set)
    sheets: list[WorkbookSheet] = field(default_factory=list)
    by_sheet: dict[str, list[Value]] = field(default_factory=dict)

    def header_texts(self) -> dict[str, str]:
        return {value.name: "" if value.value is None else str(value.value) for value in self.header}


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook with the form that it is, and where its sheets are; `notes` are of its name."""

    workbook: Workbook
    prepared: PreparedForm
    recognised: Recognised
    notes: tuple[str, ...] = ()


def prepare(form: Form) -> PreparedForm:
    """Return `form` ready for reading; done once per form."""
    return PreparedForm(
        form,
        recognition.prepare(form),
        checks.prepare(form),
        headings.prepare(form),
        {sheet.name: printed.prepare(sheet, form.year) for sheet in form.sheets if sheet.kind != "list"},
        {sheet.name: records.prepare(sheet, form.year) for sheet in form.sheets if sheet.kind == "list"},
    )


def read_file(data: bytes, file_name: str, prepared: Sequence[PreparedForm], limits: Limits | None = None) -> Reading:
    """Return the reading of `data` against the form it is, among `prepared`. Never raises on any bytes.

    `file_name` is only told in notes: content decides what a file is (P01).
    """
    opened = open_file(data, file_name, prepared, limits)
    return opened if isinstance(opened, Reading) else read_opened(opened)


def open_file(
    data: bytes, file_name: str, prepared: Sequence[PreparedForm], limits: Limits | None = None
) -> Opened | Reading:
    """Return the workbook in `data` with the form that it is, or the reading that says why it cannot be had."""
    try:
        workbook = load(data, limits, tuple(dict.fromkeys(word for each in prepared for word in each.form.passwords)))
    except Unreadable as refused:
        return Reading(_VERDICTS[refused.reason], refused.reason, detail=refused.detail)
    if not prepared:
        return Reading(Verdict.WRONG_FORM, "wrong_form", detail=_what_it_is(workbook))
    recognised = [recognition.recognise(workbook, each.recognisable) for each in prepared]
    best = max(range(len(prepared)), key=lambda number: recognised[number].score()) if len(prepared) > 1 else 0
    return Opened(workbook, prepared[best], recognised[best], tuple(_name_notes(file_name, workbook.kind)))


def read_opened(opened: Opened) -> Reading:
    """Return the reading of a workbook that was opened."""
    reading = _read(opened.workbook, opened.prepared, opened.recognised)
    return replace(reading, notes=(*opened.notes, *reading.notes)) if opened.notes else reading


def _name_notes(file_name: str, kind: str) -> list[str]:
    """Return the note that a name says another kind than the content (P01)."""
    extension = file_name.rpartition(".")[2].lower()
    means = kinds.EXTENSIONS.get(extension, kind)
    return [f"P01 {kind}"] if means != kind else []


def read(workbook: Workbook, prepared: PreparedForm) -> Reading:
    """Return the reading of `workbook` against one form."""
    return _read(workbook, prepared, recognition.recognise(workbook, prepared.recognisable))


def _read(workbook: Workbook, prepared: PreparedForm, recognised: Recognised) -> Reading:
    form = prepared.form
    sheets = tuple(sheet.name for sheet in workbook.sheets)
    lists = [found for found in recognised.found.values() if found.prepared.sheet.kind == "list"]
    asked = {
        each.sheet.name for each in lists if children.are_asked(column.label for column in each.prepared.sheet.columns)
    }
    if children.lists_children(workbook, asked):
        header = tuple(value for value in _read_header(workbook, prepared, recognised) if value.name == "unit")
        return Reading(Verdict.PERSONAL_DATA, "personal_data", form.name, form.version, header=header, sheets=sheets)
    main = any(found.prepared.sheet.kind == "rows" for found in recognised.found.values())
    has_rows = any(each.sheet.kind == "rows" for each in prepared.recognisable.sheets)
    is_known = recognised.coded or bool(recognised.turned)
    if recognised.other or not (recognised.found or recognised.turned) or (has_rows and not main and not is_known):
        header = tuple(_read_header(workbook, prepared, recognised)) if recognised.found else ()
        detail = recognised.other or _what_it_is(workbook)
        notes = (*workbook.notes, *recognised.notes)
        said = {} if recognised.other else _said_by_name(workbook, prepared, recognised)
        return Reading(
            Verdict.WRONG_FORM, "wrong_form", form.name, form.version, detail, header, sheets=sheets, notes=notes,
            values=tuple(value for values in said.values() for value in values), filled=tuple(said),
            lacking=_lacking(prepared, said),
        )  # fmt: skip
    return judge(workbook, prepared, recognised)


def judge(
    workbook: Workbook, prepared: PreparedForm, recognised: Recognised, header: Iterable[Value] | None = None
) -> Reading:
    """Return the reading of a workbook that is the form; `header` are the lines above the table, if they are known."""
    draft = _draft(workbook, prepared, recognised)
    if header is not None:
        draft.header = list(header)
    sheets = tuple(sheet.name for sheet in workbook.sheets)
    draft.units = max(workbook.added_up, 1)
    if workbook.added_up:
        _forget_rates(draft)
    return _judge(draft, prepared, sheets)


def _said_by_name(workbook: Workbook, prepared: PreparedForm, recognised: Recognised) -> dict[str, list[Value]]:
    """Return the values of the form's sheets in a workbook that is not known as the form, told by their names.

    Another form may well have a list with the same columns; one of the same name is the form's.
    """
    named = {name: found for name, found in recognised.found.items() if found.by_name}
    if not named:
        return {}
    draft = _draft(workbook, prepared, replace(recognised, found=named))
    return {name: draft.by_sheet[name] for name in _filled(draft, prepared)}


def _filled(draft: _Draft, prepared: PreparedForm) -> tuple[str, ...]:
    """Return the form's sheets that say something: more than what the blank's own formulas show."""
    own, totals = _computed(draft), _totals(prepared)
    return tuple(
        name
        for name, values in draft.by_sheet.items()
        if any(value.value is not None and not _is_of_the_blank(value, own, totals) for value in values)
    )


def _lacking(prepared: PreparedForm, present: Iterable[str]) -> tuple[str, ...]:
    """Return the form's tables that are not among the `present` ones."""
    wanted = [sheet.name for sheet in prepared.form.sheets if sheet.kind != "text"]
    return tuple(name for name in wanted if name not in set(present))


def _forget_rates(draft: _Draft) -> None:
    """Leave shares and averages unasked where a consolidated workbook has none; rules that name them stay undecided."""
    without = [blank for blank in draft.blanks if blanks.is_without_total(blank)]
    draft.unasked = {(blank.cell.row.name, blank.cell.column.name) for blank in without}
    draft.blanks = [blank for blank in draft.blanks if not blanks.is_without_total(blank)]
    for key in draft.unasked & set(draft.filled):
        cell = draft.filled[key]
        draft.filled[key] = FilledCell(None, cell.sheet, cell.cell, ok=False)


def _what_it_is(workbook: Workbook) -> str:
    title = recognition.seen_title(workbook)
    return f"tệp có tiêu đề “{title}”" if title else NOTHING_FOUND


def _read_header(workbook: Workbook, prepared: PreparedForm, recognised: Recognised) -> list[Value]:
    """Return the header fields of the printed sheet that was found; without one, of the sheet that shows most."""
    found = next((each for each in recognised.found.values() if each.prepared.sheet.kind == "rows"), None)
    if found is not None:
        return headings.read(found.sheet, prepared.headings, found.table.top)
    readings = [headings.read(sheet, prepared.headings, None) for sheet in workbook.sheets[:HEADED_SHEETS]]
    return max(readings, key=lambda values: sum(value.value is not None for value in values), default=[])


def _draft(workbook: Workbook, prepared: PreparedForm, recognised: Recognised) -> _Draft:
    draft = _Draft(notes=[*workbook.notes, *recognised.notes], sheets=workbook.sheets)
    draft.header = _read_header(workbook, prepared, recognised)
    draft.problems += _rival_sheets(recognised)
    texts: list[printed.ReadPrinted] = []
    lists: list[Value] = []
    for sheet in prepared.recognisable.sheets:
        name = sheet.sheet.name
        found = recognised.found.get(name)
        if sheet.sheet.kind == "list":
            if found is None:
                draft.problems.append(_missing_sheet(name, Severity.WARNING))
                continue
            most = records.MOST_RECORDS_ADDED_UP if workbook.added_up else records.MOST_RECORDS
            read_list = records.read(found.sheet, found.table, prepared.lists[name], most)
            draft.records[name] = read_list.records
            draft.by_sheet[name] = read_list.values
            lists += read_list.values
            draft.problems += read_list.problems
            draft.notes += read_list.notes
            continue
        if found is None and sheet.sheet.kind == "rows":
            turned = recognised.turned
            draft.problems.append(_turned(turned, name) if turned else _missing_sheet(name, Severity.ERROR))
        read_sheet = printed.read(found, prepared.printed[name])
        if found is not None:
            draft.by_sheet[name] = read_sheet.values
        draft.problems += read_sheet.problems
        draft.notes += read_sheet.notes
        draft.blanks += read_sheet.blanks
        if sheet.sheet.kind == "text":
            texts.append(read_sheet)
        else:
            draft.values += read_sheet.values
            draft.filled.update(read_sheet.filled)
    draft.values += lists
    for each in texts:
        draft.values += each.values
    return draft


def _rival_sheets(recognised: Recognised) -> list[Problem]:
    """Return the error that several sheets bear the filled table, and none is called as the form calls it (P12)."""
    main = next((each for each in recognised.found.values() if each.prepared.sheet.kind == "rows"), None)
    if main is None or main.by_name:
        return []
    if not recognised.rivals:
        return _passed_over(main, recognised)
    names = ", ".join(f"“{each.sheet.name}”" for each in (main, *recognised.rivals[:RIVALS_TOLD]))
    wanted = main.prepared.sheet.name
    message = (
        f"tệp có nhiều sheet cùng mẫu biểu ({names}); đề nghị chỉ gửi một biểu tổng hợp, đặt tên sheet “{wanted}”."
    )
    return [Problem(Severity.ERROR, "P12", main.sheet.name, "", wanted, "", wanted, message)]


def _passed_over(main: recognition.Found, recognised: Recognised) -> list[Problem]:
    """Return the warning that the sheet with the form's name was not understood, and another one was taken (P07)."""
    if not recognised.misunderstood:
        return []
    message = (
        f"sheet “{recognised.misunderstood}” không còn đúng mẫu biểu nên số liệu đang lấy ở sheet “{main.sheet.name}”; "
        "đề nghị xác nhận hoặc gửi lại theo đúng biểu mẫu."
    )
    wanted = main.prepared.sheet.name
    return [Problem(Severity.WARNING, "P07", main.sheet.name, "", wanted, "", wanted, message)]


def _turned(sheet: str, wanted: str) -> Problem:
    message = (
        f"bảng ở sheet “{sheet}” xoay ngang, mỗi chỉ tiêu một cột; đề nghị ghi số liệu theo đúng biểu mẫu đã gửi, "
        "mỗi chỉ tiêu một dòng."
    )
    return Problem(Severity.ERROR, "P34", sheet, "", wanted, "", wanted, message)


def _missing_sheet(name: str, severity: Severity) -> Problem:
    message = f"không tìm thấy sheet “{name}” trong tệp; đề nghị gửi đủ các sheet của biểu mẫu."
    return Problem(severity, "P07", name, "", name, "", name, message)


def _judge(draft: _Draft, prepared: PreparedForm, sheets: tuple[str, ...]) -> Reading:
    """Return the reading: type errors first, then rules between cells, then blanks; one message a cell."""
    header = draft.header_texts()
    form = prepared.form
    if _is_blank(draft, prepared):
        message = "Biểu mẫu chưa có số liệu; đề nghị điền số liệu và gửi lại, chỉ tiêu không phát sinh ghi số 0."
        problem = Problem(Severity.ERROR, "P09", sheets[0] if sheets else "", "", form.title, "", "số liệu", message)
        return _reading(Verdict.NEEDS_FIX, "blank_form", draft, prepared, [problem], sheets)
    problems = [*draft.problems, *_wrong_period(draft, form)]
    problems += checks.run(prepared.checks, draft.filled, draft.records, header, draft.units)
    problems += blanks.blank_problems(
        draft.blanks, lambda expression, row: checks.holds(prepared.checks, expression, draft.filled, header, row)
    )
    problems += blanks.sparse_problem(
        draft.blanks,
        {key: cell for key, cell in draft.filled.items() if key not in draft.unasked},
        lambda expression, row: checks.holds(prepared.checks, expression, draft.filled, header, row),
    )
    problems = verdicts.one_a_cell(problems)[:MOST_PROBLEMS]
    verdict, reason = verdicts.verdict_of(problems)
    return _reading(verdict, reason, draft, prepared, problems, sheets)


def _is_blank(draft: _Draft, prepared: PreparedForm) -> bool:
    """Say whether nothing is filled in (P09): the blank's own formulas show 0, or were never calculated.

    What is typed is an answer, a 0 or "Không" too; so is a sheet of formulas that were never calculated.
    """
    if draft.unasked or any(each.found and each.code != "P14" for each in draft.problems):
        return False
    if sum(each.code == "P14" for each in draft.problems) * 2 > len(draft.values):
        return False
    totals, own = _totals(prepared), _computed(draft)
    return all(_is_of_the_blank(value, own, totals) for value in draft.values if value.value is not None)


def _totals(prepared: PreparedForm) -> set[tuple[str, str]]:
    return {rule.place.key for rule in prepared.checks.rules if rule.constraint.symbol == "="}


def _computed(draft: _Draft) -> set[tuple[str, str]]:
    return {(sheet.name, address(*place)) for sheet in draft.sheets for place in sheet.marks.computed}


def _is_of_the_blank(value: Value, computed: set[tuple[str, str]], totals: set[tuple[str, str]]) -> bool:
    """Say whether a value is a 0 that a formula shows: one that is known, or that of a total."""
    if value.value != 0 or value.value is False:
        return False
    typed = (value.raw or "").strip("0.,") != ""
    by_formula = (value.sheet, value.cell) in computed or (value.name, value.column) in totals
    return value.rule == "P14" or (by_formula and not typed)


def _wrong_period(draft: _Draft, form: Form) -> list[Problem]:
    """Return the error that the period line names another period, or another year, than the form's (P73)."""
    value = next((value for value in draft.header if value.name == "period" and value.value), None)
    if value is None:
        return []
    said, wanted = periods.parse(str(value.value)), periods.parse(form.period)
    if said is not None and wanted is not None and not said.fits(wanted):
        return [_period_problem(value, form.period)]
    if form.year is None:
        return []
    years = recognition.years_in(str(value.value))
    if not years or str(form.year) in years:
        return []
    return [_period_problem(value, f"năm {form.year}")]


def _period_problem(value: Value, wanted: str) -> Problem:
    message = f"kỳ báo cáo ghi “{value.value}”; đợt báo cáo này là {wanted[:1].lower()}{wanted[1:]}."
    return Problem(Severity.ERROR, "P73", value.sheet, value.cell, "Kỳ báo cáo", str(value.value), wanted, message)


def _reading(
    verdict: Verdict,
    reason: str,
    draft: _Draft,
    prepared: PreparedForm,
    problems: Sequence[Problem],
    sheets: tuple[str, ...],
) -> Reading:
    filled = _filled(draft, prepared) if reason != "blank_form" else ()
    printed_blank = {sheet.name for sheet in prepared.form.sheets if sheet.kind == "rows"} - set(filled)
    return Reading(
        verdict,
        reason,
        prepared.form.name,
        prepared.form.version,
        header=tuple(draft.header),
        values=tuple(draft.values),
        problems=tuple(problems),
        notes=tuple(draft.notes),
        fingerprint=_fingerprint(draft.values),
        sheets=sheets,
        filled=filled,
        lacking=_lacking(prepared, draft.by_sheet.keys() - printed_blank),
    )


def _fingerprint(values: Sequence[Value]) -> str:
    """Return what is equal for equal values: names, columns, order and values, not cells, sheets or notation (P74)."""
    told = [
        f"{value.name if value.row is None else ''}\x1f{value.column}\x1f{value.value!r}"
        for value in values
        if value.value is not None
    ]
    return hashlib.sha256("\x1e".join(told).encode("utf-8", "surrogatepass")).hexdigest()


__all__ = ["FilledCell", "Opened", "PreparedForm", "judge", "open_file", "prepare", "read", "read_file", "read_opened"]
