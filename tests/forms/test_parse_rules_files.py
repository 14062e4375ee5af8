"""The rules for files and workbooks, P01 to P15, as a whole report is read; test_workbook.py has the rest.

P11 and P12 are about mails: tests/intake. The last test says that every rule has a test that bears its id.
"""

import ast
import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from forms import read
from roll.outcomes import Verdict
from tests.forms import workbooks
from tests.forms.found import CAMPAIGN, UNIT, edited, problems_at, value_at
from tests.forms.spoiling import books, filled, write

TESTS = Path(__file__).parents[1]


@pytest.fixture
def read_data(prepared):
    def read_it(data, name="bc.xlsx"):
        return read.read_file(data, name, [prepared])

    return read_it


@pytest.fixture
def data(form):
    return workbooks.filled_2019(form, UNIT, 7)


@pytest.mark.parametrize("name", ["bc.xls", "bc", "bc.dat", "bc.jpg"])
def test_p01_content_decides_what_a_file_is_and_not_its_name(read_data, data, name):
    result = read_data(data, name)
    assert result.verdict is Verdict.VALID
    assert ("P01 xlsx" in result.notes) == (name == "bc.xls")


def test_p02_an_xls_of_excel_97_is_read_as_an_xlsx(form, read_data, data):
    old = read_data(workbooks.filled_2019_xls(form, UNIT, 7), "bc.xls")
    assert (old.verdict, old.fingerprint) == (Verdict.VALID, read_data(data).fingerprint)


def test_p03_a_protected_sheet_is_read_and_a_password_is_said(read_data, data):
    def protect(book):
        for page in book:
            page.protection.set_password("bimat")
        book.security.lockStructure = True

    assert read_data(edited(data, protect)).verdict is Verdict.VALID
    locked = bytearray(data)
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    assert read_data(bytes(locked)).verdict is Verdict.ENCRYPTED


@pytest.mark.parametrize("cut", [0, 165, 2_000])
def test_p04_lock_files_and_files_cut_off_are_no_reports(read_data, data, cut):
    assert read_data(data[:cut]).verdict is Verdict.UNREADABLE
    assert read_data(b"\x05Hoang" + b" " * 159, "~$BC.xlsx").verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("name", ["foxz", "XL4Poppy", "Kangatang", "Recovered_Sheet1", "00000000"])
def test_p05_leftovers_of_macro_viruses_are_passed_over_and_noted(read_data, data, name):
    def infect(book):
        page = book.create_sheet(name, 0)
        page["A1"] = "=EXEC(1)"
        page.sheet_state = "veryHidden"

    result = read_data(edited(data, infect))
    assert result.verdict is Verdict.VALID
    assert f"P05 {name}" in result.notes


def test_p06_whole_formatted_columns_cost_nothing(read_data, data):
    def format_far(book):
        book["Bieu 01"]["XFD1048576"].number_format = "0.00"
        book["Bieu 01"]["IV65536"].number_format = "0.00"

    assert read_data(edited(data, format_far)).verdict is Verdict.VALID


@pytest.mark.parametrize("step", [books.rename_sheets, books.reorder_sheets, books.add_sheets_of_their_own])
def test_p07_sheets_are_known_by_what_stands_in_them(form, read_data, step):
    book = filled.make(form, UNIT, 7)
    step(book)
    result = read_data(write.to_xlsx(book))
    assert result.verdict is Verdict.VALID
    assert any(note.startswith("P07 ") for note in result.notes) == (step is not books.reorder_sheets)


def test_p08_last_years_sheet_beside_this_years_is_passed_over_and_alone_is_said(form, read_data):
    book = filled.make(form, UNIT, 7)
    books.keep_last_years_sheet(book)
    assert read_data(write.to_xlsx(book)).verdict is Verdict.VALID
    book.pages = book.pages[:1]
    result = read_data(write.to_xlsx(book))
    assert (result.verdict, result.detail) == (Verdict.WRONG_FORM, "biểu mẫu năm 2018")


def test_p09_the_blank_form_returned_is_an_error(read_data):
    result = read_data((CAMPAIGN / "blank.xlsx").read_bytes())
    assert (result.verdict, result.reason) == (Verdict.NEEDS_FIX, "blank_form")
    assert "Biểu mẫu chưa có số liệu" in result.problems[0].message


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"\xff\xd8\xff\xe0" + bytes(20), b"\x89PNG\r\n\x1a\n" + bytes(20)])
def test_p10_a_scan_is_no_data_and_excel_is_asked_for(read_data, data):
    result = read_data(data)
    assert result.verdict is Verdict.UNREADABLE
    assert "không phải tệp Excel" in result.detail


def test_p12_two_sheets_with_the_filled_table_are_for_staff(form, read_data):
    book = filled.make(form, UNIT, 7)
    books.keep_a_second_filled_sheet(book)
    result = read_data(write.to_xlsx(book))
    assert (result.verdict, result.reason) == (Verdict.NEEDS_FIX, "several_tables")
    assert ("error", "P12") in [(problem.severity.value, problem.code) for problem in result.problems]
    assert "“Hop Thanh”, “Gia Cat”" in result.problems[0].message


def test_p13_the_1904_date_system_is_honoured(read_data, data):
    shifted = edited(data, lambda book: setattr(book, "epoch", CALENDAR_MAC_1904))
    assert value_at(read_data(shifted), "D28").value == "2019-06-01"
    assert b"date1904" in zipfile.ZipFile(io.BytesIO(shifted)).read("xl/workbook.xml")


def test_p14_a_plain_sum_without_result_is_computed_and_anything_else_is_an_error(reading):
    result = reading({"E55": "=SUM(E52:E54)", "D21": "=LEN(A1)"})
    assert value_at(result, "E55").rule == "P14"
    assert value_at(result, "E55").value == pytest.approx(
        sum(value_at(result, f"E{row}").value for row in (52, 53, 54))
    )
    assert problems_at(result, "D21") == [("error", "P14")]


@pytest.mark.parametrize("code", ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_p15_an_error_cell_is_an_error_at_its_address(read_data, data, code):
    result = read_data(edited(data, lambda book: setattr(book["Bieu 01"]["D21"], "value", code)))
    assert problems_at(result, "D21") == [("error", "P15")]
    assert (value_at(result, "D21").raw, value_at(result, "D21").value) == (code, None)


def _test_names():
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.name


def test_every_parse_rule_has_a_test_that_bears_its_id():
    told = {match[1] for name in _test_names() if (match := re.match(r"test_p([0-9]{2})_", name))}
    assert sorted({f"{number:02}" for number in range(1, 75)} - told) == []
