"""The rules between cells: parts and wholes, sums, lists against printed lines, plausibility.

Here are the rules a form declares: [[check]] entries, `part_of` and a column's `limit`. Rules about one cell's type,
blanks, the unit and the form's year belong to the reader. `prepare` does once per form what does not depend on a
workbook; `run` is called for every workbook.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from forms import expressions, notation, rules, syntax, text
from forms.rules import PreparedChecks, prepare
from roll.reports import Problem, Scalar, Severity

__all__ = ["Filled", "FilledCell", "PreparedChecks", "Record", "Records", "holds", "prepare", "run"]

LIMIT_CODE = "C34"
RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
PART_MESSAGE = "ghi {a}, lớn hơn {whole} tại ô {ref} ({b}). Đề nghị kiểm tra lại."
LIMIT_MESSAGE = "ghi {v}; biểu quy định đơn vị tính là {unit}. Đề nghị xác nhận số liệu là {v2} {unit}."
LIMIT_MESSAGE_WITHOUT_PROPOSAL = "ghi {v}; biểu quy định đơn vị tính là {unit}. Đề nghị kiểm tra, xác nhận số liệu."
TEXT_MESSAGE = (
    " Ô {cells} ghi số ở dạng văn bản, có thể công thức tính tổng chưa cộng ô này; đề nghị chuyển sang dạng số."
)
TEXT_RULES = frozenset(("P43", "P48", "P49", "P51", "P54", "P61"))
"""Rules that read a number out of a text, which a spreadsheet's SUM passes over (P43)."""
FAILED_MESSAGE = "không kiểm tra được quy tắc {code} trên số liệu đã ghi; đề nghị cán bộ xem trực tiếp."
# domain.md 1.5, C34: figures written in đồng or nghìn đồng where the form asks triệu đồng.
DIVISORS = (1_000_000, 1_000)
SURELY_ANOTHER_UNIT = 100_000
# triệu đồng a child: the lowest of C17 and the highest of C18.
USUAL_AVERAGE = (0.05, 5.0)


class FilledCell(msgspec.Struct, gc=False):
    """A cell as the reader took it. `ok` is False where it already has a type error: nothing more is told about it.

    `rule` is the parse rule that read it. A Struct, as a Value is: there is one for each value.
    """

    value: Scalar
    sheet: str
    cell: str
    ok: bool = True
    rule: str = ""


Filled = dict[rules.Key, FilledCell]  # (row name, column name); a blank has value None
Record = Mapping[str, FilledCell]
# List sheet's name -> its records in order. A sheet that the workbook does not have is left out, and its checks are
# not made.
Records = dict[str, list[dict[str, FilledCell]]]


def run(
    prepared: PreparedChecks, filled: Filled, records: Records, header: Mapping[str, str], units: int = 1
) -> list[Problem]:
    """Return the problems between cells, at most one a cell (error over warning over notice, then the earlier rule).

    They come in the order of domain.md 1.5: parts and wholes, then the form's [[check]] entries in their order, those
    of list records, then figures above their column's limit. Never raises for what a workbook holds. `units` are those
    whose reports it adds up: a limit is for one unit's figure, while averages, parts and sums hold for totals as well.
    """
    values: dict[Hashable, Any] = {key: cell.value for key, cell in filled.items()}
    values.update((("header", name), line or None) for name, line in header.items())
    for aggregate, accepted in prepared.aggregates.items():
        values[aggregate] = _aggregate(aggregate, accepted, records)
    unsure = {key for key, cell in filled.items() if not cell.ok}
    evaluator = expressions.Evaluator(values)
    found = [problem for part in prepared.parts if (problem := _part_problem(part, filled))]
    # A figure in the wrong unit explains every odd average that follows from it, so it is the more telling of two
    # warnings.
    found += [problem for limit in prepared.limits if (problem := _limit_problem(limit, filled, units))]
    found += _limit_problems_in_lists(prepared, records)
    for rule in prepared.rules:
        if unsure.isdisjoint(rule.cells) and (problem := _broken(rule, evaluator, filled)):
            found.append(problem)
    for rule in prepared.record_rules:
        found += _broken_records(rule, evaluator, records.get(rule.check.each, []))
    return _one_a_cell(found)


def run_for_unit(
    unit_rules: Sequence[rules.Rule], filled: Filled, header: Mapping[str, str], numbers: Mapping[str, int]
) -> list[Problem]:
    """Return what the rules that name the register find, where `numbers` are what it says of the report's unit.

    `filled` has at least the cells that the rules name. What the register does not say is blank.
    """
    values: dict[Hashable, Any] = {key: cell.value for key, cell in filled.items()}
    values.update((("header", name), line or None) for name, line in header.items())
    values.update((("unit", name), number) for name, number in numbers.items())
    unsure = {key for key, cell in filled.items() if not cell.ok}
    evaluator = expressions.Evaluator(values)
    told = (_broken(rule, evaluator, filled) for rule in unit_rules if unsure.isdisjoint(rule.cells))
    return [problem for problem in told if problem]


