"""Which sheet of a workbook is which sheet of a form, and whether it is this form (rules P05, P07, P08, P12, C37)."""

import re
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from forms import form_codes, layout, lines, text
from forms.form import Form, Sheet
from forms.layout import Table, WantedTable
from forms.lines import Lines, Placed
from forms.workbook import Workbook, WorkbookSheet

CODE_WITHIN = 15
"""Rows from the top in which the form code, the title and the period are looked for.

The 2019 form has 13 above its data.
"""
TITLED_SHEETS = 10
"""Sheets in which the title is looked for; the 2019 form has five."""
TITLE_MOST = 250
"""Characters of a title; that of the 2019 form has 52."""
TITLE_ALIKE = 85
"""P21: labels are the same text from 0.85 on."""
ENOUGH_LINES = 0.5
"""Half of the printed lines: another form of the same office shares its columns, not its lines."""
LEFTOVERS = frozenset(("foxz", "xl4poppy", "kangatang", "recovered_sheet1", "00000000"))
"""P05: sheets that macro viruses of Excel 97 to 2003 leave behind; they are never looked into."""
_SECOND = re.compile(r"(.{1,40}) \([2-9]\)")
_PERIOD = re.compile(
    r"(?i)\(?(?:(?:quý|tháng|6 tháng|9 tháng|kỳ)\s*(?:[ivx]{1,4}|[0-9]{1,2}|đầu năm|cuối năm)?\s*(?:năm|/|-)?\s*)?"
    r"(?:năm(?: học)?\s*)?((?:19|20)[0-9]{2})(?:\s*-\s*(?:19|20)[0-9]{2})?\)?"
)
_LEADING_ZERO = re.compile(r"\b0+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class PreparedSheet:
    """A form's sheet with the keys of its name, title, header and lines."""

    sheet: Sheet
    name_key: str
    wanted: WantedTable
    lines: Lines


@dataclass(frozen=True, slots=True)
class Recognisable:
    """A form with all that it is recognised by, made once."""

    form: Form
    sheets: tuple[PreparedSheet, ...]
    family: str
    titles: tuple[str, ...]


@dataclass(slots=True)
class Found:
    """One sheet of the form in the workbook."""

    prepared: PreparedSheet
    sheet: WorkbookSheet
    table: Table
    placed: Placed
    by_name: bool = False


@dataclass(slots=True)
class Recognised:
    """What a workbook shows of a form.

    `tops` are the texts at the top of each sheet that may be its code or title. `other` says in Vietnamese that it is
    another year or version; empty otherwise. `rivals` are other sheets that bear the same table of this year;
    `misunderstood` the sheet that has the form's name and not its table; `turned` the one whose lines are columns.
    """

    found: dict[str, Found] = field(default_factory=dict)
    other: str = ""
    coded: bool = False
    tops: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rivals: list[Found] = field(default_factory=list)
    misunderstood: str = ""
    turned: str = ""

    def score(self) -> float:
        """Return how much speaks for this form: its code, its lines, its sheets."""
        placed = sum(len(each.placed.row_of) for each in self.found.values())
        return placed + len(self.found) + (1_000 if self.coded else 0) + bool(self.turned) - (500 if self.other else 0)


def prepare(form: Form) -> Recognisable:
    """Return `form` with its keys."""
    sheets = tuple(
        PreparedSheet(each, _name_key(each.name), layout.prepare(each, form.year), lines.prepare(each))
        for each in form.sheets
    )
    titles = {
        form_codes.without_year(text.fold(title))
        for title in (form.title, *(each.title for each in form.sheets if each.kind == "rows"))
        if title
    }
    return Recognisable(form, sheets, form_codes.family(form.name), tuple(sorted(titles)))


def _name_key(name: str) -> str:
    return _LEADING_ZERO.sub("", text.fold(name))


def recognise(workbook: Workbook, wanted: Recognisable) -> Recognised:
    """Return where the sheets of `wanted` are in `workbook`, and whether its code and title are those of the form."""
    result = Recognised()
    used: set[int] = set()
    for prepared in wanted.sheets:
        if _look_below(workbook, prepared, result):
            continue
        found = _choose(workbook, wanted, prepared, used)
        if found is not None and _SECOND.fullmatch(prepared.sheet.name) and _is_of_another_year(found[1], wanted):
            found = None
        if found is not None:
            number, result.found[prepared.sheet.name] = found
            used.add(number)
            if result.found[prepared.sheet.name].sheet.name != prepared.sheet.name:
                result.notes.append(f"P07 {prepared.sheet.name}: {workbook.sheets[number].name}")
    _note_others(workbook, wanted, used, result)
    tables = {id(found.sheet): found.table.top for found in result.found.values()}
    result.tops = [_top_texts(sheet, tables.get(id(sheet), CODE_WITHIN)) for sheet in workbook.sheets]
    _read_codes(workbook, wanted, result)
    main = next((each for each in result.found.values() if each.prepared.sheet.kind == "rows"), None)
    if main is not None and not result.other and (not result.coded or _is_of_another_year(main, wanted)):
        result.other = _wrong_title_year(result.tops, wanted) or _wrong_title_year([_top_of(main)], wanted)
        if not result.other and not result.coded:
            result.other = _wrong_period_year(_top_of(main), wanted)
    return result


def _choose(
    workbook: Workbook, wanted: Recognisable, prepared: PreparedSheet, used: set[int]
) -> tuple[int, Found] | None:
    """Return the sheet by name, else by its header; visible sheets first, unlikely ones last."""
    numbers = [number for number in range(len(workbook.sheets)) if number not in used]
    named = [number for number in numbers if _name_key(workbook.sheets[number].name) == prepared.name_key]
    others = [number for number in numbers if number not in named]
    others.sort(key=lambda number: not workbook.sheets[number].visible)
    second: list[tuple[bool, int, Found]] = []
    for number in (*named, *others):
        found = _match(workbook.sheets[number], prepared, by_name=number in named)
        if found is None:
            continue
        # A consolidated sheet of shares alone has no figure; the sheets of single units lie beside it.
        is_sure = workbook.added_up and found.by_name
        if prepared.sheet.kind == "rows" and len(numbers) > 1 and not is_sure and not _is_likely(found, wanted):
            second.append((_is_of_another_year(found, wanted), number, found))
            continue
        return number, found
    best = min(second, key=lambda each: each[0], default=None)
    return None if best is None else best[1:]


def _look_below(workbook: Workbook, prepared: PreparedSheet, result: Recognised) -> bool:
    """Find the second or a further table of a worksheet, "Bieu 04 (2)", below the one before, which then ends above it.

    The worksheet of the first table comes first: an Excel copy of it bears the same name, and may be last year's.
    """
    base = _SECOND.fullmatch(prepared.sheet.name)
    first = result.found.get(base[1]) if base else None
    if first is None:
        return False
    number = next((n for n, each in enumerate(workbook.sheets) if each.name == first.sheet.name), 0)
    whole = workbook.sheets[number]
    before = max(
        (each for each in result.found.values() if each.sheet.name == whole.name), key=lambda each: each.table.top
    )
    table = layout.find_below(whole, prepared.wanted, before.table.bottom + 1)
    if table is None:
        return False
    upper = replace(before.sheet, rows=before.sheet.rows[: table.top])
    lower = replace(whole, rows=[[] for _ in range(table.top)] + whole.rows[table.top :])
    result.found[before.prepared.sheet.name] = _placed_on(upper, before.prepared, before.table, first.by_name)
    result.found[prepared.sheet.name] = _placed_on(lower, prepared, table, first.by_name)
    return True


def _placed_on(sheet: WorkbookSheet, prepared: PreparedSheet, table: Table, by_name: bool) -> Found:
    is_list = prepared.sheet.kind == "list"
    placed = Placed() if is_list else lines.Matcher(prepared.lines, table, sheet.rows).place()
    return Found(prepared, sheet, table, placed, by_name)


def _is_likely(found: Found, wanted: Recognisable) -> bool:
    """Say whether a sheet has any figure and is not of another year: a blank copy and last year's may lie beside it."""
    return lines.has_figures(found.placed, found.table, found.sheet.rows) and not _is_of_another_year(found, wanted)


def _match(sheet: WorkbookSheet, prepared: PreparedSheet, by_name: bool) -> Found | None:
    table = layout.find(sheet, prepared.wanted)
    if table is None:
        is_text = prepared.sheet.kind == "text" and by_name
        return Found(prepared, sheet, Table(0, 0, {}), Placed(), by_name) if is_text else None
    found = _placed_on(sheet, prepared, table, by_name)
    return found if _is_enough(prepared, found.placed, by_name) else None


def _top_of(found: Found) -> list[str]:
    return _top_texts(found.sheet, found.table.top)


def _is_of_another_year(found: Found, wanted: Recognisable) -> bool:
    top = _top_of(found)
    return bool(_wrong_title_year([top], wanted)) and wanted.form.code.casefold() not in form_codes.seen(top)


def _is_enough(prepared: PreparedSheet, placed: Placed, by_name: bool) -> bool:
    if prepared.sheet.kind == "list":
        return True
    asked = sum(not row.section for row in prepared.sheet.rows)
    return len(placed.row_of) >= asked * ENOUGH_LINES or (by_name and prepared.sheet.kind == "text")


def _note_others(workbook: Workbook, wanted: Recognisable, used: set[int], result: Recognised) -> None:
    """Note the sheets that are none of the form's; keep those that bear its table as well as the one taken (P12)."""
    main = next((each for each in wanted.sheets if each.sheet.kind == "rows"), None)
    for number, sheet in enumerate(workbook.sheets):
        if number not in used and sheet.name.casefold() in LEFTOVERS:
            result.notes.append(f"P05 {sheet.name}")
            continue
        if number in used or not any(any(row) for row in sheet.rows):
            continue
        again = _match(sheet, main, by_name=False) if main is not None else None
        if main is not None and again is None and _claims_to_be(sheet, main, wanted):
            result.misunderstood = sheet.name
        if main is not None and main.sheet.name not in result.found and lines.are_turned(main.lines, sheet.rows):
            result.turned = sheet.name
        result.notes.append(f"{'P12' if again else 'P07'} {sheet.name}")
        if again is not None and sheet.visible and _is_likely(again, wanted):
            result.rivals.append(again)


def _claims_to_be(sheet: WorkbookSheet, main: PreparedSheet, wanted: Recognisable) -> bool:
    """Say whether a sheet has the name of the form's table or its code, whatever has become of the table."""
    return _name_key(sheet.name) == main.name_key or wanted.form.code.casefold() in form_codes.seen(_top_texts(sheet))


def _top_texts(sheet: WorkbookSheet, rows: int = CODE_WITHIN) -> list[str]:
    return [
        cell
        for row in sheet.rows[:rows]
        for cell in row
        if type(cell) is str and len(cell) < TITLE_MOST and (cell.isupper() or "-v" in cell or "20" in cell)
    ]


def _read_codes(workbook: Workbook, wanted: Recognisable, result: Recognised) -> None:
    """Compare the form code, from the defined name or a visible cell, with that of the form (C37)."""
    seen = [workbook.form_code] if workbook.form_code else []
    codes = {code.casefold(): code for code in seen}
    for top in result.tops:
        codes |= form_codes.seen(top)
    own = wanted.form.code.casefold()
    if own in codes:
        result.coded = True
        result.other = _wrong_title_year(result.tops, wanted)
        return
    for code in codes.values():
        name, _, version = code.rpartition("-v")
        if name and form_codes.family(name) == wanted.family:
            result.other = form_codes.otherwise(name, version, wanted.form.year)
            return
    stated = form_codes.stated(workbook, result.tops)
    if stated:
        result.other = f"biểu mẫu mã {stated}"


def _titles_seen(top: list[str], wanted: Recognisable) -> list[str]:
    """Return the folded texts at the top of a sheet that are the form's title with a year, whichever it is."""
    seen = []
    for cell in top:
        if "20" not in cell and "19" not in cell:
            continue
        key = text.fold(cell)
        masked = form_codes.without_year(key)
        if any(
            masked == title or title in masked or fuzz.ratio(masked, title) >= TITLE_ALIKE for title in wanted.titles
        ):
            seen.append(key)
    return seen


def _wrong_title_year(tops: list[list[str]], wanted: Recognisable) -> str:
    """Return "biểu mẫu năm 2018" where the form's title stands with another year only."""
    if wanted.form.year is None:
        return ""
    years = {
        year
        for top in tops[:TITLED_SHEETS]
        for key in _titles_seen(top, wanted)
        for year in form_codes.YEAR.findall(key)
    }
    if not years or str(wanted.form.year) in years:
        return ""
    return f"biểu mẫu năm {min(years)}"


def _wrong_period_year(top: list[str], wanted: Recognisable) -> str:
    """Return "biểu mẫu năm 2018" where the table's title has no year, and the line below it has another one."""
    if wanted.form.year is None or _titles_seen(top, wanted):
        return ""
    years = {match[1] for cell in top if (match := _PERIOD.fullmatch(text.collapse(cell)))}
    return f"biểu mẫu năm {min(years)}" if years and str(wanted.form.year) not in years else ""


def seen_title(workbook: Workbook) -> str:
    """Return the first text in capitals at the top of the first sheets, for telling the sender what his file is.

    Else empty.
    """
    for sheet in workbook.sheets[:3]:
        for cell in _top_texts(sheet):
            cleaned = text.collapse(text.clean(cell))
            if cleaned.isupper() and cleaned.startswith(
                ("BÁO CÁO", "KẾT QUẢ", "TỔNG HỢP", "BIỂU", "DANH SÁCH", "THỐNG KÊ", "PHỤ LỤC", "KẾ HOẠCH")
            ):
                return cleaned[:100]
    return ""


def years_in(written: str) -> set[str]:
    """Return the four-digit years that a text names."""
    return set(form_codes.YEAR.findall(written))
