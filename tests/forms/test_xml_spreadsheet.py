"""The XML Spreadsheet of Excel 2003: cells at their places, marks as in other workbooks, nothing that XML can hide."""

import time
from datetime import datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import coordinate_to_tuple

from forms import read, workbook
from forms.package import Limits, Unreadable
from roll.outcomes import Verdict
from tests.forms import workbooks
from tests.forms.found import UNIT

HEAD = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">'
)
STYLES = (
    '<Styles><Style ss:ID="s1"><Font ss:FontName=".VnTime"/></Style><Style ss:ID="s2" ss:Parent="s1"><NumberFormat'
    ' ss:Format="Percent"/></Style><Style ss:ID="s3"><Font ss:StrikeThrough="1"/></Style></Styles>'
)


def xml(rows, more="", before=""):
    return f'{HEAD}{before}<Worksheet ss:Name="Bieu 01"><Table>{rows}</Table>{more}</Worksheet></Workbook>'.encode()


def cell(kind, value, **named):
    attributes = " ".join(f'ss:{name}="{told}"' for name, told in named.items())
    return f'<Cell {attributes}><Data ss:Type="{kind}">{value}</Data></Cell>'


def sheet_of(rows, more="", before=""):
    (sheet,) = workbook.load(xml(rows, more, before)).sheets
    return sheet


def reason(data, limits=None):
    with pytest.raises(Unreadable) as caught:
        workbook.load(data, limits)
    assert caught.value.detail
    return caught.value.reason


def test_it_is_told_from_other_xml():
    assert workbook.kind_of(xml("")) == "xml_spreadsheet"
    assert workbook.kind_of(xml("").decode().encode("utf-16")) == "xml_spreadsheet"
    assert workbook.kind_of(b"<?xml version='1.0'?><feed/>") == "xml"


def test_every_type_of_value_is_that_value():
    row = (
        cell("String", "Trẻ em &amp; 1.500") + cell("Number", "1500.5") + cell("DateTime", "2019-06-01T00:00:00.000")
        + cell("Boolean", "1") + '<Cell><ss:Data ss:Type="String"><html:B>đậm</html:B> nhạt</ss:Data></Cell>'
    )  # fmt: skip
    assert sheet_of(f"<Row>{row}</Row>").rows == [["Trẻ em & 1.500", 1500.5, datetime(2019, 6, 1), True, "đậm nhạt"]]


def test_rows_and_cells_stand_where_their_index_or_their_neighbours_put_them():
    first = cell("Number", 1, Index=3, MergeAcross=1, MergeDown=1) + cell("Number", 2)
    rows = f'<Row ss:Index="2">{first}</Row><Row ss:Span="2"/><Row>{cell("Number", 3)}</Row>'
    sheet = sheet_of(rows)
    assert sheet.rows == [[], [None, None, 1.0, None, 2.0], [], [], [], [3.0]]
    assert sheet.merged == [((1, 2), (2, 3))]


def test_an_error_cell_a_formula_without_result_and_a_blank_are_three_things():
    cells = cell("Error", "#REF!", Formula="=1/0") + '<Cell ss:Formula="=SUM(R[-2]C:R[-1]C)+R1C1"/><Cell/>'
    cells += cell("Number", 2, Formula="=1+1") + cell("String", "", Formula="=A1")
    sheet = sheet_of(f"<Row/><Row/><Row>{cells}</Row>")
    assert sheet.marks.errors == {(2, 0): "#REF!"}
    assert sheet.marks.formulas == {(2, 1): "SUM(B1:B2)+A1"}
    assert sheet.rows[2] == [None, None, None, 2.0]


def test_hidden_rows_and_sheets_percents_strokes_and_old_fonts_are_marked():
    row = (
        cell("String", "Tr\xce em", StyleID="s1") + cell("Number", "0.5", StyleID="s2")
        + cell("Number", 3, StyleID="s3")
    )  # fmt: skip
    options = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    sheet = sheet_of(f'<Row ss:Hidden="1">{row}</Row>', options, STYLES)
    assert (sheet.marks.hidden, sheet.marks.percents, sheet.marks.struck) == ({0}, {(0, 1)}, {(0, 2)})
    assert (sheet.rows[0][0], sheet.visible) == ("Trẻ em", False)


