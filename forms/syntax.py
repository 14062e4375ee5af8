"""The language of constraints: from a text to a tree whose names are resolved, or one sentence that says what is wrong.

The language is a part of Python's expressions: numbers, texts, `line.column`, + - * /, comparisons, and or not, and
the functions below; anything else is refused. Its trees are bounded, so that evaluating one is too.
docs/form-language.md describes it for those who write forms.
"""

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from roll import declaration

# The longest constraint of the 2019 form (C32) has 420 characters, 80 nodes, 20 levels; five to ten times that is
# generous, and cheap to evaluate.
MAX_LENGTH = 2000
MAX_NODES = 400
MAX_DEPTH = 60
# An Excel cell holds no more; longer numbers are not figures (Excel specifications: 15 significant digits, below
# 1E308).
MAX_CONSTANT = 1e15

Cell = tuple[str, str]
FUNCTIONS = {  # name: (fewest arguments, most arguments)
    "present": (1, 1),
    "blank": (1, 1),
    "coalesce": (2, 2),
    "abs": (1, 1),
    "round": (1, 2),
    "date": (1, 1),
    "swap_day_month": (1, 1),
    "mentions": (2, 40),
}
AGGREGATES = {"count": ("sheet", "where", "equals"), "total": ("sheet", "column", "where", "equals")}
SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.LtE: "≤",
    ast.GtE: "≥",
    ast.Lt: "<",
    ast.Gt: ">",
}


_KINDS = {"unit": "number of the register (unit_numbers)"}


class ExpressionError(Exception):
    """An expression that cannot be used; the message is the rest of a sentence that begins with its place."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`count(sheet, where, equals)` or `total(sheet, column, where, equals)` over the records of a list sheet."""

    function: str
    sheet: str
    column: str = ""
    where: str = ""
    equals: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name. `cells` are (row, column); `lists` the columns of each list sheet.

    `record` and `line` are the columns behind `record.` and `row.`, `unit` the numbers behind `unit.`, empty where
    these prefixes mean nothing. `names` are calculations.
    """

    cells: frozenset[Cell] = frozenset()
    header: frozenset[str] = frozenset()
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    record: frozenset[str] = frozenset()
    line: frozenset[str] = frozenset()
    unit: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    `cells` are those it names, in order; `left` and `right` the sides of its (first) comparison. `required` are the
    cells that must be there for a plain comparison to be decided: where one is blank it need not be evaluated.
    `plain` says that the whole expression is one comparison of two sides.
    """

    text: str
    tree: ast.expr
    cells: tuple[Cell, ...]
    aggregates: tuple[Aggregate, ...]
    names: frozenset[str]
    left: ast.expr | None = None
    right: ast.expr | None = None
    right_cells: tuple[Cell, ...] = ()
    symbol: str = ""
    required: tuple[Cell, ...] = ()
    plain: bool = False


class Reference(ast.expr):
    """A node that stands for a named value: a cell (row, column), a calculation's name, or an Aggregate."""

    _fields = ()

    def __init__(self, key: Hashable) -> None:
        super().__init__()
        self.key = key


