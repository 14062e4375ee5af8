"""What the problems of a workbook amount to: one message a cell, and the verdict."""

from collections.abc import Sequence

from roll.outcomes import Verdict
from roll.reports import Problem, Severity

STAFF_DECIDE = {"P12": "several_tables", "P34": "unclear_columns"}
"""Rules whose treatment is S (domain.md, section 4): no sender can be told what is wrong before a person has looked."""


def one_a_cell(problems: Sequence[Problem]) -> list[Problem]:
    """Keep the first problem of each cell, an error before a warning (domain.md 1.5, order of checks)."""
    worst: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        place = (problem.sheet, problem.cell)
        if not problem.cell or problem.severity is Severity.NOTICE:
            continue
        if place not in worst or (worst[place].severity is Severity.WARNING and problem.severity is Severity.ERROR):
            worst[place] = problem
    kept = {id(problem) for problem in worst.values()}
    return [
        problem
        for problem in problems
        if not problem.cell or problem.severity is Severity.NOTICE or id(problem) in kept
    ]


def verdict_of(problems: Sequence[Problem]) -> tuple[Verdict, str]:
    """Return the verdict on a filled form with these problems, and its reason (docs/reasons.md).

    Where a person must look first, the reason says so, whatever else is wrong.
    """
    for_staff = next((STAFF_DECIDE[problem.code] for problem in problems if problem.code in STAFF_DECIDE), "")
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Verdict.NEEDS_FIX, for_staff or "errors"
    if any(problem.severity is Severity.WARNING for problem in problems):
        return Verdict.NEEDS_CONFIRM, for_staff or "warnings"
    return Verdict.VALID, "valid"
