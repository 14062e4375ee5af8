"""Cases W 85 to 118 and 129 that are about the package of a workbook, or about its kind."""

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import xlwt
from openpyxl.utils import get_column_letter

from tests.catalogue import books, odd_books
from tests.catalogue.books import book, changed, content, main_cells, packed, parts
from tests.catalogue.cases import Chapter
from tests.catalogue.office import report
from tests.forms import encrypting, old_workbook, workbooks
from tests.forms.binary_workbook import xlsb

CHAPTER = Chapter()
VALID, HOSTILE = "A valid", "Q hostile"
# Only the main sheet fits into a file of one sheet: the list that is missing is asked about.
ONE_SHEET = "A warnings"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _with_doctype(number: int, doctype: bytes, used: bytes) -> bytes:
    made = parts(content(number))
    made[STRINGS] = made[STRINGS].replace(_HEAD, _HEAD + doctype).replace("Hoàng Thị A".encode(), used)
    return packed(made)


def _laughs(number: int) -> bytes:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 10))
    return _with_doctype(number, b'<!DOCTYPE x [<!ENTITY a0 "ha">' + entities + b"]>", b"&a9;")


def _one_long_entity(number: int) -> bytes:
    """Return the quadratic bomb: one long entity, used often."""
    return _with_doctype(number, b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]>', b"&a;" * 50_000)


def _outside(number: int, what: str) -> bytes:
    return _with_doctype(number, f'<!DOCTYPE x [<!ENTITY a SYSTEM "{what}">]>'.encode(), b"&a;")


def _in_utf7(number: int) -> bytes:
    made = parts(content(number))
    made[STRINGS] = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-' + made[STRINGS].removeprefix(_HEAD)
    return packed(made)


def _in_utf16(number: int) -> bytes:
    made = parts(content(number))
    hidden = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>'
        + made[STRINGS].removeprefix(_HEAD).decode()
    )
    made[STRINGS] = hidden.encode("utf-16")
    return packed(made)


def _with_parts(number: int, more: dict[str, bytes], changes: dict[str, object] | None = None) -> bytes:
    return packed(parts(content(number, changes)) | more)


def _linked(number: int) -> bytes:
    """Return a workbook one of whose figures is fetched from another, and that has a DDE link and a web query."""
    link = b'<externalLink xmlns="' + _MAIN + b'"><externalBook/></externalLink>'
    dde = b'<externalLink xmlns="' + _MAIN + b'"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    query = (
        b'<connections xmlns="'
        + _MAIN
        + b'"><connection id="1" type="4"><webPr url="http://a.example/"/></connection></connections>'
    )
    more = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/externalLink2.xml": dde,
        "xl/connections.xml": query,
    }
    return _with_parts(number, more, {"D12": books.Raw("|<f>[1]Sheet1!A1</f><v>1234</v>")})


def _with_macros(number: int) -> bytes:
    made = parts(content(number)) | {"xl/vbaProject.bin": encrypting.SALT * 20}
    types = made["[Content_Types].xml"]
    made["[Content_Types].xml"] = types.replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    return packed(made)


def _with_macro_sheet(number: int) -> bytes:
    sheet = b'<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><sheetData><row r="1">'
    sheet += b'<c r="A1"><f>EXEC("calc")</f></c></row></sheetData></xm:macrosheet>'
    return _with_parts(number, {"xl/macrosheets/sheet1.xml": sheet})


_EMBEDDED = {
    "xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000),
    "xl/activeX/activeX1.xml": b'<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX"/>',
    "xl/activeX/activeX1.bin": bytes(300),
}


def _xls(number: int) -> bytes:
    return workbooks.write_xls(content(number))


def _page(number: int) -> bytes:
    tables = []
    for cells in content(number).values():
        rows: dict[int, list[str]] = {}
        for row in range(1, 20):
            rows[row] = [f"<td>{escape(odd_books.shown(cells.get(f'{letter}{row}', '')))}</td>" for letter in "ABCDE"]
        tables.append("<table>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows.values()) + "</table>")
    return f'<html><head><meta charset="utf-8"></head><body>{"".join(tables)}</body></html>'.encode()


def _separated(number: int, mark: str) -> bytes:
    cells = main_cells(f"Trạm y tế số {number}", number)
    lines = [mark.join(odd_books.shown(cells.get(f"{letter}{row}", "")) for letter in "ABCDE") for row in range(1, 17)]
    return "\r\n".join(lines).encode("utf-8-sig")


def _strict(number: int) -> bytes:
    """Return the workbook in the namespaces of ISO/IEC 29500 strict."""
    swaps = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    made = parts(content(number))
    for old, new in swaps.items():
        made = {name: part.replace(old, new) for name, part in made.items()}
    return packed(made)


def _dimensioned(number: int, told: bytes) -> bytes:
    return changed(number, SHEET, (b"<sheetData>", b'<dimension ref="' + told + b'"/><sheetData>'))


def _blank_rows(number: int) -> bytes:
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % row for row in range(30, 1_048_577))
    return changed(number, SHEET, (b"</sheetData>", rows + b"</sheetData>"))


