"""The rules for dates and for who reports when, P66 to P74: each with the examples of its line."""

from datetime import date, datetime

import pytest

from forms import read, values
from roll.outcomes import Verdict
from tests.forms import workbooks
from tests.forms.found import CAMPAIGN, UNIT, edited, problems_at, value_at
from tests.forms.taking import DAY, PHONE, TEXT, taken


@pytest.mark.parametrize(
    "cell",
    ["ngày 3 tháng 6 năm 2019", "03/6/2019", "3-6-19", "03.06.2019", "03/6", "8h00 ngày 03/6/2019", "Thứ 2, 03/6/2019"],
)
def test_p66_a_day_is_read_day_before_month(cell):
    assert taken(cell, DAY) == ("2019-06-03", "P66", "")


@pytest.mark.parametrize("cell", [date(2019, 6, 3), datetime(2019, 6, 3, 8)])
def test_p66_a_date_cell_is_its_day(cell):
    assert taken(cell, DAY) == ("2019-06-03", "", "")


def test_p66_a_missing_year_is_the_campaigns_and_noted():
    assert values.take("03/6", DAY).note == "03/6"


def test_p67_a_swapped_day_is_proposed(reading):
    result = reading({"D28": date(2019, 3, 6)})
    assert problems_at(result, "D28") == [("warning", "C10")]
    said = next(problem.message for problem in result.problems if problem.cell == "D28")
    assert "đề nghị xác nhận có phải 03/6/2019 không" in said


@pytest.mark.parametrize(
    ("cell", "value"),
    [("31/5 và 01/6", "2019-05-31"), ("từ 28/5 đến 02/6", "2019-05-28"), ("28/5-02/6", "2019-05-28"),
     ("28-30/5", "2019-05-28"), ("ngày 1 và 2 tháng 6", "2019-06-01"), ("cuối tháng 5", None),
     ("tuần 1 tháng 6", None)],
)  # fmt: skip
def test_p68_of_several_days_the_first_is_taken_and_asked_about(cell, value):
    assert taken(cell, DAY) == (value, "P68", "warning P68")


def test_p69_a_day_that_is_in_no_calendar_is_an_error():
    assert taken("31/6/2019", DAY) == (None, "P69", "error P69")


@pytest.mark.parametrize("cell", ["15/4 (ÂL)", "15/4 âm lịch"])
def test_p70_a_lunar_day_is_asked_about(cell):
    assert taken(cell, DAY) == (None, "P70", "warning P70")


@pytest.mark.parametrize("cell", [912000000, 912000000.0, "912000000"])
def test_p71_a_telephone_number_gets_its_leading_zero_back(cell):
    assert taken(cell, PHONE) == ("0912000000", "P71", "")


@pytest.mark.parametrize("cell", ["0205.3000.996", "02053 000 996"])
def test_p71_any_other_telephone_number_stays_text(cell):
    assert taken(cell, PHONE) == (cell, "", "")


@pytest.mark.parametrize("cell", ["……….", "____", ". . . ."])
def test_p72_dotted_leaders_are_blank(cell, reading):
    assert taken(cell, TEXT) == (None, "P72", "")
    assert reading({"C6": cell}).header_text("unit") == ""


# What the name says of the unit is proved in tests/intake/test_sender.py; here: it is handed on as it was typed.
@pytest.mark.parametrize("cell", ["Cao Lộc", "H. Cao Lộc", "UBND H. CAO LỘC"])
def test_p72_the_units_name_is_handed_on_as_it_was_typed(cell, reading):
    assert reading({"C6": cell}).header_text("unit") == cell


@pytest.mark.parametrize("period", ["T6/2018", "Quý II/2018", "6 tháng năm 2018"])
def test_p73_a_period_of_another_year_is_an_error(reading, period):
    assert problems_at(reading({"E9": period}), "E9") == [("error", "P73")]


