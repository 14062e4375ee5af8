"""A filled 2019 workbook from bytes to values, problems and verdict."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from forms import form as forms
from forms import read
from roll.outcomes import Verdict
from roll.reports import Severity
from tests.forms import workbooks
from tests.forms.found import CAMPAIGN, UNIT, edited, problems_at, value_at


def as_read(content):
    """What a written value is as a value of a report."""
    if isinstance(content, (datetime, date)):
        return content.strftime("%Y-%m-%d")
    return content


@pytest.mark.parametrize("seed", range(5))
def test_every_value_comes_back_with_its_sheet_and_cell(form, prepared, seed):
    result = read.read_file(workbooks.filled_2019(form, UNIT, seed), "bc.xlsx", [prepared])
    content = workbooks.content_2019(form, UNIT, seed)
    assert (result.verdict, result.reason, result.problems) == (Verdict.VALID, "valid", ())
    assert len(result.values) == 300
    for value in result.values:
        assert value.value == as_read(content[value.sheet][value.cell])


def test_the_same_report_as_xls_has_the_same_values_and_fingerprint(form, prepared):
    new = read.read_file(workbooks.filled_2019(form, UNIT, 3), "bc.xlsx", [prepared])
    old = read.read_file(workbooks.filled_2019_xls(form, UNIT, 3), "bc.xls", [prepared])
    assert old.verdict is Verdict.VALID
    assert old.fingerprint == new.fingerprint
    assert [(value.name, value.cell, value.value) for value in old.values] == [
        (value.name, value.cell, value.value) for value in new.values
    ]


def test_the_cells_are_those_of_the_domain(reading):
    with (Path(__file__).parent / "bieu01_addresses.csv").open(encoding="utf-8-sig") as lines:
        wanted = {
            line[column] for line in csv.DictReader(lines) for column in ("cell_qty", "cell_cost") if line[column]
        }
    assert {value.cell for value in reading().values if value.sheet == "Bieu 01"} == wanted


def test_values_stand_in_the_order_of_the_form_then_lists_then_texts(form, reading):
    values = reading().values
    asked = [(row.name, column) for row in form.sheets[0].rows for column in row.columns]
    assert [(value.name, value.column) for value in values[: len(asked)]] == asked
    assert [value.name for value in values[-3:]] == ["assessment", "difficulties", "suggestions"]
    assert {value.row for value in values[len(asked) : -3]} > {8, 9}


def test_the_lines_above_the_table_are_header_values(reading):
    result = reading()
    assert result.header_text("unit") == UNIT
    assert result.header_text("position") == "Chuyên viên"
    assert [(value.name, value.cell) for value in result.header][:3] == [
        ("unit", "C6"),
        ("preparer", "C7"),
        ("position", "E7"),
    ]
    assert result.header_text("date") == "2019-07-03"


@pytest.mark.parametrize(
    "changes",
    [
        {"A6": "Tên đơn vị báo cáo: UBND huyện Văn Quan", "C6": None},
        {"A6": "Tên đơn vị: ", "C6": None, "D6": "UBND huyện Văn Quan"},
        {"A6": "TÊN ĐƠN VỊ BÁO CÁO", "C6": "UBND huyện Văn Quan"},
    ],
)
def test_the_unit_is_found_in_its_cell_beside_or_after_a_colon(reading, changes):
    assert reading(changes).header_text("unit") == "UBND huyện Văn Quan"


@pytest.mark.parametrize("left", [None, "……………", "______"])
def test_a_unit_left_as_dots_is_blank(reading, left):
    assert reading({"C6": left}).header_text("unit") == ""


def test_a_blank_required_cell_is_an_error_and_another_a_warning(reading):
    result = reading({"D41": None, "D21": None})
    assert (problems_at(result, "D41"), problems_at(result, "D21")) == ([("error", "C39")], [("warning", "C39")])
    assert value_at(result, "D41").value is None
    message = next(problem.message for problem in result.problems if problem.cell == "D21")
    assert message == "chưa ghi số liệu; nếu không phát sinh, đề nghị ghi số 0."


def test_a_blank_that_does_not_apply_to_the_unit_is_no_problem(form, prepared):
    changes = {"D17": None, "D20": None, "E20": None}
    data = workbooks.filled_2019(form, "Sở Giáo dục và Đào tạo", 7, changes)
    assert {problem.cell for problem in read.read_file(data, "a.xlsx", [prepared]).problems} & set(changes) == set()


def test_warnings_alone_need_confirmation_and_errors_return(reading):
    assert (reading({"D21": "khoảng 200"}).verdict, reading({"D21": "khoảng 200"}).reason) == (
        Verdict.NEEDS_CONFIRM,
        "warnings",
    )
    assert (reading({"D21": "ba trăm"}).verdict, reading({"D21": "ba trăm"}).reason) == (Verdict.NEEDS_FIX, "errors")


def test_a_problem_names_sheet_cell_label_item_found_and_expected(reading):
    (problem,) = reading({"D21": "-5"}).problems
    assert (problem.sheet, problem.cell, problem.item, problem.label) == (
        "Bieu 01",
        "D21",
        "2.3",
        "Băng rôn, khẩu hiệu, pa nô, áp phích",
    )
    assert (problem.found, problem.expected) == ("-5", "số nguyên, không âm")
    assert problem.message == "Số lượng phải là số nguyên, không âm; hiện ghi “-5”."


def test_a_type_error_is_the_only_message_about_its_cell(reading):
    assert problems_at(reading({"D42": "nhiều"}), "D42") == [("error", "C01")]


def test_a_part_greater_than_its_whole_is_told(reading):
    assert problems_at(reading({"D42": 99_999}), "D42") == [("error", "C15")]


def test_the_raw_text_and_the_rule_are_kept(reading):
    value = value_at(reading({"D21": "1.200 chiếc"}), "D21")
    assert (value.raw, value.value, value.rule) == ("1.200 chiếc", 1200, "P54")


def test_an_error_cell_a_missing_result_and_a_blank_are_three_things(form, prepared, reading):
    result = reading({"D21": "=LEN(A1)", "D48": None})
    assert problems_at(result, "D21") == [("error", "P14")]
    assert problems_at(result, "D48") == [("warning", "C39")]
    data = edited(workbooks.filled_2019(form, UNIT, 7), lambda book: setattr(book["Bieu 01"]["D21"], "value", "#REF!"))
    result = read.read_file(data, "a.xlsx", [prepared])
    assert problems_at(result, "D21") == [("error", "P15")]
    assert value_at(result, "D21").raw == "#REF!"


def test_a_sum_without_result_is_computed(reading):
    result = reading({"E35": "=SUM(E36:E37)", "E55": "=E52+E53+E54"})
    assert (result.verdict, value_at(result, "E35").rule, value_at(result, "E35").raw) == (
        Verdict.VALID,
        "P14",
        "=SUM(E36:E37)",
    )
    assert value_at(result, "E35").value == pytest.approx(value_at(result, "E36").value + value_at(result, "E37").value)


@pytest.mark.parametrize(
    "formula", ["=SUM(E36:E37)/2", "=SUM(E36:ZZ99999)", "=E35", "=SUM(B36:B37)", "=SUM(E36:E37", "=SUM()"]
)
def test_a_formula_that_is_no_plain_sum_is_asked_for(reading, formula):
    assert problems_at(reading({"E35": formula}), "E35") == [("error", "P14")]


def test_a_percentage_in_a_count_is_an_error(form, prepared):
    def show_as_percent(book):
        book["Bieu 01"]["D21"].value = 0.85
        book["Bieu 01"]["D21"].number_format = "0%"

    result = read.read_file(edited(workbooks.filled_2019(form, UNIT, 7), show_as_percent), "a.xlsx", [prepared])
    assert problems_at(result, "D21") == [("error", "P57")]
    assert value_at(result, "D21").raw == "85%"


def test_a_struck_out_figure_is_asked_about(form, prepared):
    data = edited(
        workbooks.filled_2019(form, UNIT, 7), lambda book: setattr(book["Bieu 01"]["D21"], "font", Font(strike=True))
    )
    assert problems_at(read.read_file(data, "a.xlsx", [prepared]), "D21") == [("warning", "P26")]


def test_an_amount_in_the_column_of_counts_is_taken_and_asked_about(reading):
    cost = value_at(reading(), "E79").value
    result = reading({"E79": None, "D79": cost})
    assert value_at(result, "D79").value == cost
    assert problems_at(result, "D79") == [("warning", "P60")]


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"E12": "Kinh phí (nghìn đồng)"}, "E12"),
        ({"E12": "Kinh phí (đ)"}, "E12"),
        ({"A10": "(Đơn vị tính kinh phí: nghìn đồng)", "E12": "Kinh phí"}, "A10"),
        ({"Bieu 02!G6": "Kinh phí (đồng)"}, "G6"),
    ],
)
def test_a_sheet_in_another_unit_of_money_is_an_error(reading, changes, cell):
    assert problems_at(reading(changes), cell) == [("error", "P52")]


@pytest.mark.parametrize(
    "changes", [{"E12": "Kinh phí (triệu đồng)"}, {"A10": "ĐVT: tr.đ"}, {"E12": "Kinh phí (tr. đồng)"}]
)
def test_the_same_unit_of_money_written_otherwise_is_no_problem(reading, changes):
    assert reading(changes).verdict is Verdict.VALID


def test_a_deleted_line_is_an_error_with_its_label(reading):
    result = reading({"A21": None, "B21": None, "C21": None, "D21": None, "E21": None})
    (problem,) = [problem for problem in result.problems if problem.code == "P23"]
    assert (problem.severity, problem.label, problem.cell) == (
        Severity.ERROR,
        "Băng rôn, khẩu hiệu, pa nô, áp phích",
        "",
    )
    assert [value.value for value in result.values if value.name == "banners"] == [None, None]


def test_a_form_without_a_figure_is_blank(prepared):
    result = read.read_file((CAMPAIGN / "blank.xlsx").read_bytes(), "blank.xlsx", [prepared])
    assert (result.verdict, result.reason) == (Verdict.NEEDS_FIX, "blank_form")
    assert result.problems[0].message.startswith("Biểu mẫu chưa có số liệu")


def filled_cells(form):
    content = workbooks.content_2019(form, UNIT, 7)["Bieu 01"]
    return [cell for cell in content if cell[0] in "DE" and 15 <= int(cell[1:]) <= 82]


def test_a_form_with_few_figures_is_asked_about(form, reading):
    result = reading(dict.fromkeys(filled_cells(form)[10:]))
    assert "C40" in [problem.code for problem in result.problems]
    assert result.verdict is Verdict.NEEDS_FIX


def test_a_form_of_zeros_is_asked_about(form, prepared):
    changes = dict.fromkeys(filled_cells(form), 0)
    data = workbooks.filled_2019(form, UNIT, 7, changes | {"D28": None}, ("Bieu 01",))
    messages = [
        problem.message for problem in read.read_file(data, "a.xlsx", [prepared]).problems if problem.code == "C40"
    ]
    assert messages == ["tất cả chỉ tiêu đều ghi số 0; đề nghị xác nhận."]


@pytest.mark.parametrize(
    "changes", [{"A4": "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2018"}, {"F10": "Mã biểu: THDTE-2018-v1"}]
)
def test_the_form_of_another_year_is_the_wrong_form(form, prepared, changes):
    content = workbooks._apply(workbooks.content_2019(form, UNIT, 7), {"F10": None} | changes, workbooks.SHEETS)
    result = read.read_file(workbooks.write_xlsx(content), "a.xlsx", [prepared])
    assert (result.verdict, result.reason, result.detail) == (Verdict.WRONG_FORM, "wrong_form", "biểu mẫu năm 2018")
    assert result.header_text("unit") == UNIT


def test_another_report_is_the_wrong_form_and_says_what_it_is(prepared):
    data = workbooks.write_xlsx(
        {"Sheet1": {"A1": "BÁO CÁO 6 THÁNG ĐẦU NĂM 2019", "A3": "STT", "B3": "Chỉ tiêu", "C3": "Số liệu"}}
    )
    result = read.read_file(data, "a.xlsx", [prepared])
    assert (result.verdict, result.detail) == (Verdict.WRONG_FORM, "tệp có tiêu đề “BÁO CÁO 6 THÁNG ĐẦU NĂM 2019”")


def test_a_period_of_another_year_is_an_error(reading):
    assert problems_at(reading({"E9": "Tháng 6/2018"}), "E9") == [("error", "P73")]


def test_the_form_is_recognised_among_several(form, prepared):
    other = read.prepare(forms.Form("KHAC-2019", "1", "BIỂU KHÁC NĂM 2019", year=2019, sheets=form.sheets[1:2]))
    data = workbooks.filled_2019(form, UNIT, 7)
    assert (
        read.read_file(data, "a.xlsx", [other, prepared]).form
        == read.read_file(data, "a.xlsx", [prepared, other]).form
        == "THDTE-2019"
    )


def test_the_fingerprint_knows_values_and_nothing_else(reading):
    same = reading().fingerprint
    assert (
        reading({"A7": "Cán bộ lập biểu:", "D21": f"'{value_at(reading(), 'D21').value}", "B84": "x"}).fingerprint
        == same
    )
    assert reading({"D21": 1}).fingerprint != same
    assert reading({"Bieu 02!J9": "khác"}).fingerprint != same


def test_a_missing_sheet_is_told(reading):
    result = reading(sheets=("Bieu 01", "Bieu 02", "Thuyet minh"))
    assert [(problem.severity.value, problem.code, problem.sheet) for problem in result.problems] == [
        ("warning", "P07", "Bieu 03"),
        ("warning", "P07", "Bieu 04"),
    ]


def test_a_workbook_of_lists_alone_is_returned_for_its_table(reading):
    assert ("error", "P07") in [
        (problem.severity.value, problem.code) for problem in reading(sheets=("Bieu 02", "Bieu 03")).problems
    ]


def test_the_answer_to_a_question_may_stand_beside_or_below(reading):
    result = reading({"Thuyet minh!A6": None, "Thuyet minh!B6": None, "Thuyet minh!C6": None, "Thuyet minh!C7": None,
    "Thuyet minh!A7": None,
                      "Thuyet minh!B7": "1. Đánh giá chung: Tốt.", "Thuyet minh!B8": "2. Khó khăn, vướng mắc",
                      "Thuyet minh!C8": "Thiếu kinh phí.",
                      "Thuyet minh!B9": "3. Đề xuất, kiến nghị:", "Thuyet minh!C9": None,
                      "Thuyet minh!B10": "Bố trí thêm kinh phí.",
                      "Thuyet minh!A8": None, "Thuyet minh!A9": None})  # fmt: skip
    assert [(value.cell, value.value) for value in result.values[-3:]] == [
        ("B7", "Tốt."),
        ("C8", "Thiếu kinh phí."),
        ("B10", "Bố trí thêm kinh phí."),
    ]


def test_the_extension_plays_no_part_and_is_noted(form, prepared):
    result = read.read_file(workbooks.filled_2019(form, UNIT, 7), "bc.xls", [prepared])
    assert result.verdict is Verdict.VALID
    assert result.notes[0] == "P01 xlsx"


@pytest.mark.parametrize(
    ("data", "verdict", "detail"),
    [
        (b"", Verdict.UNREADABLE, "tệp rỗng, không có nội dung"),
        (
            b"\x05ADMIN" + b" " * 159,
            Verdict.UNREADABLE,
            "tệp tạm do Excel tạo ra khi đang mở báo cáo, không phải báo cáo",
        ),
        (b"%PDF-1.4", Verdict.UNREADABLE, "tệp PDF, không phải tệp Excel"),
        (b"PK\x03\x04abc", Verdict.UNREADABLE, "tệp không phải tệp Excel"),
    ],
)
def test_what_cannot_be_read_says_why_in_vietnamese(prepared, data, verdict, detail):
    result = read.read_file(data, "a.xlsx", [prepared])
    assert (result.verdict, result.reason, result.detail) == (verdict, verdict.value, detail)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_reading(data):
    assert read.read_file(data, "a.xlsx", []).verdict in Verdict


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([f"{letter}{row}" for letter in "ABCDEF" for row in range(1, 90)]),
        st.one_of(
            st.text(max_size=40).filter(lambda said: said.isprintable() and not said.startswith("=")),
            st.floats(allow_nan=False, allow_infinity=False),
            st.integers(-(10**9), 10**9),
            st.none(),
        ),
        max_size=30,
    )
)
def test_any_content_of_any_cell_gives_a_reading(changes):
    whole = forms.load_form((CAMPAIGN / "form.toml").read_bytes(), "form.toml") if not KEPT else KEPT[0][0]
    if not KEPT:
        KEPT.append((whole, read.prepare(whole), workbooks.content_2019(whole, UNIT, 1)))
    content = {name: dict(cells) for name, cells in KEPT[0][2].items()}
    data = workbooks.write_xlsx(workbooks._apply(content, changes, ("Bieu 01",)))
    result = read.read_file(data, "a.xlsx", [KEPT[0][1]])
    assert result.verdict in Verdict
    assert len({(problem.sheet, problem.cell, problem.message) for problem in result.problems}) == len(result.problems)


KEPT: list = []
