"""Lists of a filled workbook: records with their rows, what ends a list, and lists that must not be read at all."""

import pytest

from forms import children, read, text
from forms.grid import Workbook, WorkbookSheet
from roll.outcomes import Verdict
from tests.forms import workbooks
from tests.forms.found import UNIT, edited, problems_at, value_at


def test_a_list_of_named_children_is_kept_from_reading(reading):
    children = {f"Danh sach!{cell}": said for cell, said in {
        "A1": "DANH SÁCH TRẺ EM NHẬN HỌC BỔNG", "A3": "STT", "B3": "Họ và tên", "C3": "Ngày sinh", "A4": 1,
        "B4": "Nguyễn Văn An", "C4": "01/02/2010",
    }.items()}  # fmt: skip
    result = reading(children, sheets=(*workbooks.SHEETS, "Danh sach"))
    assert (result.verdict, result.reason, result.values, result.problems) == (
        Verdict.PERSONAL_DATA,
        "personal_data",
        (),
        (),
    )
    assert [value.name for value in result.header] == ["unit"]


def test_children_named_in_a_list_of_the_form_are_kept_from_reading(reading):
    assert (
        reading(
            {"Bieu 03!L6": "Họ tên trẻ", "Bieu 03!M6": "Năm sinh", "Bieu 03!L8": "Nguyễn Văn An", "Bieu 03!M8": 2010}
        ).verdict
        is Verdict.PERSONAL_DATA
    )


def test_the_preparers_name_is_no_list_of_children(reading):
    assert (
        reading({"D7": "Ngày sinh:", "E7": "01/02/1980", "A7": "Họ và tên người lập:"}).verdict
        is not Verdict.PERSONAL_DATA
    )


def test_a_list_in_which_the_form_itself_asks_for_names_and_birth_dates_is_read():
    assert children.are_asked(["STT", "Người được trợ giúp / Họ và tên", "Người được trợ giúp / Năm sinh"])
    assert not children.are_asked(["STT", "Tên nhà tài trợ", "Số tiền", "Năm sinh"])
    listed = WorkbookSheet("Bieu 03", [["Họ và tên", "Năm sinh"], ["Nguyễn Văn An", 2010]])
    assert children.lists_children(Workbook("xlsx", [listed]))
    assert not children.lists_children(Workbook("xlsx", [listed]), {"Bieu 03"})


def test_records_of_a_list_are_values_with_their_row(reading):
    result = reading()
    work = [value for value in result.values if value.sheet == "Bieu 02" and value.row == 8]
    assert [(value.name, value.column, value.cell) for value in work][:2] == [
        ("Bieu 02", "work", "B8"),
        ("Bieu 02", "kind", "C8"),
    ]


def test_a_list_ends_at_its_signatures_and_skips_totals_blanks_and_notes(reading):
    result = reading(
        {
            "Bieu 04!B16": "Tổng cộng",
            "Bieu 04!F16": 700,
            "Bieu 04!A18": "Ghi chú: chưa tính xã Gia Cát",
            "Bieu 04!B20": "NGƯỜI LẬP BIỂU",
            "Bieu 04!B22": "Hoàng Thị A",
        }
    )
    assert {value.row for value in result.values if value.sheet == "Bieu 04"} == set(range(8, 15))
    assert [(problem.code, problem.cell) for problem in result.problems] == [("P28", "A18")]


def test_a_record_without_its_required_text_is_an_error(reading):
    assert problems_at(reading({"Bieu 04!B9": None}), "B9") == [("error", "C39")]


def test_ditto_marks_repeat_the_text_above_and_never_a_figure(reading):
    result = reading({"Bieu 03!B9": "nt", "Bieu 04!E9": '"', "Bieu 04!F9": "nt"})
    assert value_at(result, "B9", "Bieu 03").value == value_at(result, "B8", "Bieu 03").value
    assert (value_at(result, "E9", "Bieu 04").rule, value_at(result, "F9", "Bieu 04").value) == ("P58", None)
    assert problems_at(result, "F9") == [("error", "C01")]


def test_a_hidden_record_is_asked_about_and_a_hidden_line_is_not(form, prepared):
    def hide(book):
        book["Bieu 04"].row_dimensions[9].hidden = True
        book["Bieu 01"].row_dimensions[21].hidden = True

    result = read.read_file(edited(workbooks.filled_2019(form, UNIT, 7), hide), "a.xlsx", [prepared])
    assert [(problem.code, problem.sheet, problem.cell) for problem in result.problems] == [("P25", "Bieu 04", "B9")]


@pytest.mark.parametrize(
    "write",
    [lambda content: workbooks.write_xls(content, ".VnTime"), workbooks.write_xlsx],
    ids=["by_its_font", "by_its_content"],
)
def test_a_report_in_tcvn3_is_read_as_unicode(form, prepared, write):
    codes = {letter: chr(code) for code, letter in text.TCVN3.items()}

    def encode(content):
        return (
            "".join(codes.get(letter) or codes.get(letter.lower(), letter) for letter in content)
            if isinstance(content, str)
            else content
        )

    content = {
        name: {address: encode(cell) for address, cell in cells.items()}
        for name, cells in workbooks.content_2019(form, UNIT, 7).items()
    }
    result = read.read_file(write(content), "a.xls", [prepared])
    plain = read.read_file(workbooks.filled_2019(form, UNIT, 7), "a.xlsx", [prepared])
    assert (result.verdict, result.header_text("unit")) == (Verdict.VALID, UNIT)
    assert result.fingerprint == plain.fingerprint
