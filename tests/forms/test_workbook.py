"""Bytes become cells: what kind of file, within which limits, and what calamine does not tell."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import date, datetime

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from forms import binary_sheets, marks, workbook
from forms.package import Limits, Unreadable
from tests.forms import workbooks


def xlsx(cells, name="Bieu 01", **changes):
    book = openpyxl.Workbook()
    page = book.active
    page.title = name
    for address, value in cells.items():
        page[address] = value
    for change in changes.values():
        change(book, page)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def unchanged(_, content):
    return content


def repacked(data, change=unchanged, more=()):
    """The same package with each part changed, and `more` parts."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, content in more:
            target.writestr(name, content)
    return result.getvalue()


def with_sheet_xml(rows, part="xl/worksheets/sheet1.xml"):
    """A workbook whose first sheet has these rows of raw XML."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = b'<?xml version="1.0"?><worksheet xmlns="' + main + b'"><sheetData>' + rows + b"</sheetData></worksheet>"
    return repacked(xlsx({"A1": "x"}), lambda name, content: xml if name == part else content)


def refusal(data, limits=None):
    with pytest.raises(Unreadable) as caught:
        workbook.load(data, limits)
    assert caught.value.detail
    return caught.value.reason


def ods():
    book = OpenDocumentSpreadsheet()
    table = Table(name="Bieu 01")
    row, cell = TableRow(), TableCell(valuetype="string")
    cell.addElement(P(text="Nội dung"))
    row.addElement(cell)
    row.addElement(TableCell(valuetype="float", value="12"))
    table.addElement(row)
    book.spreadsheet.addElement(table)
    written = io.BytesIO()
    book.write(written)
    return written.getvalue()


def test_an_address_is_written_as_excel_does():
    assert [workbook.address(*place) for place in ((0, 0), (18, 3), (0, 25), (0, 26), (1_048_575, 16_383))] == [
        "A1",
        "D19",
        "Z1",
        "AA1",
        "XFD1048576",
    ]


def test_cells_stand_where_the_sheet_has_them_although_rows_and_columns_before_are_empty():
    (sheet,) = workbook.load(xlsx({"C5": "Nội dung", "D7": 12})).sheets
    assert (sheet.rows[4][2], sheet.rows[6][3]) == ("Nội dung", 12.0)


def test_an_xls_gives_the_same_cells_as_an_xlsx():
    content = {"Bieu 02": {"B2": "Trẻ em", "C3": 12.5, "D4": datetime(2019, 6, 1)}}
    old, new = (workbook.load(write(content)).sheets[0] for write in (workbooks.write_xls, workbooks.write_xlsx))
    assert (old.rows[1][1], old.rows[2][2]) == (new.rows[1][1], new.rows[2][2]) == ("Trẻ em", 12.5)
    assert old.rows[3][3] == datetime(2019, 6, 1)
    assert new.rows[3][3] in (date(2019, 6, 1), datetime(2019, 6, 1))


def test_an_ods_is_read():
    assert workbook.kind_of(ods()) == "ods"
    assert workbook.load(ods()).sheets[0].rows[0][:2] == ["Nội dung", 12.0]


def test_dates_of_the_1904_system_are_the_days_they_show():
    def set_epoch(book, page):
        book.epoch = CALENDAR_MAC_1904
        page["A1"] = date(2019, 6, 1)

    assert workbook.load(xlsx({}, epoch=set_epoch)).sheets[0].rows[0][0] in (date(2019, 6, 1), datetime(2019, 6, 1))


def test_dates_of_the_1904_system_in_an_xls_are_the_days_they_show():
    book = xlwt.Workbook()
    book.dates_1904 = True
    book.add_sheet("a").write(0, 0, 41_790, xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    written = io.BytesIO()
    book.save(written)
    assert workbook.load(written.getvalue()).sheets[0].rows[0][0] == datetime(2018, 6, 1)


def test_an_error_cell_a_formula_without_result_and_a_blank_are_three_things():
    rows = (
        b'<row r="1"><c r="A1" t="e"><f>B9/0</f><v>#DIV/0!</v></c><c r="B1"><f>SUM(A2:A3)</f></c><c r="C1"/>'
        b'<c r="D1"><f>1+1</f><v>2</v></c></row>'
    )
    (sheet,) = workbook.load(with_sheet_xml(rows)).sheets
    assert sheet.marks.errors == {(0, 0): "#DIV/0!"}
    assert sheet.marks.formulas == {(0, 1): "SUM(A2:A3)"}
    assert sheet.rows[0][3] == 2.0


def test_an_empty_text_as_result_of_a_formula_is_no_missing_result():
    rows = b'<row r="1"><c r="A1" t="str"><f>IF(B1="","",B1)</f><v></v></c><c r="B1"><v>1</v></c></row>'
    assert workbook.load(with_sheet_xml(rows)).sheets[0].marks.formulas == {}


def test_a_shared_formula_without_result_is_seen():
    rows = b'<row r="1"><c r="A1"><f t="shared" si="0"/></c><c r="B1"><v>1</v></c></row>'
    assert workbook.load(with_sheet_xml(rows)).sheets[0].marks.formulas == {(0, 0): ""}


def test_an_error_cell_of_an_xls_is_seen():
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(2, 1, "x")
    sheet.row(1).set_cell_error(1, "#REF!")
    written = io.BytesIO()
    book.save(written)
    assert workbook.load(written.getvalue()).sheets[0].marks.errors == {(1, 1): "#REF!"}


def test_marks_are_found_under_a_namespace_prefix():
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        b'<x:worksheet xmlns:x="'
        + main
        + b'"><x:sheetData><x:row r="1"><x:c r="A1" t="e"><x:v>#N/A</x:v></x:c><x:c r="B1"><x:v>3</x:v></x:c></x:row>'
        + b"</x:sheetData></x:worksheet>"
    )
    data = repacked(xlsx({"A1": 1}), lambda name, content: xml if name.endswith("sheet1.xml") else content)
    assert workbook.load(data).sheets[0].marks.errors == {(0, 0): "#N/A"}


def test_legacy_fonts_percents_strokes_and_hidden_rows_are_seen():
    def mark(_, page):
        page["A1"].font = Font(name=".VnTime")
        page["A2"].number_format = "0%"
        page["A3"].font = Font(strike=True)
        page.row_dimensions[4].hidden = True

    (sheet,) = workbook.load(xlsx({"A1": "x", "A2": 0.5, "A3": 3, "A4": 4, "A5": 5}, mark=mark)).sheets
    assert sheet.marks.fonts == {(0, 0): ".VnTime"}
    assert (sheet.marks.percents, sheet.marks.struck, sheet.marks.hidden) == ({(1, 0)}, {(2, 0)}, {3})


def test_legacy_fonts_of_an_xls_are_seen():
    data = workbooks.write_xls({"a": {"A1": "Tr\xce em"}}, font=".VnTime")
    assert workbook.load(data).sheets[0].marks.fonts == {(0, 0): ".VnTime"}


def test_the_form_code_of_the_defined_name_is_read():
    assert workbook.load(workbooks.write_xlsx({"a": {"A1": 1}}, "THDTE-2019-v1")).form_code == "THDTE-2019-v1"


def test_a_value_in_the_last_cell_of_the_sheet_costs_nothing():
    (sheet,) = workbook.load(xlsx({"A1": "Nội dung", "B2": 5, "XFD1048576": 1})).sheets
    assert (sheet.rows[0][0], sheet.rows[1][1]) == ("Nội dung", 5)
    assert len(sheet.rows) <= Limits().rows


def test_far_cells_without_references_are_found_before_they_are_allocated():
    rows = b'<row r="1"><c><v>1</v></c></row><row r="1048576">' + b"<c/>" * 9_000 + b"<c><v>1</v></c></row>"
    assert len(workbook.load(with_sheet_xml(rows)).sheets[0].rows) <= Limits().rows


def test_far_cells_of_a_binary_sheet_are_found():
    def cell(row, column):
        return b"\x00\x04" + struct.pack("<I", row) + b"\x05\x10" + struct.pack("<I", column) + bytes(12)

    assert not binary_sheets.read_marks(cell(0, 0) + cell(99, 40), 4_000_000).far
    assert binary_sheets.read_marks(cell(0, 0) + cell(1_048_575, 16_383), 4_000_000).far
    assert not binary_sheets.read_marks(b"\x00\x04\xff\xff\xff\xff\x01\x08\xff\xff\xff\xff" + bytes(4), 4_000_000).far


def test_a_million_formatted_empty_rows_are_read_fast():
    rows = b'<row r="1"><c r="A1"><v>7</v></c></row>' + b"".join(
        b'<row r="%d" ht="15"><c r="A%d" s="1"/></row>' % (n, n) for n in range(2, 400_000)
    )
    assert workbook.load(with_sheet_xml(rows)).sheets[0].rows[0][0] == 7.0


def test_six_hundred_blank_rows_hide_nothing_below_them():
    assert workbook.load(xlsx({"A1": 1, "A650": 2})).sheets[0].rows[649][0] == 2.0


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"), (b"\x05ADMIN" + b" " * 159, "lock_file"), (b"%PDF-1.4\n", "pdf"),
        (b"\xff\xd8\xff\xe0", "image"), (b"\x89PNG\r\n\x1a\n", "image"),
        (b"Rar!\x1a\x07\x01\x00", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x78\x9f\x3e\x22", "tnef"),
        (b"MZ\x90", "executable"),
        (b"<html><table>", "html"), (b"BEGIN:VCALENDAR\r\n", "calendar"), (b"a;b\n1;2\n", "csv"),
        ("Kính gửi".encode(), "text"), (b"\x00\x01\x02", "unknown"),
        (b'<?xml version="1.0"?><Workbook/>', "xml"), (b"PK\x05\x06" + bytes(18), "zip"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_says(data, kind):
    assert workbook.kind_of(data) == kind


def test_workbooks_are_told_from_other_packages():
    plain = xlsx({"A1": 1})
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("BC.xlsx", plain)
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", "x")
    kinds = [
        workbook.kind_of(data)
        for data in (plain, inside.getvalue(), word.getvalue(), workbooks.write_xls({"a": {"A1": 1}}))
    ]
    assert kinds == ["xlsx", "zip", "docx", "xls"]
    assert workbook.kind_of(repacked(plain, more=[("xl/vbaProject.bin", b"x")])) == "xlsm"


@pytest.mark.parametrize("data", [b"", b"\x05ADMIN" + b" " * 159, b"%PDF-1.4", b"<html></html>", b"abc", b"\x00\x01"])
def test_what_is_no_workbook_is_unreadable(data):
    assert refusal(data) == "unreadable"


@pytest.mark.parametrize("tenths", range(1, 10))
def test_a_workbook_cut_off_anywhere_is_unreadable(tenths):
    data = xlsx({"A1": "Nội dung"})
    assert refusal(data[: len(data) * tenths // 10]) == "unreadable"


def test_an_encrypted_workbook_is_encrypted():
    directory = "EncryptedPackage".encode("utf-16-le")
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory + bytes(512)) == "encrypted"


def test_a_zip_with_a_password_is_encrypted():
    data = bytearray(xlsx({"A1": 1}))
    start = data.find(b"PK\x01\x02")
    data[start + 8] |= 1
    assert refusal(bytes(data)) == "encrypted"


@pytest.mark.parametrize(
    "prologue",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE',
    ],
)
def test_a_document_type_is_hostile_however_it_hides(prologue):
    data = repacked(
        xlsx({"A1": 1}),
        lambda name, content: prologue + content if name.endswith("sharedStrings.xml") else content,
        [("xl/extra.xml", prologue)],
    )
    assert refusal(data) == "hostile"


def test_a_bomb_is_hostile_before_it_is_unpacked():
    assert refusal(repacked(xlsx({"A1": 1}), more=[("xl/big.xml", b" " * 20_000_000)])) == "hostile"


def test_what_is_too_large_and_no_bomb_is_not_hostile():
    assert refusal(xlsx({"A1": 1}), Limits(unpacked=1000)) == "unreadable"


def test_too_many_members_are_hostile():
    assert refusal(repacked(xlsx({"A1": 1}), more=[(f"xl/a{n}.xml", b"") for n in range(2_001)])) == "hostile"


def test_two_parts_of_one_name_are_hostile():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = repacked(xlsx({"A1": 1}), more=[("xl/worksheets/sheet1.xml", b"<worksheet/>")])
    assert refusal(data) == "hostile"


def test_members_that_share_bytes_are_hostile():
    data = bytearray(xlsx({"A1": 1}))
    directory = [at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02"]
    first, second = directory[0], directory[1]
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    assert refusal(bytes(data)) == "hostile"


def test_a_member_larger_than_declared_is_hostile():
    plain = xlsx({"A1": 1})
    data = bytearray(repacked(plain, more=[("xl/zz.xml", b"<a>" + b"b" * 500 + b"</a>")]))
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 24, 10)
    assert refusal(bytes(data)) == "hostile"


def test_a_wrong_checksum_is_damage():
    data = bytearray(xlsx({"A1": 1}))
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 16, zlib.crc32(b"other"))
    assert refusal(bytes(data)) in ("unreadable", "hostile")


HIDING = (
    b'<!--<sheetData><c r="A1"></c></sheetData>-->',
    b"<x><sheetData></sheetData></x>",
)


@pytest.mark.parametrize("before", HIDING)
@pytest.mark.parametrize("closing", [b"</sheetData>", b"</sheetData >"])
def test_cells_behind_a_second_table_of_cells_are_looked_at_all_the_same(before, closing):
    cells = b'<row r="1"><c r="A1"><f>A2</f></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    xml = b"<worksheet>" + before + b"<sheetData >" + cells + closing + b"</worksheet>"
    found = marks.read_marks(xml, marks.Styles(), Limits().area)
    assert found.far
    assert (0, 0) in found.formulas


def test_a_sheet_that_calls_itself_binary_is_searched_like_any_other():
    def moved(name, content):
        if name == "xl/_rels/workbook.xml.rels":
            return content.replace(b"worksheets/sheet1.xml", b"foo.bin")
        return content

    data = with_sheet_xml(b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    book = workbook.load(repacked(data, moved, [("xl/foo.bin", sheet)]))
    assert book.sheets[0].marks.errors == {(0, 0): "#REF!"}


def test_a_sparse_bomb_does_not_end_the_process():
    program = "import sys; from forms import workbook; print(len(workbook.load(sys.stdin.buffer.read()).sheets))"
    done = subprocess.run(
        [sys.executable, "-c", program], input=xlsx({"A1": 1, "XFD1048576": 2}), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"1")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_kind_and_a_workbook_or_a_refusal(data):
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08\x10\x00"):
        assert workbook.kind_of(start + data)
        try:
            workbook.load(start + data)
        except Unreadable as refused:
            assert refused.reason in ("unreadable", "encrypted", "hostile")  # noqa: PT017 - both ends are right


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_byte_flipped_anywhere_gives_a_workbook_or_a_refusal(data):
    whole = bytearray(SMALL if data.draw(st.booleans()) else SMALL_XLS)
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    try:
        workbook.load(bytes(whole))
    except Unreadable as refused:
        assert refused.reason in ("unreadable", "encrypted", "hostile")  # noqa: PT017 - both ends are right


SMALL = xlsx({"A1": "Nội dung", "B2": 12, "C3": date(2019, 6, 1)})
SMALL_XLS = workbooks.write_xls({"a": {"A1": "Nội dung", "B2": 12, "C3": datetime(2019, 6, 1)}})
