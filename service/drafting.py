"""The draft report of a campaign: what the consolidated workbook is made from, put as notifications tell it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from forms import consolidate_totals as totals
from forms import form as forms_form
from forms.consolidate_reports import Consolidation, Key, UnitReport
from forms.consolidate_totals import AskedCell
from notifications import draft_facts, facts
from notifications.draft_report import draft_report
from roll import calendar, campaigns
from roll.reports import Problem, Scalar
from service import assemble, consolidating

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEXT = "text"


def draft(rollcall: assemble.Rollcall, campaign: campaigns.Campaign, form: forms_form.Form) -> facts.Attachment:
    """Return the draft report of a campaign as of the run's time, with the name that it goes by."""
    return draft_of(rollcall, campaign, consolidating.gather(rollcall, campaign, form))


def draft_of(
    rollcall: assemble.Rollcall, campaign: campaigns.Campaign, gathered: consolidating.Gathered
) -> facts.Attachment:
    """Return the draft report out of what was gathered: its figures are those of the workbook made from the same."""
    day = calendar.day_of(gathered.board.at, rollcall.zone)
    data = draft_report(rollcall.office(), campaign, told_of(gathered))
    return facts.Attachment(f"Du thao bao cao - {campaign.name} - {day:%Y%m%d}.docx", _CONTENT_TYPE, data)


def told_of(gathered: consolidating.Gathered) -> draft_facts.DraftFacts:
    """Return what the draft report says."""
    told = gathered.consolidation
    sheets = (_sheet(told, sheet) for sheet in told.form.sheets if sheet.kind != "list")
    return draft_facts.DraftFacts(
        board=gathered.board,
        form_title=told.form.title,
        reports=len(told.reports),
        sheets=tuple(sheet for sheet in sheets if sheet is not None),
        lists=tuple(_list(told, sheet) for sheet in told.form.sheets if sheet.kind == "list"),
        texts=tuple(_texts(told)),
        doubts=tuple(_doubt(told, report, each) for report in told.reports for each in report.doubts),
        not_counted=tuple(draft_facts.NotCounted(each.name, each.state, each.why) for each in told.left_out),
    )


def _sheet(told: Consolidation, sheet: forms_form.Sheet) -> draft_facts.SheetTotals | None:
    """Return the totals of a sheet, None where it asks for texts alone; columns of texts alone are left out."""
    cells = {each.key: each for each in totals.asked_cells(told.form) if each.sheet is sheet}
    kinds: dict[str, set[str]] = {}
    for (_, name), cell in cells.items():
        kinds.setdefault(name, set()).add(cell.kind)
    columns = [column for column in sheet.columns if kinds.get(column.name, {_TEXT}) != {_TEXT}]
    if not columns:
        return None
    unconfirmed = told.unconfirmed
    lines: list[draft_facts.Line | draft_facts.Section] = []
    for row in sheet.rows:
        if row.section:
            lines.append(draft_facts.Section(row.item, row.label))
            continue
        asked = [cells.get((row.name, column.name)) for column in columns]
        made = tuple(_total(told, cell, unconfirmed) if cell else None for cell in asked)
        main = tuple(place for place, column in enumerate(columns) if column.name in row.main)
        if any(cell is not None for cell in asked):
            lines.append(draft_facts.Line(row.item, row.label, row.unit, made, main))
    return draft_facts.SheetTotals(sheet.caption, sheet.title, tuple(c.label for c in columns), tuple(lines))


def _total(told: Consolidation, cell: AskedCell, unconfirmed: dict[Key, list[str]]) -> draft_facts.Total:
    """Return the total that the consolidated workbook has for a cell; of what is not added up, how the values lie."""
    given = [value for report in told.reports if (value := report.printed_value(cell.key)) is not None]
    if cell.is_figure:
        given = [value for value in given if totals.as_number(cell.kind, value) is not None]
    kind, values = _made(cell, given)
    choices = tuple(Counter(map(str, given)).items()) if kind is draft_facts.TotalKind.CHOICES else ()
    order = {choice: place for place, choice in enumerate(cell.column.choices)}
    return draft_facts.Total(
        kind=kind,
        given=len(given),
        values=values if given else (),
        choices=tuple(sorted(choices, key=lambda each: (order.get(each[0], len(order)), each[0]))),
        unit=cell.column.unit or cell.row.unit,
        unconfirmed=cell.key in unconfirmed,
    )


def _made(cell: AskedCell, given: Sequence[Scalar]) -> tuple[draft_facts.TotalKind, tuple[Scalar, ...]]:
    if cell.is_rate:
        numbers = sorted(number for value in given if (number := totals.as_number(cell.kind, value)) is not None)
        return draft_facts.TotalKind.RANGE, (*numbers[:1], *numbers[-1:])
    if cell.kind == "yes_no":
        yes = sum(map(bool, given))
        return draft_facts.TotalKind.YES_NO, (yes, len(given) - yes)
    if cell.kind == "date":
        days = sorted(day.isoformat() for value in given if (day := totals.day_of(value)))
        return draft_facts.TotalKind.DAYS, (*days[:1], *days[-1:])
    if cell.is_counted:
        return draft_facts.TotalKind.SUM, (totals.combined(cell.kind, given),)
    return (draft_facts.TotalKind.TEXTS if cell.kind == _TEXT else draft_facts.TotalKind.CHOICES), ()


def _list(told: Consolidation, sheet: forms_form.Sheet) -> draft_facts.ListCount:
    counts = [len(report.records(sheet.name)) for report in told.reports]
    return draft_facts.ListCount(sheet.caption, sheet.title, sum(counts), sum(count > 0 for count in counts))


def _texts(told: Consolidation) -> Iterator[draft_facts.UnitTexts]:
    """Yield what units wrote on printed lines and in answer to questions; what stands in lists is only counted."""
    asked = [cell for cell in totals.asked_cells(told.form) if cell.kind == _TEXT]
    for report in told.reports:
        written = [(cell, str(report.printed_value(cell.key) or "")) for cell in asked]
        passages = tuple(draft_facts.Passage(_asked(cell), text) for cell, text in written if text.strip())
        if passages:
            yield draft_facts.UnitTexts(report.name, passages)


def _asked(cell: AskedCell) -> str:
    """Return what a text answers: its line, with the column where the sheet has several."""
    label = f"{cell.row.item}. {cell.row.label}" if cell.row.item else cell.row.label
    leaf = cell.column.label.rpartition(" / ")[2]
    return f"{label} ({leaf})" if leaf and len(cell.sheet.columns) > 1 else label


def _doubt(told: Consolidation, report: UnitReport, problem: Problem) -> draft_facts.Doubt:
    captions = {sheet.name: sheet.caption for sheet in told.form.sheets}
    where = [captions.get(problem.sheet, problem.sheet), problem.cell, problem.label]
    return draft_facts.Doubt(report.name, ", ".join(filter(None, where)), problem.message)