def styled_cells(number: int, rows: int = 1_000) -> bytes:
    """Return a workbook with 400 cells in each of so many rows that have a look and nothing in them."""
    letters = [get_column_letter(column).encode() for column in range(1, 401)]
    cells = b"".join(b'<c r="' + letter + b'%d" s="1"/>' for letter in letters)
    more = b"".join(b'<row r="%d">' % row + cells % ((row,) * 400) + b"</row>" for row in range(30, 30 + rows))
    return changed(number, SHEET, (b"</sheetData>", more + b"</sheetData>"))


def _far_cell(number: int) -> bytes:
    return changed(
        number, SHEET, (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    )


def _merged(number: int, count: int) -> bytes:
    ranges = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (row, row) for row in range(30, 30 + count))
    return changed(number, SHEET, (b"</sheetData>", b"</sheetData><mergeCells>" + ranges + b"</mergeCells>"))


def _merged_labels(number: int) -> bytes:
    ranges = b'</sheetData><mergeCells><mergeCell ref="A6:B6"/><mergeCell ref="C6:E6"/></mergeCells>'
    return changed(number, SHEET, (b"</sheetData>", ranges))


def _hidden(number: int, state: bytes) -> bytes:
    """Return a workbook with one sheet more that nobody sees, and that says other figures."""
    made = parts(content(number) | {"Bieu cu": main_cells(f"Trạm y tế số {number}", number + 7)})
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace(
        b'name="Bieu cu"', b'name="Bieu cu" state="' + state + b'"'
    )
    return packed(made)


def _out_of_range(number: int) -> bytes:
    return book(number, {"D15": books.Raw("s|<v>999999</v>")})


def _long_text(number: int, length: int) -> bytes:
    return book(number, {"D15": "a" * length})


def _from_1904(number: int) -> bytes:
    """Return a workbook whose days count from 1904."""
    days = date(2019, 6, 12).toordinal() - date(1904, 1, 1).toordinal()
    made = parts(content(number, {"D14": books.Raw(f"|<v>{days}</v>")}))
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    made[SHEET] = made[SHEET].replace(b'<c r="D14">', b'<c r="D14" s="1">')
    return packed(made)


def _xls_from_1904(number: int) -> bytes:
    written = xlwt.Workbook()
    written.dates_1904 = True
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, cells in content(number).items():
        page = written.add_sheet(name)
        for place, value in cells.items():
            row, column = workbooks.coordinate_to_tuple(place)
            page.write(row - 1, column - 1, value, day if isinstance(value, date) else xlwt.Style.default_style)
    buffer = io.BytesIO()
    written.save(buffer)
    return buffer.getvalue()


def add(number: int, title: str, asked: str, ends: str, make, name: str = "BC.xlsx", **options: object) -> None:
    """Add a case whose mail brings a workbook that is made of the unit's number."""
    CHAPTER.add(number, title, asked, ends, lambda unit: report(unit, (name, make(unit))), **options)


