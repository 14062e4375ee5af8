"""Shares and averages in the consolidated workbook: never added up, not asked about, and told where they stand."""

import io
from dataclasses import replace

import pytest

from forms import consolidate, read
from forms.form import load_form
from roll.outcomes import Verdict
from roll.reports import Reading, Value
from tests.forms.test_consolidate import FILE, opened, told, unit

FORM = load_form(
    """
name = "TL"
version = "1"
title = "Báo cáo tỷ lệ"
[[sheet]]
name = "Biểu"
kind = "rows"
item = "TT"
label = "Nội dung"
unit = "Đơn vị tính"
[[sheet.column]]
name = "n"
label = "Kết quả"
type = "decimal"
[[sheet.row]]
name = "schools"
item = "1"
label = "Trường có trên 50 % trẻ tiêm đủ"
unit = "trường"
[[sheet.row]]
name = "children"
item = "2"
label = "Trẻ em"
unit = "người"
[[sheet.row]]
name = "injected"
item = "3"
label = "Trẻ em được tiêm"
unit = "%"
required = ["n"]
[[sheet.row]]
name = "harvest"
item = "4"
label = "Lúa"
unit = "tạ/ha"
[[sheet.row]]
name = "income"
item = "5"
label = "- Bình quân thu nhập đầu người"
unit = "triệu đồng"
[[check]]
name = "E1"
constraint = "coalesce(injected.n, 0) > 90"
constraint_message = "phải trên 90."
severity = "error"
at = "injected.n"
""".encode(),
    "form.toml",
)
LINES = ("schools", "children", "injected", "harvest", "income")
RATES = ("injected", "harvest", "income")
GIVEN = ((3, 40, 93.5, 61.5, 40), (5, 60, 95, 48, 52))


def reading(figures) -> Reading:
    values = tuple(
        Value(name, "n", "Biểu", f"D{row}", str(figure), figure, "decimal")
        for row, (name, figure) in enumerate(zip(LINES, figures, strict=True), 9)
    )
    return Reading(Verdict.VALID, "valid", values=values)


@pytest.fixture(scope="module", params=[2, consolidate.UNIT_SHEETS_MOST + 1], ids=["sheets", "wide"])
def data(request) -> bytes:
    units = (unit(number, reading(GIVEN[number % 2])) for number in range(request.param))
    return consolidate.consolidate(told(FORM, *units))


def test_a_share_has_no_total_and_the_cell_says_where_the_units_shares_stand(data):
    book, formulas = opened(data), opened(data, results=False)
    found = {row[1].value: row[3] for row in formulas["Biểu"].iter_rows() if row[0].value in tuple("12345")}
    matrix = {row[1].value: row for row in book["Ma trận"].iter_rows() if row[0].value in tuple("12345")}
    assert len(found) == len(matrix) == len(LINES)
    for name, (label, cell) in zip(LINES, found.items(), strict=True):
        line = matrix[label]
        if name not in RATES:
            assert cell.value.startswith("=IF(COUNT(")
            assert line[4].value == sum(each.value for each in line[7:])
            continue
        assert (cell.value, line[4].value) == (None, None)
        item = next(row[0] for row in formulas["Biểu"].iter_rows() if row[1].value == label)
        assert item.hyperlink.location == f"'Ma trận'!A{line[0].row}"
        assert "không cộng được" in cell.comment.text
        assert f"sheet “Ma trận”, dòng {line[0].row}" in cell.comment.text
        assert [each.value for each in line[7:9]] == [GIVEN[0][LINES.index(name)], GIVEN[1][LINES.index(name)]]
        assert line[5].value == len(line[7:])
    assert matrix["Trẻ em được tiêm"][6].value == "93,5 - 95"


def test_the_workbook_is_valid_though_a_required_share_is_blank_and_a_rule_would_take_it_for_nothing(data):
    found = read.read_file(data, FILE, [read.prepare(FORM)])
    assert (found.verdict, found.problems) == (Verdict.VALID, ())


def saved(book) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_report_of_one_unit_is_still_asked_for_its_shares(data):
    book = opened(data)
    del book.defined_names["ROLLCALL_CONSOLIDATED"]
    found = read.read_file(saved(book), FILE, [read.prepare(FORM)])
    told_of = {(problem.severity.value, problem.code, problem.item) for problem in found.problems}
    assert {("error", "E1", "3"), ("warning", "C39", "4"), ("warning", "C39", "5")} <= told_of


def test_a_form_of_nothing_but_shares_is_no_blank_form():
    rows = tuple(row for row in FORM.sheets[0].rows if row.name in RATES)
    form = replace(FORM, sheets=(replace(FORM.sheets[0], rows=rows),))
    found = read.read_file(consolidate.consolidate(told(form, unit(1, reading(GIVEN[0])))), FILE, [read.prepare(form)])
    assert (found.verdict, found.problems) == (Verdict.VALID, ())


def test_a_form_without_main_figures_gets_a_chart_of_the_first_line_with_figures_of_each_section():
    section = replace(FORM.sheets[0].rows[0], name="", label="Phần", section=True, columns=())
    rows = FORM.sheets[0].rows
    form = replace(FORM, sheets=(replace(FORM.sheets[0], rows=(section, *rows[:2], section, *rows[2:])),))
    blank_first = reading((None, 40, 93.5, 61.5, 40))
    few = opened(consolidate.consolidate(told(form, unit(1, blank_first), unit(2, blank_first))))["Biểu đồ"]
    titles = [chart.title.tx.rich.p[0].r[0].t for chart in few._charts]
    assert titles == ["Trẻ em (người)", "Trẻ em được tiêm (%)"]
    many = (unit(number, blank_first) for number in range(61))
    wide = opened(consolidate.consolidate(told(form, *many)))["Biểu đồ"]
    titles = [chart.title.tx.rich.p[0].r[0].t for chart in wide._charts]
    assert titles == ["Trẻ em (người), theo nhóm đơn vị"], "shares of kinds of units would be sums"
