"""What an xlsb says beyond the values that calamine tells: error cells, hidden rows, how far its cells lie apart.

[MS-XLSB] 2.1.4 (records), 2.4.741 (rows), 2.4.312 (sheets of a workbook), 2.5.97.2 (errors). A binary formula always
has its result beside it, so that none can be missing.
"""

import re
import struct
from collections.abc import Iterator, Mapping

from forms.marks import Marks, attribute

_ROW, _ERROR, _FORMULA_ERROR, _LAST_CELL = 0, 3, 11, 11
_SHEET = 156
_NUMBER_SIZE = 4
_HIDDEN_BYTE, _HIDDEN_BIT = 11, 0x10
_ERROR_BYTE = 8
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_ROWS_MOST = 1_048_576
_RELATION = re.compile(rb"<(?:\w{1,16}:)?Relationship\s([^<>]*)>")


def read_marks(records: bytes, area: int) -> Marks:
    """Return the marks of one sheet part. `area` is the largest rectangle of cells that may be allocated."""
    marks = Marks()
    row = lowest = rightmost = -1
    for kind, at, size in _records(records):
        if kind > _LAST_CELL or size < _NUMBER_SIZE or at + _NUMBER_SIZE > len(records):
            continue
        number = int.from_bytes(records[at : at + _NUMBER_SIZE], "little")
        if kind == _ROW:
            row = number
            if size > _HIDDEN_BYTE and _byte(records, at + _HIDDEN_BYTE) & _HIDDEN_BIT and row < _ROWS_MOST:
                marks.hidden.add(row)
        elif kind > 1:
            lowest, rightmost = max(lowest, row), max(rightmost, number)
            if kind in (_ERROR, _FORMULA_ERROR) and size > _ERROR_BYTE:
                marks.errors[row, number] = _ERRORS.get(_byte(records, at + _ERROR_BYTE), "#VALUE!")
    marks.far = (lowest + 1) * (rightmost + 1) > area
    return marks


def _byte(data: bytes, at: int) -> int:
    return data[at] if at < len(data) else 0


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet, by sheet name, from xl/workbook.bin and its relations."""
    targets = {}
    for match in _RELATION.finditer(parts.get("xl/_rels/workbook.bin.rels", b"")):
        target = attribute(match[1], b"Target")
        targets[attribute(match[1], b"Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    book = parts.get("xl/workbook.bin", b"")
    found = {}
    for kind, at, size in _records(book):
        if kind == _SHEET:
            relation, after = _wide(book, at + 2 * _NUMBER_SIZE, at + size)
            name, _ = _wide(book, after, at + size)
            found[name] = targets.get(relation, "")
    return found


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the kind, the place of the content, and the size of every record."""
    at, end = 0, len(data)
    while at + 1 < end:
        kind, at = _variable(data, at, 2)
        size, at = _variable(data, at, 4)
        yield kind, at, size
        at += size


def _wide(data: bytes, at: int, end: int) -> tuple[str, int]:
    """Return a counted text in UTF-16 that ends before `end`, and the place after it."""
    if at + _NUMBER_SIZE > end:
        return "", end
    (count,) = struct.unpack_from("<I", data.ljust(at + _NUMBER_SIZE, b"\0"), at)
    after = min(at + _NUMBER_SIZE + 2 * count, end)
    return data[at + _NUMBER_SIZE : after].decode("utf-16-le", "replace"), after


def _variable(records: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of at most `most` bytes with seven bits each, and the place after it."""
    number = 0
    for count, byte in enumerate(records[at : at + most]):
        number |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:  # noqa: PLR2004 - the eighth bit says that more follows
            return number, at + count + 1
    return number, at + most
