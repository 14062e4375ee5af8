"""Workbooks of Excel 2 to 95, record by record (OpenOffice.org's "Microsoft Excel File Format", 5): BIFF2 to BIFF5."""

import struct
from collections.abc import Mapping

from service.demo import sample_xls

_ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}
_SHEET = 0x10


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _short(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def _cell(row: int, column: int, value: object, codec: str, style: int = 15) -> bytes:
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, str) and value in _ERRORS:
        return _record(0x205, place + bytes([_ERRORS[value], 1]))
    if isinstance(value, str):
        encoded = value.encode(codec)
        return _record(0x204, place + struct.pack("<H", len(encoded)) + encoded)
    return _record(0x203, place + struct.pack("<d", value))


def biff5(
    cells: Mapping[tuple[int, int], object], code_page: int | None = 1252, codec: str = "cp1252",
    font: str = "Arial", hidden: tuple[int, ...] = (), name: str = "Bieu 01",
) -> bytes:  # fmt: skip
    """Return a workbook of Excel 5 or 95 with one sheet; texts are written in `codec`."""
    book = _record(0x809, struct.pack("<HHHH", 0x500, 5, 0x0C0A, 0x07CB))
    if code_page is not None:
        book += _record(0x42, struct.pack("<H", code_page))
    book += _record(0x31, struct.pack("<HHHHHBBBB", 240, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _short(font.encode())) * 4
    book += _record(0xE0, struct.pack("<HHH10x", 0, 0, 0xFFF5)) * 15 + _record(0xE0, struct.pack("<HHH10x", 0, 0, 1))
    sheet_name = _short(name.encode(codec))
    book += _record(0x85, struct.pack("<IH", len(book) + 4 + 6 + len(sheet_name) + 4, 0) + sheet_name) + _record(0x0A)
    sheet = _record(0x809, struct.pack("<HHHH", 0x500, _SHEET, 0x0C0A, 0x07CB))
    for row in sorted({row for row, _ in cells}):
        flags = 0x120 if row in hidden else 0x100
        sheet += _record(0x208, struct.pack("<HHHHHHI", row, 0, 20, 255, 0, 0, flags))
    sheet += b"".join(_cell(*place, value, codec) for place, value in sorted(cells.items()))
    return sample_xls.compound_file({"Book": book + sheet + _record(0x0A)})


def biff2(cells: Mapping[tuple[int, int], object]) -> bytes:
    """Return a sheet of Excel 2."""
    data = _record(0x09, struct.pack("<HH", 2, _SHEET))
    for (row, column), value in sorted(cells.items()):
        place = struct.pack("<HH3x", row, column)
        told = (0x04, _short(value.encode("cp1252"))) if isinstance(value, str) else (0x03, struct.pack("<d", value))
        data += _record(told[0], place + told[1])
    return data + _record(0x0A)


def biff3_or_4(cells: Mapping[tuple[int, int], object], version: int) -> bytes:
    """Return a sheet of Excel 3 or 4."""
    kind, style = (0x209, 0x243) if version == 3 else (0x409, 0x443)
    data = _record(kind, struct.pack("<HHH", 0, _SHEET, 0)) + _record(0x42, struct.pack("<H", 1252))
    data += _record(0x231, struct.pack("<HHH", 240, 0, 0x7FFF) + _short(b"Arial")) * 4
    data += _record(style, struct.pack("<BBHHHI", 0, 0, 1, 0, 0, 0)) * 16
    return data + b"".join(_cell(*place, value, "cp1252") for place, value in sorted(cells.items())) + _record(0x0A)
