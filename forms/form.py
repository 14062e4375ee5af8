"""A form: what an office asks for, as sheets of fields and tables with checks.

The dataclasses are the form as the rest of the program knows it; `load_form` makes one from a form.toml (contract.md,
"A campaign folder"), reporting every mistake at once. docs/form-language.md describes the keys for those who write
forms.
"""

from dataclasses import dataclass

import msgspec

from forms import consistency
from roll import mistakes
from roll.declaration import Declaration, read_toml

COLUMN_TYPES = ("integer", "decimal", "text", "date", "yes_no", "select_one")
SHEET_KINDS = ("rows", "list", "text")
SEVERITIES = ("error", "warning", "notice")
TEXT_COLUMN = "text"  # the one column of a `text` sheet that declares none


@dataclass(frozen=True, slots=True)
class Column:
    """A column to fill in. `label` is the printed header path, top down, joined by " / ".

    `required` is for list sheets (rows say it line by line). `relevant` may name other columns of the same line
    (`row.quantity`). A figure above `limit` is asked about (C34).
    """

    name: str
    label: str
    type: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    relevant: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A printed line of a `rows` sheet, or a question of a `text` sheet.

    A line is known by its label under its section, never by its item number alone. `name` is empty for a section.
    `columns` are the names of the columns asked on this line. `type` overrides the column's. `part_of` names the line
    that is never less than this one, `part_check` the code of that check. A blank is asked about only where the
    expression `relevant` holds (empty: always). `main` names the columns whose figures the acknowledgement repeats.
    `plausible` is the usual range, for proposals only. `whole_label` is how a message names this line where a part
    exceeds it ("tổng số văn bản").
    """

    name: str
    label: str
    item: str = ""
    unit: str = ""
    section: bool = False
    columns: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    type: str = ""
    part_of: str = ""
    part_check: str = ""
    aliases: tuple[str, ...] = ()
    relevant: str = ""
    main: tuple[str, ...] = ()
    plausible: tuple[float, float] | None = None
    whole_label: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `item`, `label`, `unit` are the headers of the columns that hold item number, label, unit."""

    name: str
    kind: str
    title: str = ""
    caption: str = ""
    item: str = ""
    label: str = ""
    unit: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A filled-in line above the table. The one named `unit` names the reporting unit."""

    name: str
    label: str
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Check:
    """A rule between cells: `constraint` must hold where `relevant` does.

    `at` is the cell it is told at (`row.column`), else the first one named. `each` names a list sheet: the rule is
    for each of its records, named `record.column`. `calculation` are named expressions, for the constraint and the
    message. In `message`, {a} and {b} are the values of the constraint's left and right side, {ref} the cells of the
    right side, {v} the value at `at`. A check that names `unit.NAME` is made once the unit is known. Several
    checks may bear the same name: it is the rule's code, they are its places.
    """

    name: str
    constraint: str
    message: str
    severity: str
    relevant: str = ""
    at: str = ""
    each: str = ""
    calculation: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A notice to staff, under the code `name`, of each figure far from the one in the same unit's last report.

    Far is above `factor` times it or below the `factor`-th part of it, and more than `difference` away.
    """

    name: str
    factor: float
    difference: float


