"""What must not be passed over: lone names in lists, first records, units whose names begin like a letterhead."""

import io
from typing import Any

import openpyxl
import pytest

from forms import numbers, read
from forms.form import load_form
from forms.taken import Asked
from roll.reports import Reading

LIST = """
name = "X"
version = "1"
title = "DANH SÁCH LỚP"
[[header]]
name = "unit"
label = "Tên đơn vị"
[[sheet]]
name = "Lop"
kind = "list"
[[sheet.column]]
name = "name"
label = "Tên lớp"
type = "text"
required = true
[[sheet.column]]
name = "pupils"
label = "Số học sinh"
type = "integer"
required = true
[[sheet.column]]
name = "day"
label = "Ngày mở"
type = "date"
"""


def reading_of(*rows: tuple[Any, ...], unit: str = "Trường A") -> Reading:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Lop"
    page["A1"], page["A2"], page["B2"] = "DANH SÁCH LỚP", "Tên đơn vị:", unit
    for row, line in enumerate([("Tên lớp", "Số học sinh", "Ngày mở"), *rows], start=4):
        for column, content in enumerate(line, start=1):
            page.cell(row, column, content)
    written = io.BytesIO()
    book.save(written)
    return read.read_file(written.getvalue(), "lop.xlsx", [read.prepare(load_form(LIST.encode(), "form.toml"))])


def test_a_name_alone_in_a_list_without_numbers_is_a_record_whose_rest_is_asked_for() -> None:
    reading = reading_of(("Lớp bơi", None, None), ("Lớp vẽ", None, None))

    assert {problem.cell for problem in reading.problems if problem.code == "C39"} == {"B5", "B6"}


def test_a_first_record_in_words_is_no_printed_hint() -> None:
    reading = reading_of(("Lớp bơi", "tám mươi trẻ em", "cuối tháng sáu vừa qua"), ("Lớp vẽ", 12, "01/6/2019"))

    assert "B5" in {problem.cell for problem in reading.problems}


def test_a_printed_hint_is_no_record() -> None:
    reading = reading_of(("Ghi tên đầy đủ", "Ghi số học sinh có mặt", "ngày/tháng/năm"), ("Lớp vẽ", 12, "01/6/2019"))

    assert {value.row for value in reading.values} == {6}
    assert reading.problems == ()


@pytest.mark.parametrize("unit", ["Mẫu Sơn", "Phú Lực", "(0205) 3 812 345", "Thống kê viên"])
def test_an_answer_that_begins_like_a_letterhead_is_kept(unit: str) -> None:
    assert reading_of(("Lớp vẽ", 12, None), unit=unit).header_text("unit") == unit


@pytest.mark.parametrize("written", ["45%", "1.250%"])
def test_p57_a_percentage_is_no_count_though_the_header_speaks_of_one(written: str) -> None:
    found = numbers.parse(written, Asked("integer", "Số xã đạt trên 50%", "", "xã"))

    assert found.value is None