add(85, "entities that laugh", "Q", HOSTILE, _laughs)
add(85, "one long entity, used often", "Q", HOSTILE, _one_long_entity)
add(86, "an entity of a file", "Q", HOSTILE, lambda n: _outside(n, "file:///etc/passwd"))
add(86, "an entity of the web", "Q", HOSTILE, lambda n: _outside(n, "http://127.0.0.1:9/a"))
add(87, "a document type hidden by UTF-7", "Q", HOSTILE, _in_utf7)
add(87, "a document type hidden by UTF-16", "Q", HOSTILE, _in_utf16)
add(88, "links to elsewhere, DDE, a web query", "A", VALID, _linked, reads={"people": 1234})
add(89, "macros", "A E", VALID, _with_macros, "BC.xlsm")
add(89, "a macro sheet of Excel 4", "A E", VALID, _with_macro_sheet, "BC.xlsm")
add(90, "an OLE package and ActiveX inside", "A", VALID, lambda n: _with_parts(n, _EMBEDDED))
add(91, "an encrypted xlsx", "E", "E encrypted", lambda n: encrypting.agile(book(n), "thang6"))
add(91, "an encrypted xls, XOR", "E", "E encrypted", lambda n: encrypting.xor(_xls(n), "thang6"), "BC.xls")
add(
    92,
    "a protected sheet",
    "A",
    VALID,
    lambda n: changed(n, SHEET, (b"</sheetData>", b'</sheetData><sheetProtection password="CC1A" sheet="1"/>')),
)
for _tenth in range(1, 10):
    add(
        93,
        f"cut off after {_tenth} tenths",
        "E",
        "E unreadable",
        lambda n, tenth=_tenth: book(n)[: len(book(n)) * tenth // 10],
    )
add(95, "an xls that is a web page", "A", VALID, _page, "BC.xls")
add(96, "an xls that is CSV", "A", ONE_SHEET, lambda n: _separated(n, ","), "BC.xls")
add(96, "an xls that is TSV", "A", ONE_SHEET, lambda n: _separated(n, "\t"), "BC.xls")
add(97, "an xls that is XML of Excel 2003", "A E", VALID, lambda n: odd_books.spreadsheet_ml(content(n)), "BC.xls")
add(
    98, "an xls that is MHTML", "E", VALID, lambda n: odd_books.web_archive(_page(n)), "BC.xls",
    differs="It can be read here, and is.",
)  # fmt: skip
add(99, "an xls that is an xlsx", "A", VALID, book, "BC.xls")
add(99, "an xlsx that is an xls", "A", VALID, _xls)
add(
    100,
    "an xlsx that is a PDF",
    "E",
    "N signed_copy",
    lambda _: b"%PDF-1.4\n%%EOF\n",
    differs="A PDF of a registered address is its signed copy (contract.md); the receipt asks for the workbook.",
)
add(100, "an xlsx that is a photo", "E", "E picture_only", lambda _: b"\xff\xd8\xff\xe0" + bytes(900))
add(
    100,
    "an xlsx that is a docx",
    "E",
    "E unreadable",
    lambda _: packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}),
)
add(101, "BIFF5", "A E", ONE_SHEET, lambda n: old_workbook.biff5(odd_books.grid(n)), "BC.xls")
add(101, "BIFF4", "A E", ONE_SHEET, lambda n: old_workbook.biff3_or_4(odd_books.grid(n), 4), "BC.xls")
add(101, "BIFF3", "A E", ONE_SHEET, lambda n: old_workbook.biff3_or_4(odd_books.grid(n), 3), "BC.xls")
add(101, "BIFF2", "A E", ONE_SHEET, lambda n: old_workbook.biff2(odd_books.grid(n)), "BC.xls")
add(102, "an ods", "A E", VALID, lambda n: odd_books.ods(content(n)), "BC.ods")
add(102, "an xlsb", "A E", ONE_SHEET, lambda n: xlsb(odd_books.rows(n)), "BC.xlsb")
add(102, "an et of WPS", "A E", VALID, _xls, "BC.et")
add(
    102,
    "an export of Google Sheets",
    "A E",
    VALID,
    lambda n: packed(parts(content(n), inline=True), zipfile.ZIP_STORED),
)
add(103, "strict Office Open XML", "A", VALID, _strict)
add(104, "texts in the cells", "A", VALID, lambda n: packed(parts(content(n), inline=True)))
add(105, "a wrong dimension", "A", VALID, lambda n: _dimensioned(n, b"A1:B2"))
add(105, "a dimension far too large", "A", VALID, lambda n: _dimensioned(n, b"A1:XFD1048576"))
add(106, "1,048,576 blank rows with a format", "A", VALID, _blank_rows)
add(107, "400,000 blank cells with a look", "A E", VALID, styled_cells)
add(108, "a value at XFD1048576", "A", VALID, _far_cell)
add(110, "42,000 merged ranges", "A", VALID, lambda n: _merged(n, 42_000))
add(111, "a merged header and unit line", "A", VALID, _merged_labels)
add(112, "a hidden sheet", "A", VALID, lambda n: _hidden(n, b"hidden"))
add(112, "a very hidden sheet", "A", VALID, lambda n: _hidden(n, b"veryHidden"))
add(112, "hidden rows and columns, and a filter", "A", VALID, odd_books.with_hidden_rows)
add(116, "a text that is not there", "A E", "E unreadable", _out_of_range)
add(116, "a wrong count of texts", "A E", VALID, lambda n: changed(n, STRINGS, (b'count="', b'count="9')))
add(117, "a text of 50 million characters", "Q A", HOSTILE, lambda n: _long_text(n, 50_000_000))
add(117, "a text of 40,000 characters", "Q A", VALID, lambda n: _long_text(n, 40_000))
add(118, "days that count from 1904, xlsx", "A", VALID, _from_1904, reads={"held_on": "2019-06-12"})
add(118, "days that count from 1904, xls", "A", VALID, _xls_from_1904, "BC.xls", reads={"held_on": "2019-06-12"})
add(
    129,
    "an xls that asks for much memory",
    "Q E",
    VALID,
    odd_books.greedy_xls,
    "BC.xls",
    differs="What it says of its size is not relied on, and the rest is in order.",
)
add(129, "an xls with a formula cut off", "Q E", "E errors", odd_books.xls_with_cut_formula, "BC.xls")
add(129, "an ods of endless repetition", "Q E", "E unreadable", odd_books.endless_ods, "BC.ods")
