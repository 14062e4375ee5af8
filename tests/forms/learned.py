"""A learned form beside the form that it should be: each field right, asked (wrong, with a remark), or wrong."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms import text
from forms.form import Form, Row, Sheet
from forms.form_text import Path
from forms.learn import Learned

RIGHT, ASKED, WRONG = "right", "asked", "wrong"
_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass
class Comparison:
    """How many fields of each kind are right, asked or wrong; `faults` says which are not right."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def note(self, what: str, wanted: object, found: object, remark: str = "", where: str = "") -> None:
        state = RIGHT if wanted == found else ASKED if remark else WRONG
        self.counts[what, state] += 1
        if state != RIGHT:
            self.faults.append(f"{state}: {where} {what}: wanted {wanted!r}, found {found!r} {remark}")

    def share(self, state: str) -> float:
        total = sum(self.counts.values())
        return sum(count for (_, each), count in self.counts.items() if each == state) / total if total else 0

    def total(self, state: str) -> int:
        return sum(count for (_, each), count in self.counts.items() if each == state)


def compare(truth: Form, learned: Learned) -> Comparison:
    """Compare field by field; names are free, labels are not."""
    result, form, remarks = Comparison(), learned.form, learned.remarks
    result.note("title", _key(truth.title), _key(form.title), remarks.get(("title",), ""))
    found_headers = {_key(each.label): (each.type, each.name == "unit") for each in form.header}
    for each in truth.header:
        result.note(
            "header", (each.type, each.name == "unit"), found_headers.pop(_key(each.label), None), "", each.label
        )
    for label in found_headers:
        result.note("header", None, label)
    numbers = {_sheet_key(each): number for number, each in enumerate(form.sheets)}
    for sheet in truth.sheets:
        number = numbers.pop(_sheet_key(sheet), None)
        if number is None:
            result.note("sheet", sheet.name, None)
            continue
        _compare_sheet(
            result,
            sheet,
            form.sheets[number],
            {path[2:]: why for path, why in remarks.items() if path[:2] == ("sheet", number)},
        )
    for name in numbers:
        result.note("sheet", None, name)
    _compare_checks(result, truth, learned)
    return result


def _key(said: str) -> str:
    return text.fold(said)


def _sheet_key(sheet: Sheet) -> str:
    return _key(sheet.name)


def _compare_sheet(result: Comparison, wanted: Sheet, found: Sheet, remarks: Mapping[Path, str]) -> None:
    where = wanted.name
    result.note("kind", wanted.kind, found.kind, remarks.get(("kind",), ""), where)
    for key in ("item", "label", "unit"):
        result.note(f"{key} header", _key(getattr(wanted, key)), _key(getattr(found, key)), "", where)
    columns = {_key(column.label): (number, column) for number, column in enumerate(found.columns)}
    for column in wanted.columns:
        number, other = columns.pop(_key(column.label), (-1, None))
        at = f"{where} / {column.label}"
        result.note("column", True, other is not None, "", at)
        if other is not None:
            result.note("column type", column.type, other.type, remarks.get(("column", number, "type"), ""), at)
            result.note("column unit", _key(column.unit), _key(other.unit), "", at)
            result.note(
                "choices",
                tuple(map(_key, column.choices)),
                tuple(map(_key, other.choices)),
                remarks.get(("column", number, "type"), ""),
                at,
            )
    for label in columns:
        result.note("column", None, label, "", where)
    if wanted.kind != "list":
        _compare_rows(result, wanted, found, remarks)


def _placed(sheet: Sheet) -> Iterator[tuple[tuple[str, str, int], tuple[int, Row, Sheet]]]:
    """Yield each line by its section and label, and how often that pair came before."""
    section, seen = "", Counter[tuple[str, str]]()
    for number, row in enumerate(sheet.rows):
        key = _key(row.label)
        if row.section and not key.startswith("trong do"):
            section = key
        place = ("" if row.section else section, key)
        yield (*place, seen[place]), (number, row, sheet)
        seen[place] += 1


def _compare_rows(result: Comparison, wanted: Sheet, found: Sheet, remarks: Mapping[Path, str]) -> None:
    others = dict(_placed(found))
    for place, (_, row, _) in _placed(wanted):
        number, other, _ = others.pop(place, (-1, None, found))
        at = f"{wanted.name} / {row.item} {row.label}"
        result.note(
            "section" if row.section else "line",
            row.section,
            other.section if other else None,
            remarks.get(("row", number, "section"), ""),
            at,
        )
        if other is None or row.section or other.section:
            continue
        result.note("item", row.item, other.item, "", at)
        result.note("unit", _key(row.unit), _key(other.unit), "", at)
        asked = _labels(wanted, row)
        guessed = remarks.get(("row", number, "columns"), "") or remarks.get(("row", number, "label"), "")
        result.note("columns", sorted(asked), sorted(_labels(found, other)), guessed, at)
        why = remarks.get(("row", number, "type"), "")
        for label, kind in asked.items():
            if label in _labels(found, other):
                column = next((n for n, each in enumerate(found.columns) if _key(each.label) == label), -1)
                result.note(
                    "type",
                    kind,
                    _labels(found, other)[label],
                    why or remarks.get(("column", column, "type"), ""),
                    f"{at} / {label}",
                )
        result.note(
            "part of", _whole(wanted, row), _whole(found, other), remarks.get(("row", number, "part_of"), ""), at
        )
        result.note("required", bool(row.required), bool(other.required), "", at)
    for place, (_, other, _) in others.items():
        result.note("section" if other.section else "line", None, place, "", wanted.name)


def _labels(sheet: Sheet, row: Row) -> dict[str, str]:
    return {_key(column.label): row.type or column.type for column in sheet.columns if column.name in row.columns}


def _whole(sheet: Sheet, row: Row) -> str:
    return next((_key(each.label) for each in sheet.rows if each.name and each.name == row.part_of), "")


def _compare_checks(result: Comparison, truth: Form, learned: Learned) -> None:
    """Compare the rules that state sums or products: others are no blank's to state."""
    wanted, found = set(_rules(truth)), set(_rules(learned.form))
    for rule in sorted(wanted | found):
        result.note("rule", rule in wanted, rule in found, "", rule)


def _rules(form: Form) -> Iterator[str]:
    labels = {
        f"{row.name}.{column.name}": f"<{_key(sheet.name)}|{_key(row.label)}|{_key(column.label)}>"
        for sheet in form.sheets for row in sheet.rows for column in sheet.columns if row.name
    }  # fmt: skip
    for check in form.checks:
        if (
            "==" in check.constraint
            and not check.relevant
            and "count(" not in check.constraint
            and "total(" not in check.constraint
        ):
            local = labels
            if check.each:
                sheet = form.sheet(check.each)
                local = {
                    f"record.{column.name}": f"<{_key(sheet.name)}|{_key(column.label)}>" for column in sheet.columns
                }
            left, _, right = _NAME.sub(lambda m, local=local: local.get(m[0], m[0]), check.constraint).partition("==")
            parts = right.replace("(", "").replace(")", "")
            terms = (
                sorted(term.strip() for term in parts.split(" + "))
                if not re.search(r" [*/-] ", parts)
                else [" ".join(right.split())]
            )
            yield f"{left.strip()} = {' + '.join(terms)}"