def _one_a_cell(found: Sequence[Problem]) -> list[Problem]:
    chosen: dict[tuple[str, str, str], Problem] = {}
    for problem in found:
        # Without an address (a line the unit deleted) the label tells places apart.
        place = (problem.sheet, problem.cell, "" if problem.cell else f"{problem.item} {problem.label}")
        standing = chosen.get(place)
        if standing is None or RANK[problem.severity] < RANK[standing.severity]:
            chosen[place] = problem
    kept = {id(problem) for problem in chosen.values()}
    return [problem for problem in found if id(problem) in kept]


def _figure(cell: FilledCell | None) -> int | float | None:
    """Return the cell's number, None where it has none that rules can be made with."""
    if cell is None or not cell.ok or not isinstance(cell.value, int | float):
        return None
    # Written so that "not a number" fails it too.
    return cell.value if abs(cell.value) <= syntax.MAX_CONSTANT else None


def _part_problem(part: rules.Part, filled: Filled) -> Problem | None:
    cell, whole = filled.get(part.place.key), filled.get(part.whole)
    a, b = _figure(cell), _figure(whole)
    if cell is None or whole is None or a is None or b is None:
        return None
    if a <= b + part.tolerance + expressions.ROUNDING_TOLERANCE:
        return None
    said, limit = notation.number(a), notation.number(b)
    message = PART_MESSAGE.format(a=said, b=limit, whole=part.whole_label, ref=whole.cell)
    return _problem(part.place, cell, (Severity.ERROR, part.code), (said, f"≤ {limit} (ô {whole.cell})", message))


def _limit_problem(limit: rules.Limit, filled: Filled, units: int = 1) -> Problem | None:
    cell = filled.get(limit.place.key)
    figure, most = _figure(cell), None if limit.column.limit is None else limit.column.limit * units
    if cell is None or figure is None or most is None or figure <= most:
        return None
    unit = limit.column.unit
    divisor = _divisor(limit, figure, filled)
    said = notation.number(figure)
    proposed = notation.number(figure / divisor) if divisor else ""
    template = LIMIT_MESSAGE if divisor else LIMIT_MESSAGE_WITHOUT_PROPOSAL
    message = template.format(v=said, v2=proposed, unit=unit)
    expected = f"{proposed} {unit}" if divisor else f"≤ {notation.number(most)} {unit}"
    return _problem(limit.place, cell, (Severity.WARNING, LIMIT_CODE), (said, expected, message))


def _limit_problems_in_lists(prepared: PreparedChecks, records: Records) -> Iterator[Problem]:
    for limit in prepared.record_limits:
        sheet, column = limit.place.key
        for record in records.get(sheet, []):
            if column in record:
                problem = _limit_problem(limit, {limit.place.key: record[column]})
                if problem:
                    yield problem


def _divisor(limit: rules.Limit, value: float, filled: Filled) -> int:
    """Return what to divide by to get the figure in the form's unit, 0 where nothing speaks for one (domain.md P52)."""
    counted = _figure(filled.get(limit.quantity)) if limit.quantity else None
    if counted is not None and counted > 0:
        lowest, highest = USUAL_AVERAGE
        for divisor in DIVISORS:
            if lowest <= value / divisor / counted <= highest:
                return divisor
    if value <= SURELY_ANOTHER_UNIT:
        return 0
    return max(DIVISORS) if value >= max(DIVISORS) else min(DIVISORS)


def _broken(
    rule: rules.Rule, evaluator: expressions.Evaluator, filled: Mapping[rules.Key, FilledCell]
) -> Problem | None:
    """Return the problem if `rule` applies and is decided against, None otherwise."""
    values = evaluator.values
    if any(values.get(key) is None for key in rule.constraint.required):
        return None
    try:
        for name, expression in rule.early:
            values[name] = evaluator.value(expression.tree)
        if rule.relevant and not evaluator.value(rule.relevant.tree):
            return None
        holds_true = evaluator.value(rule.constraint.tree)
        if holds_true is None or holds_true:
            return None
        return _told(rule, evaluator, filled)
    except expressions.EvaluationError:
        message = FAILED_MESSAGE.format(code=rule.check.name)
        return _problem(rule.place, _cell_of(rule, filled), (Severity.NOTICE, rule.check.name), ("", "", message))


def _cell_of(rule: rules.Rule, filled: Mapping[rules.Key, FilledCell]) -> FilledCell:
    key = ("record", rule.place.key[1]) if rule.check.each else rule.place.key
    return filled.get(key) or FilledCell(None, rule.place.sheet, "")


