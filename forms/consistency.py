"""What must hold inside a form: names that exist once, parts that have a whole, expressions that can be evaluated.

Structure and types of keys are forms.declared's business. Every mistake becomes one sentence with the key's path.
"""

import keyword
import re
import string
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from forms import periods, syntax
from roll import declaration, roster_rows

if TYPE_CHECKING:
    from forms import form

NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = ("header", "record", "row")  # the prefixes of expressions
UNIT = "unit"  # the prefix of what the register says of a unit; a header field bears this name too
NO_CELLS = ("header", UNIT)  # what stands behind these prefixes is no cell that a message could be told at
_NAMES_UNIT = re.compile(r"\bunit\s*\.")
_NAMES_LISTS = re.compile(r"\b(count|total)\s*\(")
_QUOTED = re.compile(r"""\"[^"]*\"|'[^']*'""")
PLACEHOLDERS = ("a", "b", "ref", "v")
PASSWORDS_MOST = 10
"""Passwords that are tried beside Excel's own: a fifth of a second each, of the thirty that a mail may take."""


def is_name(word: str) -> bool:
    """Say whether `word` can be the name of a line, a column or a header field."""
    return NAME.fullmatch(word) is not None and not keyword.iskeyword(word) and word not in RESERVED


def scope_of(declared_form: "form.Form") -> syntax.Scope:
    """Return what any check of the form may name: cells, header fields, list sheets, numbers about the unit."""
    printed = [sheet for sheet in declared_form.sheets if sheet.kind != "list"]
    lists = [sheet for sheet in declared_form.sheets if sheet.kind == "list"]
    return syntax.Scope(
        cells=frozenset((row.name, column) for sheet in printed for row in sheet.rows for column in row.columns),
        header=frozenset(field.name for field in declared_form.header),
        lists={sheet.name: frozenset(column.name for column in sheet.columns) for sheet in lists},
        unit=frozenset(declared_form.unit_numbers),
    )


def line_scope(scope: syntax.Scope, sheet: "form.Sheet") -> syntax.Scope:
    """Return `scope` with `row.`, the columns of the line that an expression of this sheet is about.

    It is without `unit.`: whether a line applies is judged where the unit is not known yet.
    """
    line = frozenset(column.name for column in sheet.columns)
    return syntax.Scope(cells=scope.cells, header=scope.header, lists=scope.lists, line=line)


def check_scope(scope: syntax.Scope, check: "form.Check", names: Collection[str] = ()) -> syntax.Scope:
    """Return `scope` with `record.` for a check over each record, and the calculations `names`."""
    record = scope.lists.get(check.each, frozenset())
    return replace(scope, record=record, names=frozenset(names))


def names_unit(check: "form.Check") -> bool:
    """Return whether a check names what the register says of a unit, and so waits until the unit is known."""
    return any(map(_NAMES_UNIT.search, _expressions_of(check)))


def names_lists(check: "form.Check") -> bool:
    """Return whether a check looks into list sheets."""
    return bool(check.each) or any(map(_NAMES_LISTS.search, _expressions_of(check)))


def _expressions_of(check: "form.Check") -> Iterator[str]:
    # What stands in quotes is a text, and names nothing.
    for written in (check.constraint, check.relevant, *(text for _, text in check.calculation)):
        yield _QUOTED.sub("", written)


def find_problems(declared_form: "form.Form", where: str) -> list[str]:
    """Return every inconsistency of the form, one sentence each; `where` is the file's name."""
    return [f"{where}: {path}: {what}" for path, what in _problems(declared_form)]


