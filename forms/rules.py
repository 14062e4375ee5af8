"""A form's rules between cells, parsed and resolved once, so that many workbooks can be checked quickly."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forms import consistency, expressions, rates, syntax, text
from forms.consistency import NO_CELLS
from forms.form import Check, Column, Form, Row, Sheet
from roll.reports import Severity

Key = tuple[str, str]  # (row name, column name); (sheet name, column name) for a column of a list
DEFAULT_PART_CODE = "part_of"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is told: the printed line (or the list's column), for its label and item number."""

    key: Key
    sheet: str
    label: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a line that is part of another line."""

    place: Place
    whole: Key
    whole_label: str
    code: str
    tolerance: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A cell whose column has a limit. `quantity` is the count on the same line, where there is one."""

    place: Place
    column: Column
    quantity: Key | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A [[check]], parsed. `early` are the calculations its constraint or relevance names, `late` the others."""

    check: Check
    severity: Severity
    constraint: syntax.Expression
    relevant: syntax.Expression | None
    early: tuple[tuple[str, syntax.Expression], ...]
    late: tuple[tuple[str, syntax.Expression], ...]
    cells: frozenset[Key]
    place: Place


@dataclass(frozen=True, slots=True)
class PreparedChecks:
    """A form's rules, ready to run on many workbooks. Made by `prepare`.

    Those that need the register as well are not among them: `unit_rules` makes them, for where the unit is known.
    """

    form: Form
    scope: syntax.Scope
    parts: tuple[Part, ...]
    limits: tuple[Limit, ...]
    record_limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    record_rules: tuple[Rule, ...]
    aggregates: Mapping[syntax.Aggregate, frozenset[str]]
    relevants: dict[str, syntax.Expression] = field(default_factory=dict)


def prepare(form: Form) -> PreparedChecks:
    """Parse the form's expressions and resolve their names, once.

    Raises:
        syntax.ExpressionError: the form did not come from `load_form`, which refuses such expressions.

    """
    scope = consistency.scope_of(form)
    places = {place.key: place for sheet in form.sheets for place in _places(sheet)}
    rules = [_rule(check, scope, places) for check in form.checks if not consistency.names_unit(check)]
    sheets = {sheet.name: sheet for sheet in form.sheets}
    used = {aggregate for rule in rules for each in _expressions(rule) for aggregate in each.aggregates}
    return PreparedChecks(
        form=form,
        scope=scope,
        parts=tuple(part for sheet in form.sheets for part in _parts(sheet, places)),
        limits=tuple(limit for sheet in form.sheets for limit in _limits(sheet, places)),
        record_limits=tuple(limit for sheet in form.sheets for limit in _record_limits(sheet, places)),
        rules=tuple(rule for rule in rules if not rule.check.each),
        record_rules=tuple(rule for rule in rules if rule.check.each),
        aggregates={aggregate: _accepted(aggregate, sheets[aggregate.sheet]) for aggregate in used},
        relevants={each.text: each for sheet in form.sheets for each in _relevants(sheet, scope)},
    )


def unit_rules(form: Form) -> tuple[Rule, ...]:
    """Return the form's rules that name what the register says of a unit, in the form's order. Raises as `prepare`."""
    scope = consistency.scope_of(form)
    places = {place.key: place for sheet in form.sheets for place in _places(sheet)}
    return tuple(_rule(check, scope, places) for check in form.checks if consistency.names_unit(check))


def _places(sheet: Sheet) -> Iterator[Place]:
    if sheet.kind == "list":
        for column in sheet.columns:
            yield Place((sheet.name, column.name), sheet.name, column.label)
    for row in sheet.rows:
        for name in row.columns:
            yield Place((row.name, name), sheet.name, row.label, row.item)


def _parts(sheet: Sheet, places: Mapping[Key, Place]) -> Iterator[Part]:
    rows = {row.name: row for row in sheet.rows}
    columns = {column.name: column for column in sheet.columns}
    for row in sheet.rows:
        whole = rows.get(row.part_of) if row.part_of else None
        for name in row.columns if whole else ():
            assert whole is not None
            if name in whole.columns and not rates.is_rate(columns[name], row.unit):
                label = whole.whole_label or f"số liệu “{whole.label}”"
                tolerance = expressions.SUM_TOLERANCE if columns[name].type == "decimal" else 0.0
                code = row.part_check or DEFAULT_PART_CODE
                yield Part(places[row.name, name], (whole.name, name), label, code, tolerance)


def _limits(sheet: Sheet, places: Mapping[Key, Place]) -> Iterator[Limit]:
    counted = next((column.name for column in sheet.columns if column.type == "integer"), "")
    for row in sheet.rows:
        for column in sheet.columns:
            if column.limit is not None and column.name in row.columns:
                quantity = (row.name, counted) if counted in row.columns else None
                yield Limit(places[row.name, column.name], column, quantity)


def _record_limits(sheet: Sheet, places: Mapping[Key, Place]) -> Iterator[Limit]:
    for column in sheet.columns if sheet.kind == "list" else ():
        if column.limit is not None:
            yield Limit(places[sheet.name, column.name], column, None)


def _rule(check: Check, scope: syntax.Scope, places: Mapping[Key, Place]) -> Rule:
    names: list[str] = []
    calculations: list[tuple[str, syntax.Expression]] = []
    for name, written in check.calculation:
        calculations.append((name, syntax.parse(written, consistency.check_scope(scope, check, names))))
        names.append(name)
    inner = consistency.check_scope(scope, check, names)
    constraint = syntax.parse(check.constraint, inner)
    relevant = syntax.parse(check.relevant, inner) if check.relevant else None
    needed = _needed_names([constraint, *([relevant] if relevant else [])], dict(calculations))
    early = tuple(pair for pair in calculations if pair[0] in needed)
    told_at = syntax.parse(check.at, inner).cells if check.at else constraint.cells
    named = {cell for each in (constraint, relevant, *dict(calculations).values()) if each for cell in each.cells}
    key = next(cell for cell in told_at if cell[0] not in NO_CELLS and (not check.each or cell[0] == "record"))
    return Rule(
        check=check,
        severity=Severity(check.severity),
        constraint=constraint,
        relevant=relevant,
        early=early,
        late=tuple(pair for pair in calculations if pair[0] not in needed),
        cells=frozenset(cell for cell in {*named, key} if cell[0] not in NO_CELLS),
        place=places[(check.each, key[1]) if check.each else key],
    )


def _needed_names(roots: Sequence[syntax.Expression], known: Mapping[str, syntax.Expression]) -> set[str]:
    waiting = [name for root in roots for name in root.names]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(known[name].names)
    return needed


def _expressions(rule: Rule) -> Iterator[syntax.Expression]:
    yield rule.constraint
    if rule.relevant:
        yield rule.relevant
    for _, expression in (*rule.early, *rule.late):
        yield expression


def _relevants(sheet: Sheet, scope: syntax.Scope) -> Iterator[syntax.Expression]:
    inner = consistency.line_scope(scope, sheet)
    lines: Iterable[Row | Column] = (*sheet.rows, *sheet.columns)
    for line in lines:
        if line.relevant:
            yield syntax.parse(line.relevant, inner)


def _accepted(aggregate: syntax.Aggregate, sheet: Sheet) -> frozenset[str]:
    """Return the folded texts that `equals` stands for: a choice whole, its leading code, or what follows the code."""
    wanted = text.fold(aggregate.equals)
    accepted = {wanted}
    for column in sheet.columns:
        for choice in column.choices if column.name == aggregate.where else ():
            code, _, rest = text.fold(choice).partition(" ")
            spellings = {f"{code} {rest}".strip(), *((code, rest) if code.isdigit() else ())}
            if wanted in spellings:
                accepted |= spellings
    return frozenset(accepted)
