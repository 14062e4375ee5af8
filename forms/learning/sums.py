"""The sums that a blank states: in labels ("4.3 = 4.4 + 4.5"), in headers ("(3)=(1)+(2)"), in formulas."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms import notation, text
from forms.learning.page import Page
from forms.learning.printed_lines import Line, by_item
from forms.learning.tables import LearnedColumn, LearnedTable
from forms.workbook import address

_TERM = r"[0-9A-Za-z]{1,5}(?:\.[0-9]{1,3}){0,3}"
_EQUATION = re.compile(rf"({_TERM})?\s*=\s*({_TERM}(?:\s*(?:[+\-x*/:]|\.{{2,}}|…|,)\s*(?:{_TERM})?)*)")
_TOKEN = re.compile(rf"{_TERM}|[+\-x*/:]|\.{{2,}}|…")
_BRACKETED = re.compile(rf"[(\[]\s*({_TERM})\s*[)\]]")
_TO = re.compile(r"\s*(?:đến|tới|->|→)\s*")
_WORDS_WITHIN = re.compile(r"\b(?:cột|dòng|mục|col|row|line)\.?\s+", re.IGNORECASE)
FORMULA_MOST = 400
"""Characters of a formula that is taken for a sum; one over 60 single cells has 300."""
CELLS_MOST = 100
"""Cells of one sum; the longest printed one adds up 24 communes."""
RECORDS_LOOKED_AT = 30
"""Records whose formulas are looked at: examples and typed-over ones come before them."""
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,5})(?::\$?([A-Z]{1,3})\$?([0-9]{1,5}))?")
_SUM_CALL = re.compile(r"SUM\(([^()]*)\)")
_ALLOWED = re.compile(r"[A-Z0-9$:+\-*/(),.\s]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Stated:
    """A rule that the blank states: `total` equals `parts`, an expression. `where` says how it was stated."""

    total: str
    parts: str
    where: str
    plain: bool = True

    @property
    def constraint(self) -> str:
        """Return the rule as a form's expression."""
        return f"{self.total} == {self.parts}"


NameOf = Callable[[Line, LearnedColumn], str]


def in_labels(lines: Sequence[Line], name_of: NameOf) -> Iterator[Stated]:
    """Yield the sums that labels state, for every column that all their lines ask."""
    items = by_item(lines)
    for line in lines:
        if line.section or "=" not in line.label:
            continue
        own = [each for each in (line.item.strip(".() "), line.code) if each]
        terms = next((found for each in own or [""] if (found := _terms(line.label, each, items)) is not None), None)
        if terms is None:
            continue
        signs, parts = terms
        resolved = [_nearest(items[part], line, lines) for part in parts]
        for column in line.columns:
            if all(column in each.columns for each in resolved):
                names = [name_of(each, column) for each in resolved]
                yield Stated(name_of(line, column), _joined(signs, names), f"“{line.label}”")


def _terms(label: str, own: str, known: Mapping[str, object]) -> tuple[list[str], list[str]] | None:
    """Return signs and item numbers of the sum that a text states about `own`; None where it states none."""
    said = _WORDS_WITHIN.sub("", _TO.sub("…", label))
    said = _BRACKETED.sub(r"\1", said)
    for match in _EQUATION.finditer(said):
        if match[1] and own and match[1] != own:
            continue
        found = _read_terms(match[2], known)
        if found is not None and len(found[1]) > 1:
            return found
    return None


def _read_terms(written: str, known: Mapping[str, object]) -> tuple[list[str], list[str]] | None:
    signs: list[str] = []
    parts: list[str] = []
    sign, until = "+", False
    for word in _TOKEN.findall(written):
        if word in "+-":
            sign = word
        elif word.startswith(("..", "…")):
            until = True
        elif word in known:
            between = _between(parts[-1], word, known) if until and parts else []
            signs += [sign] * (len(between) + 1)
            parts += [*between, word]
            sign, until = "+", False
        else:
            return None
    return signs, parts


def _between(first: str, last: str, known: Mapping[str, object]) -> list[str]:
    names = list(known)
    return names[names.index(first) + 1 : names.index(last)] if names.index(first) < names.index(last) else []


def _nearest(candidates: Sequence[Line], line: Line, lines: Sequence[Line]) -> Line:
    """Return the candidate next to `line`: item numbers recur under every section."""
    at = {id(each): number for number, each in enumerate(lines)}
    sections = {id(each): sum(other.section for other in lines[: number + 1]) for number, each in enumerate(lines)}
    own, place = sections[id(line)], at[id(line)]
    return min(candidates, key=lambda each: (sections[id(each)] != own, abs(at[id(each)] - place), at[id(each)]))


def _joined(signs: Sequence[str], names: Sequence[str]) -> str:
    first = names[0] if signs[0] == "+" else f"-{names[0]}"
    return " ".join([first, *(f"{sign} {name}" for sign, name in zip(signs[1:], names[1:], strict=True))])


