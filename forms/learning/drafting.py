"""A learned table becomes a sheet of a form: names, types, choices, required lines, and the rules that it states."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from forms import text
from forms.form import TEXT_COLUMN, Check, Column, Row, Sheet
from forms.form_text import Path
from forms.learning import naming, printed_lines, sums, types, words
from forms.learning.headings import Heading, spelled_unit, unit_in_brackets
from forms.learning.page import Page
from forms.learning.printed_lines import Line
from forms.learning.roles import Roles
from forms.learning.tables import LearnedColumn, LearnedTable
from forms.learning.types import Guess

_MONEY_TYPES = frozenset(("decimal",))
_SUM_MESSAGES = {
    "vi": "ghi {a} nhưng tổng các khoản thành phần là {b}. Đề nghị đối chiếu, thống nhất số liệu.",
    "en": "says {a}, but its parts come to {b}. Please check both.",
}
_PRODUCT_MESSAGES = {
    "vi": "ghi {a}, tính theo các ô liên quan là {b}. Đề nghị kiểm tra lại.",
    "en": "says {a}; computed from the cells beside it, it is {b}. Please check.",
}
WORDS_WIDTH = 28
"""Characters: columns of figures take 10 to 20."""
ACCEPTED_ENOUGH = 0.5
"""Share of a column's cells that accept or measure the same before the column is said to be of that type."""
FORMATTED_ENOUGH = 0.4
"""Share of a column's cells that show figures alike before that says something of the others."""


@dataclass(slots=True)
class Names:
    """What is taken: names of lines in the whole form, and codes of rules given so far."""

    lines: set[str] = field(default_factory=set)
    rules: int = 0
    language: str = "vi"


