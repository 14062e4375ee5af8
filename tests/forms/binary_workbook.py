"""A small xlsb of given cells, record by record ([MS-XLSB]), since no library writes one."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
_ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


def _record(kind: int, content: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, left = b"", len(content)
    while left >= 128:
        size, left = size + bytes([left & 0x7F | 0x80]), left >> 7
    return number + size + bytes([left]) + content


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cell(column: int, value: object) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, str) and value in _ERRORS:
        return _record(3, place + bytes([_ERRORS[value]]))
    if isinstance(value, str) and value.startswith("="):
        # A formula whose result is an error: the result, two bytes of flags, an empty formula.
        return _record(11, place + bytes([_ERRORS[value[1:]]]) + struct.pack("<HII", 0, 0, 0))
    if isinstance(value, str):
        return _record(6, place + _text(value))
    return _record(5, place + struct.pack("<d", value))


def xlsb(rows: Mapping[int, Mapping[int, object]], name: str = "Bieu 01", hidden: Sequence[int] = ()) -> bytes:
    """Return a workbook of one sheet: row -> column -> value; "=#REF!" is a formula with that result."""
    last_row, last_column = max(rows), max(column for cells in rows.values() for column in cells)
    sheet = _record(129) + _record(148, struct.pack("<IIII", 0, last_row, 0, last_column)) + _record(145)
    for row, cells in sorted(rows.items()):
        flags = 0x10 if row in hidden else 0
        sheet += _record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0))
        sheet += b"".join(_cell(column, value) for column, value in sorted(cells.items()))
    sheet += _record(146) + _record(130)
    book = _record(131) + _record(153, bytes(12)) + _record(143)
    book += _record(156, struct.pack("<II", 0, 1) + _text("rId1") + _text(name)) + _record(144) + _record(132)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(kind="officeDocument", target="xl/workbook.bin"))
        archive.writestr(
            "xl/_rels/workbook.bin.rels", _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.bin")
        )
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return written.getvalue()
