"""Workbooks of Excel 97 to 2003 for the sample mails, as most units still save them: BIFF8 records in a compound file.

Only what a filled-in form needs ([MS-XLS] 2.1.7, 2.4; [MS-CFB] 2.2 to 2.6): texts, numbers, dates. The same compound
file, with other streams, is what a workbook with a password looks like from outside ([MS-OFFCRYPTO] 1.3.1).
"""

import struct
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import openpyxl

_SECTOR = 512
# A shorter stream would have to live in the mini stream ([MS-CFB] 2.2, mini stream cutoff size); ours are padded.
_SHORTEST_STREAM = 4096
_FREE, _END_OF_CHAIN, _IS_FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_ENTRIES_A_SECTOR = _SECTOR // 4
_DIRECTORY_ENTRY = 128

_BOF, _EOF, _BOUNDSHEET, _CODEPAGE, _FONT, _XF = 0x0809, 0x000A, 0x0085, 0x0042, 0x0031, 0x00E0
_LABEL, _NUMBER, _DIMENSIONS = 0x0204, 0x0203, 0x0200
_GLOBALS, _WORKSHEET = 0x0005, 0x0010
_PLAIN, _DAY = 15, 16  # the first cell formats after the fifteen that every file begins with
_FORMAT_OF_DAY = 14  # the built-in short date
_FIRST_DAY = date(1899, 12, 30)
# A record holds 8,224 bytes ([MS-XLS] 2.1.4), two a character; longer texts would need a continuation.
_LONGEST_TEXT = 4000


def xls(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as .xls bytes: every cell's text, number or date, without looks."""
    sheets = [(page.title, _sheet(page)) for page in book.worksheets]
    head = _record(_BOF, struct.pack("<HHHHII", 0x0600, _GLOBALS, 0x0DBB, 0x07CC, 0, 6))
    head += _record(_CODEPAGE, struct.pack("<H", 1200)) + _fonts() + _formats()
    names = [_text(title, wide_count=False) for title, _ in sheets]
    size = len(head) + sum(4 + 6 + len(name) for name in names) + 4
    placed, offset = b"", size
    for name, (_, body) in zip(names, sheets, strict=True):
        placed += _record(_BOUNDSHEET, struct.pack("<IH", offset, 0) + name)
        offset += len(body)
    return compound_file({"Workbook": head + placed + _record(_EOF, b"") + b"".join(body for _, body in sheets)})


def protected() -> bytes:
    """Return what a workbook with a password looks like: the streams of an encrypted package, unreadable."""
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<?xml version="1.0"?><encryption/>'
    return compound_file({"EncryptionInfo": info, "EncryptedPackage": bytes(range(256)) * 32})


def _record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def _text(text: str, *, wide_count: bool = True) -> bytes:
    """Return an XLUnicodeString, or its short form ([MS-XLS] 2.5.294, 2.5.240)."""
    encoded = text[:_LONGEST_TEXT].encode("utf-16-le")
    return struct.pack("<HB" if wide_count else "<BB", len(encoded) // 2, 1) + encoded


def _fonts() -> bytes:
    font = struct.pack("<HHHHHBBBB", 240, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _text("Times New Roman", wide_count=False)
    return _record(_FONT, font) * 4


def _formats() -> bytes:
    """Return fifteen style formats, then the plain cell and the date cell."""
    style = struct.pack("<HHH14x", 0, 0, 0xFFF5)
    cell = struct.pack("<HHH14x", 0, 0, 0x0001)
    day = struct.pack("<HHH14x", 0, _FORMAT_OF_DAY, 0x0001)
    return b"".join(_record(_XF, body) for body in (*[style] * _PLAIN, cell, day))


def _sheet(page: Any) -> bytes:
    body = _record(_BOF, struct.pack("<HHHHII", 0x0600, _WORKSHEET, 0x0DBB, 0x07CC, 0, 6))
    body += _record(_DIMENSIONS, struct.pack("<IIHHH", 0, page.max_row, 0, page.max_column, 0))
    return body + b"".join(_cells(page)) + _record(_EOF, b"")


def _cells(page: Any) -> Iterator[bytes]:
    for row in page.iter_rows():
        for cell in row:
            if cell.value is not None:
                yield _cell(cell.row - 1, cell.column - 1, cell.value)


def _cell(row: int, column: int, value: Any) -> bytes:
    if isinstance(value, (int, float)):
        return _record(_NUMBER, struct.pack("<HHHd", row, column, _PLAIN, value))
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return _record(_NUMBER, struct.pack("<HHHd", row, column, _DAY, (day - _FIRST_DAY).days))
    return _record(_LABEL, struct.pack("<HHH", row, column, _PLAIN) + _text(str(value)))


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of up to three streams, named in the order of [MS-CFB] 2.6.4 (shorter first)."""
    padded = {name: data.ljust(_SHORTEST_STREAM, b"\0") for name, data in streams.items()}
    counts = [_sectors(data) for data in padded.values()]
    in_table = -(-(sum(counts) + 1) // (_ENTRIES_A_SECTOR - 1))
    chain = [_IS_FAT] * in_table + [_END_OF_CHAIN]
    starts = []
    for count in counts:
        starts.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + count), _END_OF_CHAIN]
    chain += [_FREE] * (in_table * _ENTRIES_A_SECTOR - len(chain))
    table = struct.pack(f"<{len(chain)}I", *chain)
    content = b"".join(data.ljust(count * _SECTOR, b"\0") for data, count in zip(padded.values(), counts, strict=True))
    return _header(in_table) + table + _directory(padded, starts) + content


def _sectors(data: bytes) -> int:
    return -(-len(data) // _SECTOR)


def _header(in_table: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, in_table, in_table, 0, _SHORTEST_STREAM, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0)
    return head + struct.pack("<109I", *range(in_table), *[_FREE] * (109 - in_table))


def _directory(streams: Mapping[str, bytes], starts: list[int]) -> bytes:
    """Return the directory: the root, and the streams as a chain of right siblings."""
    entries = [_entry("Root Entry", 5, _END_OF_CHAIN, 0, child=1)]
    for number, ((name, data), start) in enumerate(zip(streams.items(), starts, strict=True), start=1):
        after = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, start, len(data), right=after))
    return b"".join(entries).ljust(_SECTOR, b"\0")


def _entry(name: str, kind: int, start: int, size: int, *, right: int = _FREE, child: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, right, child)
    return (entry + bytes(36) + struct.pack("<IQ", start, size)).ljust(_DIRECTORY_ENTRY, b"\0")
