"""The values of constraints: arithmetic and comparison over named cells, bounded, without side effects.

Blanks travel through: an operation on a blank is blank, except that a sum counts a blank as 0 where at least one
operand is there. A comparison with a blank is undecided (None), and `and`, `or`, `not` treat it as unknown, so an
undecided constraint never raises a false alarm. forms.syntax parses. The home of simpleeval.
"""

import ast
import operator
from collections.abc import Callable, Hashable
from datetime import date
from typing import Any

import simpleeval  # type: ignore[import-untyped]

from forms import syntax, text
from roll.reports import Scalar

# domain.md 1.5: sums of money written with one decimal may differ from the sum of their rounded parts by half of the
# last place.
SUM_TOLERANCE = 0.05
# domain.md 4.4 (P63): what binary fractions leave behind, not a difference of figures.
ROUNDING_TOLERANCE = 1e-6


class EvaluationError(Exception):
    """An expression that failed on the values of one workbook."""


def coalesce(value: Scalar, otherwise: Scalar) -> Scalar:
    """Return `value`, or `otherwise` where it is blank."""
    return otherwise if value is None else value


def _rounded(value: Any, digits: int = 0) -> Any:
    if value is None:
        return None
    return round(value, digits) if digits else round(value)


def swap_day_month(value: Scalar) -> str | None:
    """Return the ISO date with day and month exchanged; blank where that is no date (domain.md P67)."""
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value)
        return day.replace(month=day.day, day=day.month).isoformat()
    except ValueError:
        return None


def mentions(phrase: Scalar, *words: str) -> bool:
    """Whether `phrase` has one of `words` as whole words, tone marks and case aside."""
    folded = f" {text.fold(str(phrase or ''))} "
    return any(f" {text.fold(word)} " in folded for word in words)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "present": lambda value: value is not None,
    "blank": lambda value: value is None,
    "coalesce": coalesce,
    "abs": lambda value: None if value is None else abs(value),
    "round": _rounded,
    "swap_day_month": swap_day_month,
    "mentions": mentions,
}


def _strict(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: None if a is None or b is None else operation(a, b)


def _add(a: Any, b: Any) -> Any:
    if a is None or b is None:
        return b if a is None else a
    return a + b


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return bool(a == b)
    return bool(abs(a - b) <= SUM_TOLERANCE + ROUNDING_TOLERANCE)


def _at_most(a: Any, b: Any) -> bool:
    return bool(a <= b if isinstance(a, str) else a <= b + ROUNDING_TOLERANCE)


def _below(a: Any, b: Any) -> bool:
    return bool(a < b if isinstance(a, str) else a < b - ROUNDING_TOLERANCE)


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _add,
    ast.Sub: _strict(operator.sub),
    ast.Mult: _strict(operator.mul),
    ast.Div: _strict(lambda a, b: a / b if b else None),
    ast.Eq: _strict(_equal),
    ast.NotEq: _strict(lambda a, b: not _equal(a, b)),
    ast.LtE: _strict(_at_most),
    ast.GtE: _strict(lambda a, b: _at_most(b, a)),
    ast.Lt: _strict(_below),
    ast.Gt: _strict(lambda a, b: _below(b, a)),
    ast.Not: lambda a: None if a is None else not a,
    ast.USub: lambda a: None if a is None else -a,
}


class Evaluator(simpleeval.SimpleEval):  # type: ignore[misc]  # simpleeval has no types
    """Evaluates parsed expressions over `values` (by cell, name or Aggregate); what is not there is blank."""

    def __init__(self, values: dict[Hashable, Any]) -> None:
        super().__init__(operators=OPERATORS, functions=FUNCTIONS, names={})
        self.values = values
        # Only these nodes exist, whatever simpleeval learns to do later.
        self.nodes = {
            syntax.Reference: lambda node: values.get(node.key),
            ast.Constant: lambda node: node.value,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.BoolOp: self._eval_boolop,
            ast.Compare: self._eval_compare,
            ast.Call: self._eval_call,
        }

    def _eval(self, node: ast.expr) -> Any:
        # Parsed trees hold nothing but these nodes, and values are scalars: simpleeval's search of every result for
        # modules and forbidden functions would take half the time of all checks.
        return self.nodes[type(node)](node)

    def _eval_boolop(self, node: ast.BoolOp) -> bool | None:
        """Three-valued and/or (Kleene): unknown only where the known operands do not settle it."""
        settles = isinstance(node.op, ast.Or)
        unknown = False
        for operand in node.values:
            value = self._eval(operand)
            if value is None:
                unknown = True
            elif bool(value) is settles:
                return settles
        return None if unknown else not settles

    def value(self, tree: ast.expr) -> Any:
        """Return the value of `tree`, None where it is blank or undecided.

        Raises:
            EvaluationError: the values do not fit the expression, such as a text in a sum.

        """
        try:
            return self._eval(tree)
        except (TypeError, ValueError, ArithmeticError, simpleeval.InvalidExpression) as error:
            raise EvaluationError(str(error)) from error
