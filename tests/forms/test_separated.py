"""Tables as text: whatever cuts the fields and whatever the bytes mean, figures stay as they were written."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import coordinate_to_tuple

from forms import read, separated, workbook
from forms.package import Limits, Unreadable
from roll.outcomes import Verdict
from tests.forms import old_letters, workbooks
from tests.forms.found import UNIT

TABLE = "STT;Nội dung;Số lượng\r\n1;Trẻ em được thăm, tặng quà;1.500\r\n2;Suất quà;2.000\r\n"


def rows(data):
    assert workbook.kind_of(data) == "csv"
    return workbook.load(data).sheets[0].rows


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_cut_by_its_mark_and_its_figures_stay_as_written(mark, codec):
    written = io.StringIO()
    csv.writer(written, delimiter=mark).writerows([["STT", "Nội dung", "Số"], ["1", "Quà, bánh; kẹo\tvà", "1.500"]])
    assert rows(written.getvalue().encode(codec)) == [["STT", "Nội dung", "Số"], ["1", "Quà, bánh; kẹo\tvà", "1.500"]]


def test_a_quoted_field_holds_line_breaks_and_quotes():
    assert rows(b'STT;Ghi chu\r\n1;"dong 1\r\ndong ""2"""\r\n2;x\r\n')[1] == ["1", 'dong 1\ndong "2"']


def test_a_stray_quote_swallows_no_line_below_it():
    assert rows(b'a;b;c\n1;"hai;ba\n4;5;6\n7;8;9\n')[2:] == [["4", "5", "6"], ["7", "8", "9"]]


def test_a_line_that_names_the_mark_is_minded_and_no_row():
    assert rows(b"sep=|\r\na|b\r\n1|2\r\n") == [["a", "b"], ["1", "2"]]


def test_texts_in_windows_1258_and_tcvn3_are_told_apart():
    assert rows(old_letters.for_windows_1258(TABLE).encode("cp1258"))[1][1:] == ["Trẻ em được thăm, tặng quà", "1.500"]
    longer = TABLE + "3;Hỗ trợ xây dựng điểm vui chơi;5\r\n4;Trẻ em nghèo được khám bệnh;7\r\n"
    assert rows(old_letters.in_tcvn3(longer).encode("cp1252"))[3][1] == "Hỗ trợ xây dựng điểm vui chơi"


def test_an_error_of_excel_is_an_error_cell_and_a_blank_is_none():
    (sheet,) = workbook.load(b"a;b;c\n#REF!;;1\n2;3;4\n").sheets
    assert sheet.marks.errors == {(1, 0): "#REF!"}
    assert sheet.rows[1][1:] == [None, "1"]


@pytest.mark.parametrize(
    "prose",
    [
        "Kính gửi chị, em gửi báo cáo ạ.\nSố liệu, nếu sai, chị báo lại, em sửa.\nEm cảm ơn chị, chúc chị khỏe.\n",
        "Kính gửi phòng\nEm gửi báo cáo\n", "một dòng; hai phần\n", "",
    ],
)  # fmt: skip
def test_a_letter_is_no_table(prose):
    assert workbook.kind_of(prose.encode()) in ("text", "empty")


def test_more_cells_than_the_limit_are_hostile():
    for data in (b"1;2;3\n" * 400, b"a;b\n" + b"\n" * 2000 + b"c;d\n"):
        with pytest.raises(Unreadable) as caught:
            separated.read(data, Limits(area=1000))
        assert caught.value.reason == "hostile"


def test_the_form_saved_as_text_is_read_by_the_rules_for_texts(form, prepared):
    content = workbooks.content_2019(form, UNIT, 7)["Bieu 01"] | {"D41": "1.500", "E47": "12,5"}
    lines = [[""] * 6 for _ in range(90)]
    for address, value in content.items():
        row, column = coordinate_to_tuple(address)
        lines[row - 1][column - 1] = value
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(lines)
    result = read.read_file(written.getvalue().encode(), "BC.xls", [prepared])
    found = {value.cell: value.value for value in result.values}
    assert (found["D41"], found["E47"]) == (1500, 12.5)
    assert result.verdict is Verdict.NEEDS_FIX
    assert "P01 csv" in result.notes


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=5), min_size=2))
def test_what_the_standard_library_writes_is_read_back(table):
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(table)
    back = list(separated._records(written.getvalue(), ","))
    assert back == table


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    (sheet,) = separated.read(data, Limits()).sheets
    assert all(row < len(data) + 1 for row, _ in sheet.marks.errors)
