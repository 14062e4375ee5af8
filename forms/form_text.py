"""A form written as form.toml, the way officers read it: keys in the order of the language, remarks beside guesses."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.form import TEXT_COLUMN, Check, Column, Form, HeaderField, Row, Sheet

Path = tuple[str | int, ...]
"""Where a remark stands: ("name",), ("sheet", 0, "row", 3, "columns"); counted from 0."""


def write_form(form: Form, remarks: Mapping[Path, str], head: Sequence[str] = ()) -> str:
    """Return the TOML text that `forms.form.load_form` reads back as `form`.

    `remarks` become comments behind their keys, `head` comment lines at the top.
    """
    lines = [f"# {_one_line(line)}" for line in head]
    lines += ["", *_table((), remarks, _form_keys(form))]
    for number, field in enumerate(form.header):
        lines += ["", "[[header]]", *_table(("header", number), remarks, _header_keys(field))]
    for number, sheet in enumerate(form.sheets):
        lines += _sheet(sheet, ("sheet", number), remarks)
    for number, check in enumerate(form.checks):
        lines += ["", "[[check]]", *_table(("check", number), remarks, _check_keys(check))]
        if check.calculation:
            lines += ["[check.calculation]", *_table(("check", number), {}, check.calculation)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _sheet(sheet: Sheet, path: Path, remarks: Mapping[Path, str]) -> list[str]:
    lines = ["", "[[sheet]]", *_table(path, remarks, _sheet_keys(sheet))]
    columns = () if _has_own_column(sheet) else sheet.columns
    for number, column in enumerate(columns):
        lines += ["", "[[sheet.column]]", *_table((*path, "column", number), remarks, _column_keys(column))]
    all_columns = tuple(column.name for column in sheet.columns)
    for number, row in enumerate(sheet.rows):
        lines += ["", "[[sheet.row]]", *_table((*path, "row", number), remarks, _row_keys(row, all_columns))]
    return lines


def _has_own_column(sheet: Sheet) -> bool:
    """Say whether a text sheet has just the column that it gets where it declares none."""
    return sheet.kind == "text" and sheet.columns == (Column(name=TEXT_COLUMN, label="", type="text"),)


def _table(
    path: Path, remarks: Mapping[Path, str], keys: Sequence[tuple[str, Any]] | Iterator[tuple[str, Any]]
) -> list[str]:
    lines = []
    for key, value in keys:
        remark = remarks.get((*path, key), "")
        lines.append(f"{key} = {_value(value)}" + (f"  # {_one_line(remark)}" if remark else ""))
    return lines


def _one_line(said: str) -> str:
    """Return a text as a comment can hold it: one line, without what cannot be seen (TOML 1.0, "Comment")."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # A JSON string is a TOML basic string (TOML 1.0, "String") but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(_value(each) for each in value)}]"


def _given(*keys: tuple[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys that say something: what is left out means empty, false or none."""
    for key, value in keys:
        if value not in ("", (), None, False):
            yield key, value


def _form_keys(form: Form) -> Iterator[tuple[str, Any]]:
    yield from (("name", form.name), ("version", form.version), ("title", form.title))
    yield from _given(("year", form.year), ("period", form.period), ("note", form.note))


def _header_keys(field: HeaderField) -> Iterator[tuple[str, Any]]:
    yield from (("name", field.name), ("label", field.label), ("type", field.type))


def _sheet_keys(sheet: Sheet) -> Iterator[tuple[str, Any]]:
    yield from (("name", sheet.name), ("kind", sheet.kind))
    yield from _given(("title", sheet.title), ("caption", sheet.caption if sheet.caption != sheet.name else ""))
    yield from _given(("item", sheet.item), ("label", sheet.label), ("unit", sheet.unit))


def _column_keys(column: Column) -> Iterator[tuple[str, Any]]:
    yield from (("name", column.name), ("label", column.label), ("type", column.type))
    yield from _given(
        ("unit", column.unit), ("required", column.required), ("choices", column.choices),
        ("relevant", column.relevant), ("limit", column.limit),
    )  # fmt: skip


def _row_keys(row: Row, all_columns: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    yield from _given(("name", row.name), ("item", row.item))
    yield "label", row.label
    yield from _given(
        ("section", row.section), ("unit", row.unit), ("columns", row.columns if row.columns != all_columns else ()),
        ("required", row.required), ("type", row.type), ("part_of", row.part_of), ("part_check", row.part_check),
        ("aliases", row.aliases), ("relevant", row.relevant), ("main", row.main), ("plausible", row.plausible),
        ("whole_label", row.whole_label),
    )  # fmt: skip


def _check_keys(check: Check) -> Iterator[tuple[str, Any]]:
    yield "name", check.name
    yield from _given(("each", check.each), ("relevant", check.relevant))
    yield "constraint", check.constraint
    yield from _given(("at", check.at))
    yield from (("constraint_message", check.message), ("severity", check.severity))
