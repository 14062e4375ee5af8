"""The blank workbook: where everything stands, what is locked, and that the same form gives the same bytes."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms import blank, form, read
from tests.forms import filled_2019
from tests.forms.test_form import EXAMPLE

HEADING = blank.BlankHeading(reference="Kèm theo Công văn số ……/SLĐTBXH-TEBĐG ngày 25/4/2019")
# the domain's list: row, item, label, cell of the count, cell of the money
ADDRESSES = Path(__file__).parent / "bieu01_addresses.csv"


@pytest.fixture(scope="module")
def data() -> bytes:
    return blank.blank(filled_2019.load(), HEADING)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_blank_of_2019_is_the_one_in_the_campaigns_folder(data: bytes) -> None:
    assert (filled_2019.FOLDER / "blank.xlsx").read_bytes() == data


def test_the_same_form_gives_the_same_bytes_whatever_the_hour(data: bytes) -> None:
    assert blank.blank(filled_2019.load(), HEADING) == data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = package.read("docProps/core.xml").decode()
    assert properties.count("1980-01-01T00:00:00Z") == 2


def test_every_indicator_stands_where_the_domain_puts_it(book: Workbook) -> None:
    sheet = book["Bieu 01"]
    lines = list(csv.DictReader(io.StringIO(ADDRESSES.read_text(encoding="utf-8"))))
    assert len(lines) == 69
    for line in lines:
        row = int(line["row"])
        assert [sheet.cell(row, column).value or "" for column in (1, 2, 3)] == [
            line["stt"],
            line["label_vi"],
            line["unit"],
        ]
        assert sheet.cell(row, 1).data_type == "s"
        for column, key in ((4, "cell_qty"), (5, "cell_cost")):
            cell = sheet.cell(row, column)
            assert (not cell.protection.locked) == bool(line[key])
            assert line[key] in {"", cell.coordinate}


def test_the_lines_above_and_below_the_table_are_those_of_such_forms(book: Workbook) -> None:
    sheet = book["Bieu 01"]
    expected = {
        "D1": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "D2": "Độc lập - Tự do - Hạnh phúc",
        "A4": "KẾT QUẢ THỰC HIỆN THÁNG HÀNH ĐỘNG VÌ TRẺ EM NĂM 2019",
        "A6": "Tên đơn vị báo cáo:", "A7": "Người lập biểu:", "D7": "Chức vụ:",
        "A8": "Điện thoại:", "D8": "Thư điện tử:",
        "A9": "Ngày lập báo cáo:", "D9": "Kỳ báo cáo:", "A10": "(đơn vị tính kinh phí: triệu đồng)",
        "D10": "Mã biểu: THDTE-2019-v1",
        "A11": "STT", "B11": "Nội dung", "C11": "Đơn vị tính", "D11": "Kết quả", "F11": "Ghi chú",
        "D12": "Số lượng", "E12": "Kinh phí (tr.đ)", "A13": "(A)", "C13": "(C)", "D13": "(1)", "F13": "(3)",
        "A86": "NGƯỜI LẬP BIỂU", "D86": "TL. CHỦ TỊCH", "D87": "TRƯỞNG PHÒNG",
    }  # fmt: skip
    assert {cell: sheet[cell].value for cell in expected} == expected
    assert "BIỂU MẪU MINH HỌA" in sheet["A5"].value
    assert sheet["A84"].value.startswith("Ghi chú: biểu mẫu minh họa;")
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A4:F4", "A5:F5", "D11:E11", "A11:A12", "F11:F12", "C6:F6"} <= merged
    assert not any(sheet[cell].protection.locked for cell in ("C6", "C7", "E7", "C8", "E8", "C9", "E9"))


def test_the_form_code_stands_in_a_defined_name(book: Workbook) -> None:
    assert book.defined_names["MA_BIEU"].attr_text == '"THDTE-2019-v1"'


def test_labels_are_locked_without_a_password(book: Workbook) -> None:
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert not sheet.protection.insertRows


def test_lists_begin_in_row_eight_and_end_with_their_total(book: Workbook) -> None:
    for name, first in (
        ("Bieu 02", "Tên công trình"),
        ("Bieu 03", "Cơ quan, tổ chức, cá nhân hỗ trợ"),
        ("Bieu 04", "Tên diễn đàn/mô hình/CLB"),
    ):
        sheet = book[name]
        assert [sheet["A6"].value, sheet["B6"].value, sheet["A7"].value, sheet["B7"].value] == [
            "STT",
            first,
            "(A)",
            "(1)",
        ]
        assert all(sheet.cell(row, 2).value is None for row in range(8, 28))
        assert sheet["B28"].value == "Cộng"
        assert not sheet["B8"].protection.locked


def test_choices_are_offered_from_hidden_cells(book: Workbook) -> None:
    sheet = book["Bieu 03"]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert offered == {"C8:C27": "$S$1:$S$6", "D8:D27": "$T$1:$T$6"}
    assert [sheet[f"T{row}"].value for row in range(1, 7)][2] == "Xe đạp, đồ dùng học tập"
    assert sheet.column_dimensions["T"].hidden


def test_figures_are_validated_and_each_line_carries_its_name_out_of_sight(book: Workbook) -> None:
    sheet = book["Bieu 01"]
    rules = {rule.type: str(rule.sqref).split() for rule in sheet.data_validations.dataValidation}
    assert "D41" in rules["whole"]
    assert "E41" in rules["decimal"]
    assert rules["list"] == ["D27"]
    assert rules["date"] == ["D28"]
    assert sheet["G41"].value == "gifts"
    assert sheet.column_dimensions["G"].hidden


def test_the_text_sheet_asks_its_questions(book: Workbook) -> None:
    sheet = book["Thuyet minh"]
    assert [sheet.cell(row, 2).value for row in (7, 8, 9)] == [
        "Đánh giá chung",
        "Khó khăn, vướng mắc",
        "Đề xuất, kiến nghị",
    ]
    assert not sheet["C7"].protection.locked


def test_another_form_has_its_blank_too() -> None:
    stranger = form.load_form(EXAMPLE.encode(), "form.toml")
    book = openpyxl.load_workbook(io.BytesIO(blank.blank(stranger, blank.BlankHeading())))
    sheet = book["Bieu 01"]
    labels = {sheet.cell(row, 2).value: row for row in range(1, sheet.max_row + 1)}
    assert labels["Tổng giá trị vận động được"] == labels["Trẻ em được thăm, tặng quà"] + 3
    assert sheet.cell(labels["Ngày tổ chức Lễ phát động"], 4).number_format == "dd/mm/yyyy"
    assert book["Bieu 02"]["A6"].value == "Tên công trình"


def test_a_form_of_one_column_and_three_header_levels_has_its_blank() -> None:
    text = """
