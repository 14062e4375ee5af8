"""Web pages under the name of a workbook: tables, spans, exact values, and nothing that is fetched or run."""

import base64
import binascii
import contextlib
import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import markup, read, web_page, workbook
from forms.package import Limits, Unreadable
from roll.outcomes import Verdict
from tests.forms import old_letters, workbooks
from tests.forms.found import UNIT
from tests.servers import libreoffice

EXCEL = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type content="text/html; '
    'charset=utf-8"><!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>Bieu 01'
    "</x:Name></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--><style><!--\n"
    '.day {mso-number-format:"Short Date";}\n.old {font-family:.VnTime;}\n.part {mso-number-format:0%}\n-->'
    "</style></head>"
)


def sheet_of(rows, head="<html><meta charset=utf-8>"):
    (sheet,) = workbook.load(f"{head}<table>{rows}</table></html>".encode()).sheets
    return sheet


def single_file(parts, start="MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"):
    """A page with its parts in one file, as Excel saves it."""
    body = "".join(
        f"--=_x\r\nContent-Location: file:///C:/bc/{place}\r\nContent-Transfer-Encoding: {encoding}\r\n"
        f"Content-Type: {kind}\r\n\r\n{encoded}\r\n\r\n"
        for place, kind, encoding, encoded in parts
    )
    return f'{start}Content-Type: multipart/related; boundary="=_x"\r\n\r\n{body}--=_x--\r\n'.encode()


def printable(page):
    return ("quoted-printable", binascii.b2a_qp(page.encode()).decode())


def refusal(data, limits=None):
    with pytest.raises(Unreadable) as caught:
        workbook.load(data, limits)
    assert caught.value.detail
    return caught.value.reason


def test_spans_are_merged_ranges_and_push_what_follows_aside():
    sheet = sheet_of("<tr><th rowspan=2>STT<th colspan=2>Kết<br>quả<tr><td>a<td>b<tr><td>1<td>2<td>3")
    assert sheet.rows == [["STT", "Kết\nquả"], [None, "a", "b"], ["1", "2", "3"]]
    assert sheet.merged == [((0, 0), (1, 0)), ((0, 1), (0, 2))]


def test_entities_blanks_and_markup_inside_a_cell_are_text():
    sheet = sheet_of("<tr><td>&nbsp;<td> Tr&#7867;\n em &amp; <b>ph&#x1EE5;</b> n&#7919; <td>1.500")
    assert sheet.rows == [[None, "Trẻ em & phụ nữ", "1.500"]]


def test_exact_values_and_days_are_those_that_excel_wrote():
    rows = '<tr><td x:num="1500.5">1.500,5<td class=day x:num="43617">01/06/2019<td x:num>12<td x:num="43617">1/6/2019'
    assert sheet_of(rows, EXCEL).rows == [[1500.5, datetime(2019, 6, 1), 12.0, "1/6/2019"]]


def test_the_exact_values_of_libreoffice_are_taken():
    rows = '<tr><td sdval="12.25" sdnum="1033;">12,25<td sdval="43617" sdnum="1033;0;DD/MM/YYYY">01/06/2019'
    assert sheet_of(rows).rows == [[12.25, datetime(2019, 6, 1)]]


def test_an_error_a_formula_without_result_and_a_blank_are_three_things():
    sheet = sheet_of('<tr><td x:err="#REF!">x<td>#DIV/0!<td x:fmla="=SUM(A1:A2)"><td><td>7', EXCEL)
    assert sheet.marks.errors == {(0, 0): "#REF!", (0, 1): "#DIV/0!"}
    assert sheet.marks.formulas == {(0, 2): "SUM(A1:A2)"}
    assert sheet.rows == [[None, None, None, None, "7"]]


def test_hidden_rows_percents_strokes_and_old_fonts_are_marked():
    sheet = sheet_of(
        '<tr style="display:none"><td class=part x:num="0.5">50%<td class=old>Tr\xce em<td><s>9</s>', EXCEL
    )
    assert (sheet.marks.hidden, sheet.marks.percents, sheet.marks.struck) == ({0}, {(0, 0)}, {(0, 2)})
    assert sheet.rows == [[0.5, "Trẻ em", "9"]]


def test_texts_stand_above_the_table_and_each_table_of_a_reports_size_has_a_sheet():
    table = "<table>" + "<tr><td>a<td>b<td>c" * 4 + "</table>"
    book = workbook.load(f"<html><p>UBND huyện</p><table><tr><td>Mã</table>{table}<h2>Biểu 02</h2>{table}hết".encode())
    assert [sheet.name for sheet in book.sheets] == ["Sheet1", "Sheet2"]
    assert [row[0] for row in book.sheets[0].rows] == ["UBND huyện", "Mã", *"aaaa"]
    assert [row[0] for row in book.sheets[1].rows] == ["Biểu 02", *"aaaa", "hết"]