def _problems(declared_form: "form.Form") -> Iterator[tuple[str, str]]:
    scope = scope_of(declared_form)
    if declared_form.period and periods.parse(declared_form.period) is None:
        yield (
            "period",
            'names no period; write it as "Tháng 6/2019", "Quý II/2019", "6 tháng đầu năm 2019" or "Năm 2019".',
        )
    if not declared_form.sheets:
        yield "sheet", "a form has at least one [[sheet]]."
    if len(declared_form.passwords) > PASSWORDS_MOST:
        yield "passwords", f"there are {len(declared_form.passwords)}; at most {PASSWORDS_MOST} are tried."
    if "" in declared_form.passwords:
        yield "passwords", "a password is at least one letter."
    yield from _name_problems("header[{}].name", [field.name for field in declared_form.header])
    yield from _repeated("sheet[{}].name", [sheet.name for sheet in declared_form.sheets])
    yield from _row_name_problems(declared_form)
    yield from _unit_number_problems(declared_form.unit_numbers)
    for number, sheet in enumerate(declared_form.sheets, start=1):
        yield from _sheet_problems(f"sheet[{number}]", sheet, scope)
    for number, check in enumerate(declared_form.checks, start=1):
        yield from _check_problems(f"check[{number}]", check, scope)


def _repeated(path: str, names: list[str]) -> Iterator[tuple[str, str]]:
    for number, name in enumerate(names, start=1):
        if name and name in names[: number - 1]:
            yield (
                path.format(number),
                f'"{name}" is already the name of number {names.index(name) + 1}; give each its own.',
            )


def _name_problems(path: str, names: list[str]) -> Iterator[tuple[str, str]]:
    yield from _repeated(path, names)
    for number, name in enumerate(names, start=1):
        if name:
            yield from _form_of_name(path.format(number), name)


def _form_of_name(path: str, name: str) -> Iterator[tuple[str, str]]:
    if not is_name(name):
        taken = ", ".join(RESERVED)
        yield path, f'"{name}" cannot be a name; use small letters, digits and _, a letter first ({taken} are taken).'


def _row_name_problems(declared_form: "form.Form") -> Iterator[tuple[str, str]]:
    """A line's name is unique in the whole form, since expressions name it without its sheet."""
    seen: dict[str, str] = {}
    for sheet_number, sheet in enumerate(declared_form.sheets, start=1):
        for number, row in enumerate(sheet.rows, start=1):
            path = f"sheet[{sheet_number}].row[{number}].name"
            if not row.name:
                continue
            yield from _form_of_name(path, row.name)
            if row.name == UNIT and declared_form.unit_numbers:
                yield path, f'"{UNIT}" is what the numbers of the register are named by; give the line another name.'
            if row.name in seen:
                yield path, f'"{row.name}" is already the name of {seen[row.name]}; give each line its own.'
            seen.setdefault(row.name, path.removesuffix(".name"))


def _unit_number_problems(names: Collection[str]) -> Iterator[tuple[str, str]]:
    yield from _name_problems("unit_numbers[{}]", list(names))
    for number, name in enumerate(names, start=1):
        if name in roster_rows.COLUMNS:
            yield f"unit_numbers[{number}]", f'"{name}" is a column of every units.csv; give the number another name.'


def _sheet_problems(path: str, sheet: "form.Sheet", scope: syntax.Scope) -> Iterator[tuple[str, str]]:
    yield from _name_problems(f"{path}.column[{{}}].name", [column.name for column in sheet.columns])
    if not sheet.columns:
        yield f"{path}.column", "a sheet has at least one [[sheet.column]] to fill in."
    if sheet.kind == "list" and sheet.rows:
        yield f"{path}.row", "a list has no printed lines; leave them out, or declare the sheet as rows."
    if sheet.kind != "list" and not sheet.rows:
        yield f"{path}.row", "has no lines; declare each printed line as [[sheet.row]]."
    inner = line_scope(scope, sheet)
    for number, column in enumerate(sheet.columns, start=1):
        yield from _expression_problems(f"{path}.column[{number}].relevant", column.relevant, inner)
        if column.type == "select_one" and not column.choices:
            yield f"{path}.column[{number}].choices", "a select_one column names its choices."
    for number, row in enumerate(sheet.rows, start=1):
        yield from _row_problems(f"{path}.row[{number}]", row, sheet)
        yield from _expression_problems(f"{path}.row[{number}].relevant", row.relevant, inner)


