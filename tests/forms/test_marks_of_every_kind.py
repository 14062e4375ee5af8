"""Error cells, formulas never calculated and blanks are three things in every kind of workbook that says so."""

import io
import struct
import time
import zipfile
from datetime import timedelta

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableRowProperties, TextProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from forms import open_document, read, workbook, xls_formulas
from forms.package import Limits, Unreadable
from roll.outcomes import Verdict
from tests.forms import binary_workbook, workbooks
from tests.forms.found import UNIT
from tests.servers import libreoffice

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods(rows):
    """An ods whose one sheet has these rows of raw XML."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f'<office:document-content {NAMES}><office:body><office:spreadsheet><table:table table:name="Bieu 01">'
            f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return written.getvalue()


def sheet_of(data):
    (sheet,) = workbook.load(data).sheets
    return sheet


def test_in_an_ods():
    cells = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=SUM([.A2:.A3])"/><table:table-cell/>'
        '<table:table-cell table:formula="of:=[.A1]&gt;2" office:value-type="float" office:value="2"><text:p>2</text:p>'
        "</table:table-cell>"
    )
    sheet = sheet_of(ods(f"<table:table-row>{cells}</table:table-row>"))
    assert (sheet.marks.errors, sheet.marks.formulas) == ({(0, 0): "#DIV/0!"}, {(0, 1): "SUM(A2:A3)"})
    assert sheet.rows[0][0] == sheet.rows[0][2] == ""
    assert sheet.rows[0][3] == 2.0


def test_in_an_xlsb():
    rows = {0: {0: "Nội dung", 1: 12.5}, 2: {0: "#DIV/0!", 1: "=#REF!", 3: 7.0}}
    sheet = sheet_of(binary_workbook.xlsb(rows, hidden=[2]))
    assert (sheet.name, sheet.rows[0][:2]) == ("Bieu 01", ["Nội dung", 12.5])
    assert sheet.marks.errors == {(2, 0): "#DIV/0!", (2, 1): "#REF!"}
    assert (sheet.marks.hidden, sheet.rows[2]) == ({2}, ["", "", "", 7.0])


def test_in_an_xls():
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    page.write(0, 2, 7)
    page.row(0).set_cell_error(0, "#REF!")
    page.row(0).hidden = True
    written = io.BytesIO()
    book.save(written)
    sheet = sheet_of(written.getvalue())
    assert (sheet.marks.errors, sheet.marks.hidden) == ({(0, 0): "#REF!"}, {0})
    assert sheet.rows[0] == ["", "", 7.0]


def test_formulas_of_an_xls_that_were_never_calculated_are_told_from_empty_texts():
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    for column, formula in enumerate(
        ("SUM(A2:A3)", "A2+A3", 'IF(A2="","",A2)', "ROUND(A2/3,0)", "A2", "A2&A3", "MAX(A2:A3,B1)")
    ):
        page.write(0, column, xlwt.Formula(formula))
    page.write(1, 0, "")
    written = io.BytesIO()
    book.save(written)
    sheet = sheet_of(written.getvalue())
    assert sheet.marks.formulas == {(0, 0): "SUM(A2:A3)", (0, 1): "", (0, 3): "", (0, 6): ""}


def test_a_formula_of_an_xls_that_is_to_be_calculated_later_has_no_result():
    def record(flags, result):
        content = struct.pack("<HHH", 4, 2, 15) + result + struct.pack("<HIH", flags, 0, 5) + b"\x44\x01\x00\x00\xc0"
        return struct.pack("<HHI", 0x809, 4, 0) + struct.pack("<HH", 6, len(content)) + content + b"\x0a\x00\x00\x00"

    empty = b"\x03" + bytes(5) + b"\xff\xff"
    assert xls_formulas.uncalculated(record(2, empty), {(4, 2)}) == {(4, 2): ""}
    assert xls_formulas.uncalculated(record(0, empty), {(4, 2)}) == {}
    assert xls_formulas.uncalculated(record(2, bytes(8)), {(4, 2)}) == {}
    assert xls_formulas.uncalculated(record(2, empty)[:-20], {(4, 2)}) == {}


def test_a_length_of_time_in_an_xls_is_no_day():
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    for column, days in enumerate((10.5, 1e300)):
        page.write(0, column, days, xlwt.easyxf(num_format_str="[h]:mm:ss"))
    written = io.BytesIO()
    book.save(written)
    assert sheet_of(written.getvalue()).rows[0] == [timedelta(days=10.5), 1e300]


def test_as_libreoffice_writes_them_into_every_kind_that_it_knows(tmp_path):
    libreoffice.require_libreoffice()
    book = openpyxl.Workbook()
    page = book.active
    page["A1"], page["B1"], page["D1"], page["A2"] = "=1/0", "=SUM(D1:D1)", 7, "hidden"
    page.merge_cells("A3:B4")
    page["A3"] = "merged"
    page.row_dimensions[2].hidden = True
    written = io.BytesIO()
    book.save(written)
    for kind in ("ods", "xls", "xlsx"):
        saved = libreoffice.convert({"bc.xlsx": written.getvalue()}, kind, tmp_path / kind)["bc"]
        sheet = sheet_of(saved)
        assert (sheet.marks.errors, sheet.marks.formulas) == ({(0, 0): "#DIV/0!"}, {}), kind
        assert sheet.rows[0][1:] == [7.0, "", 7.0], kind
        assert (sheet.marks.hidden, list(sheet.merged)) == ({1}, [((2, 0), (3, 1))]), kind


def test_an_error_in_a_binary_report_is_told_at_its_cell(form, prepared):
    content = workbooks.content_2019(form, UNIT, 7)
    rows = {}
    for address, value in content["Bieu 01"].items():
        row, column = openpyxl.utils.cell.coordinate_to_tuple(address)
        rows.setdefault(row - 1, {})[column - 1] = value if isinstance(value, int | float) else str(value)
    rows[40][3] = "=#REF!"
    reading = read.read_file(binary_workbook.xlsb(rows), "bc.xlsb", [prepared])
    assert reading.verdict is Verdict.NEEDS_FIX
    assert [(problem.cell, problem.code) for problem in reading.problems if problem.cell == "D41"] == [("D41", "P15")]


def test_old_fonts_strokes_percents_and_spans_of_an_ods_are_marked():
    book = OpenDocumentSpreadsheet()
    old, struck = Style(name="old", family="table-cell"), Style(name="struck", family="table-cell")
    old.addElement(TextProperties(fontname=".VnTime", fontfamily=".VnTime"))
    struck.addElement(TextProperties(textlinethroughstyle="solid"))
    tall = Style(name="tall", family="table-row")
    tall.addElement(TableRowProperties(rowheight="1cm"))
    for style in (old, struck, tall):
        book.automaticstyles.addElement(style)
    table = Table(name="Bieu 01")
    row, other = TableRow(stylename=tall), TableRow()
    first = TableCell(valuetype="string", stylename=old, numbercolumnsspanned=2, numberrowsspanned=1)
    first.addElement(P(text="Tr\xce em"))
    row.addElement(first)
    row.addElement(CoveredTableCell())
    other.addElement(TableCell(valuetype="percentage", value="0.5"))
    other.addElement(TableCell(valuetype="float", value="3", stylename=struck))
    table.addElement(row)
    table.addElement(other)
    book.spreadsheet.addElement(table)
    written = io.BytesIO()
    book.write(written)
    sheet = sheet_of(written.getvalue())
    assert (sheet.marks.percents, sheet.marks.struck, sheet.merged) == ({(1, 0)}, {(1, 1)}, [((0, 0), (0, 1))])
    assert sheet.rows[0][0] == "Trẻ em"


def test_repeated_rows_and_cells_of_an_ods_keep_their_places():
    rows = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:visibility="collapse">'
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="2"><office:annotation><text:p>xem'
        "</text:p></office:annotation><text:p>#REF!</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    marks = sheet_of(ods(rows)).marks
    assert (marks.errors, marks.hidden) == ({(3, 2): "#REF!", (3, 3): "#REF!"}, {3})


FAR = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
    'office:value="1" table:number-columns-repeated="16384"/></table:table-row>'
)
ERRORS = (
    '<table:table-row table:number-rows-repeated="400000"><table:table-cell office:value-type="string" '
    'table:number-columns-repeated="9"><text:p>#REF!</text:p></table:table-cell></table:table-row>'
)
HIDDEN = (
    '<table:table-row table:visibility="collapse" table:number-rows-repeated="400000"><table:table-cell '
    'office:value-type="float" office:value="1"/></table:table-row>'
)


@pytest.mark.parametrize("rows", [FAR, ERRORS, HIDDEN])
def test_cells_repeated_beyond_the_limits_are_hostile(rows):
    with pytest.raises(Unreadable) as caught:
        workbook.load(ods(rows))
    assert caught.value.reason == "hostile"


@pytest.mark.parametrize(
    "piece",
    [b"<table:table-cell a='", b"<table:table-row>", b"<style:style x>", b"<office:annotation>", b"<table:table>",
     b'<table:table-cell office:value-type="float"/>'],
)  # fmt: skip
def test_content_built_to_cost_time_is_passed_in_time(piece):
    start = b"<office:automatic-styles>line-through" + piece * 20_000 + b"</office:automatic-styles>"
    sheet = b'<table:table table:name="a"><table:table-row><table:table-cell a="b">' + piece * 200_000
    began = time.monotonic()
    assert open_document.read_marks(start + sheet, Limits())
    assert time.monotonic() - began < 10