@dataclass(slots=True)
class DraftSheet:
    """A sheet with its rules, and remarks by their path inside the sheet or the rule."""

    sheet: Sheet
    checks: list[Check] = field(default_factory=list)
    remarks: dict[Path, str] = field(default_factory=dict)
    check_remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sheet comes from."""

    page: Page
    table: LearnedTable
    roles: Roles
    heading: Heading


def draft(source: Source, name: str, names: Names) -> DraftSheet:
    """Return the sheet that a table prints."""
    columns, remarks = _columns(source)
    roles = source.roles
    sheet = Sheet(
        name=name, kind=roles.kind, title=source.heading.title, caption=name,
        item=roles.item.label if roles.item else "", label=roles.label.label if roles.label else "",
        unit=roles.unit.label if roles.unit else "", columns=tuple(columns),
    )  # fmt: skip
    result = DraftSheet(sheet, remarks=remarks)
    for skipped, why in roles.skipped:
        result.remarks["skipped", skipped.label] = why
    if roles.note is not None:
        result.remarks["skipped", roles.note.label] = (
            "cột ghi chú, để đơn vị tự ghi; nội dung không được lưu như số liệu"
        )
    if roles.guessed_kind:
        result.remarks["kind",] = roles.guessed_kind
    if roles.kind == "list":
        _add_record_rules(source, result, names)
    else:
        _add_lines(source, result, names)
    return result


# Columns.


def _columns(source: Source) -> tuple[list[Column], dict[Path, str]]:
    columns: list[Column] = []
    remarks: dict[Path, str] = {}
    stated = _choices_in_lines(source)
    for number, learned in enumerate(source.roles.asked):
        guess = _type_of_column(source, learned)
        unit = _unit_of(source, learned, guess)
        taken = {column.name for column in columns}
        name = _name_of_column(source, learned, taken)
        printed_only = source.roles.kind != "list"
        columns.append(
            Column(
                name, learned.label, guess.type, unit, choices=guess.choices,
                required=not printed_only and _is_required(learned, number),
            )
        )  # fmt: skip
        if guess.why:
            remarks["column", number, "type"] = guess.why
        if stated and not guess.choices:
            columns[-1] = replace(columns[-1], choices=stated)
            remarks["column", number, "choices"] = "các lựa chọn ghi trong tên các dòng"
        if columns[-1].required and "*" not in learned.label:
            remarks["column", number, "required"] = "đoán: cột cho biết mỗi dòng nói về ai, việc gì"
    return columns, remarks


def _choices_in_lines(source: Source) -> tuple[str, ...]:
    """Return the choices that the labels of lines list, where all that list any list the same."""
    label = source.roles.label
    if label is None:
        return ()
    rows = range(source.table.first, source.table.last + 1)
    listed = {choices for row in rows if (choices := types.choices_in(source.page.words(row, label.place)))}
    return listed.pop() if len(listed) == 1 else ()


def _is_required(learned: LearnedColumn, number: int) -> bool:
    key = text.fold(learned.leaf)
    return (
        "(*)" in learned.label
        or learned.leaf.rstrip().endswith("*")
        or (number == 0 and key.startswith(words.RECORD_BEGINNINGS))
    )


def _type_of_column(source: Source, learned: LearnedColumn) -> Guess:
    page, table = source.page, source.table
    if text.fold(learned.leaf) in words.NOTE_HEADERS:
        return Guess("text")
    rows = range(table.first, table.last + 1)
    quorum = 0 if source.roles.kind == "list" else ACCEPTED_ENOUGH
    rules = [types.by_acceptance(page.dressing.accepted.get((row, learned.place))) for row in rows]
    accepted = types.commonest([rule for rule in rules if rule is not None], quorum)
    if accepted is not None and (quorum == 0 or len(rules) - rules.count(None) >= FORMATTED_ENOUGH * len(rules)):
        return accepted
    shown = types.commonest((types.by_format(page.look(row, learned.place)) for row in rows), FORMATTED_ENOUGH)
    header = _by_header(learned)
    if source.roles.kind == "text":
        return Guess("text")
    if source.roles.kind == "list":
        found = _filled_type(source, learned) or shown
        return _of_list(found, header)
    units = _of_lines(source)
    if (
        shown is not None
        and shown.type != "text"
        and not (shown.type == "integer" and header is not None and header.type == "decimal")
    ):
        return shown
    return header or units or shown or _of_width(source, learned)


def _of_lines(source: Source) -> Guess | None:
    """Return the type that most lines measure; lines that ask different things are asked in free text."""
    guesses = [guess for guess in _by_line_units(source) if guess is not None]
    best = types.commonest(guesses)
    if best is None or {guess.type for guess in guesses} <= {"integer", "decimal"}:
        return best
    same = sum(guess.type == best.type for guess in guesses)
    return best if same >= ACCEPTED_ENOUGH * len(guesses) else Guess("text", (), "mỗi dòng một kiểu số liệu khác nhau")


def _of_width(source: Source, learned: LearnedColumn) -> Guess:
    width = sum(source.page.dressing.widths.get(place, 0) for place in range(learned.place, learned.last + 1))
    if width >= WORDS_WIDTH:
        return Guess("text", (), "đoán theo độ rộng của cột")
    return Guess("integer", (), "không rõ kiểu số liệu")


def _of_list(found: Guess | None, header: Guess | None) -> Guess:
    """Return the type of a list's column: what is shown or filled in, unless that is mere text."""
    if found is not None and (found.type != "text" or header is None):
        return header if header is not None and header.type == "decimal" and found.type == "integer" else found
    return header or Guess("text", (), "không rõ kiểu; để là văn bản")


def _by_header(learned: LearnedColumn) -> Guess | None:
    unit = unit_in_brackets(learned.leaf)
    own = types.by_label(learned.leaf)
    measured = types.by_unit(unit, learned.leaf) if unit else None
    if own is not None and own.type in ("select_one", "yes_no", "date", "text"):
        return own
    if measured is not None:
        return measured
    for part in reversed(learned.path[:-1]):
        own = own or types.by_label(part)
    return own


def _by_line_units(source: Source) -> Iterator[Guess | None]:
    if source.roles.unit is None or source.roles.label is None:
        return
    for row in range(source.table.first, source.table.last + 1):
        unit = source.page.words(row, source.roles.unit.place)
        if unit:
            yield types.by_unit(unit, source.page.words(row, source.roles.label.place))


def _filled_type(source: Source, learned: LearnedColumn) -> Guess | None:
    """Return the type of what a filled copy holds in a list's column."""
    contents = [source.page.content(row, learned.place) for row in range(source.table.first, source.table.last + 1)]
    held = [cell for cell in contents if cell not in ("", None)]
    if not held or not all(type(cell) in (int, float) for cell in held):
        return Guess("date") if held and all(hasattr(cell, "year") for cell in held) else None
    return Guess("integer") if all(cell == int(cell) for cell in held) else Guess("decimal")


