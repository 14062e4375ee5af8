"""Formulas of an xls that were never calculated ([MS-XLS] 2.4.127, 2.5.133, 2.5.198).

Programs that do not calculate leave an empty text as the result, which xlrd gives. What Excel computes may be an empty
text too (=IF(A1="","",A1)), but never where the formula ends in arithmetic or in a sum.
"""

import struct
from collections.abc import Collection, Iterator

_FORMULA, _BOF, _EOF = 0x0006, 0x0809, 0x000A
_HEAD = struct.Struct("<HHH8sHIH")
_EMPTY_TEXTS = (0, 3)
_CALCULATES_LATER = 0x0003
"""Recalculated always, or when the workbook is opened: the result that is stored is none."""
_OPERATORS = frozenset(range(0x03, 0x08))
"""Plus, minus, times, divided by, to the power of."""
_AREA = struct.Struct("<BHHHH")
_AREA_TOKENS, _FUNCTION_TOKENS = frozenset((0x25, 0x45, 0x65)), frozenset((0x22, 0x42, 0x62, 0x21, 0x41, 0x61))
_SUM_TOKEN = b"\x19\x10"
_SUM = 0x0004
_NUMERIC = frozenset((0x0000, _SUM, 0x0005, 0x0006, 0x0007, 0x001B, 0x00A9, 0x00E4, 0x0159))
"""COUNT, SUM, AVERAGE, MIN, MAX, ROUND, COUNTA, SUMPRODUCT, SUMIF."""


def uncalculated(records: bytes, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the formulas without a result among the cells at `places`, which show an empty text.

    `records` are those of one sheet in Excel 97 to 2003, from its first on. The text of a formula is told where it is a
    plain sum, else it is empty.
    """
    found = {}
    for content in _formulas(records):
        if len(content) < _HEAD.size:
            continue
        row, column, _, result, flags, _, size = _HEAD.unpack_from(content)
        tokens = content[_HEAD.size : _HEAD.size + size]
        is_empty = result[6:] == b"\xff\xff" and result[0] in _EMPTY_TEXTS
        if (row, column) in places and is_empty and (flags & _CALCULATES_LATER or _is_numeric(tokens)):
            found[row, column] = _told(tokens)
    return found


def places_of_formulas(records: bytes) -> set[tuple[int, int]]:
    """Return the cells that hold a formula; `records` as above."""
    return {_HEAD.unpack_from(content)[:2] for content in _formulas(records) if len(content) >= _HEAD.size}


def _formulas(records: bytes) -> Iterator[bytes]:
    at = depth = 0
    while at + 4 <= len(records):
        kind, size = struct.unpack_from("<HH", records, at)
        at += 4
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if kind == _FORMULA and depth == 1:
            yield records[at : at + size]
        at += size


def _is_numeric(tokens: bytes) -> bool:
    """Say whether a formula ends in what can only yield a number."""
    if len(tokens) < 4:  # noqa: PLR2004 - the shortest reference has five bytes
        return False
    function = int.from_bytes(tokens[-2:], "little")
    is_function = tokens[-4] in _FUNCTION_TOKENS or tokens[-3] in _FUNCTION_TOKENS
    return tokens[-1] in _OPERATORS or tokens[-4:-2] == _SUM_TOKEN or (is_function and function in _NUMERIC)


def _told(tokens: bytes) -> str:
    """Return SUM(A1:B2) where the formula is that."""
    end = tokens[_AREA.size :]
    is_sum = end[:2] == _SUM_TOKEN or (end[:1] and end[0] in _FUNCTION_TOKENS and end[2:] == struct.pack("<H", _SUM))
    if len(tokens) != _AREA.size + 4 or tokens[0] not in _AREA_TOKENS or not is_sum:
        return ""
    _, top, bottom, left, right = _AREA.unpack_from(tokens)
    from forms.workbook import address  # noqa: PLC0415 - that module reads this one's results

    return f"SUM({address(top, left & 0xFF)}:{address(bottom, right & 0xFF)})"