@dataclass(frozen=True, slots=True)
class Copied:
    """A notice to staff, under the code `name`, of a report that repeats another one.

    It does so where at least `share` of its figures other than 0 equal those of the unit's last report, or of another
    unit's report in the same campaign.
    """

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Form:
    """A form version. `code` is printed in a cell and in a defined name of the blank, so that a copy is recognised.

    `unit_numbers` are the names of what the register says of a unit in numbers, which checks name `unit.NAME`.
    `period` is the one that a report must speak of ("Tháng 6/2019"), where its header has a line `period`.
    `passwords` open workbooks of the form that units encrypt; they stand in its file for all to see.
    """

    name: str
    version: str
    title: str
    note: str = ""
    year: int | None = None
    header: tuple[HeaderField, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    checks: tuple[Check, ...] = ()
    unit_numbers: tuple[str, ...] = ()
    compare_with_last: Comparison | None = None
    copied: Copied | None = None
    passwords: tuple[str, ...] = ()
    period: str = ""

    @property
    def code(self) -> str:
        """Return the code that identifies a copy of this form, such as "THDTE-2019-v1"."""
        return f"{self.name}-v{self.version}"

    def sheet(self, name: str) -> Sheet:
        """Return the sheet `name`.

        Raises:
            KeyError: there is none.

        """
        return {sheet.name: sheet for sheet in self.sheets}[name]


def to_json(form: Form) -> bytes:
    """Return `form` as JSON, for a child process and for the database."""
    return msgspec.json.encode(form)


def from_json(data: bytes) -> Form:
    """Return the form that `to_json` wrote.

    Raises:
        msgspec.ValidationError: `data` is something else.

    """
    return msgspec.json.decode(data, type=Form)


def _header_field(table: Declaration) -> HeaderField:
    field = HeaderField(
        name=table.text("name"),
        label=table.text("label"),
        type=table.one_of("type", COLUMN_TYPES, default="text"),
    )
    table.finish()
    return field


def _column(table: Declaration) -> Column:
    column = Column(
        name=table.text("name"),
        label=table.text("label"),
        type=table.one_of("type", COLUMN_TYPES),
        unit=table.text("unit", ""),
        required=table.flag("required"),
        choices=table.texts("choices"),
        relevant=table.text("relevant", ""),
        limit=table.number("limit"),
    )
    table.finish()
    return column


def _row(table: Declaration, all_columns: tuple[str, ...]) -> Row:
    section = table.flag("section")
    row = Row(
        name=table.text("name", "" if section else None),
        label=table.text("label"),
        item=table.text("item", ""),
        unit=table.text("unit", ""),
        section=section,
        columns=table.texts("columns") or (() if section else all_columns),
        required=table.texts("required"),
        type=table.one_of("type", COLUMN_TYPES, default=""),
        part_of=table.text("part_of", ""),
        part_check=table.text("part_check", ""),
        aliases=table.texts("aliases"),
        relevant=table.text("relevant", ""),
        main=table.texts("main"),
        plausible=table.interval("plausible"),
        whole_label=table.text("whole_label", ""),
    )
    table.finish()
    return row


def _sheet(table: Declaration) -> Sheet:
    kind = table.one_of("kind", SHEET_KINDS)
    columns = tuple(_column(column) for column in table.tables("column"))
    if kind == "text" and not columns:
        columns = (Column(name=TEXT_COLUMN, label="", type="text"),)
    names = tuple(column.name for column in columns)
    sheet = Sheet(
        name=table.text("name"),
        kind=kind,
        title=table.text("title", ""),
        caption=table.text("caption", "") or table.text("name", ""),
        item=table.text("item", ""),
        label=table.text("label", None if kind == "rows" else ""),
        unit=table.text("unit", ""),
        columns=columns,
        rows=tuple(_row(row, names) for row in table.tables("row")),
    )
    table.finish()
    return sheet


def _check(table: Declaration) -> Check:
    check = Check(
        name=table.text("name"),
        constraint=table.text("constraint"),
        message=table.text("constraint_message"),
        severity=table.one_of("severity", SEVERITIES),
        relevant=table.text("relevant", ""),
        at=table.text("at", ""),
        each=table.text("each", ""),
        calculation=table.named_texts("calculation"),
    )
    table.finish()
    return check


def _comparison(table: Declaration | None) -> Comparison | None:
    if table is None:
        return None
    factor, difference = table.number("factor"), table.number("difference")
    if factor is None or factor <= 1:
        table.complain("factor is a number above 1; write factor = 3.")
    if difference is None or difference < 0:
        table.complain("difference is a number, 0 or more; write difference = 100.")
    comparison = Comparison(table.text("name"), factor or 0, difference or 0)
    table.finish()
    return comparison


def _copied(table: Declaration | None) -> Copied | None:
    if table is None:
        return None
    share = table.number("share")
    if share is None or not 0 < share <= 1:
        table.complain("share is a number above 0, at most 1; write share = 0.9.")
    copied = Copied(table.text("name"), share or 0)
    table.finish()
    return copied


def _form(table: Declaration) -> Form:
    form = Form(
        name=table.text("name"),
        version=table.text("version"),
        title=table.text("title"),
        note=table.text("note", ""),
        year=table.whole("year"),
        period=table.text("period", ""),
        passwords=table.texts("passwords"),
        header=tuple(_header_field(field) for field in table.tables("header")),
        sheets=tuple(_sheet(sheet) for sheet in table.tables("sheet")),
        checks=tuple(_check(check) for check in table.tables("check")),
        unit_numbers=table.texts("unit_numbers"),
        compare_with_last=_comparison(table.table("compare_with_last")),
        copied=_copied(table.table("copied")),
    )
    table.finish()
    return form


def load_form(data: bytes, where: str) -> Form:
    """Return the form that the TOML text `data` declares; `where` is the file's name for messages.

    Raises:
        OperatorError: with every mistake of the file, one sentence each.

    """
    problems: list[str] = []
    form = _form(Declaration(read_toml(data, where), f"{where}: ", problems))
    problems += consistency.find_problems(form, where)
    if problems:
        raise mistakes.OperatorError(problems)
    return form