def _unit_of(source: Source, learned: LearnedColumn, guess: Guess) -> str:
    if guess.type not in ("integer", "decimal"):
        return ""
    own = next((unit for part in reversed(learned.path) if (unit := unit_in_brackets(part))), "")
    if own:
        return own
    key = text.fold(learned.label)
    for about, unit in source.heading.units if not _is_time(key, learned) else ():
        named = about.removeprefix("tinh").strip()
        if (named and named in key) or (not named and source.roles.unit is None):
            return spelled_unit(unit)
    return ""


def _is_time(key: str, learned: LearnedColumn) -> bool:
    """Say whether a column asks when, in numbers: a year has no unit of measure."""
    return "thoi gian" in key or text.fold(learned.leaf).startswith(("nam ", "year"))


def _name_of_column(source: Source, learned: LearnedColumn, taken: set[str]) -> str:
    key = text.fold(types_bare(learned.leaf))
    if source.roles.kind == "text":
        return naming.unique(TEXT_COLUMN, taken)
    standard = {"so luong": "quantity", "quantity": "quantity", "kinh phi": "cost", "cost": "cost", "ghi chu": "note"}
    if key in standard:
        return naming.unique(standard[key], taken)
    name = naming.name_of(learned.leaf, taken, "column")
    if name in taken or naming.name_of(learned.leaf, set(), "column") in taken:
        return naming.name_of(" ".join(learned.path), taken, "column")
    return name


def types_bare(leaf: str) -> str:
    """Return a header without what stands in brackets."""
    return leaf.partition("(")[0].strip()


# Lines.


def _add_lines(source: Source, result: DraftSheet, names: Names) -> None:
    page, table, roles = source.page, source.table, source.roles
    columns = result.sheet.columns
    by_place = {learned.place: column for learned, column in zip(roles.asked, columns, strict=True)}
    money = [place for place, column in by_place.items() if column.type in _MONEY_TYPES]
    found = printed_lines.read(page, table, roles, money)
    hidden = _names_in_hidden_column(page, table)
    row_names: dict[int, str] = {}
    rows: list[Row] = []
    kept: list[Line] = []
    for line in found:
        if not line.section and not line.columns:
            continue
        row = _row(source, line, by_place, _row_name(line, hidden, names))
        row_names[line.row] = row.name
        for key, why in _remarks_of(source, line, row, by_place).items():
            result.remarks["row", len(rows), key] = why
        rows.append(row)
        kept.append(line)
    rows = [_with_part(row, line, row_names) for row, line in zip(rows, kept, strict=True)]
    result.sheet = replace(result.sheet, rows=tuple(rows))

    def name_of(line: Line, column: LearnedColumn) -> str:
        return f"{row_names[line.row]}.{by_place[column.place].name}"

    stated = [
        *sums.in_labels(kept, name_of),
        *_between_columns(source, kept, name_of),
        *sums.in_formulas(page, kept, name_of),
    ]
    _add_rules(result, stated, names)


def _row_name(line: Line, hidden: dict[int, str], names: Names) -> str:
    if line.section:
        return ""
    own = hidden.get(line.row, "")
    name = own if own and own not in names.lines else naming.name_of(line.label, names.lines, "line")
    names.lines.add(name)
    return name


def _names_in_hidden_column(page: Page, table: LearnedTable) -> dict[int, str]:
    """Return the line names that a blank keeps in a hidden column, as ours do (domain.md 1.2)."""
    from forms import consistency  # noqa: PLC0415

    for column in sorted(page.dressing.hidden_columns):
        found = {
            row: said
            for row in range(table.first, table.last + 1)
            if (said := page.words(row, column)) and consistency.is_name(said)
        }
        if len(found) > 1 and len(set(found.values())) == len(found):
            return found
    return {}


def _row(source: Source, line: Line, by_place: dict[int, Column], name: str) -> Row:
    if line.section:
        return Row("", line.label, line.item, line.unit, section=True)
    asked = tuple(by_place[column.place].name for column in line.columns)
    return Row(
        name=name, label=line.label, item=line.item, unit=line.unit, columns=asked,
        required=asked if line.required else (), type=_type_of_line(source, line, by_place).type,
    )  # fmt: skip


