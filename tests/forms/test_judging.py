"""What is found once the unit is known: the numbers of the register against what the workbook says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from forms import form, judging, likeness
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


NOW = datetime(2019, 7, 3, tzinfo=UTC)


def last_year(changes: Mapping[str, object] = MappingProxyType({})) -> judging.Earlier:
    return judging.Earlier("Năm 2018", "TN-2018-0007", likeness.figures_of(reading_with(changes).values))


def of_others(
    changes: Mapping[str, object] = MappingProxyType({}), unit: str = "H187", mail: int = 3
) -> judging.Others:
    index = likeness.Index(0.9)
    marks = likeness.marks_of(likeness.figures_of(reading_with(changes).values))
    index.file(likeness.Filed(unit, "huyện Chi Lăng", "TN-2019-0003", (NOW, mail, 0), marks))
    return judging.Others(index, "H183", (NOW, 5, 0))


def noticed(
    judge: judging.PreparedJudge, changes: Mapping[str, object], *problems: Problem, **known: object
) -> list[Problem]:
    reading = reading_with(changes, problems)
    found = judging.judge(judge, reading, judging.Circumstances(**known))  # type: ignore[arg-type]
    assert (found.verdict, found.reason) == (reading.verdict, reading.reason)
    new = [each for each in found.problems if each not in problems]
    assert all(each.severity is Severity.NOTICE for each in new)
    return new


# Other figures than last year's on so many lines that the report is no copy of it.
MOVED = dict.fromkeys(
    ("news_items", "broadcasts", "banners", "talks", "launch_attendance", "danger_spots", "skill_classes"), 3
)


def test_a_figure_far_from_last_years_is_told_to_staff_with_both(judge_2019: judging.PreparedJudge) -> None:
    before = {**MOVED, "talk_attendances": 666, "gifts_poor": 601, "proposals": 119, "summer_attendances": 1333}
    found = [each for each in noticed(judge_2019, MOVED, last=last_year(before)) if each.code == "C41"]
    assert [(each.cell, each.item, each.found, each.expected) for each in found] == [
        ("D23", "2.5", "2.000", "666"),
        ("D42", "5.2", "200", "601"),
        ("D60", "7.4", "4.000", "1.333"),
    ]
    assert found[0].message == (
        "mục 2.5 “Lượt người tham dự truyền thông trực tiếp” ghi 2.000; báo cáo trước của đơn vị (“Năm 2018”) ghi 666."
    )


@pytest.mark.parametrize("before", [667, 2000, 6000, None, 0.0])
def test_a_figure_not_three_times_away_is_not_told(judge_2019: judging.PreparedJudge, before: object) -> None:
    found = noticed(judge_2019, {**MOVED}, last=last_year({"talk_attendances": before}))
    assert ("D23" in [each.cell for each in found]) is (before == 0.0)


@pytest.mark.parametrize(("before", "most"), [(50, 150), (10, 110)], ids=["three times", "a hundred more"])
def test_the_bounds_of_what_is_told_are_not_told(judge_2019: judging.PreparedJudge, before: int, most: int) -> None:
    for now in (most, most + 1):
        found = noticed(judge_2019, {**MOVED, "proposals": now}, last=last_year({**MOVED, "proposals": before}))
        assert ("D71" in [each.cell for each in found]) is (now > most)


def test_a_report_of_a_unit_made_of_several_is_said_not_to_be_comparable(judge_2019: judging.PreparedJudge) -> None:
    last = judging.Earlier("Năm 2018", "", {}, comparable=False)
    (found,) = noticed(judge_2019, MOVED, last=last)
    assert (found.code, found.cell) == ("C41", "")
    assert found.message.startswith("Không so sánh được với báo cáo trước (“Năm 2018”): đơn vị được thành lập từ nhiều")


def test_a_cell_with_a_problem_gets_no_notice_beside_it(judge_2019: judging.PreparedJudge) -> None:
    last = last_year({"talk_attendances": 100})
    assert [each.cell for each in noticed(judge_2019, {}, last=last)] == ["", "D23"]
    assert [each.cell for each in noticed(judge_2019, {}, problem("D23", "C07"), last=last)] == [""]


def test_a_report_that_repeats_last_years_is_told(judge_2019: judging.PreparedJudge) -> None:
    count = len(likeness.marks_of(likeness.figures_of(reading_with({}).values)))
    few = dict.fromkeys(list(MOVED)[:2], 3)
    (copy,) = [each for each in noticed(judge_2019, few, last=last_year()) if each.code == "C38"]
    assert copy.cell == ""
    same = count - 4  # two lines with a quantity and a cost each
    assert copy.message == (
        f"{same}/{count} số liệu khác 0 trùng với báo cáo trước của chính đơn vị (“Năm 2018”, thư TN-2018-0007); "
        "đề nghị cán bộ xem có phải sao chép không."
    )
    assert [each for each in noticed(judge_2019, MOVED, last=last_year()) if each.code == "C38"] == []


def test_a_report_that_repeats_another_units_is_told_and_by_whom(judge_2019: judging.PreparedJudge) -> None:
    (copy,) = noticed(judge_2019, {}, others=of_others())
    assert (copy.code, copy.sheet, copy.cell) == ("C38", "", "")
    assert "trùng với báo cáo của huyện Chi Lăng (thư TN-2019-0003)" in copy.message
    assert noticed(judge_2019, {}, others=of_others(unit="H183")) == []
    assert noticed(judge_2019, {}, others=of_others(mail=6)) == []
    assert noticed(judge_2019, MOVED, others=of_others()) == []


def test_reports_of_a_few_small_figures_are_alike_by_chance(judge_2019: judging.PreparedJudge) -> None:
    names = {row for row, _ in filled_2019.filled(judge_2019.form)} - {"directives", "talks", "news_items"}
    blank = dict.fromkeys(names)
    assert noticed(judge_2019, blank, others=of_others(blank), last=last_year(blank)) == []


def test_a_form_that_does_not_ask_for_it_looks_for_no_copies() -> None:
    silent = judging.prepare(replace(filled_2019.load(), copied=None, compare_with_last=None))
    assert noticed(silent, {"talks": 9000}, others=of_others(), last=last_year()) == []


def test_what_a_form_asks_of_earlier_reports_is_checked() -> None:
    asked = (
        "[compare_with_last]\nfactor = 1\ndifference = -1\n[copied]\nname = 'C38'\nshare = 90\nshares = 1\n[[header]]"
    )
    text = FORM.format(constraint="a.n >= 0", extra="", line="a", relevant="").replace("[[header]]", asked, 1)
    with pytest.raises(form.mistakes.OperatorError) as caught:
        form.load_form(text.encode(), "form.toml")
    assert list(caught.value.problems) == [
        "form.toml: compare_with_last.factor is a number above 1; write factor = 3.",
        "form.toml: compare_with_last.difference is a number, 0 or more; write difference = 100.",
        'form.toml: compare_with_last.name is missing; write name = "...".',
        "form.toml: copied.share is a number above 0, at most 1; write share = 0.9.",
        'form.toml: copied.shares is not a key here; did you mean "share"?',
    ]


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