name = "x"
version = "2"
title = "X"
[[header]]
name = "unit"
label = "Đơn vị"
[[header]]
name = "phone"
label = "Điện thoại"
[[sheet]]
name = "S"
kind = "rows"
label = "Chỉ tiêu"
[[sheet.column]]
name = "girls"
label = "Tổng / Trẻ em / Gái"
type = "integer"
[[sheet.column]]
name = "boys"
label = "Tổng / Trẻ em / Trai"
type = "integer"
[[sheet.column]]
name = "adults"
label = "Tổng / Người lớn"
type = "integer"
[[sheet.row]]
name = "a"
label = "A"
"""
    book = openpyxl.load_workbook(io.BytesIO(blank.blank(form.load_form(text.encode(), "x"), blank.BlankHeading())))
    sheet = book["S"]
    top = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Chỉ tiêu")
    assert [sheet.cell(top, 2).value, sheet.cell(top + 1, 2).value, sheet.cell(top + 1, 4).value] == [
        "Tổng",
        "Trẻ em",
        "Người lớn",
    ]
    assert [sheet.cell(top + 2, column).value for column in (2, 3, 4)] == ["Gái", "Trai", None]
    assert {f"B{top}:D{top}", f"B{top + 1}:C{top + 1}", f"D{top + 1}:D{top + 2}"} <= {
        str(area) for area in sheet.merged_cells.ranges
    }
    assert sheet.cell(top + 4, 1).value == "A"


LISTED = """
name = "DS"
version = "1"
title = "Danh sách công trình"
[[header]]
name = "unit"
label = "Đơn vị báo cáo"
[[header]]
name = "preparer"
label = "Người lập biểu"
[[header]]
name = "made_on"
label = "Ngày lập"
type = "date"
"""
WORKS = """
[[sheet]]
name = "Cong trinh"
kind = "list"
item = "STT"
[[sheet.column]]
name = "work"
label = "Tên công trình"
type = "text"
[[sheet.column]]
name = "cost"
label = "Kinh phí / Đã duyệt"
type = "integer"
[[sheet.column]]
name = "paid"
label = "Kinh phí / Đã chi"
type = "integer"
"""
UNNUMBERED = WORKS.replace('item = "STT"\n', "")
QUESTIONS = """
[[sheet]]
name = "Thuyet minh"
kind = "text"
item = "TT"
label = "Nội dung"
[[sheet.column]]
name = "answer"
label = "Trả lời"
type = "text"
[[sheet.row]]
name = "judgement"
item = "1"
label = "Đánh giá chung"
"""


@pytest.mark.parametrize("sheets", [WORKS, UNNUMBERED, QUESTIONS, WORKS + QUESTIONS, QUESTIONS + WORKS])
def test_a_form_without_a_printed_sheet_asks_on_its_first_one_who_reports_and_is_read_so(sheets: str) -> None:
    asked = form.load_form((LISTED + sheets).encode(), "form.toml")
    prepared = read.prepare(asked)
    data = blank.blank(asked, blank.BlankHeading())
    assert read.read_file(data, "mau.xlsx", [prepared]).reason == "blank_form"
    book = openpyxl.load_workbook(io.BytesIO(data))
    told = {"Đơn vị báo cáo:": "UBND xã Mẫu Một", "Người lập biểu:": "Nguyễn Văn A", "Ngày lập:": date(2026, 3, 5)}
    first = book.worksheets[0]
    for row, content in zip(first.iter_rows(min_row=4, max_row=6), told.values(), strict=True):
        assert row[0].value in told
        open_cell = next(cell for cell in row if not cell.protection.locked)
        open_cell.value = content
    for sheet in book:
        fill_in(sheet)
    filled = io.BytesIO()
    book.save(filled)

    reading = read.read_file(filled.getvalue(), "bc.xlsx", [prepared])

    assert (reading.verdict.value, reading.problems) == ("valid", ())
    assert {field.name: field.value for field in reading.header} == {
        "unit": "UBND xã Mẫu Một",
        "preparer": "Nguyễn Văn A",
        "made_on": "2026-03-05",
    }
    values = {value.column: value.value for value in reading.values}
    sought = {"work": "Trường A", "cost": 12, "paid": 12, "answer": "Tốt"}
    assert values == {name: value for name, value in sought.items() if f'"{name}"' in sheets}


def fill_in(sheet: Worksheet) -> None:
    """Write one record below the numbers of a list's columns, an answer beside each question."""
    for cell in [cell for row in sheet.iter_rows() for cell in row]:
        if cell.value == "(1)":
            sheet.cell(cell.row + 1, cell.column).value = "Trường A"
        elif cell.value in {"(2)", "(3)"}:
            sheet.cell(cell.row + 1, cell.column).value = 12
        elif cell.value == "Đánh giá chung":
            sheet.cell(cell.row, cell.column + 1).value = "Tốt"