def test_a_remark_is_no_content():
    remark = "<Comment><ss:Data>xem lại</ss:Data></Comment>"
    rows = f'<Row><Cell><Data ss:Type="Number">5</Data>{remark}</Cell><Cell>{remark}</Cell></Row>'
    assert sheet_of(rows).rows == [[5.0]]


def test_the_form_code_of_the_defined_name_is_read():
    names = '<Names><NamedRange ss:Name="MA_BIEU" ss:RefersTo="=&quot;THDTE-2019-v1&quot;"/></Names>'
    assert workbook.load(xml("", before=names)).form_code == "THDTE-2019-v1"


@pytest.mark.parametrize(
    "rows",
    ["<Row ss:Index='9999999'/>", "<Row><Cell ss:Index='99999'/></Row>",
     "<Row ss:Index='1048576'>" + "<Cell/>" * 20_000,
     "<Row/>" * 5_001, "<a>" * 200],
)  # fmt: skip
def test_what_lies_beyond_the_limits_is_hostile(rows):
    assert reason(xml(rows), Limits(area=5_000)) == "hostile"


def test_entities_and_document_types_are_hostile():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    data = xml(f"<Row>{cell('String', '&b;')}</Row>").decode().replace("<Workbook", f"{bomb}<Workbook", 1)
    assert reason(data.encode()) == "hostile"
    assert reason(data.encode("utf-16")) == "hostile"


def test_a_workbook_cut_off_anywhere_is_unreadable():
    data = xml(f"<Row>{cell('String', 'x')}</Row>" * 40)
    for tenths in range(4, 10):
        assert reason(data[: len(data) * tenths // 10]) == "unreadable"


def test_a_large_sheet_is_read_in_reasonable_time():
    began = time.monotonic()
    data = xml(("<Row>" + cell("Number", 12) * 10 + "</Row>") * 10_000)
    assert len(workbook.load(data).sheets[0].rows) == 10_000
    assert time.monotonic() - began < 20


def written(value):
    if isinstance(value, datetime):
        return cell("DateTime", f"{value.isoformat()}.000")
    return cell("Number", value) if isinstance(value, int | float) else cell("String", escape(value))


def whole(content):
    """A workbook of sheet -> address -> value."""
    sheets = []
    for name, cells in content.items():
        rows = {}
        for address, value in cells.items():
            row, column = coordinate_to_tuple(address)
            rows.setdefault(row, {})[column] = written(value).replace("<Cell ", f'<Cell ss:Index="{column}" ')
        body = "".join(
            f'<Row ss:Index="{row}">{"".join(told for _, told in sorted(found.items()))}</Row>'
            for row, found in sorted(rows.items())
        )
        sheets.append(f'<Worksheet ss:Name="{name}"><Table>{body}</Table></Worksheet>')
    return f"{HEAD}{''.join(sheets)}</Workbook>".encode()


def test_the_whole_form_is_the_same_report_as_in_an_xlsx(form, prepared):
    data = whole(workbooks.content_2019(form, UNIT, 7))
    saved = read.read_file(data, "bc.xls", [prepared])
    assert saved.verdict is Verdict.VALID
    plain = read.read_file(workbooks.filled_2019(form, UNIT, 7), "bc.xlsx", [prepared])
    assert saved.fingerprint == plain.fingerprint
    assert "P01 xml_spreadsheet" in saved.notes


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_byte_changed_anywhere_gives_a_workbook_or_a_refusal(drawn):
    data = bytearray(xml(f'<Row ss:Index="2">{cell("Number", 1)}{cell("DateTime", "2019-06-01")}</Row>', before=STYLES))
    data[drawn.draw(st.integers(0, len(data) - 1))] = drawn.draw(st.integers(0, 255))
    try:
        sheets = workbook.load(bytes(data)).sheets
    except Unreadable as refused:
        sheets = [refused.detail]
    assert sheets
