"""What xlrd passes over in an .xls sheet: the text of formulas, and what cells accept ([MS-XLS] 2.4.127, 2.4.90).

The records are walked once more; xlrd turns the tokens of formulas into text.
"""

import struct
from collections.abc import Iterator
from typing import Any

from xlrd import formula

from forms import notation
from forms.learning.page import COLUMNS_LOOKED_AT, ROWS_LOOKED_AT, Accepted, Place

_FORMULA, _VALIDATION, _BEGIN, _END = 0x0006, 0x01BE, 0x0809, 0x000A
_KINDS = ("any", "whole", "decimal", "list", "date", "time", "textLength", "custom")
_IN_TEXT = 0x80
"""The flag of a list that is written out in the validation itself."""
_TEXT_TOKEN = 0x17
_TEXTS_BEFORE = 4
"""Titles and messages that come before the formulas of a validation."""
_RECORDS_MOST = 500_000
"""Records of one sheet; a full sheet of 65,536 rows has about as many rows and cells together as this allows."""
_FORMULA_AT, _LENGTH_AT = 22, 20
_BROKEN = (
    struct.error,
    IndexError,
    KeyError,
    AssertionError,
    ValueError,
    TypeError,
    AttributeError,
    formula.FormulaError,
)


def formulas_and_validations(book: Any, sheet: int) -> tuple[dict[Place, str], dict[Place, Accepted]]:
    """Return the formulas of a sheet (by its number) without the equals sign, and what its cells accept.

    `book` was opened on demand, so that its stream is still there. What is damaged is passed over: xlrd read the
    sheet, and this only adds to it.
    """
    formulas: dict[Place, str] = {}
    accepted: dict[Place, Accepted] = {}
    for kind, data in _records(book, sheet):
        try:
            if kind == _FORMULA:
                row, column = struct.unpack_from("<HH", data)
                if row < ROWS_LOOKED_AT and column < COLUMNS_LOOKED_AT:
                    formulas[row, column] = _text_of(
                        book, data[_FORMULA_AT:], data[_LENGTH_AT : _LENGTH_AT + 2], (row, column)
                    )
            elif kind == _VALIDATION:
                _read_validation((book, sheet), data, accepted)
        except _BROKEN:
            continue
    return {place: written for place, written in formulas.items() if written}, accepted


def _records(book: Any, sheet: int) -> Iterator[tuple[int, bytes]]:
    # xlrd keeps where each sheet begins to itself; its version is pinned.
    stream, at, depth = book.mem, book._sh_abs_posn[sheet], 0  # noqa: SLF001
    for _ in range(_RECORDS_MOST):
        header = stream[at : at + 4]
        if len(header) < 4:  # noqa: PLR2004 - kind and size
            return
        kind, size = struct.unpack("<HH", header)
        data = bytes(stream[at + 4 : at + 4 + size])
        at += 4 + size
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        # Charts inside the sheet have records of their own.
        if depth == 1:
            yield kind, data


def _text_of(book: Any, tokens: bytes, length: bytes, place: Place) -> str:
    size = struct.unpack("<H", length)[0]
    written = formula.decompile_formula(book, tokens[:size], size, formula.FMLA_TYPE_CELL, *place)
    return str(written or "").lstrip("=")


def _read_validation(source: tuple[Any, int], data: bytes, accepted: dict[Place, Accepted]) -> None:
    flags = struct.unpack_from("<I", data)[0]
    kind, at = _KINDS[flags & 0xF], 4
    for _ in range(_TEXTS_BEFORE):
        at = _behind_text(data, at)
    size = struct.unpack_from("<H", data, at)[0]
    tokens = data[at + 4 : at + 4 + size]
    at += 4 + size
    at += 4 + struct.unpack_from("<H", data, at)[0]
    choices = _choices(source, tokens, in_text=bool(flags & _IN_TEXT)) if kind == "list" else ()
    count = struct.unpack_from("<H", data, at)[0]
    for number in range(count):
        first, last, left, right = struct.unpack_from("<4H", data, at + 2 + 8 * number)
        for row in range(first, min(last + 1, ROWS_LOOKED_AT)):
            for column in range(left, min(right + 1, COLUMNS_LOOKED_AT)):
                accepted[row, column] = Accepted(kind, choices)


def _behind_text(data: bytes, at: int) -> int:
    """Return the place behind an XLUnicodeString ([MS-XLS] 2.5.294)."""
    count, wide = struct.unpack_from("<HB", data, at)
    return at + 3 + int(count) * (2 if wide & 1 else 1)


def _choices(source: tuple[Any, int], tokens: bytes, in_text: bool) -> tuple[str, ...]:
    if in_text and tokens[:1] == bytes([_TEXT_TOKEN]):
        count, wide = tokens[1], tokens[2] & 1
        raw = tokens[3 : 3 + count * (1 + wide)]
        said = raw.decode("utf-16-le" if wide else "cp1252", "replace")
        return tuple(choice.strip() for choice in said.split("\0") if choice.strip())
    book, own = source
    written = formula.decompile_formula(book, tokens, len(tokens), formula.FMLA_TYPE_CELL, 0, 0)
    return _choices_in(book, str(written or "").replace("$", ""), book.sheet_names()[own])


def _choices_in(book: Any, area: str, own: str) -> tuple[str, ...]:
    """Return the texts of a range, on the sheet `own` or another: "Danh muc!A1:A4"."""
    name, _, places = area.rpartition("!")
    ends = [notation.ADDRESS.fullmatch(end) for end in places.split(":")]
    name = name.strip("'") or own
    if not name or not ends or not all(ends) or name not in book.sheet_names():
        return ()
    sheet = book.sheet_by_name(name)
    rows = [int(end[2]) - 1 for end in ends if end]
    columns = [notation.column_index(end[1]) for end in ends if end]
    return tuple(
        str(sheet.cell_value(row, column)).strip()
        for row in range(rows[0], min(rows[-1], ROWS_LOOKED_AT, sheet.nrows - 1) + 1)
        for column in range(columns[0], min(columns[-1], columns[0]) + 1)
        if column < sheet.row_len(row) and sheet.cell_value(row, column) != ""
    )