@pytest.mark.parametrize("period", ["T6/2019", "tháng 06 năm 2019", "6/2019", "Tháng 6", "Báo cáo tháng 6", "đợt hè"])
def test_p73_the_same_period_in_other_words_and_words_that_name_none_are_no_error(reading, period):
    assert problems_at(reading({"E9": period}), "E9") == []


@pytest.mark.parametrize("period", ["Quý II", "quý 2/2019", "6 tháng", "6 tháng đầu năm 2019", "T7/2019", "Năm 2019"])
def test_p73_another_period_than_the_forms_is_an_error(reading, period):
    found = reading({"E9": period})
    assert problems_at(found, "E9") == [("error", "P73")]
    assert next(each for each in found.problems if each.code == "P73").expected == "Tháng 6/2019"


@pytest.mark.parametrize("period", ["T6/2019", "Tháng 6/2019"])
def test_p73_a_period_of_the_campaigns_year_is_none(reading, period):
    assert problems_at(reading({"E9": period}), "E9") == []


def test_p74_a_workbook_saved_again_has_the_same_fingerprint(form, prepared):
    data = workbooks.filled_2019(form, UNIT, 7)
    again = edited(data, lambda book: setattr(book.properties, "creator", "Người khác"))
    assert again != data
    first, second = (read.read_file(each, name, [prepared]) for each, name in ((data, "a.xlsx"), (again, "b.xlsx")))
    assert first.fingerprint == second.fingerprint


def test_p74_another_value_has_another_fingerprint(reading):
    result = reading()
    assert reading({"D21": value_at(result, "D21").value + 1}).fingerprint != result.fingerprint


# Formulas never calculated, error cells and blanks are three things (P14, P15, C39).
def test_an_uncalculated_formula_an_error_cell_and_a_blank_say_different_things(form, prepared):
    def spoil(book):
        page = book["Bieu 01"]
        page["D21"].value, page["D46"].value, page["D48"].value = "=LEN(A1)", "#REF!", None

    result = read.read_file(edited(workbooks.filled_2019(form, UNIT, 7), spoil), "a.xlsx", [prepared])
    assert [problems_at(result, cell)[0] for cell in ("D21", "D46", "D48")] == [
        ("error", "P14"), ("error", "P15"), ("warning", "C39"),
    ]  # fmt: skip
    messages = {problem.cell: problem.message for problem in result.problems}
    assert "công thức chưa có kết quả" in messages["D21"]
    assert "báo lỗi #REF!" in messages["D46"]
    assert "chưa ghi số liệu" in messages["D48"]
    assert [value_at(result, cell).raw for cell in ("D21", "D46", "D48")] == ["=LEN(A1)", "#REF!", None]
    assert {value_at(result, cell).value for cell in ("D21", "D46", "D48")} == {None}


# Last year's copy, another version, another form (C37, P08).
@pytest.mark.parametrize(
    ("code", "title", "detail"),
    [
        ("THDTE-2018-v1", "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2018", "biểu mẫu năm 2018"),
        ("THDTE-2019-v1", "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2018", "biểu mẫu năm 2018"),
        ("", "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2018", "biểu mẫu năm 2018"),
        ("THDTE-2019-v2", "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019", "biểu mẫu phiên bản 2"),
        ("BVTE-2019-v1", "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019", "biểu mẫu mã BVTE-2019-v1"),
    ],
)
def test_last_years_copy_another_version_and_another_form_are_said(form, prepared, code, title, detail):
    content = workbooks.content_2019(form, UNIT, 7)
    content["Bieu 01"] |= {"A4": title, "F10": f"Mã biểu: {code}" if code else ""}
    result = read.read_file(workbooks.write_xlsx(content, code), "a.xlsx", [prepared])
    assert (result.verdict, result.reason, result.detail) == (Verdict.WRONG_FORM, "wrong_form", detail)
    assert result.header_text("unit") == UNIT


def test_the_blank_form_itself_is_this_form(prepared):
    result = read.read_file((CAMPAIGN / "blank.xlsx").read_bytes(), "a.xlsx", [prepared])
    assert (result.verdict, result.reason) == (Verdict.NEEDS_FIX, "blank_form")
