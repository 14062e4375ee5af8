"""What can be said of a report only once its unit is known: the rules that need the register, and what was reported.

The reader knows one workbook and no unit; here are the checks that come after it, with the values that it read. They
are made anew whenever a mail is understood: when it comes, when a person says whose it is, when it is read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms import checks, rules, verdicts
from forms.checks import FilledCell
from forms.form import Form
from roll.reports import Problem, Reading


@dataclass(frozen=True, slots=True)
class PreparedJudge:
    """A form's checks that need the unit, prepared once. `needed` are the cells that they name.

    `order` is the place of each code among the form's [[check]] entries: the earlier one is told first.
    """

    form: Form
    unit_rules: tuple[rules.Rule, ...]
    needed: frozenset[rules.Key]
    order: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the unit beside its workbook: `numbers` are the register's, by name."""

    numbers: Mapping[str, int] = field(default_factory=dict)


def prepare(form: Form) -> PreparedJudge:
    """Return the checks of `form` that need the unit; done once per form."""
    unit_rules = rules.unit_rules(form)
    order: dict[str, int] = {}
    for number, check in enumerate(form.checks):
        order.setdefault(check.name, number)
    return PreparedJudge(form, unit_rules, frozenset().union(*(rule.cells for rule in unit_rules)), order)


def judge(judge: PreparedJudge, reading: Reading, circumstances: Circumstances) -> Reading:
    """Return the reading of a filled form with the problems that its unit brings to light, and the verdict on all."""
    found = _against_the_register(judge, reading, circumstances.numbers)
    if not found:
        return reading
    problems = verdicts.one_a_cell(_in_order(judge, reading.problems, found))
    verdict, reason = verdicts.verdict_of(problems)
    return replace(reading, problems=tuple(problems), verdict=verdict, reason=reason)


def _against_the_register(judge: PreparedJudge, reading: Reading, numbers: Mapping[str, int]) -> list[Problem]:
    if not judge.unit_rules:
        return []
    header = {value.name: "" if value.value is None else str(value.value) for value in reading.header}
    return checks.run_for_unit(judge.unit_rules, _filled(judge, reading), header, numbers)


def _filled(judge: PreparedJudge, reading: Reading) -> checks.Filled:
    """Return the needed cells as the reader took them: one that holds something it could not take is not to be used."""
    told = {(problem.sheet, problem.cell) for problem in reading.problems}
    return {
        (value.name, value.column): FilledCell(
            value.value,
            value.sheet,
            value.cell,
            ok=value.value is not None or not value.raw or (value.sheet, value.cell) not in told,
        )
        for value in reading.values
        if value.row is None and (value.name, value.column) in judge.needed
    }


def _in_order(judge: PreparedJudge, standing: Sequence[Problem], found: Sequence[Problem]) -> list[Problem]:
    """Put each problem that was found before those of the form's later checks."""
    ordered = list(standing)
    for problem in found:
        rank = judge.order[problem.code]
        later = (place for place, each in enumerate(ordered) if judge.order.get(each.code, -1) > rank)
        ordered.insert(next(later, len(ordered)), problem)
    return ordered