def _type_of_line(source: Source, line: Line, by_place: dict[int, Column]) -> Guess:
    """Return the type of a line where it differs from that of its columns; an empty type where it does not."""
    guesses = [_type_of_cell(source, line, column, by_place[column.place]) for column in line.columns]
    kinds = {guess.type for guess in guesses}
    standing = {by_place[column.place].type for column in line.columns}
    if len(kinds) != 1 or kinds == standing:
        return Guess("")
    return guesses[0]


def _type_of_cell(source: Source, line: Line, learned: LearnedColumn, column: Column) -> Guess:
    """Return the type of one cell: what it accepts, then its format, its label, its unit, else that of its column."""
    look = source.page.look(line.row, learned.place)
    accepted = types.by_acceptance(source.page.dressing.accepted.get((line.row, learned.place)))
    if accepted is not None and (accepted.type != "select_one" or column.choices == accepted.choices):
        return accepted
    if source.roles.kind == "text":
        return Guess(column.type)
    shown, labelled, measured = (
        types.by_format(look),
        types.by_label(line.label),
        types.by_unit(line.unit or unit_in_brackets(line.label), line.label),
    )
    if labelled is not None and labelled.type == "select_one" and labelled.choices != column.choices:
        labelled = Guess("text", (), labelled.why) if measured is None and shown is None else None
    # A column that says what it counts or measures decides for its lines; "Kết quả" or "Quý I" leaves that to them.
    header = _by_header(learned)
    larger = measured is not None and measured.type == "decimal"
    decides = header is not None and not (header.type == "integer" and larger)
    candidates = (
        shown if shown is not None and shown.type in ("date", "text") else None,
        labelled if labelled is not None and labelled.type in ("yes_no", "date", "select_one") else None,
        measured if measured is not None and (not decides or measured.type in ("yes_no", "date", "text")) else None,
        labelled if labelled is not None and labelled.type == "text" and measured is None and shown is None else None,
    )
    return next((guess for guess in candidates if guess is not None), Guess(column.type))


def _remarks_of(source: Source, line: Line, row: Row, by_place: dict[int, Column]) -> dict[str, str]:
    remarks = dict(line.why)
    if row.type:
        why = _type_of_line(source, line, by_place).why
        if why:
            remarks["type"] = why
    if row.columns == tuple(column.name for column in by_place.values()):
        # The key is not written where all columns are asked; its remark goes to the label.
        why = remarks.pop("columns", "")
        if why:
            remarks["label"] = why
    return remarks


def _with_part(row: Row, line: Line, row_names: dict[int, str]) -> Row:
    return replace(row, part_of=row_names[line.part_of.row]) if line.part_of is not None and not line.section else row


# Rules.


def _between_columns(source: Source, lines: list[Line], name_of: sums.NameOf) -> Iterator[sums.Stated]:
    headers = {column.place: column.label for column in source.roles.asked}
    for total, parts, where in sums.between_columns(source.roles.asked, headers):
        for line in lines:
            if "%" in line.unit or "%" in line.label:
                continue  # shares are not added up
            if total in line.columns and all(column in line.columns for _, column in parts):
                names = [
                    f"{'' if sign == '+' and number == 0 else f'{sign} ' if number else sign}{name_of(line, column)}"
                    for number, (sign, column) in enumerate(parts)
                ]
                yield sums.Stated(name_of(line, total), " ".join(names), where)


def _add_record_rules(source: Source, result: DraftSheet, names: Names) -> None:
    columns = {
        learned.place: column.name for learned, column in zip(source.roles.asked, result.sheet.columns, strict=True)
    }
    _add_rules(result, sums.in_records(source.page, source.table, columns), names, result.sheet.name)


def _add_rules(
    result: DraftSheet, stated: "Iterator[sums.Stated] | list[sums.Stated]", names: Names, each: str = ""
) -> None:
    told: set[str] = set()
    for rule in stated:
        key = sums.folded(rule.constraint)
        if key in told:
            continue
        told.add(key)
        names.rules += 1
        messages = _SUM_MESSAGES if rule.plain else _PRODUCT_MESSAGES
        severity = "error" if rule.plain else "warning"
        result.checks.append(
            Check(f"T{names.rules:02}", rule.constraint, messages[names.language], severity, at=rule.total, each=each)
        )
        result.check_remarks.append(f"biểu ghi {rule.where}")