def _told(rule: rules.Rule, evaluator: expressions.Evaluator, filled: Mapping[rules.Key, FilledCell]) -> Problem:
    cell = _cell_of(rule, filled)
    constraint = rule.constraint
    a = notation.scalar(evaluator.value(constraint.left)) if constraint.left else ""
    b = notation.scalar(evaluator.value(constraint.right)) if constraint.right else ""
    addresses = [filled[key].cell for key in constraint.right_cells if key in filled]
    words = {"a": a, "b": b, "ref": notation.cells(addresses), "v": notation.scalar(cell.value)}
    for name, expression in rule.late:
        evaluator.values[name] = evaluator.value(expression.tree)
    for name, _ in (*rule.early, *rule.late):
        words[name] = notation.scalar(evaluator.values[name])
    expected = f"{constraint.symbol} {b}" if b and constraint.plain else ""
    message = rule.check.message.format_map(words) + _passed_over(rule, evaluator, filled)
    return _problem(rule.place, cell, (rule.severity, rule.check.name), (words["v"], expected, message))


def _passed_over(rule: rules.Rule, evaluator: expressions.Evaluator, filled: Mapping[rules.Key, FilledCell]) -> str:
    """Return the sentence that a sum misses just the parts that are written as text, empty where that is not so."""
    constraint = rule.constraint
    if constraint.symbol != "=" or constraint.left is None or constraint.right is None:
        return ""
    parts = [filled[key] for key in constraint.right_cells if key in filled and filled[key].rule in TEXT_RULES]
    missed = sum(figure for each in parts if (figure := _figure(each)))
    a, b = evaluator.value(constraint.left), evaluator.value(constraint.right)
    if not missed or not isinstance(a, int | float) or not isinstance(b, int | float):
        return ""
    if abs(a + missed - b) > expressions.ROUNDING_TOLERANCE:
        return ""
    return TEXT_MESSAGE.format(cells=notation.cells([each.cell for each in parts]))


def _problem(place: rules.Place, cell: FilledCell, rank: tuple[Severity, str], said: tuple[str, str, str]) -> Problem:
    """Return the problem of `rank` (severity and code) at `cell`; `said`: what was found, is expected, the message."""
    severity, code = rank
    found, expected, message = said
    return Problem(
        severity=severity,
        code=code,
        sheet=cell.sheet or place.sheet,
        cell=cell.cell,
        label=place.label,
        found=found,
        expected=expected,
        message=message,
        item=place.item,
    )


def _broken_records(
    rule: rules.Rule, evaluator: expressions.Evaluator, records: Sequence[dict[str, FilledCell]]
) -> Iterator[Problem]:
    for record in records:
        named = {("record", column): cell for column, cell in record.items()}
        if all(named[key].ok for key in rule.cells if key in named):
            evaluator.values.update((key, named[key].value if key in named else None) for key in rule.cells)
            problem = _broken(rule, evaluator, named)
            if problem:
                yield problem


def _aggregate(aggregate: syntax.Aggregate, accepted: frozenset[str], records: Records) -> Scalar:
    """Return the count or total, None where it cannot be known.

    That is so without the sheet, where a record's kind is missing or a wanted figure could not be read. Blank figures
    count as 0.
    """
    if aggregate.sheet not in records:
        return None
    amount: float = 0
    for record in records[aggregate.sheet]:
        if aggregate.where:
            kind = record.get(aggregate.where)
            if kind is None or not kind.ok or kind.value is None:
                return None
            if text.fold(str(kind.value)) not in accepted:
                continue
        cell = record.get(aggregate.column)
        if aggregate.function == "count":
            amount += 1
        elif cell is not None and not cell.ok:
            return None
        elif cell is not None and isinstance(cell.value, int | float):
            amount += cell.value
    return amount


def holds(
    prepared: PreparedChecks,
    expression: str,
    filled: Filled,
    header: Mapping[str, str],
    row: str | Record | None = None,
) -> bool:
    """Whether a row's or column's `relevant` holds. `row` is the line's name (or a list record), behind `row.`.

    An expression that names a column which the line does not ask, or that is empty, holds; an undecided one does not.
    """
    if not expression:
        return True
    parsed = prepared.relevants.get(expression) or syntax.parse(expression, prepared.scope)
    values: dict[Hashable, Any] = {("header", name): line or None for name, line in header.items()}
    for key in parsed.cells:
        if key[0] == "row":
            cell = filled.get((row, key[1])) if isinstance(row, str) else (row or {}).get(key[1])
            if cell is None:
                return True
            values[key] = cell.value
        elif key in filled:
            values[key] = filled[key].value
    try:
        return bool(expressions.Evaluator(values).value(parsed.tree))
    except expressions.EvaluationError:
        # Asking about a blank that may not matter is better than passing over one that does.
        return True