class _Resolver:
    """Replaces names in a parsed tree by references, and refuses everything the language does not have."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def resolve(self, node: ast.expr) -> ast.expr:
        """Return `node` with its names replaced; its depth has been checked before."""
        known: dict[type[ast.expr], Callable[[Any], ast.expr]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._logical,
            ast.Compare: self._comparison,
        }
        if type(node) not in known:
            raise _foreign(node)
        return known[type(node)](node)

    def _unary(self, node: ast.UnaryOp) -> ast.UnaryOp:
        if not isinstance(node.op, ast.Not | ast.USub):
            raise _foreign(node)
        return ast.UnaryOp(op=node.op, operand=self.resolve(node.operand))

    def _logical(self, node: ast.BoolOp) -> ast.BoolOp:
        return ast.BoolOp(op=node.op, values=[self.resolve(value) for value in node.values])

    def _comparison(self, node: ast.Compare) -> ast.Compare:
        if not all(type(op) in SYMBOLS for op in node.ops):
            raise _foreign(node)
        sides = [self.resolve(side) for side in node.comparators]
        return ast.Compare(left=self.resolve(node.left), ops=node.ops, comparators=sides)

    def _constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, bool | int | float | str):
            raise ExpressionError(f'"{ast.unparse(node)}" is neither a number nor a text.')
        if isinstance(node.value, int | float) and abs(node.value) > MAX_CONSTANT:
            raise ExpressionError(f"a number in an expression is at most {MAX_CONSTANT:.0e}.")
        return node

    def _name(self, node: ast.Name) -> Reference:
        if node.id not in self.scope.names:
            hint = declaration.suggestion(node.id, self.scope.names)
            raise ExpressionError(f'"{node.id}" names nothing here; a cell is written line.column{hint}')
        return Reference(node.id)

    def _attribute(self, node: ast.Attribute) -> Reference:
        if not isinstance(node.value, ast.Name):
            raise ExpressionError(f'"{ast.unparse(node)}" is not a cell; a cell is written line.column.')
        cell = (node.value.id, node.attr)
        scope = self.scope
        special = {"header": scope.header, "record": scope.record, "row": scope.line, "unit": scope.unit}
        known = {(cell[0], column) for column in special[cell[0]]} if cell[0] in special else scope.cells
        if cell not in known:
            hint = declaration.suggestion(".".join(cell), (".".join(each) for each in known))
            raise ExpressionError(f'there is no {_KINDS.get(cell[0], "cell")} named "{cell[0]}.{cell[1]}"{hint}')
        return Reference(cell)

    def _binary(self, node: ast.BinOp) -> ast.BinOp:
        if not isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
            raise _foreign(node)
        left, right = self.resolve(node.left), self.resolve(node.right)
        if isinstance(node.op, ast.Add):
            # A constant is always there; it must not turn a blank into a figure. Subtraction wants both sides.
            if not _keys(right):
                return ast.BinOp(left=left, op=ast.Sub(), right=ast.UnaryOp(op=ast.USub(), operand=right))
            if not _keys(left):
                return ast.BinOp(left=right, op=ast.Sub(), right=ast.UnaryOp(op=ast.USub(), operand=left))
        return ast.BinOp(left=left, op=node.op, right=right)

    def _call(self, node: ast.Call) -> ast.expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if node.keywords or (name not in FUNCTIONS and name not in AGGREGATES):
            raise ExpressionError(
                f'there is no function "{name}"{declaration.suggestion(name, [*FUNCTIONS, *AGGREGATES])}'
            )
        if name in AGGREGATES:
            return self._aggregate(name, node.args)
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(node.args) <= most:
            raise ExpressionError(f'"{name}" takes {fewest} to {most} arguments, not {len(node.args)}.')
        if name == "date":
            return _date(node.args[0])
        if name == "mentions" and not all(isinstance(word, ast.Constant) for word in node.args[1:]):
            raise ExpressionError('the words of "mentions" are texts in quotes.')
        return ast.Call(func=node.func, args=[self.resolve(argument) for argument in node.args], keywords=[])

    def _aggregate(self, name: str, arguments: list[ast.expr]) -> Reference:
        allowed = (1, 3) if name == "count" else (2, 4)
        if len(arguments) not in allowed or not all(isinstance(each, ast.Constant) for each in arguments):
            written = f"{name}({', '.join(AGGREGATES[name])})"
            raise ExpressionError(f"this is written {written}, with texts in quotes; the last two may be left out.")
        texts = [str(each.value) for each in arguments if isinstance(each, ast.Constant)]
        aggregate = Aggregate(name, **dict(zip(AGGREGATES[name], texts, strict=False)))
        if aggregate.sheet not in self.scope.lists:
            raise ExpressionError(
                f'there is no list sheet "{aggregate.sheet}"{declaration.suggestion(aggregate.sheet, self.scope.lists)}'
            )
        columns = self.scope.lists[aggregate.sheet]
        for column in filter(None, (aggregate.column, aggregate.where)):
            if column not in columns:
                raise ExpressionError(
                    f'sheet "{aggregate.sheet}" has no column "{column}"{declaration.suggestion(column, columns)}'
                )
        return Reference(aggregate)


def _foreign(node: ast.expr) -> ExpressionError:
    return ExpressionError(f'"{ast.unparse(node)}" is not part of the language (docs/form-language.md).')


def _date(argument: ast.expr) -> ast.Constant:
    written = argument.value if isinstance(argument, ast.Constant) else None
    try:
        return ast.Constant(date.fromisoformat(str(written)).isoformat())
    except ValueError:
        raise ExpressionError(f'"{ast.unparse(argument)}" is no date; write date("2019-06-30").') from None


def _keys(tree: ast.expr) -> list[Hashable]:
    """Return the keys of the references in `tree`, in the order in which they are written, each once."""
    return list(dict.fromkeys(_references(tree)))


def _references(tree: ast.expr) -> Iterator[Hashable]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Reference):
            yield node.key
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _cells(keys: Iterable[Hashable]) -> tuple[Cell, ...]:
    return tuple(key for key in keys if isinstance(key, tuple))


def _check_size(tree: ast.expr) -> None:
    """Refuse a tree that is too large or too deep, so that resolving and evaluating it may recurse."""
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    nodes = 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError("the expression is too long; divide it into several checks or calculations.")
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def parse(written: str, scope: Scope) -> Expression:
    """Parse `written`, resolving its names in `scope`.

    Raises:
        ExpressionError: with the rest of a sentence that says what is wrong.

    """
    if len(written) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(written)} characters; {MAX_LENGTH} are allowed.")
    try:
        tree = ast.parse(" ".join(written.split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError(f'"{written}" is no expression: {getattr(error, "msg", error)}.') from None
    _check_size(tree)
    return _described(written, _Resolver(scope).resolve(tree))


def _described(written: str, tree: ast.expr) -> Expression:
    keys = _keys(tree)
    comparison = next((node for node in ast.walk(tree) if isinstance(node, ast.Compare)), None)
    left = comparison.left if comparison else None
    right = comparison.comparators[0] if comparison else None
    plain = [tree.left, *tree.comparators] if isinstance(tree, ast.Compare) else []
    return Expression(
        text=written,
        tree=tree,
        cells=_cells(keys),
        aggregates=tuple(key for key in keys if isinstance(key, Aggregate)),
        names=frozenset(key for key in keys if isinstance(key, str)),
        left=left,
        right=right,
        right_cells=_cells(_keys(right)) if right else (),
        symbol=SYMBOLS[type(comparison.ops[0])] if comparison else "",
        required=_cells(side.key for side in plain if isinstance(side, Reference)),
        plain=isinstance(tree, ast.Compare) and len(tree.ops) == 1,
    )