def test_a_table_laid_out_in_a_table_is_found_and_a_small_one_is_its_cells_text():
    inner = "<table>" + "<tr><td>a<td>b<td><table><tr><td>1<td>2</table>" * 4 + "</table>"
    (sheet,) = workbook.load(f"<html><table><tr><td>{inner}</table>".encode()).sheets
    assert sheet.rows == [["a", "b", "1 2"]] * 4


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1258", "utf-8"])
def test_a_page_is_in_the_charset_that_it_says(codec):
    declared = {"cp1258": "windows-1258"}.get(codec, "utf-8")
    head = f"<html><meta http-equiv=Content-Type content='text/html; charset={declared}'>"
    page = f"{head}<table><tr><td>Biêu đô</table>"
    assert workbook.load(page.encode(codec)).sheets[0].rows == [["Biêu đô"]]


def test_tcvn3_in_a_page_that_says_windows_1252_is_read():
    page = "<html><meta charset=windows-1252><table>" + "<tr><td>Trẻ em nghèo được tặng quà" * 4
    data = old_letters.in_tcvn3(page).encode("cp1252")
    assert workbook.load(data).sheets[0].rows[0] == ["Trẻ em nghèo được tặng quà"]


def test_a_page_without_a_table_is_no_report():
    assert (
        refusal(b"<html><body><p>Kinh gui</p><script>document.write('<table><tr><td>1')</script></body>")
        == "unreadable"
    )


def test_each_sheet_of_a_single_file_page_is_read_by_its_name_and_style():
    named = "".join(
        f'<x:ExcelWorksheet><x:Name>{name}</x:Name><x:WorksheetSource HRef="bc_files/{place}"/></x:ExcelWorksheet>'
        for name, place in (("Biểu 01", "sheet001.htm"), ("Biểu 02", "sheet002.htm"))
    )
    main = f"<html><meta charset=utf-8><!--[if gte mso 9]><xml>{named}</xml><![endif]--><frameset></frameset></html>"
    first = "<html><meta charset=utf-8><table><tr><td>Nội dung<td class=day x:num=43617>1.6.2019</table>"
    second = base64.encodebytes("<html><meta charset=utf-8><table><tr><td>Quà</table>".encode()).decode()
    parts = [
        ("bc.htm", 'text/html; charset="utf-8"', *printable(main)),
        ("bc_files/tabstrip.htm", "text/html", *printable("<table><tr><td>Biểu 01</table>")),
        ("bc_files/sheet001.htm", 'text/html; charset="utf-8"', *printable(first)),
        ("bc_files/sheet002.htm", "text/html", "base64", second),
        ("bc_files/stylesheet.css", "text/css", "7bit", '.day {mso-number-format:"Short Date";}'),
    ]  # fmt: skip
    data = single_file(parts)
    assert workbook.kind_of(data) == "mhtml"
    book = workbook.load(data)
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [
        ("Biểu 01", [["Nội dung", datetime(2019, 6, 1)]]),
        ("Biểu 02", [["Quà"]]),
    ]


def test_a_page_that_a_browser_saved_is_read():
    data = single_file(
        [("bc", "text/html", *printable("<table><tr><td>Quà</table>"))],
        "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n",
    )
    assert workbook.load(data).sheets[0].rows == [["Quà"]]


@pytest.mark.parametrize(
    "page",
    [
        "<table>" * 100_000, "<table><tr>" + "<td>" * 100_000,
        "<html><table>" + "<tr><td rowspan=60000 colspan=900>x" * 9_000,
        "<html>" + "<td '" * 200_000 + ">", "<html><style>" * 100_000, "<html><!--" * 100_000,
        "<html>" + "<p>" * 200_000,
        "<html><table><tr><td>&#" + "9" * 200_000, "<html><table><tr><td " + "a=1 " * 100_000 + ">x",
        "<html><table><tr><td style='" + "mso-number-format:" * 20_000 + "'>x", "<html></script>" * 50_000,
    ],
)  # fmt: skip
def test_a_page_built_to_cost_time_is_read_or_refused_soon(page):
    began = time.monotonic()
    with contextlib.suppress(Unreadable):
        workbook.load(page.encode(), Limits())
    assert time.monotonic() - began < 10


def test_the_whole_form_as_libreoffices_web_page_is_the_same_report(form, prepared, tmp_path):
    libreoffice.require_libreoffice()
    data = workbooks.filled_2019(form, UNIT, 7)
    page = libreoffice.convert({"bc.xlsx": data}, "html", tmp_path / "office")["bc"]
    plain, shown = (read.read_file(each, "bc.xls", [prepared]) for each in (data, page))
    assert plain.verdict is shown.verdict is Verdict.VALID
    assert plain.fingerprint == shown.fingerprint


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td>", "</td>", "<td rowspan=3 colspan=2>", "x", "&#1;", "<br>", "<", ">", "'",
     '"', "<!--", "-->", "<style>", "</style>", "<xml>", "<p>", "<td x:num=1>", "<td x:err='#N/A'>", "<s>",
     "<font face=.VnTime>"]
)))  # fmt: skip
def test_any_markup_is_read_or_refused(pieces):
    page = web_page.read_page("".join(pieces), web_page.Rows(Limits()))
    for sheet in web_page.sheets_of(page, []):
        assert all(row < len(sheet.rows) for row, _ in sheet.marks.fonts)
    assert list(markup.scan("".join(pieces))) is not None