def between_columns(
    columns: Sequence[LearnedColumn], header_of: Mapping[int, str]
) -> Iterator[tuple[LearnedColumn, list[tuple[str, LearnedColumn]], str]]:
    """Yield column, signed parts and words of each sum that headers or the number row state: "(3)=(1)+(2)"."""
    numbers = {_own_number(column): column for column in columns if _own_number(column)}
    for column in columns:
        for said in (column.number, header_of.get(column.place, "")):
            terms = _terms(said, _own_number(column), numbers) if "=" in said else None
            if terms is not None:
                yield column, [(sign, numbers[part]) for sign, part in zip(*terms, strict=True)], f"“{said}”"
                break


def _own_number(column: LearnedColumn) -> str:
    found = re.match(r"\(?\s*([0-9]{1,2})\s*\)?", column.number)
    return found[1] if found else ""


def in_formulas(page: Page, lines: Sequence[Line], name_of: NameOf) -> Iterator[Stated]:
    """Yield what the formulas of printed lines compute, where they name cells that are asked."""
    asked = {(line.row, column.place): name_of(line, column) for line in lines for column in line.columns}
    # A sum over a row passes over the cells that are not asked on it.
    rows, columns = {line.row for line in lines}, {column.place for line in lines for column in line.columns}

    def name_at(row: int, column: int) -> str | None:
        closed = row in rows and column in columns
        return asked.get((row, column), None if closed else "")

    for place, total in asked.items():
        parts = _translated(page.look(*place).formula, name_at)
        if parts and total not in re.split(r"[^a-z0-9_.]+", parts):
            yield Stated(total, parts, f"công thức ô {address(*place)}", plain=_is_sum(parts))


def in_records(page: Page, table: LearnedTable, columns: Mapping[int, str]) -> Iterator[Stated]:
    """Yield what the formulas of a list's first records compute from the same record; `columns` names by place."""
    told: set[str] = set()
    for row in range(table.first, min(table.first + RECORDS_LOOKED_AT, table.last + 1)):
        record = {(row, place): f"record.{name}" for place, name in columns.items()}
        for place, name in columns.items():
            parts = _translated(page.look(row, place).formula, lambda *at, record=record: record.get(at, ""))
            if parts and name not in told and f"record.{name}" not in parts:
                told.add(name)
                yield Stated(f"record.{name}", parts, f"công thức ô {address(row, place)}", plain=_is_sum(parts))


def _is_sum(parts: str) -> bool:
    return not any(sign in parts for sign in "*/(")


def _translated(formula: str, name_at: Callable[[int, int], str | None]) -> str:
    """Return a formula of sums and products as an expression over names; empty where it is more than that."""
    written = formula.upper().replace(" ", "")
    if not written or len(written) > FORMULA_MOST or not _ALLOWED.fullmatch(_SUM_CALL.sub("0", written)):
        return ""
    missing: list[bool] = []

    def named(row: int, column: int) -> str:
        name = name_at(row, column)
        missing.append(not name)
        return name or "0"

    def listed(piece: str) -> list[str]:
        return [named(*place) for place in _cells_of(piece) if name_at(*place) is not None]

    def summed(match: "re.Match[str]") -> str:
        names = [name for piece in re.split("[,;]", match[1]) for name in listed(piece)]
        return f"({' + '.join(names)})" if names else "(0)"

    spelled = _SUM_CALL.sub(summed, written)
    spelled = _REFERENCE.sub(
        lambda m: (
            named(int(m[2]) - 1, notation.column_index(m[1])) if m[0][0] in "$ABCDEFGHIJKLMNOPQRSTUVWXYZ" else m[0]
        ),
        spelled,
    )
    if not missing or any(missing) or len(missing) > CELLS_MOST or ":" in spelled:
        return ""
    spelled = re.sub(r"(?<=[\w)])([+\-*/])(?=[\w(])", r" \1 ", spelled.lstrip("+"))
    alone = re.fullmatch(r"\(([^()]*)\)", spelled)
    spelled = alone[1] if alone else spelled
    return spelled if re.search(r"[+\-*/]", spelled) else ""


def _cells_of(piece: str) -> list[tuple[int, int]]:
    match = _REFERENCE.fullmatch(piece)
    if not match:
        return []
    top, left = int(match[2]) - 1, notation.column_index(match[1])
    bottom, right = (int(match[4]) - 1, notation.column_index(match[3])) if match[3] else (top, left)
    if (bottom - top + 1) * (right - left + 1) > CELLS_MOST:
        return []
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def folded(said: str) -> str:
    """Return a key by which two statements of the same rule are known: names in order of writing, without blanks."""
    return text.collapse(said).replace(" ", "")
