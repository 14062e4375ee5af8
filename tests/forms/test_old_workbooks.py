"""Workbooks of Excel 95 and before: read, in the code page that they say or in the encoding that they show."""

import io
import struct
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import coordinate_to_tuple

from forms import read, text, workbook
from forms.package import Unreadable
from roll.outcomes import Verdict
from tests.forms import old_letters, old_workbook, workbooks
from tests.forms.found import UNIT
from tests.servers import libreoffice

CELLS = {(0, 0): "Noi dung", (1, 1): 12.5, (2, 0): "#REF!", (2, 2): 7.0}


def sheet_of(data):
    assert workbook.kind_of(data) == "xls"
    (sheet,) = workbook.load(data).sheets
    return sheet


def test_excel_95_gives_values_errors_and_hidden_rows():
    sheet = sheet_of(old_workbook.biff5(CELLS, hidden=(2,)))
    assert (sheet.name, sheet.rows[0][0], sheet.rows[1][1], sheet.rows[2][2]) == ("Bieu 01", "Noi dung", 12.5, 7.0)
    assert (sheet.marks.errors, sheet.marks.hidden) == ({(2, 0): "#REF!"}, {2})


def test_windows_1258_of_excel_95_is_vietnamese():
    words = "Trẻ em được thăm, tặng quà"
    data = old_workbook.biff5({(0, 0): old_letters.for_windows_1258(words)}, 1258, "cp1258")
    assert text.clean(sheet_of(data).rows[0][0]) == words


@pytest.mark.parametrize("code_page", [1252, None])
@pytest.mark.parametrize("font", [".VnTime", "Arial"])
def test_tcvn3_of_excel_95_is_vietnamese_by_its_font_or_by_what_it_shows(code_page, font):
    words = "Trẻ em nghèo được tặng quà"
    sheet = sheet_of(
        old_workbook.biff5({(row, 0): old_letters.in_tcvn3(words) for row in range(4)}, code_page, font=font)
    )
    assert [row[0] for row in sheet.rows] == [words] * 4


@pytest.mark.parametrize(
    "data",
    [old_workbook.biff2(CELLS), old_workbook.biff3_or_4(CELLS, 3), old_workbook.biff3_or_4(CELLS, 4)],
    ids=["2", "3", "4"],
)
def test_sheets_of_excel_2_to_4_are_read(data):
    sheet = sheet_of(data)
    assert (sheet.rows[0][0], sheet.rows[1][1], sheet.rows[2][2]) == ("Noi dung", 12.5, 7.0)


def test_what_the_tests_write_is_what_libreoffice_reads(tmp_path):
    libreoffice.require_libreoffice()
    saved = libreoffice.convert({"old.xls": old_workbook.biff5(CELLS)}, "xlsx", tmp_path / "office")["old"]
    page = openpyxl.load_workbook(io.BytesIO(saved)).active
    assert (page.title, page["A1"].value, page["B2"].value, page["C3"].value) == ("Bieu 01", "Noi dung", 12.5, 7)


def test_the_form_filled_in_with_excel_95_is_the_same_report(form, prepared):
    content = workbooks.content_2019(form, UNIT, 7)["Bieu 01"]
    cells = {}
    for address, value in content.items():
        row, column = coordinate_to_tuple(address)
        shown = "01/6/2019" if isinstance(value, date) else value
        cells[row - 1, column - 1] = old_letters.for_windows_1258(shown) if isinstance(shown, str) else shown
    found = read.read_file(old_workbook.biff5(cells, 1258, "cp1258"), "bc.xls", [prepared])
    plain = read.read_file(workbooks.filled_2019(form, UNIT, 7, sheets=("Bieu 01",)), "bc.xlsx", [prepared])
    assert found.verdict is plain.verdict is Verdict.NEEDS_FIX  # the other sheets are missing
    assert [(value.name, value.value) for value in found.values] == [
        (value.name, value.value) for value in plain.values
    ]


@pytest.mark.parametrize("rows", [(0, 0xFF000000), (0x00FF0000, 2)])
def test_a_broken_xls_that_declares_a_huge_sheet_is_refused_before_anything_is_allocated(rows):
    data = workbooks.write_xls({"Bieu 01": {"A1": "Noi dung"}})
    at = data.index(b"\x00\x02\x0e\x00") + 4
    huge = data[:at] + struct.pack("<IIHH", *rows, 0, 1) + data[at + 12 :]
    assert workbook.load(huge).sheets[0].rows[0][0] == "Noi dung"  # xlrd allocates what is there
    broken = bytearray(huge)
    end = broken.rindex(b"\x0a\x00\x00\x00", at, at + 2_000)
    broken[end : end + 2] = b"\xff\x0f"  # the sheet has no end any more
    with pytest.raises(Unreadable) as caught:
        workbook.load(bytes(broken))
    assert caught.value.reason == "unreadable"


def test_a_compound_file_that_says_a_sector_has_no_size_is_unreadable():
    data = bytearray(workbooks.write_xls({"Bieu 01": {"A1": "Noi dung"}}))
    data[30] = 1
    with pytest.raises(Unreadable):
        workbook.load(bytes(data))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_byte_changed_anywhere_gives_a_workbook_or_a_refusal(drawn):
    data = bytearray(drawn.draw(st.sampled_from([old_workbook.biff5(CELLS), old_workbook.biff2(CELLS)])))
    data[drawn.draw(st.integers(0, len(data) - 1))] = drawn.draw(st.integers(0, 255))
    try:
        sheets = workbook.load(bytes(data)).sheets
    except Unreadable as refused:
        sheets = [refused.detail]
    assert sheets is not None
