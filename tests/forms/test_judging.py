"""What is found once the unit is known: the numbers of the register against what the workbook says."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from forms import form, judging
from roll.outcomes import Verdict
from roll.reports import Problem, Reading, Severity, Value
from tests.forms import filled_2019

CAO_LOC = {"communes": 23, "children": 16_000}
MANY_COMMUNES = "ghi 24 xã; huyện có 23 xã, phường, thị trấn. Đề nghị kiểm tra lại."


@pytest.fixture(scope="module")
def judge_2019() -> judging.PreparedJudge:
    return judging.prepare(filled_2019.load())


def reading_with(changes: Mapping[str, object], problems: tuple[Problem, ...] = ()) -> Reading:
    """Return the right report as the reader hands it on, with other figures on some lines."""
    values = tuple(
        replace_value(Value(row, column, "Bieu 01", cell.cell, str(cell.value), cell.value, "integer"), changes)
        for (row, column), cell in filled_2019.filled(filled_2019.load()).items()
    )
    header = (Value("unit", "", "Bieu 01", "C6", "UBND huyện Cao Lộc", "UBND huyện Cao Lộc", "text"),)
    verdict, reason = (Verdict.NEEDS_CONFIRM, "warnings") if problems else (Verdict.VALID, "valid")
    return Reading(verdict, reason, "THDTE-2019", "1", header=header, values=values, problems=problems)


def replace_value(value: Value, changes: Mapping[str, object]) -> Value:
    if value.name not in changes:
        return value
    changed = changes[value.name]
    raw = changed[0] if isinstance(changed, tuple) else str(changed or "")
    taken = None if isinstance(changed, tuple) else changed
    return Value(value.name, value.column, value.sheet, value.cell, raw, taken, value.type)  # type: ignore[arg-type]


def judged(
    judge: judging.PreparedJudge, changes: Mapping[str, object], numbers: Mapping[str, int], *problems: Problem
) -> Reading:
    return judging.judge(judge, reading_with(changes, problems), judging.Circumstances(numbers))


def problem(cell: str, code: str, severity: Severity = Severity.WARNING) -> Problem:
    return Problem(severity, code, "Bieu 01", cell, "", "", "", "đề nghị kiểm tra.")


@pytest.mark.parametrize(
    ("line", "cell"), [("communes_active", "D17"), ("launch_communes", "D29"), ("handover_communes", "D57")]
)
def test_more_communes_than_the_district_has_are_an_error(
    judge_2019: judging.PreparedJudge, line: str, cell: str
) -> None:
    reading = judged(judge_2019, {line: 24}, CAO_LOC)
    (found,) = reading.problems
    assert (found.code, found.severity, found.cell, found.message) == ("C04", Severity.ERROR, cell, MANY_COMMUNES)
    assert (found.found, found.expected) == ("24", "≤ 23")
    assert (reading.verdict, reading.reason) == (Verdict.NEEDS_FIX, "errors")
    assert judged(judge_2019, {line: 23}, CAO_LOC) == reading_with({line: 23})


def test_more_children_than_the_district_has_are_to_be_confirmed(judge_2019: judging.PreparedJudge) -> None:
    reading = judged(judge_2019, {"handover_children": 16_001}, CAO_LOC)
    (found,) = reading.problems
    assert (found.code, found.severity, found.cell) == ("C24", Severity.WARNING, "D58")
    assert found.message == "ghi 16.001, lớn hơn số trẻ em của huyện (16.000)."
    assert (reading.verdict, reading.reason) == (Verdict.NEEDS_CONFIRM, "warnings")


def test_what_the_register_does_not_say_is_not_compared_with(judge_2019: judging.PreparedJudge) -> None:
    changes = {"communes_active": 300, "handover_children": 90_000}
    assert judged(judge_2019, changes, {}) == reading_with(changes)
    assert [each.code for each in judged(judge_2019, changes, {"communes": 23}).problems] == ["C04"]


def test_a_blank_and_a_figure_that_could_not_be_taken_are_not_compared(judge_2019: judging.PreparedJudge) -> None:
    assert judged(judge_2019, {"communes_active": None}, CAO_LOC).problems == ()
    type_error = problem("D17", "C01", Severity.ERROR)
    assert judged(judge_2019, {"communes_active": ("hai tư",)}, CAO_LOC, type_error).problems == (type_error,)


def test_an_error_takes_the_place_of_a_warning_in_its_cell_and_a_warning_that_of_none(
    judge_2019: judging.PreparedJudge,
) -> None:
    odd = problem("D57", "C23")
    reading = judged(judge_2019, {"handover_communes": 24}, CAO_LOC, odd)
    assert [each.code for each in reading.problems] == ["C04"]
    wrong = problem("D58", "C23")
    assert judged(judge_2019, {"handover_children": 16_001}, CAO_LOC, wrong).problems[0].code == "C23"
    assert len(judged(judge_2019, {"handover_children": 16_001}, CAO_LOC, wrong).problems) == 1


def test_what_is_found_stands_before_the_problems_of_later_checks(judge_2019: judging.PreparedJudge) -> None:
    standing = (problem("D16", "C03", Severity.ERROR), problem("E35", "C12", Severity.ERROR), problem("E78", "C32"))
    reading = judged(judge_2019, {"communes_active": 24, "handover_children": 16_001}, CAO_LOC, *standing)
    assert [each.code for each in reading.problems] == ["C03", "C04", "C12", "C24", "C32"]


def test_a_form_without_such_checks_leaves_a_reading_as_it_is() -> None:
    bare = judging.prepare(replace(filled_2019.load(), checks=()))
    reading = reading_with({"communes_active": 300})
    assert judging.judge(bare, reading, judging.Circumstances(CAO_LOC)) is reading


FORM = """
name = "T"
version = "1"
title = "T"
unit_numbers = ["communes"]
[[header]]
name = "unit"
label = "Đơn vị"
[[sheet]]
name = "Tờ"
kind = "rows"
label = "Nội dung"
[[sheet.column]]
name = "n"
label = "Số lượng"
type = "integer"
{relevant}
[[sheet.row]]
name = "{line}"
label = "A"
[[sheet]]
name = "Danh sách"
kind = "list"
[[sheet.column]]
name = "m"
label = "Kinh phí"
type = "decimal"
[[check]]
name = "K"
constraint = '{constraint}'
constraint_message = "{{a}}"
severity = "error"
{extra}
"""


def mistakes_in(constraint: str, extra: str = "", line: str = "a", relevant: str = "") -> list[str]:
    text = FORM.format(constraint=constraint, extra=extra, line=line, relevant=relevant)
    with pytest.raises(form.mistakes.OperatorError) as caught:
        form.load_form(text.encode(), "form.toml")
    return list(caught.value.problems)


def test_a_number_that_the_form_does_not_declare_is_told_with_the_one_it_resembles() -> None:
    (mistake, *_) = mistakes_in("a.n <= unit.comunes")
    assert mistake == (
        "form.toml: check[1].constraint: there is no number of the register (unit_numbers) named "
        '"unit.comunes"; did you mean "unit.communes"?'
    )


def test_numbers_of_the_register_are_compared_with_printed_lines_alone() -> None:
    told = (
        "form.toml: check[1]: a check that names unit. is made of printed lines alone, without each, count and total."
    )
    assert mistakes_in('a.n + count("Danh sách") <= unit.communes') == [told]
    assert told in mistakes_in("record.m <= unit.communes", 'each = "Danh sách"')
    (mistake,) = mistakes_in("a.n >= 0", relevant='relevant = "unit.communes > 0"')
    assert mistake.startswith("form.toml: sheet[1].column[1].relevant: there is no number of the register")


def test_a_line_may_not_be_named_as_the_numbers_are() -> None:
    assert mistakes_in("unit.n >= 0", line="unit")[0] == (
        'form.toml: sheet[1].row[1].name: "unit" is what the numbers of the register are named by; '
        "give the line another name."
    )


def test_a_number_may_not_bear_the_name_of_another_column() -> None:
    text = FORM.format(constraint="a.n >= 0", extra="", line="a", relevant="").replace('["communes"]', '["phone"]')
    with pytest.raises(form.mistakes.OperatorError, match='"phone" is a column of every'):
        form.load_form(text.encode(), "form.toml")
