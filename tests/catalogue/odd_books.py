"""The catalogue's workbooks in other formats than .xlsx, and as nobody would save them."""

import base64
import re
import struct
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import coordinate_to_tuple

from tests.catalogue.books import Cells, changed, content, main_cells, packed
from tests.forms import workbooks

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def shown(value: object) -> str:
    """Return a value as a Vietnamese Excel shows it."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def grid(number: int) -> dict[tuple[int, int], Any]:
    """Return the main sheet by (row, column) from 0, in letters that windows-1252 knows too."""
    cells = main_cells(f"Trạm y tế số {number}", number)
    return {_place(place): _plain(value) for place, value in cells.items()}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return shown(value)
    if not isinstance(value, str):
        return value
    letters = unicodedata.normalize("NFD", value.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _place(place: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(place)
    return row - 1, column - 1


def rows(number: int) -> dict[int, dict[int, Any]]:
    """Return the main sheet as row -> column -> value, days as text."""
    found: dict[int, dict[int, Any]] = {}
    for place, value in main_cells(f"Trạm y tế số {number}", number).items():
        row, column = _place(place)
        found.setdefault(row, {})[column] = shown(value) if isinstance(value, date) else value
    return found


def spreadsheet_ml(sheets: Mapping[str, Cells]) -> bytes:
    """Return the workbook as XML Spreadsheet 2003."""
    pages = []
    for name, cells in sheets.items():
        lines = []
        for row in range(1, 20):
            line = "".join(_data(letter, cells[f"{letter}{row}"]) for letter in "ABCDE" if f"{letter}{row}" in cells)
            lines.append(f'<Row ss:Index="{row}">{line}</Row>')
        pages.append(f'<Worksheet ss:Name="{name}"><Table>{"".join(lines)}</Table></Worksheet>')
    head = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'{head}<Workbook xmlns="{space}" xmlns:ss="{space}">{"".join(pages)}</Workbook>'.encode()


def _data(letter: str, value: object) -> str:
    kind = "Number" if isinstance(value, (int, float)) else "String"
    text = escape(str(value) if kind == "Number" else shown(value))
    return f'<Cell ss:Index="{ord(letter) - 64}"><Data ss:Type="{kind}">{text}</Data></Cell>'


def web_archive(page: bytes) -> bytes:
    """Return a page as Excel saves a "single file web page"."""
    encoded = base64.encodebytes(page).replace(b"\n", b"\r\n")
    part = b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + encoded
    return (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n' + part + b"\r\n--b--\r\n"
    )


def ods(sheets: Mapping[str, Cells], after: str = "") -> bytes:
    """Return the workbook as LibreOffice writes it (ODF 1.3, part 3); `after` are further rows of each sheet."""
    tables = []
    for name, cells in sheets.items():
        lines = ["".join(_ods_cell(cells.get(f"{letter}{row}")) for letter in "ABCDE") for row in range(1, 20)]
        table = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        tables.append(f'<table:table table:name="{name}">{table}{after}</table:table>')
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    xml = f"<office:document-content {spaces}><office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet>"
    xml += "</office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    manifest = f'<manifest:manifest xmlns:manifest="{_MANIFEST}">{entry}</manifest:manifest>'
    return packed({"mimetype": kind.encode(), "content.xml": xml.encode(), "META-INF/manifest.xml": manifest.encode()})


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, date):
        told = f'office:value-type="date" office:date-value="{value}"'
        return f"<table:table-cell {told}><text:p>{shown(value)}</text:p></table:table-cell>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    told = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {told}><text:p>{shown(value)}</text:p></table:table-cell>"


def endless_ods(number: int) -> bytes:
    """Return a workbook whose last row is said to be repeated two thousand million times, a thousand cells in each."""
    told = 'office:value-type="string" table:number-columns-repeated="16384"'
    cell = f"<table:table-cell {told}><text:p>a</text:p></table:table-cell>"
    return ods(content(number), f'<table:table-row table:number-rows-repeated="2000000000">{cell}</table:table-row>')


def with_hidden_rows(number: int) -> bytes:
    """Return a workbook with a hidden row, a hidden column and a filter."""
    return changed(
        number, "xl/worksheets/sheet1.xml",
        (b"<sheetData>", b'<cols><col min="6" max="6" hidden="1"/></cols><sheetData>'),
        (b'<row r="13">', b'<row r="13" hidden="1">'),
        (b"</sheetData>", b'</sheetData><autoFilter ref="A10:E16"/>'),
    )  # fmt: skip


def greedy_xls(number: int) -> bytes:
    """Return a compound file that says that its directory has two thousand million sectors."""
    made = bytearray(workbooks.write_xls(content(number)))
    struct.pack_into("<I", made, 44, 0x7FFFFFFF)
    struct.pack_into("<I", made, 72, 0x7FFFFFFF)
    return bytes(made)


def xls_with_cut_formula(number: int) -> bytes:
    """Return a BIFF8 whose one formula says that it is longer than its record."""
    made = bytearray(workbooks.write_xls(content(number, {"E16": "=1+2"})))
    # A FORMULA record (6) of row 15, column 4; the length of its expression is 20 bytes into it ([MS-XLS] 2.4.127).
    found = re.search(rb"\x06\0..\x0f\0\x04\0", made, re.DOTALL)
    assert found is not None
    struct.pack_into("<H", made, found.start() + 24, 0xFFFF)
    return bytes(made)