def _row_problems(path: str, row: "form.Row", sheet: "form.Sheet") -> Iterator[tuple[str, str]]:
    if row.section:
        if row.columns:
            yield f"{path}.columns", "a section heading has no columns to fill in."
        return
    known = [column.name for column in sheet.columns]
    for column in row.columns:
        if column not in known:
            yield f"{path}.columns", f'there is no column named "{column}"{declaration.suggestion(column, known)}'
    for key, columns in (("required", row.required), ("main", row.main)):
        for column in columns:
            if column not in row.columns:
                yield (
                    f"{path}.{key}",
                    f'"{column}" is not asked on this line{declaration.suggestion(column, row.columns)}',
                )
    if row.part_of:
        yield from _part_problems(f"{path}.part_of", row, sheet)


def _part_problems(path: str, row: "form.Row", sheet: "form.Sheet") -> Iterator[tuple[str, str]]:
    lines = {line.name: line for line in sheet.rows if line.name}
    whole = lines.get(row.part_of)
    if whole is None:
        yield path, f'there is no line named "{row.part_of}"{declaration.suggestion(row.part_of, lines)}'
    elif not set(whole.columns) & set(row.columns) or whole is row:
        yield path, f'"{row.part_of}" has no column in common with this line, so nothing can be compared.'
    elif _part_chain_turns(row, lines):
        yield path, f'"{row.part_of}" is itself a part of this line.'


def _part_chain_turns(row: "form.Row", lines: dict[str, "form.Row"]) -> bool:
    seen = {row.name}
    whole = lines.get(row.part_of)
    while whole is not None and whole.name not in seen:
        seen.add(whole.name)
        whole = lines.get(whole.part_of)
    return whole is not None and whole.name == row.name


def _expression_problems(path: str, text: str, scope: syntax.Scope) -> Iterator[tuple[str, str]]:
    if text:
        try:
            syntax.parse(text, scope)
        except syntax.ExpressionError as error:
            yield path, str(error)


def _check_problems(path: str, check: "form.Check", scope: syntax.Scope) -> Iterator[tuple[str, str]]:
    if check.each and check.each not in scope.lists:
        yield f"{path}.each", f'there is no list sheet "{check.each}"{declaration.suggestion(check.each, scope.lists)}'
        return
    names: list[str] = []
    for name, text in check.calculation:
        yield from _form_of_name(f"{path}.calculation.{name}", name)
        yield from _expression_problems(f"{path}.calculation.{name}", text, check_scope(scope, check, names))
        names.append(name)
    inner = check_scope(scope, check, names)
    if names_unit(check) and names_lists(check):
        yield path, "a check that names unit. is made of printed lines alone, without each, count and total."
    yield from _expression_problems(f"{path}.constraint", check.constraint, inner)
    yield from _expression_problems(f"{path}.relevant", check.relevant, inner)
    yield from _place_problems(f"{path}.at", check, inner)
    yield from _message_problems(f"{path}.constraint_message", check.message, [*PLACEHOLDERS, *names])


def _place_problems(path: str, check: "form.Check", scope: syntax.Scope) -> Iterator[tuple[str, str]]:
    try:
        named = syntax.parse(check.at or check.constraint, scope).cells
    except syntax.ExpressionError as error:
        if check.at:
            yield path, str(error)
        return
    places = [cell for cell in named if cell[0] not in NO_CELLS and (not check.each or cell[0] == "record")]
    if not places or (check.at and check.at != ".".join(places[0])):
        yield path, "say at which cell the message is told, as line.column (record.column with `each`)."


def _message_problems(path: str, message: str, known: list[str]) -> Iterator[tuple[str, str]]:
    try:
        parts = list(string.Formatter().parse(message))
    except ValueError as error:
        yield path, f"{error}; a brace in the text is written twice."
        return
    for _, name, specification, conversion in parts:
        if name is not None and (name not in known or specification or conversion):
            yield path, f'"{{{name}}}" is no placeholder here; there are {", ".join(f"{{{each}}}" for each in known)}.'
